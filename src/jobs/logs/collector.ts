/** Has everything taken that hosts say: a step on each host, begun anew wherever it ends, and its lines on their way into the store. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { asMusterError, MusterError } from '../../errors.ts';
import type { Inlet } from '../../hubs/log/inlet.ts';
import type { LineSource } from '../../lines.ts';
import type { Log } from '../../log.ts';
import type { Site } from '../carry-out.ts';
import type { Report } from '../step.ts';
import { collect } from './collect.ts';
import type { FileSource } from './host-files.ts';
import { type Collected, Hearing } from './told.ts';

/** What to take on one host. */
export interface Taking {
  containers: boolean;
  journal: boolean;
  files: readonly FileSource[];
  /**
   * Where others need the way to the host as well, as an agent lets in one at a time: for how long it is taken, and then left to
   * them, ms.
   */
  turns?: { take: number; leave: number };
}

export interface CollectorParts {
  inlet: Inlet;
  /** Rejects where the host cannot be reached or is not configured. */
  reach(host: string): Promise<Site>;
  /** Hears what is wrong on a host, and with nothing that it is well again. */
  onTrouble(host: string, what: string, text?: string): void;
  /** Lets go of the way to a host. */
  letGo?(host: string): Promise<void>;
  log: Log;
  /** How long to wait before a step that failed is begun anew, ms. */
  again?: { first: number; most: number };
}

/** Bytes of one host's lines that may wait: more, and whoever tells has to wait, or to begin anew. */
const WAITING = { pause: 4 * 1024 * 1024, end: 32 * 1024 * 1024 };
const AGAIN = { first: 1_000, most: 60_000 };

interface Following {
  wanted: string;
  abort: AbortController;
  done: Promise<void>;
}

export class Collector {
  readonly #parts: CollectorParts;
  readonly #hosts = new Map<string, Following>();

  constructor(parts: CollectorParts) {
    this.#parts = parts;
  }

  /** Takes just this from now on. */
  set(wanted: ReadonlyMap<string, Taking>): void {
    for (const [host, { abort }] of this.#hosts) if (!wanted.has(host)) abort.abort();
    for (const [host, taking] of wanted) {
      const text = JSON.stringify(taking);
      const known = this.#hosts.get(host);
      if (known?.wanted === text && !known.abort.signal.aborted) continue;
      known?.abort.abort();
      const abort = new AbortController();
      const before = known?.done ?? Promise.resolve();
      const done = before.then(() => this.#follow(host, taking, abort.signal));
      const entry: Following = { wanted: text, abort, done };
      this.#hosts.set(host, entry);
      void done.finally(() => {
        if (this.#hosts.get(host) === entry) this.#hosts.delete(host);
      });
    }
  }

  async close(): Promise<void> {
    for (const { abort } of this.#hosts.values()) abort.abort();
    await Promise.all([...this.#hosts.values()].map(({ done }) => done));
  }

  async #follow(host: string, taking: Taking, signal: AbortSignal): Promise<void> {
    const { first, most } = this.#parts.again ?? AGAIN;
    let pause = first;
    while (!signal.aborted) {
      const since = performance.now();
      try {
        await this.#once(host, taking, signal);
        this.#parts.onTrouble(host, 'host');
        if (taking.turns) {
          await this.#parts.letGo?.(host);
          await sleep(taking.turns.leave, undefined, { signal }).catch(() => {});
          pause = first;
          continue;
        }
      } catch (thrown) {
        if (signal.aborted) return;
        const error = asMusterError(thrown);
        this.#parts.log.warn(
          { host, code: error.code, err: thrown },
          'what a host prints could not be taken',
        );
        if (error.code !== 'step.timeout') this.#parts.onTrouble(host, 'host', error.message);
      }
      pause = performance.now() - since > most ? first : Math.min(2 * pause, most);
      await sleep(pause, undefined, { signal }).catch(() => {});
    }
  }

  /** One step on the host, until it ends; every line that it told before is in the store then, or comes again. */
  async #once(host: string, taking: Taking, signal: AbortSignal): Promise<void> {
    const { inlet, reach, onTrouble } = this.#parts;
    const abort = new AbortController();
    const stop = () => abort.abort(new MusterError('step.cancelled', { by: 'request' }));
    signal.addEventListener('abort', stop, { once: true });
    const ending = AbortSignal.any([signal, abort.signal]);
    const streams = new Map<string, { take: ReturnType<Inlet['open']>; done: Promise<void> }>();
    let waiting = 0;
    let go: () => void = () => {};
    let room: Promise<void> | undefined;
    const settle = (size: number) => {
      waiting -= size;
      if (waiting <= WAITING.pause) {
        go();
        room = undefined;
      }
    };
    const hearing = new Hearing((batch: Collected, size) => {
      waiting += size;
      if (waiting > WAITING.end) abort.abort(new MusterError('logs.busy', { source: `host/${host}` }));
      const { source, lines, position, lost } = batch;
      const known = streams.get(source.stream) ?? { take: inlet.open(source), done: Promise.resolve() };
      // Batches of one stream one after the other; those of others do not wait for them.
      known.done = known.done
        .then(() => (ending.aborted ? undefined : known.take({ lines, position, lost }, ending)))
        .catch((error) => abort.abort(error))
        .finally(() => settle(size));
      streams.set(source.stream, known);
    });
    const report: Report = {
      line: (text) => {
        try {
          hearing.line(text);
        } catch (error) {
          abort.abort(error);
        }
      },
      progress: () => {},
      note: (text) => {
        const { what, text: trouble } = JSON.parse(text) as { what: string; text?: string };
        onTrouble(host, what, trouble);
      },
      heard: () => {
        if (waiting <= WAITING.pause) return Promise.resolve();
        room ??= new Promise((resolve) => {
          go = resolve;
        });
        return room;
      },
    };
    try {
      signal.throwIfAborted();
      const site = await reach(host);
      const run = `r-${randomBytes(5).toString('hex')}`;
      const { containers, journal, turns } = taking;
      const files = [...taking.files];
      const positions = this.#positions(host);
      const planned = collect({ host, containers, journal, files, slice: turns?.take, positions });
      const job = { ...planned, run, origin: run, direction: 'do' as const, stage: 0, index: 0 };
      onTrouble(host, 'host');
      await site.carryOut({ step: collect, job, attempt: 1, again: false, cancelled: false, abort }, report);
      await Promise.all([...streams.values()].map(({ done }) => done));
      abort.signal.throwIfAborted();
    } finally {
      signal.removeEventListener('abort', stop);
      abort.abort();
      await Promise.all([...streams.values()].map(({ done }) => done));
    }
  }

  #positions(host: string): Record<string, unknown> {
    const sources = this.#parts.inlet.sources().filter((source: LineSource) => source.host === host);
    return Object.fromEntries(sources.map((source) => [source.stream, this.#parts.inlet.position(source)]));
  }
}
