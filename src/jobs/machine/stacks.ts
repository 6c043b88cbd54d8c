/**
 * Starts the stacks of machines that came up, each once a boot, by the line that a person would type; and sees to it that each is
 * followed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Boot } from '../../boot.ts';
import type { Config } from '../../config/config.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import type { Lease } from '../lease.ts';
import { type FollowParts, followStack } from './follow-stack.ts';
import { profileOf } from './profile.ts';
import type { Known } from './record.ts';
import { STACKS, type Stack, stacksIn } from './stack.ts';
import { stackKey } from './stack-alarm.ts';

/** From one look to the next, ms. */
const EVERY_MS = 2_000;

export interface StacksParts extends FollowParts {
  config(): Pick<Config, 'hosts' | 'boot' | 'profiles'>;
  /** The machines there are. */
  known(): Promise<readonly Known[]>;
  /** The last boot of each machine. */
  boots(): Promise<Readonly<Record<string, Pick<Boot, 'token' | 'outcome'>>>>;
  /** Runs a line in somebody's name, once for an id; `run` is what it becomes, now or once others agreed. */
  runLine(
    id: string,
    line: string,
    person: string,
  ): Promise<{ text: string; refused?: boolean; run: string }>;
  lease: Pick<Lease, 'hold'>;
  log: Log;
  every?: number;
}

export class Stacks {
  readonly #parts: StacksParts;
  readonly #stop = new AbortController();
  #done: Promise<void> = Promise.resolve();

  constructor(parts: StacksParts) {
    this.#parts = parts;
  }

  /** Looks whenever the lease is this manager's, until `close`. */
  start(): void {
    const { lease, log, every = EVERY_MS } = this.#parts;
    this.#done = lease.hold(async (signal) => {
      while (!signal.aborted) {
        await this.look().catch((err) => log.warn({ err }, 'the stacks of machines could not be looked at'));
        await sleep(every, undefined, { signal }).catch(() => {});
      }
    }, this.#stop.signal);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  /** Looks once. A boot is noted after its line was run: cut off in between, the line is run again, which changes nothing. */
  async look(): Promise<void> {
    const { config, state, known, boots } = this.#parts;
    const [last, stacks] = await Promise.all([boots(), stacksIn(state)]);
    const up = Object.entries(last).filter(
      ([machine, { outcome, token }]) => outcome === 'up' && stacks[machine]?.token !== token,
    );
    const open = Object.entries(stacks).filter(
      ([, { at, outcome }]) => at !== undefined && outcome !== 'well',
    );
    if (up.length + open.length === 0) return;
    const machines = await known();
    for (const name of Object.keys(stacks))
      if (!machines.some((one) => one.name === name)) await this.#forget(name);
    const failures: unknown[] = [];
    // One that cannot be looked at is in the way of no other.
    const each = (work: Promise<void>) => work.catch((error) => void failures.push(error));
    for (const [name, stack] of open)
      if (machines.some((one) => one.name === name)) await each(followStack(name, stack, this.#parts));
    for (const [name, { token }] of up) {
      const machine = machines.find((one) => one.name === name);
      if (machine) await each(this.#take(name, token, profileOf(machine, config()).profile.stack));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Begins what is to run on a machine that came up, and notes that. */
  async #take(machine: string, token: string, app: string | undefined): Promise<void> {
    const begun = app === undefined ? undefined : await this.#begin(machine, token, app);
    // Where something is to run, what was said of the boot before is over once it does, and no sooner.
    if (app === undefined) await this.#parts.alerts.clear(stackKey(machine));
    await this.#parts.state.set(STACKS, machine, { token, app, ...begun } satisfies Stack);
  }

  async #begin(machine: string, token: string, app: string): Promise<Pick<Stack, 'run' | 'at' | 'left'>> {
    const { config, live, runLine, tell } = this.#parts;
    const { hosts, boot } = config();
    const words = messages().machines.stacks;
    const id = `stack:${token}`;
    const at = Date.now();
    if (!Object.hasOwn(hosts, machine)) {
      await tell(`${id}:host`, words.noHost({ machine, app }));
      return { at, left: 'host' };
    }
    // Who only restarts a machine means no other version than ran there.
    const ref = await (await live(app, machine))?.ref();
    const line = `/deploy ${app}${ref === undefined ? '' : ` ${ref}`} --to ${machine}`;
    if (boot.as === undefined) {
      await tell(`${id}:hand`, words.byHand({ machine, app, line }));
      return { at, left: 'hand' };
    }
    const { text, refused, run } = await runLine(id, line, boot.as);
    if (!refused) return { run, at };
    await tell(`${id}:refused`, words.refused({ machine, line, reason: text }));
    return { at, left: 'refused' };
  }

  async #forget(machine: string): Promise<void> {
    await this.#parts.alerts.clear(stackKey(machine));
    await this.#parts.state.remove(STACKS, machine);
  }
}
