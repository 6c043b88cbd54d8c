/** Tokens of containers: what is said, and a keyed hash of it (HMAC-SHA-256, RFC 2104), both base64url. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Caller } from '../../hub.ts';

/** Whose it is, and until when it holds, ms. */
const Said = z.strictObject({ caller: Caller, until: z.number() });
type Said = z.infer<typeof Said>;

const LONGEST = 2_048;

/** A token that says this. */
export function signToken(said: Said, secret: Buffer): string {
  const text = Buffer.from(JSON.stringify(said)).toString('base64url');
  return `${text}.${hashOf(text, secret)}`;
}

/** What a token says; undefined where it was not signed with this secret. */
export function readToken(token: string, secret: Buffer): Said | undefined {
  const [text, hash, ...more] = token.length > LONGEST ? [] : token.split('.');
  if (text === undefined || hash === undefined || more.length > 0) return undefined;
  const [given, right] = [Buffer.from(hash), Buffer.from(hashOf(text, secret))];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  return Said.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
}

const hashOf = (text: string, secret: Buffer): string =>
  createHmac('sha256', secret).update(text).digest('base64url');
