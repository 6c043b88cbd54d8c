/** Has a machine boot anew: by its power, or over ssh where a host of the same name is its running system. */
import { z } from 'zod';
import { openAll } from '../../adapters/adapter.ts';
import { Mac } from '../../boot.ts';
import type { Config } from '../../config/config.ts';
import { asMusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { isLoss } from '../carry-out.ts';
import { POWER_TOOLS, PowerSwitch, powerOf, switchOf, withPassword } from '../power-switch.ts';
import type { Here } from '../step.ts';
import type { Known } from './record.ts';
import { adoptedIn } from './strangers.ts';

/** By what a machine is restarted, as data for a plan. */
export const Restart = z.discriminatedUnion('by', [
  /** `over` is its running system, where the power can only wake it. */
  z.strictObject({
    by: z.literal('power'),
    from: HostName,
    power: PowerSwitch,
    over: HostName.optional(),
  }),
  z.strictObject({ by: z.literal('ssh'), over: HostName }),
  /** Somebody has to do it, unless one of these cards is of a machine that still shows what is in it. */
  z.strictObject({ by: z.literal('hand'), mac: z.array(Mac).default([]) }),
]);
export type Restart = z.output<typeof Restart>;

/** How long a machine may take to end before it begins, and a person to get to its switch, ms. */
const END_MS = 3 * 60_000;
const HAND_MS = 30 * 60_000;

/** What restarts a machine: its power first, which also works where its system does not; a packet only wakes what is off. */
export function restartOf({ name, machine }: Known, config: Pick<Config, 'boot' | 'hosts'>): Restart {
  const host = Object.hasOwn(config.hosts, name) ? config.hosts[name] : undefined;
  const over = host?.link === 'ssh' ? name : undefined;
  if (machine.power) {
    const { host: from, by } = switchOf(name, machine, config);
    const wakes = machine.power.kind === 'wake' && over !== undefined;
    return { by: 'power', from, power: by, ...(wakes && { over }) };
  }
  return over === undefined ? { by: 'hand', mac: machine.mac } : { by: 'ssh', over };
}

/** How long it may take until a machine that is restarted asks for an address, ms. */
export function patienceFor(restart: Restart, deadline: number): number {
  // What can only be woken, and is on, has to be restarted by somebody.
  const wakes = restart.by === 'power' && restart.power.settings.kind === 'wake' && !restart.over;
  return deadline + (restart.by === 'hand' || wakes ? HAND_MS : END_MS);
}

/** Restarts it; says what was done, or what a person has to do. Rejects as power does. */
export async function restart(
  how: Restart,
  machine: string,
  { beside, place, signal, report }: Here,
): Promise<void> {
  const { notes } = messages().machines;
  if (how.by === 'hand') {
    const shows = await adoptedIn(beside.state);
    return report.note(
      how.mac.some((mac) => shows.has(mac)) ? notes.shows({ machine }) : notes.byHand({ machine }),
    );
  }
  if (how.over !== undefined) {
    const told = await reboot(how.over, how.by === 'power', { place, signal });
    if (told) return report.note(notes.rebooted({ machine }));
  }
  if (how.by === 'ssh') return;
  const { shell, tools } = await place(how.from);
  const power = powerOf(await withPassword(how.power, beside), openAll(POWER_TOOLS, shell, tools), signal);
  await power.bootFromNetworkOnce();
  if (how.power.settings.kind === 'wake') {
    await power.on();
    return report.note(messages().power.notes.woken({ machine }));
  }
  await power.cycle();
  report.note(notes.cycled({ machine }));
}

/** Tells a running system to restart; false where it is `mayBeOff` and does not answer. */
async function reboot(
  host: string,
  mayBeOff: boolean,
  { place, signal }: Pick<Here, 'place' | 'signal'>,
): Promise<boolean> {
  try {
    const { shell } = await place(host);
    await shell.run(['systemctl', 'reboot'], { timeout: 30_000, signal });
  } catch (thrown) {
    const error = asMusterError(thrown);
    if (mayBeOff && error.code === 'host.unreachable' && !isLoss(error)) return false;
    // The way to it is lost as it ends.
    if (!isLoss(error)) throw thrown;
  }
  return true;
}
