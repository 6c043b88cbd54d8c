/** Plans that wait until others agree: bound to the plan's hash, for a limited time, decided once. Key family `request`. */
import { key, type Redis } from '../adapters/redis/connection.ts';
import { MusterError } from '../errors.ts';
import type { Requester } from '../events.ts';
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

export type Decision = 'open' | 'granted' | 'refused' | 'expired';

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
}

const OPEN = key('requests', 'open');
const requestKey = (id: string): string => key('request', id);
/** How soon it is looked whether what was granted was carried out, ms. */
const CARRY_OUT_MS = 10_000;
/** How long a decided request is remembered, s. */
const KEEP_S = 30 * 24 * 3_600;

export class Requests {
  readonly #redis: Redis;
  readonly #ledger: Ledger;
  readonly #audit: Audit;
  /** Called with a request that is new or has changed. */
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
      'id' | 'command' | 'input' | 'text' | 'scope' | 'by' | 'rule' | 'need' | 'title' | 'planHash'
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
    if (fresh) this.onChange(request);
    return fresh ? request : this.get(id);
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

  /** Notes that a person agrees. Rejects with `request.decided` where it is too late. */
  approve(id: string, by: Requester): Promise<Request> {
    return this.#change(id, by, 'approved', (request) => {
      const approvals = [...new Set([...request.approvals, by.person])];
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

  /** Voids what was agreed to: things have changed, and this is the plan now. */
  async renew(id: string, plan: { title: string; planHash: string }): Promise<Request> {
    const request = await this.get(id);
    const now = Date.now();
    const next: Request = {
      ...request,
      ...plan,
      decision: 'open',
      approvals: [],
      drifted: true,
      expires: new Date(now + request.need.withinMs).toISOString(),
    };
    await this.#ledger.commit({
      records: [
        this.#audit.fields({
          kind: 'asked',
          by: request.by,
          command: request.command,
          scope: request.scope,
          text: request.text,
          run: id,
          plan: plan.planHash,
          rule: request.need.rule,
          summary: 'the plan changed; approvals are void',
        }),
      ],
      commands: [
        ['HSET', requestKey(id), 'data', JSON.stringify(next)],
        ['ZADD', OPEN, String(now + request.need.withinMs), id],
      ],
    });
    this.onChange(next);
    return next;
  }

  /** Ends what nobody decided in time, and has carried out what was granted and never was, because its process died. */
  async look(carryOut: (request: Request) => Promise<unknown>): Promise<void> {
    const due = await this.#redis.zrangebyscore(OPEN, '-inf', Date.now());
    for (const id of due) {
      const request = await this.find(id);
      if (request?.decision === 'open') await this.#expire(id);
      else if (request?.decision === 'granted') await carryOut(request);
      else await this.settle(id);
    }
  }

  /** Notes that what was granted has been dealt with. */
  async settle(id: string): Promise<void> {
    await this.#redis.zrem(OPEN, id);
  }

  async #expire(id: string): Promise<void> {
    const muster = { person: 'muster', platform: 'clock', chat: '' };
    try {
      await this.#change(id, muster, 'expired', (request) => ({ ...request, decision: 'expired' }));
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
      const data = await this.#redis.hget(requestKey(id), 'data');
      if (data === null) throw new MusterError('request.unknown', { id });
      const request = JSON.parse(data) as Request;
      const late = status !== 'expired' && Date.parse(request.expires) < Date.now();
      if (request.decision !== 'open' || late)
        throw decided(late ? { ...request, decision: 'expired' } : request);
      const next = change(request);
      const record = { kind: 'approval' as const, by, run: id, plan: request.planHash, status };
      const changed = await this.#ledger.commit({
        guard: { field: [requestKey(id), 'data', data] },
        records: [this.#audit.fields({ ...record, command: request.command, scope: request.scope })],
        commands: [['HSET', requestKey(id), 'data', JSON.stringify(next)], ...afterwards(next)],
      });
      if (changed === undefined) continue;
      this.onChange(next);
      return next;
    }
  }
}

function decided({ id, decision, decided, approvals }: Request): MusterError {
  const by = decided ?? approvals.join(' and ');
  return new MusterError('request.decided', { id, decision, by });
}

/** An open one waits for its time; a granted one is looked at soon, in case nobody carries it out; others are over. */
function afterwards({ id, decision }: Request): string[][] {
  if (decision === 'open') return [];
  const keep = ['EXPIRE', requestKey(id), String(KEEP_S)];
  if (decision === 'granted') return [['ZADD', OPEN, String(Date.now() + CARRY_OUT_MS), id], keep];
  return [['ZREM', OPEN, id], keep];
}
