/** Lets a host that is behind an overlay network be reached by any network again, as its configuration says. */
import { z } from 'zod';
import { diff } from '../../firewall/changes.ts';
import { messages } from '../../messages/messages.ts';
import { Behind, behindOf, noteBehind } from '../networks.ts';
import { defineStep } from '../step.ts';
import { Closing, KEEP_WITHIN_MS, Where } from './behind.ts';
import { NONE } from './change.ts';
import { declaredOn } from './declared.ts';
import { revertInTime } from './revert.ts';

/** The family of live state that holds how hosts were before a run had them reached by any network: host -> run and that. */
const FORMER = 'behind-former';

/** Lets in by any network again; Muster comes by this one until `leaveBehind`. */
export const openHost = defineStep({
  name: 'behind.open',
  guards: true,
  input: Closing,
  uses: {},
  timeout: '5m',
  title: (where) => messages().behind.steps.open(where),
  brief: async ({ host }, beside) =>
    beside.direction === 'do' ? { rules: await declaredOn(host, beside, { open: true }) } : {},
  async run({ by, rules }, { guarding, run, signal, report }) {
    const { rules: before } = await guarding.show(signal);
    for (const line of diff(before ?? NONE, rules!)) report.line(line);
    const change = { change: run, by, rules: rules!, keepWithin: KEEP_WITHIN_MS, overwrite: [] };
    await guarding.apply(change, signal);
  },
  undo: (_, { guarding, run }) => revertInTime(guarding, run, KEEP_WITHIN_MS),
});

const Former = z.object({ run: z.string(), behind: Behind });

/** Has Muster come by the host's usual address again. There is nothing to do on the host. */
export const leaveBehind = defineStep({
  name: 'behind.leave',
  guards: true,
  input: Where,
  uses: {},
  timeout: '1m',
  title: (where) => messages().behind.steps.leave(where),
  async brief({ host }, { state, direction, run }) {
    const behind = await behindOf(state, host);
    if (direction === 'do') {
      if (behind) await state.set(FORMER, host, { run, behind });
      await noteBehind(state, host, undefined);
      return undefined;
    }
    const former = Former.safeParse(await state.get(FORMER, host)).data;
    if (former?.run === run) await noteBehind(state, host, former.behind);
    return undefined;
  },
  run: async () => ({}),
});
