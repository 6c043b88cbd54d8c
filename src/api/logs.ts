/** Logs, asked of the log hub just as `/logs` asks it. */
import { z } from 'zod';
import {
  askedOf,
  hostsFor,
  isRun,
  LogTarget,
  logScope,
  Moment,
  namesIn,
  wantedOf,
} from '../bot/log-target.ts';
import { mustReach } from '../bot/rights/job-rights.ts';
import { MusterError } from '../errors.ts';
import { LEVELS, type Line } from '../lines.ts';
import type { LogAsked, LogDesk } from '../log-asking.ts';
import { messages } from '../messages/messages.ts';
import { readCursor } from './cursor.ts';
import { pageOf } from './page.ts';
import { type Asked, defineRoute } from './route.ts';
import { teller } from './told.ts';

const count = (least: number, most: number, standard: number) =>
  z
    .string()
    .regex(/^\d{1,7}$/, { error: () => messages().api.number({ least, most }) })
    .transform(Number)
    .refine((number) => number >= least && number <= most, {
      error: () => messages().api.number({ least, most }),
    })
    .default(standard);

const Cursor = z.string().transform((text, context) => {
  const cursor = readCursor(text);
  if (cursor) return cursor;
  context.addIssue({ code: 'custom', message: messages().api.cursor });
  return z.NEVER;
});

const Which = {
  target: LogTarget,
  grep: z
    .string()
    .min(1, { error: () => messages().api.grepEmpty })
    .max(200)
    .optional(),
  level: z.enum(LEVELS).optional(),
};

export const logs = defineRoute({
  path: '/v1/logs',
  about: () => messages().api.logs,
  parameters: z.strictObject({
    ...Which,
    since: Moment,
    until: Moment,
    limit: count(1, 10_000, 1_000),
    order: z.enum(['asc', 'desc']).default('desc'),
    cursor: Cursor.optional(),
  }),
  command: 'logs',
  scope: ({ target }) => logScope(target),
  async answer({ limit, order, cursor, ...which }, asked) {
    const { signal, scrubber, turn } = asked;
    const { desk, of } = await lookedUp(which, asked);
    const paging = { limit, order, cursor, signal, turn, tell: teller(scrubber) };
    return { lines: await begun(pageOf(desk, of, paging)) };
  },
});

export const tail = defineRoute({
  path: '/v1/logs/tail',
  about: () => messages().api.tail,
  parameters: z.strictObject({ ...Which, limit: count(0, 1_000, 10) }),
  command: 'logs',
  scope: ({ target }) => logScope(target),
  tail: true,
  async answer({ limit, ...which }, asked) {
    const { signal, scrubber } = asked;
    const { desk, of } = await lookedUp(which, asked);
    // Whether it can be asked at all is said before the answer begins; of what is to come nothing is there yet.
    await desk.find({ ...of, since: NEVER, limit: '1' }, signal);
    const from: LogAsked = limit === 0 ? { ...of, since: NEVER, limit: '1' } : { ...of, limit: `${limit}` };
    return { lines: told(desk.follow(from, signal), teller(scrubber)) };
  },
});

/** Later than any message, nanoseconds since the epoch. */
const NEVER = `${10n ** 19n}`;

interface Which {
  target: string;
  since?: string;
  until?: string;
  grep?: string;
  level?: Line['level'];
}

/** Whom to ask, and for what. Rejects with `hub.none`, `config.unknown`, `run.unknown` or `access.denied`. */
async function lookedUp({ target, ...which }: Which, asked: Asked): Promise<{ desk: LogDesk; of: LogAsked }> {
  const { config, runs, logs: desk } = asked;
  if (isRun(target) && !Object.hasOwn(config.apps, target)) {
    const run = await runs.match(target);
    await mustReach('logs', run, asked);
    if (!desk) throw new MusterError('hub.none');
    return { desk, of: { run: run.id, ...wantedOf(which) } };
  }
  const names = namesIn(target);
  hostsFor(names, config);
  if (!desk) throw new MusterError('hub.none');
  return { desk, of: { ...askedOf(names), ...wantedOf(which) } };
}

/** The same lines, of which the first one is there, or what went wrong instead is thrown. */
async function begun(lines: AsyncGenerator<object>): Promise<AsyncIterable<object>> {
  const first = await lines.next();
  return (async function* () {
    try {
      if (!first.done) yield first.value;
      yield* lines;
    } finally {
      await lines.return(undefined);
    }
  })();
}

async function* told(lines: AsyncIterable<Line>, tell: (line: Line) => object): AsyncGenerator<object> {
  for await (const line of lines) yield tell(line);
}
