/** Brings a stream to the hub: one batch after the other, each until the hub has it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, Reply } from '../connection.ts';
import { refusalOf } from '../connection.ts';
import type { Batch, Stream } from './spool.ts';

/** How much is sent at a time, bytes. */
const BATCH_BYTES = 512 * 1024;
/** How long it is waited after a try that failed, ms: twice as long each time. */
const PAUSE_MS = { first: 250, most: 15_000 };
/** What the hub does not understand it does not understand later either; so often it is tried before it is looked for line by line. */
const REFUSED = [400, 413, 422];
const MOST_REFUSED = 5;
const LF = 0x0a;

export interface ShipParts {
  connection: Pick<Connection, 'ask'>;
  /** Told whenever the hub has taken something, or is found to be away. */
  onProgress(): void;
  /** Told when the hub does not take anything, and when it does again. */
  onAway(message: string): void;
  onBack(): void;
  /** Told of lines that the hub will never take, and of those that somebody took away from here; 0 where nobody can say how many. */
  onRefused(refused: { lines: number; message: string }): void;
  onLost(lines: number): void;
  pause?: Partial<typeof PAUSE_MS>;
}

export class Shipper {
  readonly #parts: ShipParts;
  readonly #pause: { first: number; most: number };
  readonly #stream: Stream;
  readonly #stop = new AbortController();
  #wake: () => void = () => {};
  #failures = 0;
  #done: Promise<void>;
  #ending: boolean;
  #hurried = false;
  /** How much is sent at a time now: less while those lines are looked for that the hub does not take. */
  #most = BATCH_BYTES;
  #refused: { lines: number; message: string } | undefined;

  /** `finished` where nothing is added to the stream any more: it is removed once it was delivered. */
  constructor(stream: Stream, parts: ShipParts & { finished?: boolean }) {
    this.#stream = stream;
    this.#parts = parts;
    this.#ending = parts.finished ?? false;
    this.#pause = { ...PAUSE_MS, ...parts.pause };
    this.#done = this.#run().finally(() => this.#tellRefused());
  }

  /** Whether the hub is away, which may last; one that is only slow is not. */
  get away(): boolean {
    return this.#failures > 1;
  }

  /** Something was added to the stream. */
  nudge(): void {
    this.#wake();
  }

  /** Nothing is added to the stream any more. */
  finish(): void {
    this.#ending = true;
    this.#wake();
  }

  /** Resolves when the stream was delivered to its end, which nothing is added to any more; or after so many ms. */
  async drain(within: number): Promise<void> {
    this.#ending = true;
    this.#hurried = true;
    this.#wake();
    const late = sleep(within, undefined, { ref: false });
    await Promise.race([this.#done, late]);
    this.#stop.abort();
    await this.#done;
  }

  /** Sends no more. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const batch = this.#stream.peek(this.#most);
      const lost = this.#stream.takeLost();
      if (lost !== undefined) {
        this.#parts.onLost(lost);
        this.#parts.onProgress();
        continue;
      }
      if (!batch || this.#most === BATCH_BYTES) this.#tellRefused();
      if (!batch) {
        if (this.#ending) {
          this.#stream.remove();
          return;
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const pause = await this.#send(batch);
      // Whoever is ending does not wait for a hub that is away.
      if (pause === undefined) continue;
      if (this.#hurried && this.#failures > 1) return;
      await Promise.race([sleep(pause, undefined, { signal }).catch(() => {}), this.#woken()]);
    }
  }

  /** Sends a batch; how long to wait before the next try, in ms, where the hub did not take all of it. */
  async #send(batch: Batch): Promise<number | undefined> {
    const { connection } = this.#parts;
    let reply: Reply;
    try {
      reply = await connection.ask({
        method: 'POST',
        path: '/v1/logs',
        body: `${JSON.stringify({ stream: this.#stream.name })}\n${batch.bytes.toString('utf8')}`,
        headers: { 'Content-Type': 'application/x-ndjson' },
        signal: this.#stop.signal,
      });
    } catch (error) {
      return this.#failed((error as Error).message);
    }
    const next = nextOf(reply);
    if (next !== undefined && next > batch.first) this.#stream.delivered(batch, next);
    if (reply.status === 200 && next !== undefined && next > batch.first) {
      if (this.away) this.#parts.onBack();
      this.#failures = 0;
      this.#most = Math.min(BATCH_BYTES, this.#most * 2);
      this.#parts.onProgress();
      return undefined;
    }
    // It has a lot to do, and is not away.
    if (reply.status === 429) return 1_000 * (Number(reply.header('retry-after')) || 1);
    const isLooking = this.#most < BATCH_BYTES;
    if (REFUSED.includes(reply.status) && (isLooking || this.#failures >= MOST_REFUSED)) {
      this.#failures = 0;
      this.#narrow(batch, refusalOf(reply));
      return undefined;
    }
    return this.#failed(refusalOf(reply));
  }

  /** Sends half as much next, down to the line that the hub does not take: only that one is passed over. */
  #narrow(batch: Batch, message: string): void {
    this.#most = Math.max(1, Math.floor(batch.bytes.length / 2));
    if (batch.bytes.indexOf(LF) < batch.bytes.length - 1) return;
    this.#stream.delivered(batch, Number.POSITIVE_INFINITY);
    this.#refused = { lines: (this.#refused?.lines ?? 0) + 1, message };
    this.#parts.onProgress();
  }

  #tellRefused(): void {
    if (this.#refused) this.#parts.onRefused(this.#refused);
    this.#refused = undefined;
  }

  /** Only what lasts is told: one try may fail because the hub is just started again. */
  #failed(message: string): number {
    if (this.#stop.signal.aborted) return 0;
    this.#failures += 1;
    if (this.#failures === 2) this.#parts.onAway(message);
    this.#parts.onProgress();
    const pause = Math.min(this.#pause.most, this.#pause.first * 2 ** Math.min(10, this.#failures - 1));
    return pause * (0.75 + Math.random() / 2);
  }

  /** While the hub is away new lines are no reason to try again; that the stream ends is one. */
  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        if (this.#hurried) resolve();
      };
    });
  }
}

/** The first number that the hub does not have, where it says one. */
function nextOf({ text }: Reply): number | undefined {
  try {
    const { next } = JSON.parse(text) as { next?: unknown };
    return Number.isSafeInteger(next) ? (next as number) : undefined;
  } catch {
    return undefined;
  }
}
