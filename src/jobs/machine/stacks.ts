/**
 * Starts the stacks of machines that came up, each once a boot, by the line that a person would type; and follows how that goes, as
 * nobody waits for it: one that does not start is an alert until it runs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Alarms } from '../../alarm.ts';
import type { Boot } from '../../boot.ts';
import type { Config } from '../../config/config.ts';
import { isFinal } from '../../events.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import type { Lease } from '../lease.ts';
import type { Run } from '../run-record.ts';
import type { LiveState } from '../step.ts';
import { profileOf } from './profile.ts';
import type { Known } from './record.ts';
import { STACKS, type Stack, stacksIn } from './stack.ts';
import { stackAlarm, stackKey } from './stack-alarm.ts';

/** From one look to the next, ms. */
const EVERY_MS = 2_000;

export interface StacksParts {
  config(): Pick<Config, 'hosts' | 'boot' | 'profiles'>;
  state: LiveState;
  /** The machines there are. */
  known(): Promise<readonly Known[]>;
  /** The last boot of each machine. */
  boots(): Promise<Readonly<Record<string, Pick<Boot, 'token' | 'outcome'>>>>;
  /** What was live on a machine last, since when (ms since 1970), and what names it; undefined where nothing was. */
  live(app: string, machine: string): Promise<{ since: number; ref(): Promise<string> } | undefined>;
  /** Runs a line in somebody's name, once for an id; `run` is what it becomes, now or once others agreed. */
  runLine(
    id: string,
    line: string,
    person: string,
  ): Promise<{ text: string; refused?: boolean; run: string }>;
  /** A run as it stands; undefined where it is not there, or not yet. */
  run(id: string): Promise<Pick<Run, 'status' | 'summary'> | undefined>;
  /** Tells operators, once for an id. */
  tell(id: string, text: string): Promise<unknown>;
  alerts: Alarms;
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
      ([, { run, outcome }]) => run !== undefined && outcome !== 'well',
    );
    if (up.length + open.length === 0) return;
    const machines = await known();
    for (const name of Object.keys(stacks))
      if (!machines.some((one) => one.name === name)) await this.#forget(name);
    for (const [name, stack] of open)
      if (machines.some((one) => one.name === name)) await this.#follow(name, stack);
    for (const [name, { token }] of up) {
      const machine = machines.find((one) => one.name === name);
      if (!machine) continue;
      const app = profileOf(machine, config()).profile.stack;
      const begun = app === undefined ? undefined : await this.#begin(name, token, app);
      // What was said of the boot before is over; what there is to be said of this one is told.
      if (begun?.run === undefined) await this.#parts.alerts.clear(stackKey(name));
      await state.set(STACKS, name, { token, app, ...begun } satisfies Stack);
    }
  }

  async #begin(machine: string, token: string, app: string): Promise<Pick<Stack, 'run' | 'at' | 'left'>> {
    const { config, live, runLine, tell } = this.#parts;
    const { hosts, boot } = config();
    const words = messages().machines.stacks;
    const id = `stack:${token}`;
    if (!Object.hasOwn(hosts, machine)) {
      await tell(`${id}:host`, words.noHost({ machine, app }));
      return { left: 'host' };
    }
    // Who only restarts a machine means no other version than ran there.
    const ref = await (await live(app, machine))?.ref();
    const line = `/deploy ${app}${ref === undefined ? '' : ` ${ref}`} --to ${machine}`;
    if (boot.as === undefined) {
      await tell(`${id}:hand`, words.byHand({ machine, app, line }));
      return { left: 'hand' };
    }
    const at = Date.now();
    const { text, refused, run } = await runLine(id, line, boot.as);
    if (!refused) return { run, at };
    await tell(`${id}:refused`, words.refused({ machine, line, reason: text }));
    return { left: 'refused' };
  }

  /** Notes how the run of a stack ended, or that the app runs there after all: by a retry, or a deploy of somebody's. */
  async #follow(machine: string, stack: Stack): Promise<void> {
    const { state, alerts, live, run: find } = this.#parts;
    const { app = '', run = '', at = 0 } = stack;
    const note = (outcome: 'well' | 'ill') =>
      state.set(STACKS, machine, { ...stack, outcome } satisfies Stack);
    const ended = stack.outcome === undefined ? await find(run) : undefined;
    const since = (await live(app, machine))?.since ?? 0;
    if (since >= at || ended?.status === 'succeeded') {
      await alerts.clear(stackKey(machine));
      return note('well');
    }
    if (!ended || !isFinal(ended.status)) return;
    await alerts.raise(stackAlarm({ machine, app, run, why: ended.summary }));
    await note('ill');
  }

  async #forget(machine: string): Promise<void> {
    await this.#parts.alerts.clear(stackKey(machine));
    await this.#parts.state.remove(STACKS, machine);
  }
}
