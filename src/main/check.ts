/** `muster check`: every problem of the configuration, with file, path and line. */
import { resolve } from 'node:path';
import { catalog } from '../bot/catalog.ts';
import { catalogue } from '../bot/command.ts';
import { lineCheck } from '../bot/understood.ts';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/load.ts';
import { describeProblem } from '../config/problem.ts';
import { problemsIn } from '../hubs/config/checked.ts';
import { messages } from '../messages/messages.ts';
import { knownHosts } from '../wire/known.ts';
import { type Places, placesOf } from './options.ts';

export async function check(places: Places): Promise<void> {
  const { config, problems, warnings } = await readConfig(
    resolve(places.config),
    lineCheck(catalogue(catalog)),
    await knownHosts(placesOf(places)),
  );
  // Templates of a repository are looked at where they are fetched.
  if (config && config.settings.templates === undefined)
    problems.push(...(await problemsIn(config.folder, config, `${places.config}/`)));
  for (const problem of problems) process.stdout.write(`✕ ${describeProblem(problem)}\n`);
  for (const warning of warnings) process.stdout.write(`▲ ${describeProblem(warning)}\n`);
  const words = messages().config;
  if (config && problems.length === 0) {
    process.stdout.write(`● ${words.valid(countsOf(config))}\n`);
  } else {
    process.stdout.write(`${words.bad({ count: problems.length, folder: places.config })}\n`);
    process.exitCode = 1;
  }
}

const countsOf = ({ people, roles, hosts, apps, schedules, images, machines }: Config) => ({
  people: Object.keys(people).length,
  roles: Object.keys(roles).length,
  hosts: Object.keys(hosts).length,
  apps: Object.keys(apps).length,
  schedules: Object.keys(schedules).length,
  images: Object.keys(images).length,
  machines: Object.keys(machines).length,
});
