/**
 * How a machine proves that it is the one on which the line of `/host add` was run: both ends know its token, and say so of
 * both keys that the connection has shown. Whoever stands in between has shown other keys, and learns nothing of the token.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Ends } from '../../adapters/icp/channel.ts';

/** How long a token counts, ms. */
export const TOKEN_MS = 3_600_000;
/** So many wrong proofs are heard; after them the token counts no more. */
export const MOST_TRIES = 5;

/** A token as it is typed: 26 letters and digits, 130 bits. */
export const Token = z.string().regex(/^[a-z2-7]{26}$/);
/** What is new in every proof: 32 bytes. */
export const Nonce = z.string().regex(/^[0-9a-f]{64}$/);
/** A proof, and what is kept of a token: SHA-256, 64 hexadecimal digits. */
export const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What `enrol.prove` and `enrol.confirm` take. */
export const Prove = z.strictObject({ nonce: Nonce });
export const Confirm = z.strictObject({ nonce: Nonce, proof: Digest });
/** What `enrol.prove` answers. */
export const Proved = z.looseObject({ nonce: Nonce, proof: Digest });

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new token. */
export const newToken = (): string =>
  Array.from(randomBytes(26), (byte) => LETTERS[byte % LETTERS.length]).join('');

export const newNonce = (): string => randomBytes(32).toString('hex');

/** What is kept of a token: it proves the same, and nothing can be typed with it. */
export const digestOf = (token: string): string =>
  createHash('sha256').update(`muster.enrol.token\n${token}`).digest('hex');

/** Who proves it: what one end said cannot be said back to it. */
export type Side = 'agent' | 'manager';

/** What is proved: this end knows the token, and sees these two keys on this connection. */
export interface Claim {
  /** `digestOf` the token. */
  digest: string;
  side: Side;
  /** The nonces of both, the manager's first. */
  nonces: readonly [manager: string, agent: string];
  /** The fingerprints of both keys. */
  manager: string;
  agent: string;
}

/** The proof of a claim: HMAC-SHA-256 (RFC 2104), 64 hexadecimal digits. */
export const proofOf = ({ digest, side, nonces, manager, agent }: Claim): string =>
  createHmac('sha256', Buffer.from(digest, 'hex'))
    .update(['muster.enrol.1', side, ...nonces, manager, agent].join('\n'))
    .digest('hex');

/** Whether a proof is that of a claim; how long that takes tells nothing of it. */
export const proves = (proof: string, claim: Claim): boolean =>
  timingSafeEqual(Buffer.from(proof, 'hex'), Buffer.from(proofOf(claim), 'hex'));

/** The keys of a connection, by who has them. */
export const keysOf = (side: Side, { ours, theirs }: Ends): Pick<Claim, 'manager' | 'agent'> =>
  side === 'manager' ? { manager: ours, agent: theirs } : { manager: theirs, agent: ours };
