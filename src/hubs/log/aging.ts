/**
 * By which time messages age. A clock that jumps ahead makes all of them look old: nothing goes by such a jump for a day, in which it
 * is said and somebody can set the clock right. It is seen beside a clock that nobody sets; at a start, beside when the newest came.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Log } from '../../log.ts';

/** How far ahead of the steady clock is a jump, ms. */
const JUMP = 60_000;
/** How long nothing may have come before a start, ms; after more the clock may have jumped meanwhile. */
const SILENT = 5 * 60_000;
/** How long nothing goes by a jump, ms. */
export const HOLD = 86_400_000;
/** From when on a jump is worth people's attention, ms. */
const TOLD = 3_600_000;

/** How far the clock went ahead, ms, and until when nothing goes by that, ms since the epoch. */
export interface Jumped {
  by: number;
  until: number;
}

const Kept = z.object({ behind: z.number().nonnegative(), since: z.number() });

export interface AgingParts {
  /** Where a jump is kept over a restart. */
  path: string;
  /** The clock, ms since the epoch. */
  now: () => number;
  /** Ms of a clock that only goes on, and that nobody sets. */
  steady: () => number;
  log: Log | undefined;
  /** Hears of a jump of more than an hour, and with nothing that it is over. */
  onJump?: ((jumped: Jumped | undefined) => void) | undefined;
}

export class Aging {
  readonly #parts: AgingParts;
  /** How far behind the clock messages age, ms. */
  #behind = 0;
  /** When the clock jumped last, by itself. */
  #since = 0;
  #wall: number;
  #steady: number;

  constructor(parts: AgingParts) {
    this.#parts = parts;
    this.#wall = parts.now();
    this.#steady = parts.steady();
  }

  /** Looks at the clock for the first time; `newest` is when the last thing came that is kept, ms since the epoch. */
  begin(newest: number | undefined): void {
    const wall = this.#parts.now();
    const kept = this.#read();
    this.#behind = kept?.behind ?? 0;
    this.#since = kept?.since ?? 0;
    if (this.#behind > 0 && wall < this.#since) this.#moved(wall - this.#since, wall);
    const last = Math.max(newest ?? 0, this.#since);
    if (last > 0 && wall - last > SILENT) this.#moved(wall - last, wall);
    [this.#wall, this.#steady] = [wall, this.#parts.steady()];
    this.#tell();
  }

  /** Ms since the epoch. */
  time(): number {
    const [wall, steady] = [this.#parts.now(), this.#parts.steady()];
    const moved = wall - this.#wall - (steady - this.#steady);
    [this.#wall, this.#steady] = [wall, steady];
    if (Math.abs(moved) > JUMP) {
      this.#moved(moved, wall);
      this.#tell();
    } else if (this.#behind > 0 && wall - this.#since >= HOLD) {
      this.#behind = 0;
      this.#write();
      this.#tell();
    }
    return wall - this.#behind;
  }

  /** The jump by which nothing goes right now, where it is one of more than an hour. */
  get jumped(): Jumped | undefined {
    return this.#behind > TOLD ? { by: this.#behind, until: this.#since + HOLD } : undefined;
  }

  /** The clock was set; where that was back, it is as if it had jumped by less. */
  #moved(by: number, wall: number): void {
    const held = this.#behind > 0;
    this.#behind = Math.max(0, this.#behind + by);
    this.#since = by > 0 ? wall : Math.min(wall, this.#since + by);
    if (held || this.#behind > 0) this.#write();
  }

  #tell(): void {
    const { jumped } = this;
    const { log, onJump } = this.#parts;
    if (jumped && log) log.warn(jumped, 'the clock went ahead; no logs go by that for a day');
    onJump?.(jumped);
  }

  #read(): z.infer<typeof Kept> | undefined {
    try {
      return Kept.parse(JSON.parse(readFileSync(this.#parts.path, 'utf8')));
    } catch {
      return undefined;
    }
  }

  /** Rare and small; whoever asks for the time must not get another one before it is kept. */
  #write(): void {
    const { path, log } = this.#parts;
    try {
      writeFileSync(`${path}.new`, JSON.stringify({ behind: this.#behind, since: this.#since }), {
        mode: 0o600,
      });
      renameSync(`${path}.new`, path);
    } catch (err) {
      if (log) log.warn({ err }, 'that the clock went ahead could not be kept');
    }
  }
}
