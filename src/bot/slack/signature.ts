/** Whether a request is Slack's own (docs.slack.dev, verifying requests from Slack). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How far a request's time may be from ours, ms: what is older could be an old one that somebody sends again. */
const MOST_APART_MS = 300_000;

/** What is wrong with a request. `apart` is how many ms ours is after its time. */
export type Flaw = { kind: 'missing' } | { kind: 'wrong' } | { kind: 'time'; apart: number };

/** The flaw of a request with these headers and this body, if it has one; `now` is in ms. */
export function flawOf(
  headers: IncomingHttpHeaders,
  body: Buffer,
  signingSecret: string,
  now: number,
): Flaw | undefined {
  const { 'x-slack-signature': signature, 'x-slack-request-timestamp': time } = headers;
  if (typeof signature !== 'string' || typeof time !== 'string') return { kind: 'missing' };
  const own = createHmac('sha256', signingSecret).update(`v0:${time}:`).update(body).digest('hex');
  const [expected, given] = [`v0=${own}`, signature].map((text) => Buffer.from(text)) as [Buffer, Buffer];
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return { kind: 'wrong' };
  if (!/^\d{1,12}$/.test(time)) return { kind: 'wrong' };
  const apart = now - Number(time) * 1_000;
  return Math.abs(apart) > MOST_APART_MS ? { kind: 'time', apart } : undefined;
}
