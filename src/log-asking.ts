/** What managers ask the log hub, and what it answers: queries as text, messages as JSON. */
import { z } from 'zod';
import { LEVELS, type Line } from './lines.ts';

const Digits = z.string().regex(/^\d{1,20}$/);

/** The query of `GET /v1/logs` and the like: all that is said must be so. */
export const LogAsked = z.strictObject({
  host: z.string().optional(),
  app: z.string().optional(),
  generation: z.string().optional(),
  service: z.string().optional(),
  run: z.string().optional(),
  stream: z.string().optional(),
  level: z.enum(LEVELS).optional(),
  /** Nanoseconds since the epoch. */
  since: Digits.optional(),
  until: Digits.optional(),
  text: z.string().max(500).optional(),
  pattern: z.string().max(500).optional(),
  limit: z
    .string()
    .regex(/^\d{1,7}$/)
    .optional(),
  end: z.enum(['first', 'last']).optional(),
});
export type LogAsked = z.infer<typeof LogAsked>;

const Told = z.object({
  host: z.string().optional(),
  app: z.string().optional(),
  generation: z.string().optional(),
  service: z.string().optional(),
  run: z.string().optional(),
  stream: z.string(),
  seq: z.number(),
  lines: z.number().optional(),
  time: Digits,
  said: Digits.optional(),
  level: z.enum(LEVELS),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()).optional(),
  from: z.literal('stderr').optional(),
  goesOn: z.literal(true).optional(),
  dropped: z.literal(true).optional(),
});

/** A message as JSON has it: times as decimal text. */
export const toldLine = ({ time, said, ...line }: Line) => ({
  ...line,
  time: `${time}`,
  ...(said !== undefined && { said: `${said}` }),
});

/** A message out of JSON; throws where it is none. */
export function heardLine(told: unknown): Line {
  const { time, said, ...line } = Told.parse(told);
  return { ...line, time: BigInt(time), ...(said !== undefined && { said: BigInt(said) }) };
}

const Proof = z.object({
  host: z.string().optional(),
  app: z.string().optional(),
  service: z.string().optional(),
  run: z.string().optional(),
  stream: z.string(),
  from: z.number(),
  to: z.number(),
  kept: z.number(),
  gaps: z.array(z.tuple([z.number(), z.number()])),
  doubled: z.number(),
  dropped: z.number(),
  duplicates: z.number(),
  forged: z.number(),
});

/** What `GET /v1/logs/verify` answers. */
export const LogsVerified = z.object({
  streams: z.array(Proof),
  /** Files, or `memory`. */
  damaged: z.array(z.object({ file: z.string() })),
});
export type LogsVerified = z.infer<typeof LogsVerified>;

/** What `GET /v1/logs/stats` answers: room by owner (an app, `host/NAME`, `run/ID`), and what each sink has passed on. */
export const LogStats = z.object({
  shares: z.array(z.object({ owner: z.string(), bytes: z.number() })),
  sinks: z.array(
    z.object({ name: z.string(), sent: z.number(), refused: z.number(), trouble: z.string().optional() }),
  ),
  /** What is wrong where something is taken, by host. */
  troubles: z.array(z.object({ host: z.string(), what: z.string(), text: z.string() })),
  /** How far the hub's clock went ahead, ms, and until when nothing goes by that, ms since the epoch. */
  jumped: z.object({ by: z.number(), until: z.number() }).optional(),
});
export type LogStats = z.infer<typeof LogStats>;

/** Who answers questions about logs. Rejects as the hub's client does, or with what the log hub says. */
export interface LogDesk {
  /** Messages in order of time, the last ones where there are more than asked for. */
  find(asked: LogAsked, signal?: AbortSignal): Promise<Line[]>;
  /** The same one by one, no faster than they are read. */
  read(asked: LogAsked, signal?: AbortSignal): AsyncIterable<Line>;
  /** The last ones and then what arrives, until the signal. */
  follow(asked: LogAsked, signal: AbortSignal): AsyncIterable<Line>;
  verify(asked: LogAsked): Promise<LogsVerified>;
  stats(): Promise<LogStats>;
}
