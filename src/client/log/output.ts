/** What a command prints, on its way to the hub: cut into lines, numbered, kept, shipped. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HubLine } from '../../hub.ts';
import type { Words } from '../words.ts';
import { Lines, type Piece } from './lines.ts';
import { Room } from './room.ts';
import { type ShipParts, Shipper } from './ship.ts';
import { Stream } from './spool.ts';

export interface OutputParts extends Pick<ShipParts, 'connection' | 'pause'> {
  /** A folder of the client's own. */
  state: string;
  /** How much may be kept, bytes. */
  spool: number;
  words: Words;
  /** Tells whoever reads the container's output. */
  say(text: string): void;
}

export class Output {
  readonly #parts: OutputParts;
  readonly #room: Room;
  readonly #folder: string;
  readonly #others: Shipper[];
  #stream: Stream;
  #shipper: Shipper;
  #lines: Record<'stdout' | 'stderr', Lines>;
  #dropped = 0;
  #clock = 0n;

  /** Takes up what is left of lives before this one. Throws where the folder cannot be written to. */
  constructor(parts: OutputParts) {
    this.#parts = parts;
    this.#room = new Room(parts.spool);
    this.#folder = join(parts.state, 'spool');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    this.#others = Stream.left(this.#folder, this.#room).map((stream) => this.#ship(stream, true));
    this.#stream = this.#create();
    this.#shipper = this.#ship(this.#stream);
    this.#lines = fresh();
  }

  /** What the command printed. */
  take(from: 'stdout' | 'stderr', chunk: Buffer): void {
    this.#keep(from, this.#lines[from].push(chunk));
  }

  /** Another life of the command: another stream. What the one before printed is delivered beside it. */
  begin(): void {
    this.#end();
    this.#shipper.finish();
    this.#others.push(this.#shipper);
    this.#stream = this.#create();
    this.#shipper = this.#ship(this.#stream);
    this.#lines = fresh();
  }

  /** Delivers what is left, within so many ms; resolves with the number of lines that were not. */
  async drain(within: number): Promise<number> {
    this.#end();
    await Promise.all([this.#shipper.drain(within), ...this.#others.map((one) => one.drain(within))]);
    return this.#stream.waiting + this.#dropped;
  }

  #create = (): Stream => Stream.create(this.#folder, randomBytes(8).toString('hex'), this.#room);

  /** Of streams of lives before this one only what is lost is told. */
  #ship(stream: Stream, finished = false): Shipper {
    const { connection, pause, words, say } = this.#parts;
    return new Shipper(stream, {
      connection,
      pause,
      finished,
      onAway: (message) => finished || say(words.away({ message })),
      onBack: () => finished || say(words.back),
      onRefused: (message) => say(words.refused({ message })),
    });
  }

  /** The last lines, also those without an end. */
  #end(): void {
    for (const from of ['stdout', 'stderr'] as const) this.#keep(from, this.#lines[from].end());
    this.#tellDropped();
    this.#stream.finish();
    this.#shipper.nudge();
  }

  #keep(from: 'stdout' | 'stderr', pieces: readonly Piece[]): void {
    if (pieces.length === 0) return;
    // What was dropped is told at its place, once there is room for that.
    if (this.#dropped > 0 && !this.#tellDropped()) {
      this.#dropped += pieces.length;
      return;
    }
    const lines = pieces.map(({ text, part }) => ({
      time: this.#time(),
      from,
      text,
      ...(part && { part: true as const }),
    }));
    this.#dropped += lines.length - this.#stream.append(lines);
    this.#shipper.nudge();
  }

  /** False where there is no room for it. */
  #tellDropped(): boolean {
    if (this.#dropped === 0) return true;
    const text = this.#parts.words.dropped({ lines: this.#dropped });
    const line: Omit<HubLine, 'seq'> = { time: this.#time(), from: 'stderr', text };
    if (this.#stream.append([line]) === 0) return false;
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

const fresh = () => ({ stdout: new Lines(), stderr: new Lines() });
