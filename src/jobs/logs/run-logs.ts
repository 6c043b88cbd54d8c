/** What jobs of Muster print, as streams of the log hub: a stream for each job and host, its lines numbered from the first on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { isFinal, type RunEvent } from '../../events.ts';
import type { Inlet } from '../../hubs/log/inlet.ts';
import type { Log } from '../../log.ts';
import type { Run } from '../run-record.ts';
import type { Runs } from '../runs.ts';

export interface RunLogsParts {
  runs: Pick<Runs, 'latest'> & { events: Pick<Runs['events'], 'read'> };
  inlet: Inlet;
  log: Log;
  /** How often it is looked, ms. */
  every?: number;
}

const EVERY_MS = 1_000;
/** Jobs that are looked at, the newest ones; of those before them as many at a time after a start. */
const LOOKED = 200;

export class RunLogs {
  readonly #parts: RunLogsParts;
  readonly #end = new AbortController();
  #wanted = false;
  #running: Promise<void> | undefined;
  #caughtUp = false;
  /** Jobs that have ended and of which all is taken. */
  readonly #over = new Set<string>();

  constructor(parts: RunLogsParts) {
    this.#parts = parts;
  }

  /** Whether they are taken from now on. */
  set(wanted: boolean): void {
    this.#wanted = wanted;
    if (wanted) this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { runs, log, every = EVERY_MS } = this.#parts;
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        if (this.#wanted && !this.#caughtUp) await this.#catchUp();
        const latest = this.#wanted ? await runs.latest(LOOKED) : [];
        await this.#takeAll(latest);
      } catch (err) {
        if (!signal.aborted) log.warn({ err }, 'what jobs print could not be taken');
      }
      await sleep(every, undefined, { signal }).catch(() => {});
    }
  }

  /** Takes what was printed while nobody looked, back to jobs that were taken before; the oldest first. */
  async #catchUp(): Promise<void> {
    const { runs, inlet } = this.#parts;
    const known = new Set(inlet.sources().map(({ run }) => run));
    const missed: Run[] = [];
    for (let from = LOOKED; !this.#end.signal.aborted; from += LOOKED) {
      const before = await runs.latest(LOOKED, from);
      missed.push(...before);
      if (before.length < LOOKED || before.some(({ id }) => known.has(id))) break;
    }
    await this.#takeAll(missed);
    this.#caughtUp = true;
  }

  /** Newest first are given, oldest first taken. */
  async #takeAll(latest: readonly Run[]): Promise<void> {
    for (const run of latest.toReversed())
      if (!this.#over.has(run.id) && !run.plan.fleeting) await this.#take(run);
  }

  async #take(run: Run): Promise<void> {
    const { runs, inlet } = this.#parts;
    const events = await runs.events.read(run.id);
    const printed = new Map<string, Told[]>();
    for (const event of events) if (event.type === 'lines') addTo(printed, event);
    for (const [host, lines] of printed) {
      const source = { run: run.id, host, stream: 'output' };
      const known = Known.safeParse(inlet.position(source)).data;
      const fresh = known ? lines.filter(({ at }, index) => isNew(lines, index, at, known)) : lines;
      const last = fresh.at(-1);
      if (!last) continue;
      // Of a job that prints a lot, the oldest is not kept for long.
      const lost = (run.gone ?? 0) > 0 && !lines.some(({ at }) => known && at <= known.at);
      const position: Known = { at: last.at, count: lines.filter(({ at }) => at === last.at).length };
      const read = fresh.map(({ at, text }) => ({ time: `${BigInt(Date.parse(at)) * 1_000_000n}`, text }));
      await inlet.open(source)({ lines: read, position, lost }, this.#end.signal);
    }
    // Of what ended before it was looked at, all events are there.
    if (isFinal(run.status)) this.#over.add(run.id);
  }
}

/** A line of a job, and when it was told, ISO 8601. */
interface Told {
  at: string;
  text: string;
}

/** How far a job was taken: when the last line was told, and how many of that moment were taken. */
const Known = z.strictObject({ at: z.string(), count: z.number().int() });
type Known = z.infer<typeof Known>;

const isNew = (lines: readonly Told[], index: number, at: string, known: Known): boolean =>
  at > known.at || (at === known.at && index - lines.findIndex((line) => line.at === at) >= known.count);

function addTo(printed: Map<string, Told[]>, event: Extract<RunEvent, { type: 'lines' }>): void {
  const lines = printed.get(event.host) ?? [];
  lines.push(...event.lines.map((text) => ({ at: event.at, text })));
  printed.set(event.host, lines);
}
