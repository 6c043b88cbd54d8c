/** Who is in an overlay network, so that the others can be told: live state `overlay/NAME`, by host. */
import { z } from 'zod';
import type { Peer, WireGuardMembership } from '../../overlay.ts';
import { Endpoint, OverlayAddress, WireGuardKey, ZeroTierNode } from '../../overlay.ts';
import type { LiveState } from '../step.ts';

export const Member = z.object({
  kind: z.enum(['wireguard', 'zerotier']),
  /** Its public key in a WireGuard network, its node of ZeroTier. */
  key: z.union([WireGuardKey, ZeroTierNode]),
  /** Absent until a controller gave it one. */
  address: OverlayAddress.optional(),
  interface: z.string().optional(),
  endpoint: Endpoint.optional(),
});
export type Member = z.output<typeof Member>;

export const familyOf = (name: string): string => `overlay/${name}`;

/** The members of a network by host, sorted by name. */
export async function membersOf(state: LiveState, name: string): Promise<Record<string, Member>> {
  const all = Object.entries(await state.all(familyOf(name))).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(all.map(([host, member]) => [host, Member.parse(member)]));
}

/** The addresses that are given, by host. */
export const addressesOf = (members: Readonly<Record<string, Member>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([host, { address }]) =>
      address === undefined ? [] : [[host, address]],
    ),
  );

/** A membership that knows everybody who is in the network now, but the host itself. */
export const knowing = (
  membership: WireGuardMembership,
  host: string,
  members: Readonly<Record<string, Member>>,
): WireGuardMembership => ({
  ...membership,
  peers: Object.entries(members).flatMap(([name, { kind, key, address, endpoint }]): Peer[] =>
    name === host || kind !== 'wireguard' || address === undefined
      ? []
      : [{ host: name, key, address, ...(endpoint !== undefined && { endpoint }) }],
  ),
});
