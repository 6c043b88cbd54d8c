/**
 * Machines that nobody knows and that asked for something to boot: family `strangers` of live state, by MAC address. Those that are ours
 * by now may still be in the boot that shows what is in them: its tokens are family `strangers.adopted`.
 */
import { z } from 'zod';
import { BootToken, Inventory } from '../../boot.ts';
import type { LiveState } from '../step.ts';

const FAMILY = 'strangers';
const ADOPTED = 'strangers.adopted';
/** The most that are remembered: whoever makes addresses up pushes out the one that was heard of longest ago. */
export const MOST_STRANGERS = 200;

export const Stranger = z.object({
  mac: z.string(),
  uuid: z.string().optional(),
  serial: z.string().optional(),
  firmware: z.string(),
  address: z.string(),
  /** When it asked first and last, ms since the epoch. */
  first: z.number(),
  last: z.number(),
  /** Of the boot that shows what is in it. */
  token: BootToken.optional(),
  inventory: Inventory.optional(),
});
export type Stranger = z.output<typeof Stranger>;

/** Every stranger, by MAC address. */
export async function strangersIn(state: Pick<LiveState, 'all'>): Promise<Map<string, Stranger>> {
  const all = Object.values(await state.all(FAMILY));
  const read = all.flatMap((value) => {
    const { data } = Stranger.safeParse(value);
    return data ? [data] : [];
  });
  return new Map(read.map((one) => [one.mac, one]));
}

/** Notes a stranger; gives those that are forgotten for it. */
export async function noteStranger(
  state: LiveState,
  known: Map<string, Stranger>,
  stranger: Stranger,
): Promise<string[]> {
  known.delete(stranger.mac);
  known.set(stranger.mac, stranger);
  const old = [...known.values()]
    .sort((a, b) => a.last - b.last)
    .slice(0, Math.max(0, known.size - MOST_STRANGERS));
  await state.set(FAMILY, stranger.mac, stranger);
  for (const { mac } of old) await forgetStranger(state, known, mac);
  return old.map(({ mac }) => mac);
}

export async function forgetStranger(
  state: LiveState,
  known: Map<string, Stranger>,
  mac: string,
): Promise<void> {
  known.delete(mac);
  await state.remove(FAMILY, mac);
}

/** Tokens of machines that are ours by now, by MAC address; the last that were adopted. */
export async function adoptedIn(state: Pick<LiveState, 'all'>): Promise<Map<string, string>> {
  const all = Object.entries(await state.all(ADOPTED));
  return new Map(
    all.flatMap(([mac, value]) => {
      const { data } = BootToken.safeParse(value);
      return data === undefined ? [] : [[mac, data] as const];
    }),
  );
}

/** Notes one more of them; any other is forgotten for it where there are too many. */
export async function noteAdopted(
  state: LiveState,
  known: Map<string, string>,
  mac: string,
  token: string,
): Promise<void> {
  known.delete(mac);
  for (const [other] of known) {
    if (known.size < MOST_STRANGERS) break;
    known.delete(other);
    await state.remove(ADOPTED, other);
  }
  known.set(mac, token);
  await state.set(ADOPTED, mac, token);
}

/** One has begun anew: it is in that boot no longer. */
export async function forgetAdopted(
  state: LiveState,
  known: Map<string, string>,
  mac: string,
): Promise<void> {
  if (known.delete(mac)) await state.remove(ADOPTED, mac);
}

/** A name for a stranger, as it is proposed: `node-123456`, the end of its address. */
export const proposedName = (mac: string): string => `node-${mac.replaceAll(':', '').slice(-6)}`;
