/** The truth about runs: accepted once, locked in order, each ending in exactly one way. Key families `run`, `runs`, `lock`. */
import { key, type Redis } from '../adapters/redis/connection.ts';
import { MusterError } from '../errors.ts';
import { isFinal, type NewRunEvent, type Requester, type RunEvent, type StageOutline } from '../events.ts';
import { messages } from '../messages/messages.ts';
import type { Audit } from './audit.ts';
import { Durations } from './durations.ts';
import type { Events } from './event-stream.ts';
import type { Guard, Ledger } from './ledger.ts';
import { planHash } from './plan.ts';
import { beginning, POSITION } from './progress.ts';
import { type Ending, OPEN_RUNS, parseRun, type Run, runKey, type Submission } from './run-record.ts';

const ALL = key('runs', 'all');
const CANCELLING = key('runs', 'cancelling');
const lockKey = (lock: string): string => key('lock', lock);
/** How many ended runs are remembered. */
const KEEP_RUNS = 10_000;
const PRUNED_AT_ONCE = 1_000;

export class Runs {
  readonly #redis: Redis;
  readonly #ledger: Ledger;
  readonly #audit: Audit;
  /** Runs submitted by this process that have not ended. */
  readonly #recent = new Map<string, Run>();
  /** What was open when open runs were last looked after. */
  #seen: ReadonlySet<string> | undefined;
  readonly #durations: Durations;
  readonly events: Events;
  /** Called with a run that holds all its locks and may be queued; set by the dispatcher of runs. */
  onReady: (run: Run) => Promise<void> = async () => {};
  /** Called with a run that was asked to stop, to take what has not begun out of the queues. */
  onCancel: (run: Run) => Promise<void> = async () => {};

  constructor(parts: { redis: Redis; ledger: Ledger; audit: Audit; events: Events }) {
    this.#redis = parts.redis;
    this.#ledger = parts.ledger;
    this.#audit = parts.audit;
    this.events = parts.events;
    this.#durations = new Durations(parts.redis);
  }

  /**
   * Accepts a run, once: the same id again is a redelivery and changes nothing (`fresh` is false).
   * The audit record, the run, its place in the queues of its locks and its first event are one transaction.
   */
  async submit(submission: Submission): Promise<{ run: Run; fresh: boolean }> {
    const now = new Date().toISOString();
    const { rule, owed = [], ...given } = submission;
    const hash = planHash(submission.plan);
    // What needs no lock need not wait: it is running from the start, in the same transaction.
    const free = submission.plan.locks.length === 0;
    const run: Run = {
      ...given,
      status: free ? 'running' : 'waiting',
      planHash: hash,
      accepted: now,
      started: free ? now : undefined,
      origin: submission.plan.origin ?? submission.id,
    };
    const accepted = await this.#acceptedEvent(run);
    const replies = await this.#ledger.commit({
      guard: { absent: runKey(run.id) },
      records: [
        this.#audit.fields({
          kind: 'command',
          by: run.by,
          text: run.text,
          command: run.command,
          scope: run.scope,
          rule,
          plan: hash,
          run: run.id,
        }),
      ],
      commands: [
        [
          'HSET',
          ...[runKey(run.id), 'status', run.status, 'data', JSON.stringify(run)],
          ...(free ? [POSITION, JSON.stringify(beginning(Date.parse(now)))] : []),
        ],
        ['ZADD', OPEN_RUNS, String(Date.now()), run.id],
        ['ZADD', ALL, String(Date.now()), run.id],
        ...owed.map((set) => ['ZADD', set, String(Date.now()), run.id]),
        ...this.events.commands(run.id, free ? [accepted, { type: 'started' }] : [accepted]),
        ...run.plan.locks.map((lock) => ['RPUSH', lockKey(lock), run.id]),
      ],
    });
    if (replies === undefined) return { run: await this.get(run.id), fresh: false };
    this.#recent.set(run.id, run);
    const places = run.plan.locks.length === 0 ? [] : replies.slice(-run.plan.locks.length);
    const blocked = run.plan.locks.find((_, index) => places[index] !== 1);
    if (blocked === undefined) await this.#ready(run);
    else await this.#tellBlocked(run, blocked);
    return { run, fresh: true };
  }

  async #acceptedEvent(run: Run): Promise<NewRunEvent> {
    const expected = await this.#durations.expected(run);
    const stages: StageOutline[] = run.plan.stages.map((stage, index) => ({
      name: stage.name,
      hosts: [...new Set(stage.steps.map((step) => step.host))],
      expected: expected[index],
    }));
    return {
      type: 'accepted',
      command: run.command,
      title: run.plan.title,
      scope: run.scope.join(' '),
      by: run.by,
      stages,
      undo: run.plan.undo,
      keep: run.plan.keep,
    };
  }

  async #tellBlocked(run: Run, lock: string): Promise<void> {
    const holder = await this.holder(lock);
    if (!holder || holder.id === run.id) return;
    const since = holder.started ?? holder.accepted;
    await this.events.emit(run.id, [
      { type: 'blocked', lock, holder: holder.id, holderTitle: holder.plan.title, since },
    ]);
  }

  /** Marks it running and hands it to the queue; harmless when it already was. */
  async #ready(run: Run): Promise<void> {
    if (run.status === 'waiting') {
      const now = new Date();
      run.started = now.toISOString();
      run.status = 'running';
      const began = await this.#ledger.commit({
        records: [],
        guard: { field: [runKey(run.id), 'status', 'waiting'] },
        commands: [
          [
            'HSET',
            ...[runKey(run.id), 'status', 'running', 'started', run.started],
            ...[POSITION, JSON.stringify(beginning(now.getTime()))],
          ],
          ...this.events.commands(run.id, [{ type: 'started' }]),
        ],
      });
      if (began === undefined) return;
    }
    await this.onReady(run);
  }

  /** The run of an id; rejects with `run.unknown`. */
  async get(id: string): Promise<Run> {
    const run = await this.find(id);
    if (!run) throw new MusterError('run.unknown', { id });
    return run;
  }

  /** The run as it was submitted here, without asking; what may have changed since (its status, who cancelled it) is guarded anyway. */
  async recall(id: string): Promise<Run | undefined> {
    const known = this.#recent.get(id);
    // Of what waited for a lock, only Redis knows when it began.
    return known?.started ? known : this.find(id);
  }

  async find(id: string): Promise<Run | undefined> {
    return parseRun(await this.#redis.hgetall(runKey(id)));
  }

  /** The run whose id begins so, newest first; rejects with `run.unknown`, also where it fits several of the last thousand. */
  async match(beginning: string): Promise<Run> {
    const exact = await this.find(beginning);
    if (exact) return exact;
    const ids = (await this.#redis.zrange(ALL, '0', '999', 'REV')).filter((id) => id.startsWith(beginning));
    if (ids.length !== 1) throw new MusterError('run.unknown', { id: beginning });
    return this.get(ids[0] as string);
  }

  /** How many runs have not ended. */
  countOpen(): Promise<number> {
    return this.#redis.zcard(OPEN_RUNS);
  }

  /** Runs that have not ended, oldest first. */
  async open(): Promise<Run[]> {
    return this.#load(await this.#redis.zrange(OPEN_RUNS, '0', '-1'));
  }

  /** The newest runs, newest first; after the first `from` of them. */
  async latest(count: number, from = 0): Promise<Run[]> {
    return this.#load(await this.#redis.zrange(ALL, String(from), String(from + count - 1), 'REV'));
  }

  async #load(ids: string[]): Promise<Run[]> {
    const runs = await Promise.all(ids.map((id) => this.find(id)));
    return runs.filter((run): run is Run => run !== undefined);
  }

  /** The run that holds a lock. */
  async holder(lock: string): Promise<Run | undefined> {
    const id = await this.#redis.lindex(lockKey(lock), 0);
    return id === null ? undefined : this.find(id);
  }

  /** Whether the run is first in the queue of each of its locks. */
  async holdsLocks(run: Run): Promise<boolean> {
    const heads = await Promise.all(run.plan.locks.map((lock) => this.#redis.lindex(lockKey(lock), 0)));
    return heads.every((id) => id === run.id);
  }

  /** Asks a run to stop. A waiting one ends at once; a running one when nothing of it is left on its hosts. Rejects with `run.ended`. */
  async cancel(id: string, by: Requester, rule: string): Promise<Run> {
    const run = await this.get(id);
    const marked = await this.#ledger.commit({
      guard: { member: [OPEN_RUNS, id] },
      records: [this.#audit.fields({ kind: 'cancel', by, run: id, rule })],
      commands: [
        ['HSET', runKey(id), 'cancel', by.person],
        ['SADD', CANCELLING, id],
        ...this.events.commands(id, [{ type: 'cancelling', by: by.person }]),
      ],
    });
    if (marked === undefined) throw new MusterError('run.ended', { id, status: (await this.get(id)).status });
    // It may have begun since it was looked at.
    const ended = run.status === 'waiting' && (await this.#endWaiting(run, by.person));
    if (!ended) await this.onCancel(run);
    return this.get(id);
  }

  /** Ends a run that was cancelled before it began; false where it has begun. */
  #endWaiting(run: Run, by: string): Promise<boolean> {
    const summary = messages().jobs.ends.neverBegan({ by });
    const error = new MusterError('step.cancelled', { by }).toJSON();
    const ending: Ending = {
      status: 'cancelled',
      summary,
      next: run.plan.again ?? `/retry ${run.id}`,
      error,
    };
    return this.end(run, ending, [{ field: [runKey(run.id), 'status', 'waiting'] }]);
  }

  /** Runs that were asked to stop and have not ended. */
  async cancelling(): Promise<Set<string>> {
    return new Set(await this.#redis.smembers(CANCELLING));
  }

  /**
   * Ends a run, once: status, outcome in the audit, last event, locks and the turn of whoever waited are one transaction.
   * With guards of its own, whoever ends it says more closely when it may.
   */
  async end(run: Run, ending: Ending, guards?: Guard[]): Promise<boolean> {
    const { id } = run;
    this.#recent.delete(id);
    const now = new Date();
    const { stages, digest, events = [], ...outcome } = ending;
    const ms = Math.max(0, now.getTime() - Date.parse(run.started ?? run.accepted));
    const history = stages ? this.#durations.note(run, stages) : [];
    const { status, summary } = outcome;
    const replies = await this.#ledger.commit({
      guard: guards ?? { member: [OPEN_RUNS, id] },
      records: [
        this.#audit.fields({
          kind: 'outcome',
          by: run.by,
          command: run.command,
          scope: run.scope,
          run: id,
          plan: run.planHash,
          status,
          summary,
        }),
      ],
      commands: [
        [
          'HSET',
          runKey(id),
          'status',
          status,
          'ended',
          JSON.stringify({ ...outcome, ended: now.toISOString() }),
        ],
        ['HDEL', runKey(id), POSITION],
        ['ZREM', OPEN_RUNS, id],
        ['SREM', CANCELLING, id],
        ...history,
        ...this.events.commands(id, [...events, { type: 'ended', ...outcome, digest, ms }], { last: true }),
        ...run.plan.locks.flatMap((lock) => [
          ['LREM', lockKey(lock), '1', id],
          ['LINDEX', lockKey(lock), '0'],
        ]),
      ],
    });
    if (replies === undefined) return false;
    const heads = new Set(
      replies.slice(replies.length - 2 * run.plan.locks.length).filter((_, index) => index % 2 === 1),
    );
    for (const head of heads) {
      const next = typeof head === 'string' ? await this.find(head) : undefined;
      if (next && !isFinal(next.status) && (await this.holdsLocks(next))) await this.#ready(next);
    }
    return true;
  }

  /**
   * Begins what holds its locks and waits, and has every other open run looked after: what a crash between two transactions left behind.
   * After the first time, only what was open the time before, too: what has just begun needs nobody.
   */
  async recover(look: (run: Run) => Promise<void>): Promise<void> {
    const before = [...this.#recent.keys()];
    const seen = this.#seen;
    const all = await this.open();
    // What another manager ended need not be remembered any more.
    const ids = new Set(all.map(({ id }) => id));
    for (const id of before) if (!ids.has(id)) this.#recent.delete(id);
    this.#seen = ids;
    for (const run of all) {
      if (run.status !== 'waiting') {
        if (!seen || seen.has(run.id)) await look(run);
      } else if (run.cancel) await this.#endWaiting(run, run.cancel);
      else if (await this.holdsLocks(run)) await this.#ready(run);
    }
  }

  /** Forgets the oldest ended runs beyond the newest 10,000, with their events. */
  async prune(): Promise<number> {
    const old = (await this.#redis.zrange(ALL, '0', String(-KEEP_RUNS - 1))).slice(0, PRUNED_AT_ONCE);
    const ended = (await this.#load(old)).filter((run) => isFinal(run.status));
    for (const run of ended) {
      await this.#redis.multi().del(runKey(run.id)).del(this.events.key(run.id)).zrem(ALL, run.id).exec();
    }
    return ended.length;
  }

  /** Everything that happened to a run so far. */
  history(id: string): Promise<RunEvent[]> {
    return this.events.read(id);
  }
}
