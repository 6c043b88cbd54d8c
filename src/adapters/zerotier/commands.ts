/** What zerotier-cli(1) is asked, and what it answers. */
import { z } from 'zod';
import { ZeroTierNetwork, ZeroTierNode } from '../../overlay.ts';

export const infoArgv = (): string[] => ['zerotier-cli', '-j', 'info'];
export const networksArgv = (): string[] => ['zerotier-cli', '-j', 'listnetworks'];
export const joinArgv = (network: string): string[] => ['zerotier-cli', 'join', network];
export const leaveArgv = (network: string): string[] => ['zerotier-cli', 'leave', network];

/** The host itself. */
export const Info = z.object({ address: ZeroTierNode });

/** A network that the host has joined; `status` is OK once the controller lets it in. */
export const Network = z.object({
  nwid: ZeroTierNetwork,
  status: z.string(),
  portDeviceName: z.string().default(''),
  assignedAddresses: z.array(z.string()).default([]),
});
export const Networks = z.array(Network);
