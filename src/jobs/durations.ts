/** How long the stages of a kind of run took lately: what a card's estimate stands on. Key family `history`. */
import { key, type Redis } from '../adapters/redis/connection.ts';
import type { Run } from './run-record.ts';

/** Runs of a kind whose durations are kept. */
const KEEP = 10;
/** Kinds of runs that are remembered in this process. */
const REMEMBERED = 1_000;

/** Runs of one command on one scope are of a kind. */
const kindKey = (run: Pick<Run, 'command' | 'scope'>): string => key('history', run.command, ...run.scope);

export class Durations {
  readonly #redis: Redis;
  readonly #known = new Map<string, number[][]>();

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** The usual duration of each stage of a run, ms: the median of its kind, from memory where it is there. */
  async expected(run: Run): Promise<(number | undefined)[]> {
    const stages = run.plan.stages.length;
    const fitting = (await this.#past(run)).filter((durations) => durations.length === stages);
    return run.plan.stages.map((_, index) => median(fitting.map((durations) => durations[index] as number)));
  }

  /** Notes how long the stages of a whole run took; gives the Redis commands for its last transaction. */
  note(run: Run, stages: number[]): string[][] {
    const of = kindKey(run);
    const known = this.#known.get(of);
    known?.splice(0, KEEP, stages, ...known.slice(0, KEEP - 1));
    return [
      ['LPUSH', of, JSON.stringify(stages)],
      ['LTRIM', of, '0', String(KEEP - 1)],
    ];
  }

  async #past(run: Run): Promise<number[][]> {
    const of = kindKey(run);
    const known = this.#known.get(of);
    if (known) return known;
    const durations = (await this.#redis.lrange(of, 0, KEEP - 1)).map((line) => JSON.parse(line) as number[]);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(of, durations);
    return durations;
  }
}

function median(values: number[]): number | undefined {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
