/** What is known of machines beside the configuration: those that were added in chats, and what was set of them. */
import { z } from 'zod';
import { Mac } from '../../boot.ts';
import type { Config } from '../../config/config.ts';
import { Machine } from '../../config/machines.ts';
import { MusterError } from '../../errors.ts';
import { suggest } from '../../suggest.ts';

/** A machine that was added in a chat, as it would stand under `machines`. */
export const MachineRecord = z.object({
  machine: Machine,
  /** Who added it, and when (UTC, ISO 8601). */
  by: z.string(),
  added: z.string(),
});
export type MachineRecord = z.output<typeof MachineRecord>;
/** By name. */
export type Records = Readonly<Record<string, MachineRecord>>;

/** A machine that Muster knows. */
export interface Known {
  name: string;
  machine: Machine;
  from: 'config' | 'chat';
  /** Whether it was added in a chat as well: what the file says counts. */
  hides?: true;
}

/** Every machine, by name: those of the configuration's files, and those of chats whose names no file has. */
export function knownMachines(config: Pick<Config, 'machines'>, records: Records): Known[] {
  const filed = Object.entries(config.machines).map(
    ([name, machine]): Known => ({
      name,
      machine,
      from: 'config',
      ...(Object.hasOwn(records, name) && { hides: true }),
    }),
  );
  const added = Object.entries(records)
    .filter(([name]) => !Object.hasOwn(config.machines, name))
    .map(([name, { machine }]): Known => ({ name, machine, from: 'chat' }));
  return [...filed, ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The machine of a name, or of a MAC address; rejects with `machine.unknown` and the nearest name. */
export function machineOf(known: readonly Known[], text: string): Known {
  const mac = Mac.safeParse(text).data;
  const found = known.find(
    ({ name, machine }) => name === text || (mac !== undefined && machine.mac.includes(mac)),
  );
  if (found) return found;
  const near = suggest(
    text,
    known.map(({ name }) => name),
  );
  throw new MusterError('machine.unknown', { machine: text, near });
}

/** Who has one of the marks by which machines are told apart already: `mac 52:54:00:12:34:56` and the other's name. */
export function claimed(
  known: readonly Known[],
  name: string,
  { mac, uuid, serial }: Pick<Machine, 'mac' | 'uuid' | 'serial'>,
): { what: string; owner: string } | undefined {
  for (const other of known) {
    if (other.name === name) continue;
    const same = mac.find((one) => other.machine.mac.includes(one));
    if (same !== undefined) return { what: same, owner: other.name };
    if (uuid !== undefined && other.machine.uuid === uuid) return { what: uuid, owner: other.name };
    if (serial !== undefined && other.machine.serial === serial) return { what: serial, owner: other.name };
  }
  return undefined;
}

/** The machines of `node-7` (itself) and `label:rack-2` (all that carry it), each once; rejects with `machine.unknown` where one is none. */
export function chosen(known: readonly Known[], selectors: readonly string[]): Known[] {
  const found = selectors.flatMap((selector) => {
    if (!selector.startsWith('label:')) return [machineOf(known, selector)];
    const label = selector.slice('label:'.length);
    const those = known.filter(({ machine }) => machine.labels.includes(label));
    if (those.length > 0) return those;
    const labels = known.flatMap(({ machine }) => machine.labels);
    throw new MusterError('machine.nolabel', { label, near: suggest(label, labels) });
  });
  return [...new Map(found.map((one) => [one.name, one])).values()];
}

/** A machine of which nothing is known but that it booted: it is gone from the configuration. */
export const stranger = (name: string): Known => ({ name, machine: Machine.parse({}), from: 'chat' });
