/**
 * What an overlay network is to a host: its own network between chosen hosts, over whatever network there is. WireGuard and
 * ZeroTier are the two kinds; the adapters of both implement `Overlay`.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseRange } from './addresses.ts';
import { messages } from './messages/messages.ts';
import { HostName, OverlayName } from './names.ts';

/** A WireGuard key: 32 bytes in base64 (wg(8)). */
export const WireGuardKey = z
  .string()
  .regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, { error: () => messages().overlay.key });
/** A ZeroTier network: 16 hexadecimal digits. */
export const ZeroTierNetwork = z
  .string()
  .regex(/^[0-9a-f]{16}$/, { error: () => messages().overlay.zeroTierNetwork });
/** A host as ZeroTier names it: 10 hexadecimal digits. */
export const ZeroTierNode = z.string().regex(/^[0-9a-f]{10}$/);

/** One address of either family, without a prefix. */
export const OverlayAddress = z
  .string()
  .refine((text) => !/[/-]/.test(text) && parseRange(text) !== undefined, {
    error: () => messages().overlay.address,
  });

/** Where a host is reached from outside: `192.0.2.10:51820`, `[2001:db8::1]:51820`, `web-1.example.org:51820`. */
export const Endpoint = z
  .string()
  .regex(/^(?:[A-Za-z0-9][A-Za-z0-9._-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\]):[1-9]\d{0,4}$/);
export type Endpoint = z.output<typeof Endpoint>;

/** Another member of a WireGuard network. */
export const Peer = z.strictObject({
  host: HostName,
  key: WireGuardKey,
  address: OverlayAddress,
  /** Absent where it has to call first. */
  endpoint: Endpoint.optional(),
});
export type Peer = z.output<typeof Peer>;

/** What a host has to know to be a member of a WireGuard network. */
export const WireGuardMembership = z.strictObject({
  kind: z.literal('wireguard'),
  name: OverlayName,
  /** Its own address, and how many bits of it are the network's. */
  address: OverlayAddress,
  prefix: z.int().min(0).max(128),
  port: z.int().min(1).max(65_535),
  /** Seconds between signs of life, which keep the way through a NAT open; 0 for none. */
  keepalive: z.int().min(0).max(65_535),
  peers: z.array(Peer).max(10_000).default([]),
});
export type WireGuardMembership = z.output<typeof WireGuardMembership>;

/** What a host has to know to be a member of a ZeroTier network; its address comes from the controller. */
export const ZeroTierMembership = z.strictObject({
  kind: z.literal('zerotier'),
  name: OverlayName,
  network: ZeroTierNetwork,
});
export type ZeroTierMembership = z.output<typeof ZeroTierMembership>;

export const Membership = z.discriminatedUnion('kind', [WireGuardMembership, ZeroTierMembership]);
export type Membership = z.output<typeof Membership>;

/** How a host stands in an overlay network. */
export interface Standing {
  /** `out`: no member. `down`: a member, whose interface is gone. `waiting`: the controller has not let it in. `up`: it works. */
  state: 'out' | 'down' | 'waiting' | 'up';
  /** Its name in the network: a WireGuard public key, a ZeroTier node. Absent where it has none yet. */
  key?: string;
  /** Its network interface, for the firewall. */
  interface?: string;
  /** Its address in the network, where it has one. */
  address?: string;
}

/** One overlay network on one host. Every change is idempotent. */
export interface Overlay {
  /** Makes the host a member as the membership says, or makes it what it says where it is one already; nothing that goes on is cut. */
  join(signal?: AbortSignal): Promise<Standing>;
  /** Takes the host out; nothing where it is no member. */
  leave(signal?: AbortSignal): Promise<void>;
  status(signal?: AbortSignal): Promise<Standing>;
  /** The membership that is in force; undefined where the host is no member. */
  membership(signal?: AbortSignal): Promise<Membership | undefined>;
  /** Reaches another member over the network and over nothing else; gives the round trip in ms, rejects with `overlay.silent`. */
  test(peer: { host: string; address: string }, signal?: AbortSignal): Promise<number>;
}

/** The interface of a WireGuard network, at most 15 bytes: `wg-build`; of a long name a digest. */
export const interfaceOf = (name: string): string =>
  `wg-${name.length <= 12 ? name : createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
