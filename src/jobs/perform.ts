/** Runs one step on its host: events around it, its deadline, its cancellation, and the proof that nothing of it is left. */
import { untilTaken } from '../adapters/redis/refusal.ts';
import { type ErrorCode, type ErrorData, MusterError } from '../errors.ts';
import type { NewRunEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { messages } from '../messages/messages.ts';
import type { Scrubber } from '../secret.ts';
import type { Shell, Survivor } from '../shell.ts';
import { humanDuration } from '../units.ts';
import { EventReport } from './report.ts';
import type { Runs } from './runs.ts';
import type { AnyStep, LiveState, StepContext } from './step.ts';
import { type Direction, type StepJob, type StepOutcome, stepJobId } from './step-job.ts';

/** How a host is reached, and what its configuration says. */
export interface Reach {
  shell: Shell;
  root: string;
  tools: Record<string, unknown>;
  loginTo: StepContext['loginTo'];
}

export interface PerformerParts {
  runs: Runs;
  state: LiveState;
  step(name: string): AnyStep;
  /** Rejects with `config.unknown` for a host that is no longer configured. */
  reach(host: string): Promise<Reach>;
  scrubber: Scrubber;
  log: Log;
}

/** Why a step was aborted although nobody cancelled it: it is to start again, later or elsewhere. */
export class Interrupted extends Error {
  override name = 'Interrupted';
  /** Whether another worker may have the step by now, and with it what is marked as its processes. */
  readonly taken: boolean;

  constructor(why: { taken: boolean }) {
    super();
    this.taken = why.taken;
  }
}

export interface Attempt {
  /** Aborted with a `MusterError` when the run is cancelled or the step's time is up, with `Interrupted` when the step is to start again. */
  abort: AbortController;
  /** Whether an earlier start was cut off. */
  again: boolean;
  retriesLeft: boolean;
  /** 1 for the first try. */
  attempt: number;
  /** Whether its run was cancelled before it was taken up. */
  cancelled: boolean;
}

/** How a step went, and what it said that nobody was told yet. */
export interface Performed {
  outcome: StepOutcome;
  said: NewRunEvent[];
}

/** What another try a moment later does not mend: a person has to. */
const LASTING: ReadonlySet<ErrorCode> = new Set([
  'step.cancelled',
  'config.unknown',
  'host.key.unknown',
  'host.key.changed',
  'host.login',
  'host.denied',
  'host.diskfull',
  'shell.notfound',
  'shell.survivors',
  'git.ref.unknown',
]);

export class Performer {
  readonly #parts: PerformerParts;

  constructor(parts: PerformerParts) {
    this.#parts = parts;
  }

  /** Resolves with how it went; rejects only where BullMQ shall try again (a retry, an interruption). */
  async perform(job: StepJob, attempt: Attempt): Promise<Performed> {
    const { runs, log } = this.#parts;
    const { signal } = attempt.abort;
    const step = this.#parts.step(job.step);
    const report = new EventReport({ job, runs, scrubber: this.#parts.scrubber });
    // What is taken back is not cancelled.
    const stopped = job.direction === 'do' && attempt.cancelled;
    if (stopped && !attempt.again) {
      const error = new MusterError('step.cancelled').toJSON();
      // What an earlier try left behind has to be taken back.
      return { outcome: { ok: false, began: attempt.attempt > 1, error }, said: [] };
    }
    log.info(
      { run: job.run, step: job.step, host: job.host, direction: job.direction, attempt: attempt.attempt },
      'step started',
    );
    report.state('running', { attempt: attempt.attempt });
    try {
      const reach = await this.#parts.reach(job.host);
      const mark = stepJobId(job);
      if (attempt.again) {
        await this.#sweep(reach.shell, mark, job.host);
        if (stopped) throw new MusterError('step.cancelled');
        if (step.repeatable === false) throw new MusterError('step.interrupted', { title: job.title });
      }
      await this.#once(step, job, reach, mark, attempt.abort, report);
      report.state('done', {});
      return { outcome: { ok: true, began: true }, said: await report.rest() };
    } catch (thrown) {
      if (signal.reason instanceof Interrupted) {
        report.note(messages().jobs.notes.cutOff({ title: job.title }));
        await report.flush();
        throw thrown;
      }
      const error = this.#explain(thrown, report);
      log.warn(
        { run: job.run, step: job.step, host: job.host, code: error.code, facts: error.facts, err: thrown },
        'step failed',
      );
      const retry = attempt.retriesLeft && !LASTING.has(error.code);
      if (retry) {
        await report.flush();
        throw thrown;
      }
      report.state(error.code === 'step.cancelled' ? 'cancelled' : 'failed', { error });
      return { outcome: { ok: false, began: true, error }, said: await report.rest() };
    }
  }

  async #once(
    step: AnyStep,
    job: StepJob,
    reach: Reach,
    mark: string,
    abort: AbortController,
    report: EventReport,
  ): Promise<void> {
    const { signal } = abort;
    const limit = { title: job.title, limit: humanDuration(step.timeoutMs) };
    const timer = setTimeout(() => abort.abort(new MusterError('step.timeout', limit)), step.timeoutMs);
    const context: StepContext = {
      shell: reach.shell.marked(mark),
      root: reach.root,
      loginTo: reach.loginTo,
      run: job.run,
      origin: job.origin,
      signal,
      report,
    };
    try {
      const result = await settleOn(signal, act(step, job.direction, job.input, context, reach.tools));
      if (job.direction === 'do' || result !== undefined) {
        const at = new Date().toISOString();
        const facts = { run: job.run, origin: job.origin, at };
        const record = async () =>
          step.record?.(step.input.parse(job.input), result, this.#parts.state, facts);
        await untilTaken(record, () => signal.aborted);
      }
    } catch (thrown) {
      if (!signal.aborted) {
        // What it was doing goes on over there, unless the host can be reached again.
        if (isLoss(thrown)) await this.#sweep(reach.shell, mark, job.host).catch(ifReached);
        throw thrown;
      }
      // Whoever takes a step up sweeps its host first; a second sweep would end what that one has begun since.
      if (!(signal.reason instanceof Interrupted && signal.reason.taken))
        await this.#sweep(reach.shell, mark, job.host);
      throw signal.reason;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends what carries the mark; rejects with `shell.survivors` where something would not go. */
  async #sweep(shell: Shell, mark: string, host: string): Promise<void> {
    const survivors = await shell.sweep(mark);
    if (survivors.length > 0)
      throw new MusterError('shell.survivors', { host, survivors: nameSurvivors(survivors) });
  }

  /** The error as data: with last lines, and scrubbed. */
  #explain(thrown: unknown, report: EventReport): ErrorData {
    const error =
      thrown instanceof MusterError
        ? thrown
        : new MusterError('internal', { message: thrown instanceof Error ? thrown.message : String(thrown) });
    const lines = error.lines.length > 0 ? error.lines : report.lastLines;
    return this.#parts.scrubber.data({ ...error.toJSON(), lines: [...lines].slice(-20) });
  }
}

const act = (
  step: AnyStep,
  direction: Direction,
  input: unknown,
  context: StepContext,
  tools: Record<string, unknown>,
) => (direction === 'do' ? step.perform(input, context, tools) : step.revert(input, context, tools));

/** Whether the way to the host was lost while it was in use. */
const isLoss = (thrown: unknown): boolean =>
  thrown instanceof MusterError && (thrown.code === 'host.silent' || thrown.facts.lost === true);

/** Of a sweep's errors only the survivors count. */
const ifReached = (thrown: unknown): void => {
  if (thrown instanceof MusterError && thrown.code === 'shell.survivors') throw thrown;
};

const nameSurvivors = (survivors: Survivor[]): string =>
  survivors.map(({ pid, command }) => `${command} (${pid})`).join(', ');

/** The work's result; once the signal is aborted, waits ten seconds at most for the work to notice. */
async function settleOn<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let give: () => void = () => {};
  const patience = new Promise<never>((_, reject) => {
    give = () => {
      timer = setTimeout(() => reject(signal.reason), 10_000);
    };
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
  try {
    const result = await Promise.race([work, patience]);
    signal.throwIfAborted();
    return result;
  } finally {
    signal.removeEventListener('abort', give);
    clearTimeout(timer);
  }
}
