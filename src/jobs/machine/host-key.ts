/**
 * The SSH host keys of machines: made once, kept in the state folder of the boot server, the same at every boot. Their public halves
 * are in live state, family `machines.hostkeys`, for whoever pins them.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { type KeptPair, keptPair } from '../../adapters/ssh/kept.ts';
import { MusterError } from '../../errors.ts';
import { keyFingerprint } from '../../public-key.ts';
import type { LiveState } from '../step.ts';

const FAMILY = 'machines.hostkeys';
const Known = z.object({ key: z.string() });

/** Where the private half of a machine's host key is. */
export const hostKeyFile = (state: string, machine: string): string =>
  join(state, 'keys', 'machines', machine);

/**
 * The pair of a machine, made where it has none yet; `state` is the folder where the boot server keeps its state. Rejects with
 * `machine.hostkey` where others may read its private half, or where it is no such key.
 */
export async function hostKey(state: string, machine: string, live: LiveState): Promise<KeptPair> {
  const file = hostKeyFile(state, machine);
  const kept = await keptPair(file, machine);
  if (typeof kept === 'string') throw new MusterError('machine.hostkey', { machine, file, reason: kept });
  if ((await publicHostKey(live, machine)) !== kept.public)
    await live.set(FAMILY, machine, { key: kept.public } satisfies z.output<typeof Known>);
  return kept;
}

/** The public half, `TYPE BASE64`; undefined where the machine has had none yet. */
export const publicHostKey = async (
  live: Pick<LiveState, 'get'>,
  machine: string,
): Promise<string | undefined> => Known.safeParse(await live.get(FAMILY, machine)).data?.key;

/** `SHA256:…`, as it stands under `hostKey` of a host; undefined where the machine has had none yet. */
export async function hostKeyPin(live: Pick<LiveState, 'get'>, machine: string): Promise<string | undefined> {
  const key = await publicHostKey(live, machine);
  return key === undefined ? undefined : pinOf(key);
}

/** The same of every machine that has one, by name. */
export async function hostKeyPins(live: Pick<LiveState, 'all'>): Promise<Record<string, string>> {
  const all = Object.entries(await live.all(FAMILY));
  return Object.fromEntries(
    all.flatMap(([machine, value]) => {
      const { data } = Known.safeParse(value);
      return data ? [[machine, pinOf(data.key)]] : [];
    }),
  );
}

const pinOf = (key: string): string => keyFingerprint({ data: key.split(' ')[1] ?? '' });
