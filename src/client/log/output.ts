/** What a command prints over all its lives, and what was left of lives before: each is a stream, and all share one room. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Words } from '../words.ts';
import { Claim } from './claim.ts';
import { Delivery, type Undelivered } from './delivery.ts';
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
  readonly #claim: Claim;
  readonly #others: { drain(within: number): Promise<unknown> }[];
  #current: Delivery;
  #waiting: (() => void)[] = [];

  /** Takes up what is left of lives that have ended. Rejects where the folder cannot be written to. */
  static async open(parts: OutputParts): Promise<Output> {
    return new Output(parts, await Claim.make(join(parts.state, 'spool')));
  }

  private constructor(parts: OutputParts, claim: Claim) {
    this.#parts = parts;
    this.#room = new Room(parts.spool);
    this.#claim = claim;
    const quiet = { ...this.#shipping(), onAway: () => {}, onBack: () => {}, finished: true };
    this.#others = Stream.left(claim.folder, claim.left, this.#room).map(
      (stream) => new Shipper(stream, quiet),
    );
    this.#current = this.#create();
  }

  /** What the command printed. */
  take(from: 'stdout' | 'stderr', chunk: Buffer): void {
    this.#current.take(from, chunk);
  }

  /**
   * Calls back once there is room: at once, unless the command prints more than the hub takes. While the hub is away there is
   * nothing to wait for, and what there is no room for is dropped.
   */
  whenRoom(callback: () => void): void {
    this.#waiting.push(callback);
    this.#look();
  }

  /** Another life of the command: another stream. What the one before printed is delivered beside it. */
  begin(): void {
    this.#current.end();
    this.#others.push(this.#current);
    this.#current = this.#create();
  }

  /** Delivers what is left, within so many ms; resolves with what of the last life was not. */
  async drain(within: number): Promise<Undelivered> {
    this.#current.end();
    const [left] = await Promise.all([
      this.#current.drain(within),
      ...this.#others.map((one) => one.drain(within)),
    ]);
    this.#claim.release();
    return left;
  }

  #look(): void {
    if ((this.#room.scarce || this.#current.crowded) && !this.#current.hopeless) return;
    for (const callback of this.#waiting.splice(0)) callback();
  }

  #create(): Delivery {
    const stream = Stream.create(this.#claim.folder, randomBytes(8).toString('hex'), this.#room);
    const dropped = (lines: number) => this.#parts.words.dropped({ lines });
    return new Delivery(stream, { ...this.#shipping(), dropped });
  }

  #shipping(): ShipParts {
    const { connection, pause, words, say } = this.#parts;
    return {
      connection,
      pause,
      onAway: (message) => say(words.away({ message })),
      onBack: () => say(words.back),
      onRefused: (refused) => say(words.notTaken(refused)),
      onLost: (lines) => say(words.removed({ lines })),
      onProgress: () => this.#look(),
    };
  }
}
