/**
 * What overlay networks mean to a host as a whole, out of live state: `overlay/NAME` holds the members by host, `behind` the
 * hosts that are reached over a network only.
 */
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import type { Network } from '../config/host-firewall.ts';
import { OverlayAddress } from '../overlay.ts';
import type { LiveState } from './step.ts';

/** The UDP port on which ZeroTier hears others (zerotier-one(8)). */
const ZEROTIER_PORT = 9_993;

const Joined = z.object({ address: OverlayAddress.optional(), interface: z.string().optional() });

/** A host that lets nobody in but by one network. */
export const Behind = z.object({
  overlay: z.string(),
  /** Where Muster reaches it. */
  address: OverlayAddress,
  /** The run that made it so, and how it was before that. */
  run: z.string(),
  before: z.object({ overlay: z.string(), address: OverlayAddress }).optional(),
});
export type Behind = z.output<typeof Behind>;
/** The family of live state that holds it: host -> network and address. */
export const BEHIND = 'behind';

/** By which network alone a host is reached; undefined where by any. */
export async function behindOf(state: LiveState, host: string): Promise<Behind | undefined> {
  return Behind.optional().parse(await state.get(BEHIND, host));
}

/** Notes it; undefined where it is reached by any network again. */
export async function noteBehind(state: LiveState, host: string, behind: Behind | undefined): Promise<void> {
  if (behind) await state.set(BEHIND, host, behind);
  else await state.remove(BEHIND, host);
}

/** Where hosts are reached that are behind a network. */
export async function overlayAddresses(state: LiveState): Promise<Record<string, string>> {
  const all = Object.entries(await state.all(BEHIND));
  return Object.fromEntries(all.map(([host, value]) => [host, Behind.parse(value).address]));
}

/** A host's address and interface in a network; undefined where it is no member, or has none yet. */
export async function memberOf(
  state: LiveState,
  overlay: string,
  host: string,
): Promise<{ address: string; interface: string } | undefined> {
  const joined = Joined.optional().parse(await state.get(`overlay/${overlay}`, host));
  const { address, interface: device } = joined ?? {};
  return address !== undefined && device !== undefined ? { address, interface: device } : undefined;
}

/** The networks that a host is in, as its firewall has to know them. */
export async function networksOf(config: Config, state: LiveState, host: string): Promise<Network[]> {
  const behind = await behindOf(state, host);
  const each = Object.entries(config.overlays).map(async ([name, settings]): Promise<Network[]> => {
    const member = await memberOf(state, name, host);
    if (!member) return [];
    const port = settings.kind === 'wireguard' ? settings.port : ZEROTIER_PORT;
    return [{ name, interface: member.interface, port, only: behind?.overlay === name }];
  });
  return (await Promise.all(each)).flat();
}

/** Where to knock on a host: where Muster reaches it now. */
export async function probesFrom<Probe extends { address: string }>(
  state: LiveState,
  { hosts }: Pick<Config, 'hosts'>,
  host: string,
  probes: readonly Probe[],
): Promise<Probe[]> {
  const behind = await behindOf(state, host);
  const entry = hosts[host];
  const usual = entry && entry.link !== 'local' ? entry.address : undefined;
  return probes.map((probe) =>
    behind && probe.address === usual ? { ...probe, address: behind.address } : probe,
  );
}
