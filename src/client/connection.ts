/** Asks the hub in the name of this container. */
import type { Renewal } from '../hub.ts';
import { bearer } from '../hub-place.ts';
import { Pinned, textOf } from '../pinned.ts';
import type { Identities } from './identity.ts';

/** How long an answer may be, bytes. */
const MOST = 32 * 1024 * 1024;
/** How long an answer may take, ms. */
const WITHIN_MS = 15_000;
/** How often it is looked whether it is time for another certificate, ms; it is from two thirds of its time on. */
const LOOK_MS = 30_000;

export interface Reply {
  status: number;
  header(name: string): string | undefined;
  text: string;
}

export interface Query {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
  headers?: Record<string, string>;
  /** How long the answer may take to begin, ms. */
  within?: number;
  signal?: AbortSignal;
}

export class Connection {
  readonly #identities: Identities;
  #pinned: Pinned;
  #timer: NodeJS.Timeout | undefined;

  constructor(identities: Identities) {
    this.#identities = identities;
    this.#pinned = this.#open();
  }

  /** Asks; where the hub does not know this container, once more as whoever was mounted since. Rejects with what the network says. */
  async ask(query: Query): Promise<Reply> {
    const reply = await this.#once(query);
    if (reply.status !== 401) return reply;
    this.#identities.refresh();
    this.#reopen();
    return this.#once(query);
  }

  /** Keeps the certificate fresh, as long as the process runs. */
  keepFresh(): void {
    let busy = false;
    this.#timer = setInterval(() => {
      if (this.#identities.refresh()) this.#reopen();
      const { since, until } = this.#identities.current;
      if (busy || Date.now() < since + ((until - since) * 2) / 3) return;
      busy = true;
      this.renew()
        .catch(() => {})
        .finally(() => {
          busy = false;
        });
    }, LOOK_MS).unref();
  }

  /** Gets another certificate; false where the hub gives none. */
  async renew(): Promise<boolean> {
    const { key, take } = this.#identities.renewal();
    const { status, text } = await this.ask({
      method: 'POST',
      path: '/v1/certificate',
      body: JSON.stringify({ key }),
    });
    if (status !== 200) return false;
    take(JSON.parse(text) as Renewal);
    this.#reopen();
    return true;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#pinned.close();
  }

  async #once({ method, path, body, headers, within = WITHIN_MS, signal }: Query): Promise<Reply> {
    const {
      status,
      headers: said,
      body: answer,
    } = await this.#pinned.ask({
      method,
      path,
      body,
      headers: { ...headers, Authorization: bearer(this.#identities.current.token) },
      within,
      signal,
    });
    const text = await textOf(answer, MOST, WITHIN_MS);
    return { status, header: (name) => said[name] as string | undefined, text };
  }

  #open(): Pinned {
    const { place } = this.#identities.current;
    return new Pinned({ ...place, identity: () => this.#identities.current });
  }

  /** Connections show the certificate that they were opened with. What is being asked over the old ones goes on to its end. */
  #reopen(): void {
    const before = this.#pinned;
    this.#pinned = this.#open();
    setTimeout(() => before.close(), 2 * WITHIN_MS).unref();
  }
}

/** What the hub says went wrong, or the number of HTTP. */
export function refusalOf({ status, text }: Reply): string {
  try {
    const { summary } = JSON.parse(text) as { summary?: string };
    if (summary) return summary;
  } catch {
    // No words, then.
  }
  return `HTTP ${status}`;
}
