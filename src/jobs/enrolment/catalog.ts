/** The steps on hosts that were added in a chat. */
import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { type AnyStep, defineStep } from '../step.ts';

/** Never reached: all that is to be done is done beside the host. */
const nothing = async (): Promise<void> => {};

export const rotateHost = defineStep({
  name: 'host.rotate',
  input: z.strictObject({ host: HostName }),
  uses: {},
  timeout: '5m',
  title: ({ host }) => messages().hosts.steps.rotate({ host }),
  async brief({ host }, { enrolment, note }) {
    for (const key of await enrolment.rotate(host)) note(messages().hosts.notes.rotated({ host, key }));
    return undefined;
  },
  run: nothing,
});

/** A value of live state: family and name. */
const Kept = z.strictObject({ family: z.string(), name: z.string() });

export const removeHost = defineStep({
  name: 'host.remove',
  input: z.strictObject({ host: HostName, forget: z.array(Kept) }),
  uses: {},
  timeout: '5m',
  title: ({ host }) => messages().hosts.steps.remove({ host }),
  async brief({ host, forget }, { enrolment, state, note }) {
    const { left } = await enrolment.remove(host);
    for (const { family, name } of forget) await state.remove(family, name);
    if (left !== undefined) note(messages().hosts.notes.left[left]({ host }));
    return undefined;
  },
  run: nothing,
});

export const enrolmentSteps: readonly AnyStep[] = [rotateHost, removeHost];
