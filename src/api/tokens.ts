/** Who asks: tokens of the configuration, looked up by a digest of each and compared in constant time. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { asMusterError, MusterError } from '../errors.ts';
import type { Secret } from '../secret.ts';

/** The fewest characters of a token. */
export const SHORTEST_TOKEN = 24;

/** Whom a token stands for. */
export interface Asker {
  /** The token, as the configuration calls it. */
  token: string;
  person: string;
}

interface Known extends Asker {
  digest: Buffer;
  /** When it counts no more, ms since the epoch. */
  ends: number;
}

const KEY = randomBytes(32);
const DAY_MS = 86_400_000;
const digestOf = (text: string): Buffer => createHmac('sha256', KEY).update(text).digest();

export class Tokens {
  readonly #known: readonly Known[];
  /** Tokens that cannot be used, and why. */
  readonly troubles: readonly MusterError[];

  private constructor(known: readonly Known[], troubles: readonly MusterError[]) {
    this.#known = known;
    this.troubles = troubles;
  }

  /** Those of the configuration; `find` gives the secret that a text names. */
  static async of(
    { api }: Pick<Config, 'api'>,
    find: (text: string, path: string) => Promise<Secret>,
  ): Promise<Tokens> {
    const known: Known[] = [];
    const troubles: MusterError[] = [];
    for (const [token, { secret: place, person, until }] of Object.entries(api.tokens)) {
      try {
        const secret = (await find(place, `api.tokens.${token}.secret`)).reveal();
        if (secret.length < SHORTEST_TOKEN)
          throw new MusterError('api.short', { name: token, least: SHORTEST_TOKEN });
        const ends = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until) + DAY_MS;
        known.push({ token, person, digest: digestOf(secret), ends });
      } catch (error) {
        troubles.push(asMusterError(error));
      }
    }
    return new Tokens(known, troubles);
  }

  /** Whom a header names; nobody where it has no such token, and whose it was where it counts no more. All are compared, so that the time it takes tells nothing. */
  who(authorization: string | undefined, now = Date.now()): { asker?: Asker; over?: string } {
    const [, given = ''] = /^Bearer ([\x21-\x7e]{1,1000})$/i.exec(authorization ?? '') ?? [];
    const digest = digestOf(given);
    let found: Known | undefined;
    for (const one of this.#known) if (timingSafeEqual(one.digest, digest)) found ??= one;
    if (!found) return {};
    const { token, person, ends } = found;
    return now < ends ? { asker: { token, person } } : { over: token };
  }

  /** Whether a token still stands for somebody. */
  counts({ token, person }: Asker, now = Date.now()): boolean {
    return this.#known.some((one) => one.token === token && one.person === person && now < one.ends);
  }
}
