/** Strikes a host that is gone for good off an overlay network, without reaching it. */
import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { HostName, OverlayName } from '../../names.ts';
import { Behind, behindOf, noteBehind } from '../networks.ts';
import { defineStep } from '../step.ts';
import { familyOf } from './members.ts';

const Former = z.object({ run: z.string(), member: z.unknown(), behind: Behind.optional() });

export const forgetMember = defineStep({
  name: 'overlay.forget',
  input: z.strictObject({ host: HostName, name: OverlayName }),
  uses: {},
  timeout: '1m',
  title: ({ host, name }) => messages().overlay.steps.leave({ host, name }),
  async brief({ host, name }, { state, direction, run }) {
    const family = `overlay-gone/${name}`;
    const former = Former.safeParse(await state.get(family, host)).data;
    if (direction === 'undo') {
      if (former?.run !== run) return undefined;
      await state.set(familyOf(name), host, former.member);
      if (former.behind) await noteBehind(state, host, former.behind);
      await state.remove(family, host);
      return undefined;
    }
    const member = await state.get(familyOf(name), host);
    const noted = await behindOf(state, host);
    const behind = noted?.overlay === name ? noted : undefined;
    if (member !== undefined) await state.set(family, host, { run, member, behind });
    await state.remove(familyOf(name), host);
    if (behind) await noteBehind(state, host, undefined);
    return undefined;
  },
  run: async () => ({}),
  undo: async () => undefined,
});
