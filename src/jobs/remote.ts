/** Steps that a host's agent carries out: the step's name and its input travel, the agent has the same code. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Channel } from '../adapters/icp/channel.ts';
import type { AgentLink } from '../adapters/icp/link.ts';
import { MusterError } from '../errors.ts';
import { LANGUAGES } from '../messages/language.ts';
import { spoken } from '../messages/messages.ts';
import { HostName } from '../names.ts';
import type { Shell } from '../shell.ts';
import { Interrupted, isLoss, overShell, type Site, type Work } from './carry-out.ts';
import type { Guarding } from './guarding.ts';
import type { Report } from './step.ts';

/** How long a host that was lost in the middle of a step is tried again, ms. Its agent stops the step some time later. */
export const REACH_MS = 60_000;
/** From one try to the next, ms. */
const AGAIN_MS = 500;

const MAX_TITLE = 500;
const Name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);

/** What the command `step.run` takes: begins a step, or goes on with one that was begun by the same name. */
export const StepRun = z.strictObject({
  job: z.strictObject({
    step: z.string().max(100),
    host: HostName,
    title: z.string().max(MAX_TITLE),
    input: z.record(z.string(), z.unknown()),
    run: Name,
    origin: Name,
    direction: z.enum(['do', 'undo']),
    stage: z.number().int().nonnegative(),
    index: z.number().int().nonnegative(),
  }),
  attempt: z.number().int().positive(),
  again: z.boolean(),
  cancelled: z.boolean(),
  /** The host's settings of its tools. */
  tools: z.record(z.string(), z.record(z.string(), z.unknown())),
  /** The logins of the repositories that the input names. */
  logins: z.record(z.string(), z.string()),
  /** The language in which it tells what it does. */
  language: z.enum(LANGUAGES),
  /** The last that was heard of it; without it, it is told from where it was not told yet. */
  since: z.number().int().nonnegative().optional(),
});
export type StepRun = z.output<typeof StepRun>;

/** One thing that a step said. */
export const Said = z.union([
  z.strictObject({ line: z.string() }),
  z.strictObject({ share: z.number() }),
  z.strictObject({ note: z.string() }),
]);
export type Said = z.output<typeof Said>;

/** What comes on the way: what the step said, and the number of the last of it. */
export const Told = z.looseObject({ seq: z.number().int(), said: z.array(Said) });

export interface RemoteParts {
  host: string;
  link: AgentLink;
  guarding: Guarding;
  tools: Record<string, unknown>;
  loginTo(repository: string): string | undefined;
}

/** Where steps are carried out by an agent. What became of one while the connection was lost is asked for, never guessed. */
export function overAgent(parts: RemoteParts): Site {
  const { host, guarding, tools, loginTo } = parts;
  const here = overShell({ shell: emptyShell(host), root: '/nonexistent', tools, loginTo, guarding });
  return {
    carryOut: (work, report) =>
      work.step.guards ? here.carryOut(work, report) : carryOut(work, report, parts),
  };
}

/** The programs of a host that are none of whoever asks. */
function emptyShell(host: string): Shell {
  const refuse = () => Promise.reject(new MusterError('firewall.noguardian', { host }));
  const shell: Shell = {
    host,
    run: refuse,
    connect: refuse,
    marked: () => shell,
    sweep: async () => [],
    close: async () => {},
  };
  return shell;
}

async function carryOut(work: Work, report: Report, parts: RemoteParts): Promise<unknown> {
  const { signal } = work.abort;
  const { host, link } = parts;
  let since: number | undefined;
  const hear = (data: Record<string, unknown>) => {
    const told = Told.safeParse(data);
    if (!told.success) return;
    since = told.data.seq;
    for (const said of told.data.said) tell(report, said);
  };
  // A step that is to start again, later or elsewhere, goes on over there: whoever takes it up asks for it.
  const cancel = new AbortController();
  const left = interruption(signal, cancel);
  let lostAt: number | undefined;
  let asked = false;
  const ask = async (channel: Channel) => {
    // What was never begun over there need not be begun to be cancelled.
    if (!asked && !work.again) signal.throwIfAborted();
    lostAt = undefined;
    asked = true;
    const data = { ...request(work, parts), since };
    return channel.request('step.run', data, { onProgress: hear, signal: cancel.signal });
  };
  try {
    for (;;) {
      try {
        // Another manager may be at work there, for as long as a step takes.
        const answer = link.with(signal, ask, work.step.timeoutMs);
        const { result } = await Promise.race([answer, left.promise]);
        signal.throwIfAborted();
        return result;
      } catch (error) {
        if (signal.aborted && (!asked || signal.reason instanceof Interrupted)) throw signal.reason;
        const mayReturn = isLoss(error) || (lostAt !== undefined && isAway(error));
        if (!mayReturn) throw signal.aborted && !isTrouble(error) ? signal.reason : error;
        lostAt ??= performance.now();
        if (performance.now() - lostAt > REACH_MS)
          throw new MusterError('icp.fate', { host, title: work.job.title, lost: true }, { cause: error });
      }
      await sleep(AGAIN_MS);
    }
  } finally {
    left.stop();
  }
}

/** Rejects when the step is interrupted, and cancels it when it is cancelled. */
function interruption(signal: AbortSignal, cancel: AbortController) {
  let stop: () => void = () => {};
  const promise = new Promise<never>((_, reject) => {
    const look = () => (signal.reason instanceof Interrupted ? reject(signal.reason) : cancel.abort());
    if (signal.aborted) look();
    signal.addEventListener('abort', look, { once: true });
    stop = () => signal.removeEventListener('abort', look);
  });
  promise.catch(() => {});
  return { promise, stop };
}

function request({ job, attempt, again, cancelled }: Work, { tools, loginTo }: RemoteParts) {
  const { step, host, title, input, run, origin, direction, stage, index } = job;
  const place = { step, host, title: title.slice(0, MAX_TITLE), input, run, origin, direction, stage, index };
  return {
    job: place,
    attempt,
    again,
    cancelled,
    tools,
    logins: loginsIn(input, loginTo),
    language: spoken(),
  };
}

/** The logins of the repositories that an input names: no agent gets any other. */
function loginsIn(input: unknown, loginTo: RemoteParts['loginTo']): Record<string, string> {
  if (typeof input === 'string') {
    const login = loginTo(input);
    return login === undefined ? {} : { [input]: login };
  }
  if (input === null || typeof input !== 'object') return {};
  return Object.assign({}, ...Object.values(input).map((value) => loginsIn(value, loginTo)));
}

function tell(report: Report, said: Said): void {
  if ('line' in said) report.line(said.line);
  else if ('share' in said) report.progress(said.share);
  else report.note(said.note);
}

const isAway = (error: unknown): boolean =>
  error instanceof MusterError && ['host.unreachable', 'icp.busy', 'icp.stranger'].includes(error.code);

/** What is in the way of a cancellation: then nobody may say that it was carried out. */
const isTrouble = (error: unknown): boolean =>
  error instanceof MusterError &&
  [
    'shell.survivors',
    'icp.fate',
    'icp.busy',
    'icp.stranger',
    'host.unreachable',
    'host.key.changed',
  ].includes(error.code);
