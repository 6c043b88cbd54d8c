/** Where hosts are reached: one machine is one host. Pure. */
import type { Config } from './config.ts';

/** As much of a host's entry as says where it is reached, as it stands in a file or is kept. */
interface Reached {
  [key: string]: unknown;
  address?: unknown;
  port?: unknown;
}

/**
 * The first address and port of an entry, its own and its guardian's, that is another host's already, also one's that nobody
 * has trusted yet, or that it names twice; undefined where there is none.
 */
export function takenPlace(
  name: string,
  entry: object,
  { hosts, enrolled = {} }: Pick<Config, 'hosts' | 'enrolled'>,
): { address: string; port: string; owner: string } | undefined {
  const waiting = Object.entries(enrolled).map(([other, host]) => [other, host.entry] as const);
  const taken = new Map(
    [...waiting, ...Object.entries(hosts)].flatMap(([other, known]) =>
      other === name ? [] : placesOf(known).map((place) => [place.join(' '), other] as const),
    ),
  );
  for (const [address, port] of placesOf(entry)) {
    const place = `${address} ${port}`;
    const owner = taken.get(place);
    if (owner !== undefined) return { address, port, owner };
    taken.set(place, name);
  }
  return undefined;
}

function placesOf(entry: object): (readonly [address: string, port: string])[] {
  const { guardian, ...own } = entry as Reached;
  return [own, (guardian ?? {}) as Reached].flatMap(({ address, port }) =>
    typeof address === 'string' ? [[address.toLowerCase(), String(port)] as const] : [],
  );
}
