/** Changes a host's firewall so that nobody is locked out: it is in force first, and kept by whoever can still come in. */

import { diff } from '../../firewall/changes.ts';
import { Firewall } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';
import { isLoss } from '../carry-out.ts';
import type { Guarding } from '../guarding.ts';
import { probesFrom } from '../networks.ts';
import { defineStep } from '../step.ts';
import { refreshed } from './declared.ts';
import { ChangeInput, KeepInput } from './input.ts';
import { knockAll } from './knock.ts';
import { noteOpening } from './opened.ts';
import { revertInTime } from './revert.ts';

/** How often it is asked to keep a change whose answer is lost. */
const KEEP_TRIES = 3;
/** What lets everything in. */
export const NONE: Firewall = Firewall.parse({ default: 'accept' });

/** Puts it in force; what is taken back is what was kept last. */
export const applyFirewall = defineStep({
  name: 'firewall.apply',
  guards: true,
  input: ChangeInput,
  uses: {},
  timeout: '2m',
  title: ({ host }) => messages().jobs.steps.applyFirewall({ host }),
  async brief({ host, rules, opening }, beside) {
    if (beside.direction === 'undo') return {};
    return { rules: await refreshed(host, rules, beside, opening) };
  },
  async run({ change, by, rules, keepWithin, overwrite }, { guarding, signal, report }) {
    const { rules: before, drift, fleeting } = await guarding.show(signal);
    for (const line of diff(before ?? NONE, rules)) report.line(line);
    await guarding.apply({ change, by, rules, keepWithin, overwrite: overwrite ? drift : [] }, signal);
    report.note(messages().jobs.notes.firewallWaits({ time: humanDuration(keepWithin) }));
    if (fleeting) report.note(messages().jobs.firewall.fleeting);
  },
  undo: ({ change, keepWithin }, { guarding }) => revertInTime(guarding, change, keepWithin),
});

/** Keeps it, once the ports that have to answer do, over a new connection. */
export const keepFirewall = defineStep({
  name: 'firewall.keep',
  guards: true,
  input: KeepInput,
  uses: {},
  timeout: '5m',
  title: ({ host }) => messages().jobs.steps.keepFirewall({ host }),
  brief: async ({ host, probes }, { state, config }) => ({
    probes: await probesFrom(state, config, host, probes),
  }),
  async run({ host, change, probes }, { guarding, signal, report }) {
    await knockAll(host, probes, { signal, report });
    await keep(guarding, change, signal);
  },
  record: async ({ host, opening }, _, state) => {
    if (opening) await noteOpening(state, host, opening);
  },
});

/** To keep what is kept is no mistake: where the answer is lost with its connection, it is asked for again. */
async function keep(guarding: Guarding, change: string, signal: AbortSignal): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await guarding.keep(change, signal);
    } catch (error) {
      if (!isLoss(error) || signal.aborted || tries === KEEP_TRIES) throw error;
    }
  }
}

/** Takes back what nobody has kept yet. */
export const revertFirewall = defineStep({
  name: 'firewall.revert',
  guards: true,
  input: KeepInput.pick({ host: true, change: true }),
  uses: {},
  timeout: '2m',
  title: ({ host }) => messages().jobs.steps.revertFirewall({ host }),
  run: ({ change }, { guarding }) => guarding.revert(change),
});
