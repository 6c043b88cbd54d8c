/** The manager's end: asks the hub as a manager, over its pinned key. */
import { generateKeyPairSync } from 'node:crypto';
import { MusterError } from '../../errors.ts';
import { type Caller, HubIssued, type HubPlace, type Issued } from '../../hub.ts';
import type { Identity } from '../../identity.ts';
import { type Head, Pinned, textOf, WrongKey } from '../../pinned.ts';

/** Questions at a time: each log that is followed is one for as long as it takes. */
const MOST_ASKED = 192;
/** How long the hub may take to answer, ms, and how long an answer may be, bytes. */
const WITHIN_MS = 30_000;
const MOST = 64 * 1024 * 1024;

export interface HubClientParts {
  place: Pick<HubPlace, 'address' | 'pins'>;
  /** Muster's own, as its hosts know it. */
  identity: Identity;
}

export interface Wanting {
  query?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal;
}

export class HubClient {
  readonly #address: string;
  readonly #pinned: Pinned;

  constructor({ place, identity }: HubClientParts) {
    this.#address = place.address;
    this.#pinned = new Pinned({ ...place, identity: () => identity }, MOST_ASKED);
  }

  /** The answer, out of JSON. Rejects with what the hub says, `hub.unreachable` or `hub.key.changed`. */
  async ask(method: 'GET' | 'POST', path: string, wanting: Wanting = {}): Promise<unknown> {
    const head = await this.#head(method, path, wanting);
    const text = await textOf(head.body, MOST, WITHIN_MS).catch((error) => this.#unreachable(error));
    return text === '' ? undefined : JSON.parse(text);
  }

  /** The answer line by line, as it comes, each out of JSON; ends with the answer or the signal. Rejects as `ask`. */
  async *lines(path: string, wanting: Wanting = {}): AsyncGenerator<unknown> {
    const { body } = await this.#head('GET', path, wanting);
    try {
      for await (const line of linesOf(body)) yield JSON.parse(line);
    } catch (error) {
      // Cut off because nobody wants it any more, or else told.
      if (!wanting.signal?.aborted) this.#unreachable(error as Error);
    } finally {
      body.destroy();
    }
  }

  /** An identity for a caller: the key is made here, and only its public half goes to the hub. Rejects as `ask`. */
  async issue(caller: Caller): Promise<Issued> {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const info = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const issued = HubIssued.parse(await this.ask('POST', '/v1/issue', { body: { caller, key: info } }));
    return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), ...issued };
  }

  close(): void {
    this.#pinned.close();
  }

  async #head(method: 'GET' | 'POST', path: string, { query, body, signal }: Wanting): Promise<Head> {
    const head = await this.#pinned
      .ask({
        method,
        path: query ? `${path}?${new URLSearchParams(query)}` : path,
        within: WITHIN_MS,
        signal,
        ...(body !== undefined && {
          body: JSON.stringify(body),
          headers: { 'Content-Type': 'application/json' },
        }),
      })
      .catch((error) => this.#unreachable(error));
    if (head.status < 400) return head;
    const text = await textOf(head.body, MOST, WITHIN_MS).catch((error) => this.#unreachable(error));
    throw refusal(text) ?? this.#unreachable(new Error(`HTTP ${head.status}`));
  }

  #unreachable(error: Error): never {
    const address = this.#address;
    if (error instanceof WrongKey)
      throw new MusterError('hub.key.changed', { address, fingerprint: error.fingerprint ?? '' });
    throw new MusterError('hub.unreachable', { address, message: error.message }, { cause: error });
  }
}

/** Whole lines as they come; of what whoever reads is behind, no more is held than came at once. */
async function* linesOf(body: Head['body']): AsyncGenerator<string> {
  let rest = '';
  for await (const part of body.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() as string;
    yield* lines;
  }
}

/** The error that the hub tells. */
function refusal(text: string): MusterError | undefined {
  try {
    return MusterError.from(JSON.parse(text));
  } catch {
    return undefined;
  }
}
