/** Changes a host's firewall so that nobody is locked out: it is in force first, and kept by whoever can still come in. */

import { MusterError } from '../../errors.ts';
import { diff } from '../../firewall/changes.ts';
import { Firewall } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';
import { defineStep } from '../step.ts';
import { ChangeInput, KeepInput } from './input.ts';
import { knock } from './knock.ts';

/** The family of live state that holds what was opened in chats: host -> rules. */
export const OPENED = 'firewall';
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
  async run({ change, by, rules, keepWithin, overwrite }, { guarding, signal, report }) {
    const { rules: before, drift } = await guarding.show(signal);
    for (const line of diff(before ?? NONE, rules)) report.line(line);
    await guarding.apply({ change, by, rules, keepWithin, overwrite: overwrite ? drift : [] }, signal);
    report.note(messages().jobs.notes.firewallWaits({ time: humanDuration(keepWithin) }));
  },
  undo: ({ change }, { guarding }) => guarding.revert(change),
});

/** Keeps it, once the ports that have to answer do, over a new connection. */
export const keepFirewall = defineStep({
  name: 'firewall.keep',
  guards: true,
  input: KeepInput,
  uses: {},
  timeout: '5m',
  title: ({ host }) => messages().jobs.steps.keepFirewall({ host }),
  async run({ host, change, probes }, { guarding, signal, report }) {
    for (const { address, port } of probes) {
      const answer = await knock(address, port, signal);
      if (answer !== undefined)
        throw new MusterError('firewall.probe', { host, address: `${address}:${port}`, reason: answer });
      report.line(messages().jobs.notes.firewallAnswers({ address: `${address}:${port}` }));
    }
    await guarding.keep(change, signal);
  },
  record: async ({ host, opened }, _, state) => {
    if (opened) await state.set(OPENED, host, opened);
  },
});

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
