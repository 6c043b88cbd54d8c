/** Plans that wait until others agree: bound to the plan's hash, for a limited time, decided once. Key family `request`. */
import { key, type Redis } from '../adapters/redis/connection.ts';
import { MusterError } from '../errors.ts';
import type { Requester } from '../events.ts';
import { messages } from '../messages/messages.ts';
import type { Audit } from './audit.ts';
import type { Ledger } from './ledger.ts';

/** What a plan needs before it is carried out. With `count` 0, whoever asked has to confirm it. */
export interface Need {
  /** The rule that says so. */
  rule: string;
  /** Roles whose people may approve. */
  from: string[];
  /** How many people, besides whoever asked. */
  count: number;
  withinMs: number;
}

/** `stopped` is what was granted and could not be begun. */
export type Decision = 'open' | 'granted' | 'refused' | 'expired' | 'stopped';

export interface Request {
  /** Of the line, and of the run it becomes. */
  id: string;
  command: string;
  /** Valid input of the command. */
  input: unknown;
  text: string;
  scope: string[];
  by: Requester;
  /** The rule that allowed the command. */
  rule: string;
  need: Need;
  /** Lines that show what it changes. */
  shows?: string[];
  /** What would be done, and the hash of the plan that people agree to. */
  title: string;
  planHash: string;
  /** UTC, ISO 8601. */
  asked: string;
  expires: string;
  decision: Decision;
  /** Who agreed to this plan. */
  approvals: string[];
  /** Who decided, where one person did. */
  decided?: string;
  /** Whether an earlier plan was agreed to and things changed since. */
  drifted?: boolean;
  /** Why it could not be begun, where it was stopped. */
  reason?: string;
}

/** What an approval is bound to. */
export interface Agreement {
  /** The beginning of the hash of the plan that the person saw; absent where they agree to whatever is asked for now. */
  plan?: string;
  /** Whether what a person said earlier still counts; everybody's does by default. */
  counts?(person: string): boolean;
}

const OPEN = key('requests', 'open');
const requestKey = (id: string): string => key('request', id);
const MUSTER = { person: 'muster', platform: 'clock', chat: '' };
/** How soon it is looked whether what was granted was carried out, and whether how it was decided was shown, ms. */
const CARRY_OUT_MS = 10_000;
/** How long a decided request is remembered, s. */
const KEEP_S = 30 * 24 * 3_600;

export class Requests {
  readonly #redis: Redis;
  readonly #ledger: Ledger;
  readonly #audit: Audit;
  /** Called with a request that is new or has changed, and again where that may not have been shown. */
  onChange: (request: Request) => void = () => {};

  constructor(parts: { redis: Redis; ledger: Ledger; audit: Audit }) {
    this.#redis = parts.redis;
    this.#ledger = parts.ledger;
    this.#audit = parts.audit;
  }

  /** Asks for agreement, once for an id; gives the request as it stands. */
  async ask(
    asked: Pick<
      Request,
      'id' | 'command' | 'input' | 'text' | 'scope' | 'by' | 'rule' | 'need' | 'title' | 'shows' | 'planHash'
    >,
  ): Promise<Request> {
    const now = Date.now();
    const request: Request = {
      ...asked,
      asked: new Date(now).toISOString(),
      expires: new Date(now + asked.need.withinMs).toISOString(),
      decision: 'open',
      approvals: [],
    };
    const { id, by, command, scope, text, planHash } = request;
    const fresh = await this.#ledger.commit({
      guard: { absent: requestKey(id) },
      records: [
        this.#audit.fields({
          kind: 'asked',
          by,
          command,
          scope,
          text,
          run: id,
          plan: planHash,
          rule: request.need.rule,
        }),
      ],
      commands: [
        ['HSET', requestKey(id), 'data', JSON.stringify(request)],
        ['ZADD', OPEN, String(now + request.need.withinMs), id],
      ],
    });
    const stands = fresh ? request : await this.get(id);
    // Whoever asked before may have died before it was shown.
    this.onChange(stands);
    return stands;
  }

  /** The request of an id; rejects with `request.unknown`. */
  async get(id: string): Promise<Request> {
    const request = await this.find(id);
    if (!request) throw new MusterError('request.unknown', { id });
    return request;
  }

  async find(id: string): Promise<Request | undefined> {
    const data = await this.#redis.hget(requestKey(id), 'data');
    return data === null ? undefined : (JSON.parse(data) as Request);
  }

  /** Notes that a person agrees. Rejects with `request.decided` where it is too late, with `request.changed` where they saw another plan. */
  approve(id: string, by: Requester, { plan = '', counts = () => true }: Agreement = {}): Promise<Request> {
    return this.#change(id, by, 'approved', (request) => {
      if (!request.planHash.startsWith(plan)) throw new MusterError('request.changed', { id });
      const approvals = [...new Set([...request.approvals.filter(counts), by.person])];
      const granted = approvals.length >= request.need.count;
      return { ...request, approvals, decision: granted ? 'granted' : 'open' };
    });
  }

  /** Notes that a person does not want it. */
  refuse(id: string, by: Requester): Promise<Request> {
    return this.#change(id, by, 'refused', (request) => ({
      ...request,
      decision: 'refused',
      decided: by.person,
    }));
  }

  /**
   * Asks again for what was granted, as things have changed: this is the plan now, this is what it needs, and these are the
   * approvals that still hold. Gives the request as it stands where another process was faster.
   */
  async renew(
    granted: Request,
    now: Pick<Request, 'title' | 'shows' | 'planHash' | 'need' | 'approvals'>,
  ): Promise<Request> {
    const { id } = granted;
    const { data, request } = await this.#read(id);
    if (request.decision !== 'granted' || request.planHash !== granted.planHash) return request;
    const expires = Date.now() + now.need.withinMs;
    const drifted = now.planHash !== request.planHash || request.drifted;
    const next: Request = {
      ...request,
      ...now,
      decision: 'open',
      drifted,
      expires: new Date(expires).toISOString(),
    };
    const renewed = await this.#ledger.commit({
      guard: { field: [requestKey(id), 'data', data] },
      records: [
        this.#audit.fields({
          kind: 'asked',
          by: request.by,
          command: request.command,
          scope: request.scope,
          text: request.text,
          run: id,
          plan: next.planHash,
          rule: next.need.rule,
          summary: drifted ? messages().answers.audit.planChanged : messages().answers.audit.approvalsVoid,
        }),
      ],
      commands: [
        ['HSET', requestKey(id), 'data', JSON.stringify(next)],
        ['PERSIST', requestKey(id)],
        ['ZADD', OPEN, String(expires), id],
      ],
    });
    if (renewed === undefined) return this.get(id);
    this.onChange(next);
    return next;
  }

  /** Notes that what was granted cannot be begun, and why. */
  async stop(id: string, reason: string): Promise<void> {
    const { data, request } = await this.#read(id);
    if (request.decision !== 'granted') return;
    const next: Request = { ...request, decision: 'stopped', reason };
    await this.#commit(data, next, { by: MUSTER, status: 'stopped' });
  }

  /** Ends what nobody decided in time, and goes on where a process died: shows what was decided, carries out what was granted. */
  async look(carryOut: (request: Request) => Promise<unknown>): Promise<void> {
    const due = await this.#redis.zrangebyscore(OPEN, '-inf', Date.now());
    const failures: unknown[] = [];
    for (const id of due) {
      const request = await this.find(id);
      if (request?.decision === 'open') await this.#expire(id);
      else if (request) this.onChange(request);
      else await this.settle(id);
      if (request?.decision === 'granted') await carryOut(request).catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Notes that what was decided has been dealt with. */
  async settle(id: string): Promise<void> {
    await this.#redis.zrem(OPEN, id);
  }

  async #expire(id: string): Promise<void> {
    try {
      await this.#change(id, MUSTER, 'expired', (request) => ({ ...request, decision: 'expired' }));
    } catch (error) {
      if (!(error instanceof MusterError)) throw error;
    }
  }

  /** Changes an open request; a change by another process meanwhile is seen and taken into account. */
  async #change(
    id: string,
    by: Requester,
    status: string,
    change: (request: Request) => Request,
  ): Promise<Request> {
    for (;;) {
      const { data, request } = await this.#read(id);
      if (request.decision !== 'open') {
        // Whoever decided may have died before it was shown.
        this.onChange(request);
        throw decided(request);
      }
      const late = status !== 'expired' && Date.parse(request.expires) < Date.now();
      if (late) throw decided({ ...request, decision: 'expired' });
      const next = change(request);
      if (await this.#commit(data, next, { by, status })) return next;
    }
  }

  async #read(id: string): Promise<{ data: string; request: Request }> {
    const data = await this.#redis.hget(requestKey(id), 'data');
    if (data === null) throw new MusterError('request.unknown', { id });
    return { data, request: JSON.parse(data) as Request };
  }

  /** Writes what a request is now; says whether it still was what was read. */
  async #commit(data: string, next: Request, how: { by: Requester; status: string }): Promise<boolean> {
    const { id, command, scope, planHash, reason } = next;
    const record = { kind: 'approval' as const, ...how, run: id, plan: planHash, summary: reason };
    const changed = await this.#ledger.commit({
      guard: { field: [requestKey(id), 'data', data] },
      records: [this.#audit.fields({ ...record, command, scope })],
      commands: [['HSET', requestKey(id), 'data', JSON.stringify(next)], ...afterwards(next)],
    });
    if (changed !== undefined) this.onChange(next);
    return changed !== undefined;
  }
}

function decided({ id, decision, decided, approvals }: Request): MusterError {
  const by = decided ?? messages().phrases.and({ words: approvals });
  return new MusterError('request.decided', { id, decision, by });
}

/** An open one waits for its time; any other is looked at soon, in case nobody carries it out or shows it. */
function afterwards({ id, decision }: Request): string[][] {
  if (decision === 'open') return [];
  return [
    ['ZADD', OPEN, String(Date.now() + CARRY_OUT_MS), id],
    ['EXPIRE', requestKey(id), String(KEEP_S)],
  ];
}
