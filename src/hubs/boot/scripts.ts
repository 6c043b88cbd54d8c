/** What iPXE asks for: the script that every machine begins with, and the one for this machine. */
import { z } from 'zod';
import { firmwareOf } from '../../adapters/ipxe/firmware.ts';
import { firstScript } from '../../adapters/ipxe/first.ts';
import { imageScript, localScript, refusalScript, waitScript } from '../../adapters/ipxe/scripts.ts';
import { type Asking, type Decision, Mac } from '../../boot.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Answer, Route } from './route.ts';

/** How long a machine waits before it asks again where nobody could say what it gets, s. */
const AGAIN = 10;

/** What iPXE says of the machine that it runs on; what is not known is empty. */
const Question = z.object({
  mac: Mac,
  uuid: z
    .string()
    .toLowerCase()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    // What firmware says that was never given one.
    .refine((uuid) => !/^[0-]+$|^[f-]+$/.test(uuid))
    .optional()
    .catch(undefined),
  serial: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[\x20-\x7e]*$/)
    .optional()
    .catch(undefined),
  buildarch: z.string().max(20).default(''),
  platform: z.string().max(20).default(''),
});

const script = (body: string): Answer => ({ type: 'text/plain; charset=us-ascii', body });

const first: Route = {
  method: 'GET',
  path: '/boot.ipxe',
  answer: async ({ base }) => script(firstScript(base)),
};

const own: Route = {
  method: 'GET',
  path: '/v1/script',
  async answer({ query, address, base, desk, log }) {
    const parsed = Question.safeParse(Object.fromEntries(query));
    if (!parsed.success)
      throw new MusterError('boot.request', { problem: parsed.error.issues[0]?.path.join('.') });
    const { mac, uuid, serial, platform, buildarch } = parsed.data;
    const firmware = firmwareOf(platform, buildarch);
    const words = messages().boot.scripts;
    if (!firmware) {
      log.warn({ mac, address, platform, buildarch }, 'a machine asks that no image is for');
      return script(refusalScript(words.unsupported({ platform, architecture: buildarch })));
    }
    const asking: Asking = { mac, uuid, serial, firmware, address };
    const decision = await desk.decide(asking).catch((err): Decision => {
      log.error({ err, mac }, 'nobody could say what a machine gets');
      return { kind: 'wait', seconds: AGAIN, because: [] };
    });
    return script(written(base, asking, decision));
  },
};

function written(base: string, asking: Asking, decision: Decision): string {
  const words = messages().boot.scripts;
  const place = (title: string) => ({ base, asking, title });
  if (decision.kind === 'wait')
    return waitScript(place(words.wait({ seconds: decision.seconds })), decision.seconds);
  if (decision.kind === 'local') return localScript(place(words.local));
  const { token, bootable } = decision;
  const { version } = bootable;
  const discover = decision.kind === 'discovery';
  const title = discover ? words.discovery({ version }) : words.image({ version, machine: decision.machine });
  return imageScript(place(title), { token, bootable, discover });
}

export const scripts: readonly Route[] = [first, own];
