/**
 * The SSH host keys of machines: made once, kept in the state folder of the boot server, the same at every boot. Their public halves
 * are in live state, family `machines.hostkeys`, for whoever pins them.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type KeptPair, keptPair } from '../../adapters/ssh/kept.ts';
import { MusterError } from '../../errors.ts';
import { keyFingerprint } from '../../public-key.ts';
import type { LiveState } from '../step.ts';

const FAMILY = 'machines.hostkeys';
const Known = z.object({
  /** `TYPE BASE64`. */
  key: z.string(),
  /** The machine is gone: the next one of its name gets another key, as whoever had this one knows it. */
  gone: z.literal(true).optional(),
});

/** Where the private half of a machine's host key is. */
export const hostKeyFile = (state: string, machine: string): string =>
  join(state, 'keys', 'machines', machine);

/**
 * The pair of a machine, made where it has none yet; `state` is the folder where the boot server keeps its state. For one name it is
 * asked one after the other. Rejects with `machine.hostkey` where others may read its private half, or where it is no such key.
 */
export async function hostKey(state: string, machine: string, live: LiveState): Promise<KeptPair> {
  const file = hostKeyFile(state, machine);
  let kept = await keptPair(file, machine);
  const former = Known.safeParse(await live.get(FAMILY, machine)).data;
  if (former?.gone && typeof kept !== 'string' && kept.public === former.key) {
    await rm(file);
    kept = await keptPair(file, machine);
  }
  if (typeof kept === 'string') throw new MusterError('machine.hostkey', { machine, file, reason: kept });
  if ((await publicHostKey(live, machine)) !== kept.public)
    await live.set(FAMILY, machine, { key: kept.public } satisfies z.output<typeof Known>);
  return kept;
}

/** Sees to it that no other machine of that name ever has the key of one that is gone. */
export async function forgetHostKey(live: LiveState, machine: string): Promise<void> {
  const key = await publicHostKey(live, machine);
  if (key !== undefined)
    await live.set(FAMILY, machine, { key, gone: true } satisfies z.output<typeof Known>);
}

/** The public half, `TYPE BASE64`; undefined where the machine has had none yet. */
export async function publicHostKey(
  live: Pick<LiveState, 'get'>,
  machine: string,
): Promise<string | undefined> {
  const { data } = Known.safeParse(await live.get(FAMILY, machine));
  return data?.gone ? undefined : data?.key;
}

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
      return data && !data.gone ? [[machine, pinOf(data.key)]] : [];
    }),
  );
}

const pinOf = (key: string): string => keyFingerprint({ data: key.split(' ')[1] ?? '' });
