/** The power of a machine as steps of any kind use it: where it is switched from, its password, and what does it there. */
import { z } from 'zod';
import type { Opened } from '../adapters/adapter.ts';
import { libvirt } from '../adapters/libvirt/libvirt.ts';
import { power } from '../adapters/power/power.ts';
import type { Config } from '../config/config.ts';
import type { Machine } from '../config/machines.ts';
import { Power as PowerSettings } from '../config/machines.ts';
import { MusterError } from '../errors.ts';
import { MachineName } from '../names.ts';
import type { Power } from '../power.ts';
import { Secret } from '../secret.ts';
import type { Beside } from './step.ts';

/** What a step that switches machines `uses`. */
export const POWER_TOOLS = { power, libvirt };

/** What switches a machine, as data for a plan: the password is added when a step starts, and is nowhere before. */
export const PowerSwitch = z.strictObject({
  machine: MachineName,
  settings: PowerSettings,
  mac: z.array(z.string()).default([]),
  /** From which interface it is woken, where that is not the one of the route. */
  interface: z.string().optional(),
  password: z.string().optional(),
});
export type PowerSwitch = z.output<typeof PowerSwitch>;

/** What switches a machine, and the host from which that is done. Rejects with `power.none` or `power.nowhere`. */
export function switchOf(
  machine: string,
  { power: settings, mac }: Pick<Machine, 'power' | 'mac'>,
  { boot }: Pick<Config, 'boot'>,
): { host: string; by: PowerSwitch } {
  if (!settings) throw new MusterError('power.none', { machine });
  const host = settings.kind === 'libvirt' ? settings.on : boot.host;
  if (host === undefined) throw new MusterError('power.nowhere', { machine });
  const wakes =
    settings.kind === 'wake' && settings.broadcast === '255.255.255.255' && boot.dhcp !== undefined;
  return { host, by: { machine, settings, mac, ...(wakes && { interface: boot.interface }) } };
}

/** The same with its password, for the `brief` of a step. Rejects with `config.secret`. */
export async function withPassword(
  by: PowerSwitch,
  { secret }: Pick<Beside, 'secret'>,
): Promise<PowerSwitch> {
  const { machine, settings } = by;
  if (settings.kind !== 'ipmi' && settings.kind !== 'redfish') return by;
  const password = await secret(settings.password, `machines.${machine}.power.password`);
  return { ...by, password: password.reveal() };
}

/** The power of a machine over the host's tools; `signal` ends what is going on. */
export function powerOf(
  { machine, settings, mac, interface: device, password = '' }: PowerSwitch,
  tools: Opened<typeof POWER_TOOLS>,
  signal?: AbortSignal,
): Power {
  if (settings.kind === 'libvirt')
    return tools.libvirt.power({ machine, domain: settings.domain ?? machine }, signal);
  if (settings.kind === 'ipmi' || settings.kind === 'redfish')
    return tools.power.of({ ...settings, machine, password: new Secret(password) }, signal);
  if (settings.kind === 'wake')
    return tools.power.of({ ...settings, machine, mac, interface: device }, signal);
  return tools.power.of({ ...settings, machine }, signal);
}
