/** Installs what a host lacks, from its own distribution. */
import { apt } from '../../adapters/apt/apt.ts';
import { installArgv, updateArgv } from '../../adapters/apt/commands.ts';
import { dockerd } from '../../adapters/dockerd/dockerd.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Shell } from '../../shell.ts';
import { defineStep } from '../step.ts';
import { examine } from './examine.ts';
import { HostNeeds } from './input.ts';
import { NEED, type NeedName } from './needs.ts';
import { demandRoot } from './permission.ts';

export const installHost = defineStep({
  name: 'host.install',
  lane: 'change',
  input: HostNeeds,
  uses: { apt, dockerd },
  timeout: '20m',
  // An archive that does not answer, or a lock that somebody holds for longer than a minute.
  retry: { times: 1, pause: '10s' },
  title: ({ host }) => messages().jobs.steps.install({ host }),
  async run({ needs }, { shell, root, apt: packages, dockerd: { socket }, signal, report }) {
    const installable = needs.filter((need) => NEED[need].packages.length > 0);
    const findings = await examine(shell, { root, socket }, installable, signal);
    const lacking = findings.filter(({ ok }) => !ok).map(({ need }) => need);
    if (lacking.length === 0) return { installed: [] };
    const likely = lacking.flatMap((need) => NEED[need].packages.at(-1) as readonly string[]);
    await demandRoot(shell, messages().jobs.byHand.install({ needs: named(lacking) }), [
      updateArgv(),
      installArgv(likely),
    ]);
    await demandApt(shell, lacking);
    const watch = { signal, onLine: (line: string) => report.line(line) };
    await packages.update(watch);
    report.progress(0.2);
    const chosen: string[] = [];
    for (const need of lacking) {
      const choices = NEED[need].packages;
      const available = await packages.available(choices.flat());
      const choice = choices.find((names) => names.every((name) => available.has(name)));
      if (!choice)
        throw unavailable(shell.host, [need], messages().jobs.byHand.noPackage({ packages: choices.flat() }));
      chosen.push(...choice);
    }
    await packages.install(chosen, watch);
    report.note(messages().jobs.notes.installed({ host: shell.host, needs: named(lacking) }));
    return { installed: chosen };
  },
});

async function demandApt(shell: Shell, lacking: readonly NeedName[]): Promise<void> {
  try {
    await shell.run(['apt-get', '--version']);
  } catch (thrown) {
    if (!(thrown instanceof MusterError) || thrown.code !== 'shell.notfound') throw thrown;
    throw unavailable(shell.host, lacking, messages().jobs.byHand.noApt);
  }
}

const unavailable = (host: string, lacking: readonly NeedName[], why: string): MusterError =>
  new MusterError('setup.missing', {
    what: messages().jobs.byHand.on({ needs: named(lacking), host }),
    fix: messages().jobs.byHand.fix({ why, host }),
  });

const named = (needs: readonly NeedName[]): string[] => needs.map((need) => messages().jobs.needs[need]);
