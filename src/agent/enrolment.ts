/** The token with which an agent proves to a manager whose host it is: a file that goes once it was used, or after an hour. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Channel, command } from '../adapters/icp/channel.ts';
import { MusterError } from '../errors.ts';
import {
  type Claim,
  Confirm,
  Digest,
  digestOf,
  keysOf,
  MOST_TRIES,
  newNonce,
  Prove,
  proofOf,
  proves,
  TOKEN_MS,
} from '../jobs/enrolment/handshake.ts';

const Kept = z.strictObject({
  digest: Digest,
  /** ms since the epoch. */
  until: z.number(),
  /** Wrong proofs that were heard. */
  wrong: z.number().int().nonnegative(),
});
type Kept = z.output<typeof Kept>;

const fileIn = (state: string): string => join(state, 'enrolment');

/** Keeps a token for an agent, whose folder is `state`; it takes the place of one before. Of the token itself nothing is kept. */
export const keepToken = async (state: string, token: string, now = Date.now): Promise<void> => {
  await mkdir(state, { recursive: true, mode: 0o700 });
  await keep(state, { digest: digestOf(token), until: now() + TOKEN_MS, wrong: 0 });
};

async function keep(state: string, kept: Kept): Promise<void> {
  const draft = `${fileIn(state)}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(kept), { mode: 0o600, flush: true });
  await rename(draft, fileIn(state));
}

export class Enrolment {
  readonly #state: string;
  readonly #now: () => number;
  /** The nonces of the proofs that were given, by connection: each can be confirmed once. */
  readonly #nonces = new WeakMap<Channel, string>();

  constructor(state: string, now: () => number = Date.now) {
    this.#state = state;
    this.#now = now;
  }

  /** What managers ask with. */
  get commands() {
    return {
      'enrol.prove': command({
        input: Prove,
        run: async ({ nonce }, { channel }) => {
          const { digest } = await this.#token();
          const own = newNonce();
          this.#nonces.set(channel, own);
          return { nonce: own, proof: proofOf(this.#claim('agent', digest, [nonce, own], channel)) };
        },
      }),
      'enrol.confirm': command({
        input: Confirm,
        run: async ({ nonce, proof }, { channel }) => {
          const kept = await this.#token();
          const own = this.#nonces.get(channel);
          this.#nonces.delete(channel);
          if (own === undefined) throw new MusterError('icp.message', { problem: 'data.nonce' });
          if (!proves(proof, this.#claim('manager', kept.digest, [nonce, own], channel)))
            await this.#refuse(kept);
          await this.forget();
          return {};
        },
      }),
    };
  }

  /** Removes the token where its time is up. */
  async lapse(): Promise<void> {
    await this.#token().catch(() => {});
  }

  async forget(): Promise<void> {
    await rm(fileIn(this.#state), { force: true });
  }

  /** What is kept of the token; rejects with `enrol.none` where none counts (any more). */
  async #token(): Promise<Kept> {
    const text = await readFile(fileIn(this.#state), 'utf8').catch(() => undefined);
    if (text === undefined) throw new MusterError('enrol.none');
    const kept = parse(text);
    if (kept && this.#now() < kept.until && kept.wrong < MOST_TRIES) return kept;
    await this.forget();
    throw new MusterError('enrol.none');
  }

  async #refuse(kept: Kept): Promise<never> {
    await keep(this.#state, { ...kept, wrong: kept.wrong + 1 });
    throw new MusterError('enrol.proof');
  }

  #claim(side: Claim['side'], digest: string, nonces: Claim['nonces'], { ends }: Channel): Claim {
    return { digest, side, nonces, ...keysOf('agent', ends) };
  }
}

function parse(text: string): Kept | undefined {
  try {
    return Kept.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
