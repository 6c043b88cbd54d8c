/**
 * Starts the stacks of machines that came up: each once a boot, by the line that a person would type. Which boots were looked at is
 * in live state, family `machines.stacks`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Boot } from '../../boot.ts';
import type { Config } from '../../config/config.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import type { Lease } from '../lease.ts';
import type { LiveState } from '../step.ts';
import { profileOf } from './profile.ts';
import type { Known } from './record.ts';

const FAMILY = 'machines.stacks';
const Done = z.object({ token: z.string() });
/** From one look to the next, ms. */
const EVERY_MS = 2_000;

export interface StacksParts {
  config(): Pick<Config, 'hosts' | 'boot' | 'profiles'>;
  state: LiveState;
  /** The machines there are. */
  known(): Promise<readonly Known[]>;
  /** The last boot of each machine. */
  boots(): Promise<Readonly<Record<string, Pick<Boot, 'token' | 'outcome'>>>>;
  /** Runs a line in somebody's name, once for an id. */
  runLine(id: string, line: string, person: string): Promise<{ text: string; refused?: boolean }>;
  /** Tells operators, once for an id. */
  tell(id: string, text: string): Promise<unknown>;
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
    const [last, done] = await Promise.all([boots(), state.all(FAMILY)]);
    const up = Object.entries(last).filter(
      ([machine, { outcome, token }]) =>
        outcome === 'up' && Done.safeParse(done[machine]).data?.token !== token,
    );
    if (up.length === 0) return;
    const machines = await known();
    for (const [name, { token }] of up) {
      const machine = machines.find((one) => one.name === name);
      const stack = machine && profileOf(machine, config()).profile.stack;
      if (stack !== undefined) await this.#begin(name, token, stack);
      await state.set(FAMILY, name, { token } satisfies z.output<typeof Done>);
    }
    for (const name of Object.keys(done))
      if (!machines.some((one) => one.name === name)) await state.remove(FAMILY, name);
  }

  async #begin(machine: string, token: string, app: string): Promise<void> {
    const { config, runLine, tell } = this.#parts;
    const { hosts, boot } = config();
    const words = messages().machines.stacks;
    const id = `stack:${token}`;
    const line = `/deploy ${app} --to ${machine}`;
    if (!Object.hasOwn(hosts, machine))
      return void (await tell(`${id}:host`, words.noHost({ machine, app })));
    if (boot.as === undefined) return void (await tell(`${id}:hand`, words.byHand({ machine, app, line })));
    const { text, refused } = await runLine(id, line, boot.as);
    if (refused) await tell(`${id}:refused`, words.refused({ machine, line, reason: text }));
  }
}
