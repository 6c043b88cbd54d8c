/** What is raised of machines: boots that failed and nobody waited for, machines that nobody knows, marks that two have, machines that boot again and again. */
import type { Alarm } from '../../alarm.ts';
import type { ImageVersion } from '../../image.ts';
import { messages } from '../../messages/messages.ts';
import { humanSize } from '../../units.ts';
import { asError } from './causes.ts';
import type { KeptBoot } from './kept-boot.ts';
import { proposedName, type Stranger } from './strangers.ts';

export const failedKey = (machine: string): string => `boot/${machine}`;
export const loopKey = (machine: string): string => `boot/${machine}/loop`;
export const strangerKey = (mac: string): string => `stranger/${mac}`;
export const twiceKey = (names: readonly string[]): string => `twice/${[...names].sort().join('/')}`;
export const idleKey = (machine: string): string => `boot/${machine}/image`;
export const takenKey = (machine: string): string => `boot/${machine}/taken`;
export const forgedKey = (address: string): string => `forged/${address}`;

/** A boot that failed. */
export function failedAlarm(boot: KeptBoot): Alarm {
  const { machine, version, trouble, console = [] } = boot;
  const words = messages().machines.alarms;
  const error = trouble && asError(machine, trouble, version);
  return {
    key: failedKey(machine),
    severity: 'warning',
    cause: 'boot.failed',
    subject: `machine/${machine}`,
    summary: words.failed({ machine, version }),
    over: words.up({ machine }),
    many: words.manyFailed,
    manyOver: words.manyUp,
    lines: [...(error ? [error.message] : []), ...console.slice(-3)],
    hint: error?.hint ?? `/machine why ${machine}`,
    buttons: [{ label: words.why, line: `/machine why ${machine}` }],
  };
}

/** A version that did not boot, instead of which the machine gets another one. */
export function fallbackAlarm(
  machine: string,
  failed: ImageVersion,
  version: ImageVersion,
  why?: string,
): Alarm {
  const words = messages().machines.alarms;
  return {
    key: failedKey(machine),
    severity: 'warning',
    cause: 'boot.failed',
    subject: `machine/${machine}`,
    summary: words.fallback({ machine, failed, version }),
    over: words.fellBack({ machine, version }),
    many: words.manyFailed,
    manyOver: words.manyUp,
    lines: why === undefined ? [] : [why],
    hint: `/machine why ${machine}`,
    buttons: [{ label: words.why, line: `/machine why ${machine}` }],
  };
}

/** The third boot in ten minutes that does not come up. */
export function loopAlarm(machine: string, count: number, minutes: number): Alarm {
  const words = messages().machines.alarms;
  return {
    key: loopKey(machine),
    severity: 'critical',
    cause: 'boot.loop',
    subject: `machine/${machine}`,
    summary: words.loop({ machine, count, minutes }),
    over: words.up({ machine }),
    many: words.manyLoop,
    manyOver: words.manyUp,
    hint: `/machine why ${machine}`,
    buttons: [{ label: words.why, line: `/machine why ${machine}` }],
  };
}

/** A machine that may not boot, as there is nothing for it. `why` says it in words. */
export function idleAlarm(machine: string, why: string): Alarm {
  const words = messages().machines.alarms;
  return {
    key: idleKey(machine),
    severity: 'warning',
    cause: 'boot.idle',
    subject: `machine/${machine}`,
    summary: words.idle({ machine }),
    over: words.boots({ machine }),
    many: words.manyIdle,
    manyOver: words.manyBoot,
    lines: [why],
    hint: `/boot plan ${machine}`,
  };
}

/** Two machines that have one mark: whoever asks with it gets nothing. */
export function twiceAlarm(value: string, names: readonly string[]): Alarm {
  const words = messages().machines.alarms;
  const [one = '', other = ''] = names;
  return {
    key: twiceKey(names),
    severity: 'warning',
    cause: 'boot.twice',
    subject: `machine/${one}`,
    summary: words.twice({ value, one, other }),
    over: words.onceAgain({ one, other }),
    many: words.manyTwice,
    manyOver: words.manyOnce,
    hint: `/machine show ${one}`,
  };
}

/** A machine that nobody knows, with what is in it and a button that makes it one of ours. */
export function strangerAlarm(stranger: Stranger): Alarm {
  const { mac, firmware, address, inventory } = stranger;
  const words = messages().machines.alarms;
  const name = proposedName(mac);
  const line = `/machine adopt ${mac.replaceAll(':', '-')} --name ${name}`;
  return {
    key: strangerKey(mac),
    severity: 'info',
    cause: 'machine.stranger',
    subject: `machine/${name}`,
    summary: words.stranger({ mac, firmware }),
    over: words.adopted({ mac }),
    many: words.manyStrangers,
    manyOver: words.manyAdopted,
    lines: inventory ? inventoryLines(stranger) : [words.at({ address })],
    hint: line,
    buttons: [{ label: words.adopt, line }],
  };
}

/** Somebody who calls home for machines with tokens that nobody has. */
export function forgedAlarm(address: string, times: number): Alarm {
  const words = messages().machines.alarms;
  return {
    key: forgedKey(address),
    severity: 'warning',
    cause: 'boot.forged',
    subject: 'boot/server',
    summary: words.forged({ address, times }),
    over: words.forgedOver({ address }),
    many: words.manyForged,
    manyOver: words.manyForgedOver,
    hint: words.forgedHint({ address }),
  };
}

/** Somebody who asked for what a machine is given, and is not that machine, or asked twice. */
export function takenAlarm(machine: string, address: string, again: boolean): Alarm {
  const words = messages().machines.alarms;
  return {
    key: takenKey(machine),
    severity: 'critical',
    cause: 'boot.taken',
    subject: `machine/${machine}`,
    summary: again ? words.takenTwice({ machine, address }) : words.takenElsewhere({ machine, address }),
    over: words.boots({ machine }),
    many: words.manyTaken,
    manyOver: words.manyBoot,
    hint: words.takenHint({ machine }),
  };
}

/** What a machine told of itself, a line each; a stranger's words. */
export function inventoryLines({ inventory, address }: Pick<Stranger, 'inventory' | 'address'>): string[] {
  const words = messages().machines.alarms;
  if (!inventory) return [words.at({ address })];
  const { cpu, memory, disks, nics, vendor, product } = inventory;
  const made = [vendor, product].filter((one) => one !== '').join(' ');
  return [
    ...(made === '' ? [] : [made]),
    words.inside({ cores: cpu.cores, cpu: cpu.model, memory: humanSize(memory) }),
    ...disks.slice(0, 4).map(({ name, bytes, model }) => [name, humanSize(bytes), model].join(' ').trim()),
    ...nics.slice(0, 3).map(({ name, mac, link }) => `${name} ${mac} ${link ? words.link : words.noLink}`),
  ];
}
