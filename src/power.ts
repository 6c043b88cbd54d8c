/** How a machine is switched on and off, whatever does it: one interface, which its adapters speak. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MusterError } from './errors.ts';
import { humanDuration } from './units.ts';

/** `unknown` where nobody can tell. */
export type PowerState = 'on' | 'off' | 'unknown';

/** The power of one machine. Everything ends within some minutes, and may be done again. */
export interface Power {
  /** Rejects with `power.unreachable`, `power.credentials`, `power.certificate`, `power.refused` or `power.unreadable`. */
  status(): Promise<PowerState>;
  /** Resolves once it is on, where that can be known; fine where it was. Rejects as `status` does, or with `power.stays`. */
  on(): Promise<void>;
  /** Asks its operating system to end, or (`hard`) takes the power. Rejects as `on` does, or with `power.cannot`. */
  off(hard?: boolean): Promise<void>;
  /** Takes the power and gives it back; just gives it where it was off. Rejects as `off` does. */
  cycle(): Promise<void>;
  /** Has its next boot be from the network; false where only its firmware can be told, by hand. Rejects as `status` does. */
  bootFromNetworkOnce(): Promise<boolean>;
}

/** How long is waited, ms: for a state altogether, and from one look to the next. */
export interface Patience {
  patience: number;
  pause: number;
  signal?: AbortSignal;
}

/** Looks until a machine is in a state; rejects with `power.stays` where it does not get there in time. */
export async function settled(
  machine: string,
  wanted: 'on' | 'off',
  look: () => Promise<PowerState>,
  { patience, pause, signal }: Patience,
): Promise<void> {
  const deadline = performance.now() + patience;
  while ((await look()) !== wanted) {
    if (performance.now() > deadline)
      throw new MusterError('power.stays', { machine, wanted, time: humanDuration(patience) });
    await sleep(pause, undefined, { signal });
  }
}
