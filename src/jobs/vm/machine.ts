/** Virtual machines that Muster made: families `vms` and (as machines that boot) `machines` of live state. */
import { createHash } from 'node:crypto';
import { join } from 'node:path/posix';
import { z } from 'zod';
import { HostName, MachineName } from '../../names.ts';
import type { LiveState } from '../step.ts';

const FAMILY = 'vms';

/** What a virtual machine is made of. */
export const Build = z.strictObject({
  uuid: z.string().regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  mac: z.string().regex(/^52:54:00(?::[0-9a-f]{2}){3}$/),
  /** Bytes. */
  memory: z.number().int().min(64e6).max(4e12),
  cpus: z.number().int().min(1).max(255),
  /** Bytes; without it, it has no disk. */
  disk: z.number().int().min(1e6).max(1e15).optional(),
  /** A network of libvirt's on its host. */
  network: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,62}$/),
  firmware: z.enum(['bios', 'uefi']),
});
export type Build = z.output<typeof Build>;

/** One of them, as it is kept. */
export const Virtual = z.object({ host: HostName, build: Build, run: z.string() });
export type Virtual = z.output<typeof Virtual>;

/** Every virtual machine, by name. */
export async function virtuals(state: LiveState): Promise<Record<string, Virtual>> {
  const read = Object.entries(await state.all(FAMILY)).flatMap(([name, value]) => {
    const { data } = Virtual.safeParse(value);
    return data && MachineName.safeParse(name).success ? [[name, data] as const] : [];
  });
  return Object.fromEntries(read);
}

export const keepVirtual = (state: LiveState, name: string, virtual: Virtual): Promise<void> =>
  state.set(FAMILY, name, virtual);
export const dropVirtual = (state: LiveState, name: string): Promise<void> => state.remove(FAMILY, name);

/** Where what belongs to it lies in Muster's folder on its host. */
export const folderOf = (root: string, machine: string): string => join(root, 'vms', machine);
export const consoleOf = (root: string, machine: string): string =>
  join(folderOf(root, machine), 'console.log');

/** The UUID and the MAC address of a machine, the same whenever it is planned; no others have the address. */
export function identity(machine: string, taken: (mac: string) => boolean): { uuid: string; mac: string } {
  for (let count = 0; ; count += 1) {
    const hex = createHash('sha256').update(`machine ${machine} ${count}`).digest('hex');
    // Locally made, for QEMU; a UUID of version 8 (RFC 9562).
    const mac = `52:54:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}`;
    const uuid = `${hex.slice(8, 16)}-${hex.slice(16, 20)}-8${hex.slice(21, 24)}-a${hex.slice(25, 28)}-${hex.slice(28, 40)}`;
    if (!taken(mac)) return { uuid, mac };
  }
}
