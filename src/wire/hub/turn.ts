/** That there is one hub over one Redis, out of signs of life. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MusterError } from '../../errors.ts';
import type { Seen, Sign } from '../../jobs/alerts/seen.ts';
import { PATIENCE } from '../../jobs/alerts/switch.ts';

/**
 * Gives a first sign in the name of a hub. Rejects with `hub.taken` where another one gives signs of life, and where two begin at
 * once for the one whose first sign came later. One of the same name is this one, which was ended before.
 */
export async function takePlace(seen: Seen, name: string, every = PATIENCE.every): Promise<void> {
  const others = async () =>
    (await seen.all()).filter((sign) => sign.name.startsWith('hub/') && sign.name !== name);
  const before = new Map((await others()).map((sign) => [sign.name, sign.last]));
  if (before.size > 0) {
    await sleep(2.5 * every);
    const alive = (await others()).find((sign) => sign.last !== before.get(sign.name));
    if (alive) throw taken(alive);
    await seen.leave(...before.keys());
  }
  await seen.mark(name);
  const own = (await seen.all()).find((sign) => sign.name === name);
  const first = (await others()).find(({ joined }) => own && joined < own.joined);
  if (!first) return;
  await seen.leave(name);
  throw taken(first);
}

const taken = ({ name, facts }: Sign): MusterError =>
  new MusterError('hub.taken', { where: facts.where ?? name });
