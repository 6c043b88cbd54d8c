/** Has one step carried out on its host, with events around it and a record of what it did. */
import { untilTaken } from '../adapters/redis/refusal.ts';
import { type ErrorCode, type ErrorData, MusterError } from '../errors.ts';
import type { NewRunEvent } from '../events.ts';
import type { Log } from '../log.ts';
import type { LogDesk } from '../log-asking.ts';
import { messages } from '../messages/messages.ts';
import type { Scrubber } from '../secret.ts';
import { Interrupted, type Site, sweep, type Work } from './carry-out.ts';
import { EventReport } from './report.ts';
import type { Runs } from './runs.ts';
import type { AnyStep, Beside, LiveState, Place } from './step.ts';
import { type StepJob, type StepOutcome, stepJobId } from './step-job.ts';

export interface PerformerParts {
  runs: Runs;
  state: LiveState;
  step(name: string): AnyStep;
  /** Rejects with `config.unknown` for a host that is no longer configured. */
  reach(host: string): Promise<Site>;
  /** What steps are told beside their hosts. */
  beside: Pick<Beside, 'config' | 'secret' | 'enrolment' | 'files' | 'images' | 'machines' | 'hub'>;
  /** The log hub; undefined where there is none. */
  logs?(): LogDesk | undefined;
  scrubber: Scrubber;
  log: Log;
}

export interface Attempt extends Pick<Work, 'abort' | 'again' | 'attempt' | 'cancelled'> {
  retriesLeft: boolean;
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
  'firewall.drift',
  'firewall.invalid',
  'firewall.noguardian',
  'firewall.probe',
  'firewall.refused',
  'firewall.unapplied',
  'firewall.unsupported',
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
      const briefed = await this.#brief(step, job, report, signal);
      if (briefed) {
        const result = step.here
          ? await this.#here(step, briefed, report, attempt)
          : await (await this.#parts.reach(job.host)).carryOut(
              { ...attempt, step, job: briefed, cancelled: stopped },
              report,
            );
        await this.#record(step, briefed, result, signal);
      }
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

  /** Does a step that is carried out beside Redis. */
  async #here(step: AnyStep, job: StepJob, report: EventReport, { abort, again }: Attempt): Promise<unknown> {
    const { logs } = this.#parts;
    const late = AbortSignal.timeout(step.timeoutMs);
    const signal = AbortSignal.any([abort.signal, late]);
    const place = (host: string) => this.#place(host, job, again);
    const context = { logs: logs?.(), signal, report, beside: this.#beside(job, report, signal), place };
    try {
      return await step.here?.(step.input.parse(job.input), context);
    } finally {
      signal.throwIfAborted();
    }
  }

  /** A host's programs, with the step's mark; what an earlier start left there is ended. */
  async #place(host: string, job: StepJob, again: boolean): Promise<Place> {
    const { place } = await this.#parts.reach(host);
    if (!place) throw new MusterError('host.agentonly', { host });
    const { shell, root, tools } = place;
    const mark = stepJobId(job);
    if (again) await sweep(shell, mark);
    return { shell: shell.marked(mark), root, tools };
  }

  /** The step with what Muster itself adds to its input; undefined where there is nothing to do. */
  async #brief(
    step: AnyStep,
    job: StepJob,
    report: EventReport,
    signal: AbortSignal,
  ): Promise<StepJob | undefined> {
    if (!step.brief) return job;
    const added = await step.brief(step.input.parse(job.input), this.#beside(job, report, signal));
    return added && { ...job, input: { ...job.input, ...added } };
  }

  #beside({ run, origin, direction }: StepJob, report: EventReport, signal: AbortSignal): Beside {
    const { state, beside } = this.#parts;
    const { config, secret, enrolment, files, images, machines, hub } = beside;
    const note = (text: string) => report.note(text);
    const known = { config, secret, enrolment, files, images, machines, hub };
    return { state, direction, run, origin, ...known, note, signal };
  }

  /** Notes in live state what was done, as long as nobody stops it. */
  async #record(step: AnyStep, job: StepJob, result: unknown, signal: AbortSignal): Promise<void> {
    if (job.direction === 'undo' && result === undefined) return;
    const facts = { run: job.run, origin: job.origin, at: new Date().toISOString() };
    const record = async () => step.record?.(step.input.parse(job.input), result, this.#parts.state, facts);
    try {
      await untilTaken(record, () => signal.aborted);
    } catch (thrown) {
      throw signal.aborted ? signal.reason : thrown;
    }
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
