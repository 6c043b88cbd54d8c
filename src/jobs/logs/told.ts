/** What collectors on a host tell: batches of lines as text, in pieces that every way to a host lets through whole. */
import { z } from 'zod';
import type { Report } from '../step.ts';

const Line = z.strictObject({
  /** Nanoseconds since the epoch, decimal. */
  time: z.string().regex(/^\d{1,20}$/),
  text: z.string(),
  from: z.enum(['stdout', 'stderr']).optional(),
  part: z.literal(true).optional(),
});

/** One batch of one source. */
export const Collected = z.strictObject({
  source: z.strictObject({
    host: z.string(),
    app: z.string().optional(),
    generation: z.string().optional(),
    service: z.string().optional(),
    stream: z.string(),
  }),
  lines: z.array(Line),
  position: z.unknown(),
  lost: z.literal(true).optional(),
});
export type Collected = z.infer<typeof Collected>;

/** Characters of a piece: a way to a host may leave out the rest of a longer line, and tells some hundred of them at once. */
const PIECE = 1_300;
const MORE = '+';
const END = '.';

/** Tells a batch; resolves when there is room for another one. */
export async function tell(report: Report, batch: Collected): Promise<void> {
  const text = JSON.stringify(batch);
  for (let at = 0; at < text.length; at += PIECE)
    report.line(`${at + PIECE < text.length ? MORE : END}${text.slice(at, at + PIECE)}`);
  await report.heard?.();
}

/** Puts pieces together again; what does not fit throws, as lines would be missing. */
export class Hearing {
  readonly #onBatch: (batch: Collected, size: number) => void;
  #pieces: string[] = [];

  /** `onBatch` gets a batch and about how many bytes it is. */
  constructor(onBatch: (batch: Collected, size: number) => void) {
    this.#onBatch = onBatch;
  }

  line(text: string): void {
    this.#pieces.push(text.slice(1));
    if (text[0] === MORE) return;
    const whole = this.#pieces.join('');
    this.#pieces = [];
    this.#onBatch(Collected.parse(JSON.parse(whole)), whole.length);
  }
}
