/** What one life of a command prints, on its way to the hub: cut into lines, numbered, kept, shipped. */
import type { HubLine } from '../../hub.ts';
import { Lines, type Piece } from './lines.ts';
import { type ShipParts, Shipper } from './ship.ts';
import type { Stream } from './spool.ts';

export interface DeliveryParts extends ShipParts {
  /** What stands in the place of lines for which there was no room. */
  dropped(lines: number): string;
}

/** Lines that are kept for another time, and those that are lost and of which nothing tells at their place. */
export interface Undelivered {
  kept: number;
  lost: number;
}

export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #stream: Stream;
  readonly #shipper: Shipper;
  readonly #lines = { stdout: new Lines(), stderr: new Lines() };
  /** Lines that wait for room; those that were dropped since were not numbered. */
  #held: Omit<HubLine, 'seq'>[] = [];
  #dropped = 0;
  #ended = false;
  #clock = 0n;

  constructor(stream: Stream, parts: DeliveryParts) {
    this.#parts = parts;
    this.#stream = stream;
    this.#shipper = new Shipper(stream, {
      ...parts,
      onProgress: () => {
        this.#flush();
        parts.onProgress();
      },
    });
  }

  /** Whether no room can be hoped for: the hub is away, which may last, or it has everything, and the disk is full all the same. */
  get hopeless(): boolean {
    return this.#shipper.away || this.#stream.waiting === 0;
  }

  /** Whether lines wait for room. */
  get crowded(): boolean {
    return this.#held.length > 0;
  }

  take(from: 'stdout' | 'stderr', chunk: Buffer): void {
    this.#hold(from, this.#lines[from].push(chunk));
    this.#flush();
  }

  /** Nothing more is printed: the last lines are those without an end, too. */
  end(): void {
    for (const from of ['stdout', 'stderr'] as const) this.#hold(from, this.#lines[from].end());
    this.#ended = true;
    this.#flush();
    this.#shipper.finish();
  }

  /** Delivers what is left, within so many ms; resolves with what was not. */
  async drain(within: number): Promise<Undelivered> {
    await this.#shipper.drain(within);
    return { kept: this.#stream.waiting, lost: this.#held.length + this.#dropped };
  }

  #hold(from: 'stdout' | 'stderr', pieces: readonly Piece[]): void {
    for (const { text, part } of pieces)
      this.#held.push({ time: this.#time(), from, text, ...(part && { part: true as const }) });
  }

  /** Keeps what there is room for. Where there is nothing to wait for, the rest is dropped, and that told. */
  #flush(): void {
    if (this.#tellDropped()) this.#held = this.#held.slice(this.#stream.append(this.#held));
    if (this.#held.length > 0 && this.hopeless) {
      this.#dropped += this.#held.length;
      this.#held = [];
    }
    if (this.#ended && !this.crowded && this.#tellDropped()) this.#stream.finish();
    this.#shipper.nudge();
  }

  /** Says at its place what was dropped; false where there is no room for that either. */
  #tellDropped(): boolean {
    if (this.#dropped === 0) return true;
    const text = this.#parts.dropped(this.#dropped);
    if (this.#stream.append([{ time: this.#time(), from: 'stderr', text }]) === 0) return false;
    this.#dropped = 0;
    return true;
  }

  /** Nanoseconds; later for each line, unless the clock was set back by more than a second. */
  #time(): string {
    const now = BigInt(Date.now()) * 1_000_000n;
    const back = this.#clock - now;
    this.#clock = back >= 0n && back < 1_000_000_000n ? this.#clock + 1n : now;
    return `${this.#clock}`;
  }
}
