/** How it stands with Slack: how long to wait after something failed, and what operators are told of it. */
import { webApi } from '@slack/bolt';
import { MusterError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import type { Ears } from '../platform.ts';

const { ErrorCode } = webApi;

/** How long to wait after a first failure, ms; twice as long after each further one, up to the longest. */
const AGAIN_MS = 1_000;
const LONGEST_MS = 15_000;
/** How long to wait where a token is refused, ms. */
const REFUSED_MS = 30_000;
/** How long it may fail until operators are told, ms: Slack is away for some seconds now and then. */
const PATIENCE_MS = 60_000;

/** What Slack says of a token that is worth nothing. */
export const TOKEN_REFUSED = [
  ...['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired'],
  ...['not_allowed_token_type', 'user_removed_from_team', 'team_disabled', 'team_access_not_granted'],
];
const NO_PORT: Record<string, 'taken' | 'denied'> = { EADDRINUSE: 'taken', EACCES: 'denied' };

export type Token = 'botToken' | 'appToken';
/** What is in the way where Slack does not answer with it. */
const WHAT = { botToken: 'answers', appToken: 'socket' } as const;

export class Reach {
  readonly #ears: Ears;
  readonly #log: Log;
  readonly #now: () => number;
  /** What each token is for may fail by itself: how often it did, and since when, ms. */
  readonly #failing = new Map<Token, { times: number; since: number }>();

  /** `now` is the time in ms. */
  constructor(ears: Ears, log: Log, now: () => number = Date.now) {
    this.#ears = ears;
    this.#log = log;
    this.#now = now;
  }

  /** Notes that Slack took a token. */
  well(token: Token): void {
    this.#failing.delete(token);
    this.#ears.trouble(token);
    this.#ears.trouble(WHAT[token]);
  }

  /** Notes that Slack can deliver. */
  open(): void {
    this.well('appToken');
    this.#ears.trouble('port');
  }

  /** Notes that a call failed; one that Slack understood and refused for reasons of its own says nothing of Slack. */
  called(thrown: unknown): void {
    const { data } = thrown as { data?: { error?: string } };
    if (data?.error === undefined || [...TOKEN_REFUSED, 'missing_scope'].includes(data.error))
      this.note(thrown, 'botToken');
    else this.well('botToken');
  }

  /** Notes a failure, tells operators of what does not pass by itself, and gives how long to wait, ms. */
  note(thrown: unknown, token: Token, port?: number): number {
    const { code, data, retryAfter } = thrown as {
      code?: string;
      data?: { error?: string; needed?: string };
      retryAfter?: number;
    };
    const platform = 'slack';
    const reason = data?.error;
    const shut = NO_PORT[code ?? ''];
    if (shut !== undefined) {
      const message = messages().reasons.port[shut];
      const error = new MusterError('platform.port', { platform, port, message });
      this.#ears.trouble('port', error);
      return AGAIN_MS;
    }
    if (code === ErrorCode.RateLimitedError) return (retryAfter ?? 5) * 1_000;
    if (reason !== undefined && TOKEN_REFUSED.includes(reason)) {
      this.#ears.trouble(token, new MusterError('platform.token', { platform, token, reason }));
      return REFUSED_MS;
    }
    if (reason === 'missing_scope') {
      const scope = data?.needed ?? '';
      this.#ears.trouble(`scope ${scope}`, new MusterError('platform.scope', { platform, reason, scope }));
      return REFUSED_MS;
    }
    this.#log.warn({ err: thrown }, 'Slack could not be reached');
    const { times, since } = this.#failing.get(token) ?? { times: 0, since: this.#now() };
    this.#failing.set(token, { times: times + 1, since });
    if (this.#now() - since >= PATIENCE_MS) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      this.#ears.trouble(WHAT[token], new MusterError('platform.unreachable', { platform, message }));
    }
    return Math.min(LONGEST_MS, AGAIN_MS * 2 ** times);
  }
}
