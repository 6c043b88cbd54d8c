/** `muster doctor`: what each host lacks for what the configuration asks of it, with the fix. Changes nothing. */

import { resolve } from 'node:path';
import { pendingHost } from '../config/enrolled.ts';
import { loadConfig } from '../config/load.ts';
import { asMusterError } from '../errors.ts';
import type { Site } from '../jobs/carry-out.ts';
import type { Finding } from '../jobs/host/examine.ts';
import { inspectHost } from '../jobs/host/inspect.ts';
import { NEED, type NeedName, needsOf } from '../jobs/host/needs.ts';
import { Links } from '../links.ts';
import { messages } from '../messages/messages.ts';
import { knownHosts } from '../wire/known.ts';
import { type Places, placesOf } from './options.ts';

export async function doctor(places: Places): Promise<void> {
  const known = await knownHosts(placesOf(places));
  const config = await loadConfig(resolve(places.config), undefined, known);
  const links = new Links(() => config, resolve(places.state));
  const names = Object.keys(config.hosts).sort();
  const reports = await Promise.all(
    names.map(async (name) => {
      try {
        const site = await links.reach(name);
        const findings = await inspect(site, name, needsOf(config, name));
        return {
          name,
          lines: findings.map(({ need, ok, found, fix }) => ({
            ok: ok || !NEED[need].required,
            text: `${ok ? '●' : NEED[need].required ? '✕' : '▲'} ${name}: ${messages().jobs.needs[need]}${found ? ` ${found}` : ''}${ok ? '' : `  ->  ${fix}`}`,
          })),
        };
      } catch (thrown) {
        const error = asMusterError(thrown);
        return { name, lines: [{ ok: false, text: `✕ ${name}: ${error.message}  ->  ${error.hint}` }] };
      }
    }),
  );
  await links.close();
  const lines = reports.flatMap((report) => report.lines);
  for (const { text } of lines) process.stdout.write(`${text}\n`);
  const lacking = lines.filter(({ ok }) => !ok).length;
  const { terminal } = messages();
  for (const [name, host] of Object.entries(config.enrolled ?? {}).sort()) {
    if (host.trusted) continue;
    const { message, hint } = pendingHost(name, host);
    process.stdout.write(`○ ${message}  ->  ${hint}\n`);
  }
  if (known === 'unknown') process.stdout.write(`▲ ${terminal.addedUnknown}\n`);
  const said =
    lacking === 0 ? terminal.wellOff({ count: names.length }) : terminal.lacking({ count: lacking });
  process.stdout.write(`${said}\n`);
  process.exitCode = lacking === 0 ? 0 : 1;
}

/** The same look as `/prepare` takes, without a run: it is said here what it finds, and nowhere while it looks. */
async function inspect(site: Site, host: string, needs: NeedName[]): Promise<Finding[]> {
  const place = { run: 'doctor', origin: 'doctor', direction: 'do', stage: 0, index: 0 } as const;
  const job = { ...inspectHost({ host, needs }), ...place };
  const report = { line() {}, progress() {}, note() {} };
  const abort = new AbortController();
  const work = { step: inspectHost, job, attempt: 1, again: false, cancelled: false, abort };
  return (await site.carryOut(work, report)) as Finding[];
}
