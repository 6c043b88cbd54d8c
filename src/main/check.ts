/** `muster check`: every problem of the configuration, with file, path and line. */
import { resolve } from 'node:path';
import { catalog } from '../bot/catalog.ts';
import { catalogue } from '../bot/command.ts';
import { lineCheck } from '../bot/understood.ts';
import { readConfig } from '../config/load.ts';
import { describeProblem } from '../config/problem.ts';
import type { Places } from './options.ts';

const KINDS = [
  ['people', 'person'],
  ['roles', 'role'],
  ['hosts', 'host'],
  ['apps', 'app'],
  ['schedules', 'schedule'],
] as const;

export async function check(places: Places): Promise<void> {
  const { config, problems, warnings } = await readConfig(
    resolve(places.config),
    lineCheck(catalogue(catalog)),
  );
  for (const problem of problems) process.stdout.write(`✕ ${describeProblem(problem)}\n`);
  for (const warning of warnings) process.stdout.write(`▲ ${describeProblem(warning)}\n`);
  if (config && problems.length === 0) {
    const counts = KINDS.map(([kind, one]) => {
      const count = Object.keys(config[kind]).length;
      return `${count} ${count === 1 ? one : kind}`;
    });
    process.stdout.write(`● The configuration is valid: ${counts.join(', ')}.\n`);
  } else {
    process.stdout.write(
      `${problems.length} problem${problems.length === 1 ? '' : 's'} in ${places.config}. Mend them, then run muster check again.\n`,
    );
    process.exitCode = 1;
  }
}
