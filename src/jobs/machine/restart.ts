/** Has a machine boot anew: by its power, or over ssh where a host of the same name is its running system. */
import { z } from 'zod';
import { openAll } from '../../adapters/adapter.ts';
import type { Config } from '../../config/config.ts';
import { asMusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { isLoss } from '../carry-out.ts';
import { POWER_TOOLS, PowerSwitch, powerOf, switchOf, withPassword } from '../power-switch.ts';
import type { Here } from '../step.ts';
import type { Known } from './record.ts';

/** By what a machine is restarted, as data for a plan. */
export const Restart = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('power'), from: HostName, power: PowerSwitch }),
  z.strictObject({ by: z.literal('ssh'), over: HostName }),
  /** Somebody has to do it. */
  z.strictObject({ by: z.literal('hand') }),
]);
export type Restart = z.output<typeof Restart>;

/** How long a machine may take to end before it begins, and a person to get to its switch, ms. */
const END_MS = 3 * 60_000;
const HAND_MS = 30 * 60_000;

/** What restarts a machine: its power first, which also works where its system does not. */
export function restartOf({ name, machine }: Known, config: Pick<Config, 'boot' | 'hosts'>): Restart {
  if (machine.power) {
    const { host, by } = switchOf(name, machine, config);
    return { by: 'power', from: host, power: by };
  }
  const host = Object.hasOwn(config.hosts, name) ? config.hosts[name] : undefined;
  return host?.link === 'ssh' ? { by: 'ssh', over: name } : { by: 'hand' };
}

/** How long it may take until a machine that is restarted asks for an address, ms. */
export const patienceFor = (restart: Restart, deadline: number): number =>
  deadline + (restart.by === 'hand' ? HAND_MS : END_MS);

/** Restarts it; says what was done, or what a person has to do. Rejects as power does. */
export async function restart(
  how: Restart,
  machine: string,
  { beside, place, signal, report }: Here,
): Promise<void> {
  const { notes } = messages().machines;
  if (how.by === 'hand') return report.note(notes.byHand({ machine }));
  if (how.by === 'ssh') {
    const { shell } = await place(how.over);
    // The way to it is lost as it ends.
    await shell.run(['systemctl', 'reboot'], { timeout: 30_000, signal }).catch((thrown) => {
      if (!isLoss(asMusterError(thrown))) throw thrown;
    });
    return report.note(notes.rebooted({ machine }));
  }
  const { shell, tools } = await place(how.from);
  const power = powerOf(await withPassword(how.power, beside), openAll(POWER_TOOLS, shell, tools), signal);
  await power.bootFromNetworkOnce();
  await power.cycle();
  report.note(notes.cycled({ machine }));
}
