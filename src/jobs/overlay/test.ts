/** Proves that members of an overlay network reach each other over it. Changes nothing. */
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';
import { defineStep } from '../step.ts';
import { overlayOf, USES } from './change.ts';
import { Testing } from './input.ts';
import { addressesOf, membersOf } from './members.ts';

/** Reaches one member or all; nothing to do on a host that is none. */
export const testOverlay = defineStep({
  name: 'overlay.test',
  lane: 'read',
  input: Testing,
  uses: USES,
  timeout: '10m',
  title: ({ host, membership: { name } }) => messages().overlay.steps.test({ host, name }),
  async brief({ host, membership: { name }, only }, { state }) {
    const addresses = addressesOf(await membersOf(state, name));
    if (addresses[host] === undefined) return undefined;
    const others = Object.entries(addresses).filter(
      ([other]) => other !== host && (only === undefined || other === only),
    );
    return { targets: others.map(([other, address]) => ({ host: other, address })) };
  },
  async run({ host, membership, targets }, context) {
    const overlay = overlayOf(membership, context);
    const { notes } = messages().overlay;
    if (targets.length === 0) context.report.note(notes.alone({ host }));
    for (const [index, target] of targets.entries()) {
      const ms = await overlay.test(target, context.signal);
      context.report.note(notes.reached({ host, peer: target.host, time: humanDuration(Math.max(1, ms)) }));
      context.report.progress((index + 1) / targets.length);
    }
    return { reached: targets.map((target) => target.host) };
  },
});
