/**
 * GET requests to the REST API of a service that knows organisations: pages, entity tags, limits. Plain fetch: what is needed is
 * three lists of two services. Octokit knows one of the two, brings twenty packages, and waits by itself where a service limits it,
 * which a person who typed a command would only see as silence.
 */
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';

/** How long one request may take, ms. */
const TIMEOUT_MS = 20_000;
/** The most bytes of one page. */
const MAX_PAGE = 4 * 1024 * 1024;
/** The most pages of one list: a list that was cut off would look like people who left. */
const MAX_PAGES = 100;
/** The most pages that are remembered by their entity tags. */
const MAX_TAGGED = 5_000;
const REDIRECTS = [301, 302, 307, 308];
/** How long to wait after a secondary limit that does not say how long, ms (docs.github.com, rate limits of the REST API). */
const SECONDARY_MS = 60_000;

interface Page {
  items: unknown[];
  /** The next page, where the service says which it is. */
  next?: string;
  /** How many there are on all pages, where the service says so. */
  total?: number;
}

/** Pages by what was asked, with their entity tags: what has not changed is not sent again, and does not count against limits. */
export type Tagged = Map<string, { tag: string; page: Page }>;

export interface ClientOptions {
  /** Without a slash at its end. */
  apiRoot: string;
  headers: Readonly<Record<string, string>>;
  /** What errors call it: `github.com/acme`. */
  where: string;
  /** The query that asks for a page, counted from 1. */
  query(page: number): string;
  /** Whether the service names the next page in a `Link` header (RFC 8288); otherwise pages are counted up to an empty one. */
  linked: boolean;
  tagged: Tagged;
  timeoutMs?: number;
  signal?: AbortSignal;
}

export class Client {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Everything in a list, all pages. Rejects with an error `members.…`. */
  async list(path: string): Promise<unknown[]> {
    const { apiRoot, query, linked } = this.#options;
    const all: unknown[] = [];
    let url = `${apiRoot}${path}?${query(1)}`;
    for (let number = 1; number <= MAX_PAGES; number += 1) {
      const { items, next, total } = await this.#page(url);
      all.push(...items);
      if (linked) {
        if (next === undefined) return all;
        url = next;
      } else {
        if (all.length === total || (items.length === 0 && total === undefined)) return all;
        // A list that is shorter than it says would look like people who left.
        if (items.length === 0)
          throw this.#answer(messages().reasons.members.short({ count: all.length, total: total as number }));
        url = `${apiRoot}${path}?${query(number + 1)}`;
      }
    }
    throw this.#answer(messages().reasons.members.pages({ most: MAX_PAGES }));
  }

  async #page(url: string): Promise<Page> {
    const { tagged } = this.#options;
    const known = tagged.get(url);
    const response = await this.#get(url, known?.tag);
    if (known && response.status === 304) return known.page;
    const body = await this.#body(response);
    if (response.status !== 200) throw this.#refused(response, body);
    let items: unknown;
    try {
      items = JSON.parse(body);
    } catch {
      items = undefined;
    }
    if (!Array.isArray(items)) throw this.#answer(messages().reasons.members.noList);
    const page = { items, next: this.#next(response), total: totalOf(response) };
    const tag = response.headers.get('etag');
    if (tagged.size >= MAX_TAGGED) tagged.clear();
    if (tag !== null) tagged.set(url, { tag, page });
    return page;
  }

  /** Follows redirects within the service only: a token goes nowhere else, and no keys come from elsewhere. */
  async #get(first: string, tag: string | undefined): Promise<Response> {
    const { headers, timeoutMs = TIMEOUT_MS, signal } = this.#options;
    const late = AbortSignal.timeout(timeoutMs);
    let url = first;
    for (let redirects = 0; redirects < 5; redirects += 1) {
      const response = await fetch(url, {
        headers: { ...headers, ...(tag !== undefined && { 'if-none-match': tag }) },
        redirect: 'manual',
        signal: signal ? AbortSignal.any([late, signal]) : late,
      }).catch((thrown: unknown) => {
        signal?.throwIfAborted();
        throw this.#unreachable(thrown, timeoutMs);
      });
      const location = response.headers.get('location');
      if (!REDIRECTS.includes(response.status) || location === null) return response;
      await response.body?.cancel();
      url = this.#within(location, url);
    }
    throw this.#answer(messages().reasons.members.elsewhere);
  }

  async #body(response: Response): Promise<string> {
    const parts: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const part of response.body ?? []) {
        length += part.length;
        if (length > MAX_PAGE) throw this.#answer(messages().reasons.members.large);
        parts.push(part);
      }
    } catch (thrown) {
      this.#options.signal?.throwIfAborted();
      if (thrown instanceof MusterError) throw thrown;
      throw this.#unreachable(thrown, this.#options.timeoutMs ?? TIMEOUT_MS);
    }
    return Buffer.concat(parts).toString('utf8');
  }

  #next(response: Response): string | undefined {
    if (!this.#options.linked) return undefined;
    const next = /<([^>]*)>[^,]*;\s*rel="?next"?/.exec(response.headers.get('link') ?? '')?.[1];
    return next === undefined ? undefined : this.#within(next, response.url);
  }

  /** An address that the service gave, as long as it is one of its own. */
  #within(address: string, base: string): string {
    const url = URL.canParse(address, base) ? new URL(address, base) : undefined;
    if (url?.origin !== new URL(this.#options.apiRoot).origin)
      throw this.#answer(messages().reasons.members.elsewhere);
    return url.href;
  }

  #refused(response: Response, body: string): MusterError {
    const { where } = this.#options;
    const { status } = response;
    const message = saidIn(body);
    const wait = status === 403 || status === 429 ? waitOf(response, message) : undefined;
    if (wait !== undefined) return new MusterError('members.limited', { where, wait: humanDuration(wait) });
    if (status === 401) return new MusterError('members.token', { where, message });
    if (status === 403) return new MusterError('members.forbidden', { where, message });
    if (status === 404) return new MusterError('members.unknown', { where });
    if (status >= 500) return new MusterError('members.unreachable', { where, message: `HTTP ${status}` });
    return this.#answer(`HTTP ${status}${message && `: ${message}`}`);
  }

  #unreachable(thrown: unknown, timeoutMs: number): MusterError {
    const { where } = this.#options;
    const error = thrown as Error & { cause?: { code?: string; message?: string } };
    const message =
      error.name === 'TimeoutError'
        ? messages().reasons.members.late({ time: humanDuration(timeoutMs) })
        : (error.cause?.code ?? error.cause?.message ?? error.message);
    return new MusterError('members.unreachable', { where, message }, { cause: thrown });
  }

  #answer(message: string): MusterError {
    return new MusterError('members.answer', { where: this.#options.where, message });
  }
}

function totalOf(response: Response): number | undefined {
  const text = response.headers.get('x-total-count');
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** What the service says of a refusal, as one line. */
function saidIn(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === 'string' ? message.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200) : '';
  } catch {
    return '';
  }
}

/** How long to wait, ms; undefined where it was not refused for asking too much. */
function waitOf({ status, headers }: Response, message: string): number | undefined {
  const after = headers.get('retry-after');
  if (after !== null && /^\d+$/.test(after)) return Number(after) * 1_000;
  if (headers.get('x-ratelimit-remaining') === '0') {
    const reset = Number(headers.get('x-ratelimit-reset')) * 1_000;
    return Math.max(1_000, reset - Date.now());
  }
  return status === 429 || /rate limit/i.test(message) ? SECONDARY_MS : undefined;
}
