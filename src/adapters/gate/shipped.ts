/** The route over which containers ship what they print. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { HubLine, HubStream, LONGEST_BATCH, LONGEST_LINE } from '../../hub.ts';
import type { LineSource, Printed } from '../../lines.ts';
import type { ContainerRoute } from './route.ts';

/** U+FFFD, which stands for a byte that is no UTF-8, is three bytes long. */
const LONGEST_TEXT = 3 * LONGEST_LINE;

const Shipped = HubLine.extend({ text: z.string().max(LONGEST_TEXT) });

/**
 * `POST /v1/logs`: lines go to `take`, which gives the first number that is not on disk yet. A stream is its caller's own: what
 * another one calls the same is another stream. Also who is not live any more may deliver what it printed.
 */
export const shippedRoute = (
  take: (source: LineSource, lines: readonly Printed[]) => Promise<number>,
): ContainerRoute => ({
  for: 'container',
  method: 'POST',
  path: '/v1/logs',
  most: LONGEST_BATCH,
  retired: true,
  async answer({ caller, body }) {
    const { stream, lines } = shippedIn(body);
    return { body: { next: await take({ ...caller, stream }, lines) } };
  },
});

/** The stream and its lines; throws `hub.request`. */
export function shippedIn(body: Buffer): { stream: string; lines: Printed[] } {
  const [head = '', ...texts] = body.toString('utf8').split('\n');
  if (texts.at(-1) === '') texts.pop();
  const { stream } = read(HubStream, head, 0);
  const lines = texts.map((text, index): Printed => {
    const { time, ...line } = read(Shipped, text, index + 1);
    return { ...line, time: BigInt(time) };
  });
  return { stream, lines };
}

function read<Shape extends z.ZodType>(shape: Shape, text: string, number: number): z.output<Shape> {
  try {
    return shape.parse(JSON.parse(text));
  } catch (cause) {
    throw new MusterError('hub.request', { message: `${number}` }, { cause });
  }
}
