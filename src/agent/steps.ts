/** The steps that an agent carries out: each once by its name, however often a manager asks, and whether or not one listens. */
import { mkdir } from 'node:fs/promises';
import { type Call, command } from '../adapters/icp/channel.ts';
import { errorOf } from '../adapters/icp/message.ts';
import { localShell } from '../adapters/local/shell.ts';
import { asMusterError, MusterError } from '../errors.ts';
import { carryOut, Interrupted, sweep, type Work } from '../jobs/carry-out.ts';
import { guardedBy } from '../jobs/guardian.ts';
import { StepRun } from '../jobs/remote.ts';
import type { AnyStep, Report } from '../jobs/step.ts';
import { stepJobId } from '../jobs/step-job.ts';
import type { Log } from '../log.ts';
import { speak } from '../messages/messages.ts';
import { humanDuration } from '../units.ts';
import { type Fate, Fates, KEEP, type Outcome } from './fates.ts';
import { Told } from './told.ts';

/** How long a step goes on that no manager asks for, ms: twice as long as a manager tries to come back. */
const ALONE_MS = 120_000;
/** Steps that ended and of which is kept what they said. */
const RECENT = 20;
/** What is told in one message, in things said. */
const BATCH = 200;

export interface StepsParts {
  /** Where it remembers what it began. */
  folder: string;
  /** The folder on the host that belongs to Muster. */
  root: string;
  step(name: string): AnyStep;
  log: Log;
  /** `ALONE_MS` by default. */
  alone?: number;
}

/** A step that goes on, or went on since this agent started. */
interface Open {
  told: Told;
  abort: AbortController;
  /** Managers that listen. */
  listeners: number;
  alone: NodeJS.Timeout | undefined;
  done: Promise<Outcome>;
}

export class Steps {
  readonly #parts: StepsParts;
  readonly #fates: Fates;
  readonly #open = new Map<string, Open>();
  /** Steps that ended a while ago at most: what they said last may not have been heard. */
  readonly #recent = new Map<string, Open>();
  /** How steps ended, by name. */
  readonly #ended = new Map<string, Outcome>();
  /** Steps that were begun and cut off with the agent that had begun them. */
  readonly #cut = new Set<string>();
  /** What is on its way to the disk. */
  readonly #noting = new Set<Promise<void>>();

  constructor(parts: StepsParts) {
    this.#parts = parts;
    this.#fates = new Fates(parts.folder);
  }

  /** The command that managers ask with. */
  get commands() {
    return { 'step.run': command({ input: StepRun, run: (asked, call) => this.#run(asked, call) }) };
  }

  /** Takes up what an agent before it left: what was cut off is ended, before anybody can ask for it. */
  async start(): Promise<void> {
    await mkdir(this.#parts.root, { recursive: true, mode: 0o755 });
    for (const { name, mark, outcome } of await this.#fates.all()) {
      if (outcome) this.#remember(name, outcome);
      else {
        this.#cut.add(name);
        await sweep(this.#shell('agent'), mark).catch((err) =>
          this.#parts.log.error({ err, step: name }, 'what a step had begun could not be ended'),
        );
      }
    }
  }

  /** How many steps go on. */
  get active(): number {
    return this.#open.size;
  }

  /** Ends what goes on; it starts again when somebody asks for it at the next start. */
  async close(): Promise<void> {
    for (const { abort } of this.#open.values()) abort.abort(new Interrupted({ taken: false }));
    await Promise.all([...this.#open.values()].map(({ done }) => done.catch(() => {})));
    await Promise.all(this.#noting);
  }

  async #run(asked: StepRun, call: Call): Promise<{ result?: unknown }> {
    const name = `${stepJobId(asked.job)}.${asked.attempt}`;
    const ended = this.#ended.get(name);
    const known = this.#open.get(name) ?? this.#recent.get(name);
    const open = known ?? (ended ? undefined : this.#begin(name, asked));
    const outcome = open ? await this.#listen(open, asked, call) : (ended as Outcome);
    if ('error' in outcome) throw errorOf(outcome.error);
    return { result: outcome.result };
  }

  /** Tells a manager what the step says until it has ended; when the manager takes it back, it is cancelled. */
  async #listen(open: Open, { since, job }: StepRun, call: Call): Promise<Outcome> {
    const { told, abort, done } = open;
    clearTimeout(open.alone);
    open.listeners += 1;
    const gone = new Promise<'gone'>((resolve) => {
      const look = () => {
        if (call.channel.lost.aborted) resolve('gone');
        else abort.abort(new MusterError('step.cancelled', { by: 'request' }));
      };
      if (call.signal.aborted) look();
      else call.signal.addEventListener('abort', look, { once: true });
      call.channel.lost.addEventListener('abort', () => resolve('gone'), { once: true });
    });
    let seq = since ?? told.heard;
    let over = false;
    const end = done.then(
      () => {
        over = true;
      },
      () => {
        over = true;
      },
    );
    try {
      for (;;) {
        const more = told.more();
        const part = told.after(seq, BATCH);
        if (part.said.length > 0) {
          await call.progress(part);
          seq = part.seq;
        } else if (over) return await done;
        else if ((await Promise.race([more, end, gone])) === 'gone')
          throw new MusterError('host.silent', { host: job.host });
      }
    } finally {
      open.listeners -= 1;
      if (open.listeners === 0 && !over) this.#leaveAlone(open, job);
    }
  }

  #leaveAlone(open: Open, { title, host }: StepRun['job']): void {
    const { alone = ALONE_MS } = this.#parts;
    open.alone = setTimeout(() => {
      open.abort.abort(new MusterError('icp.abandoned', { title, host, time: humanDuration(alone) }));
    }, alone);
  }

  #begin(name: string, asked: StepRun): Open {
    speak(asked.language);
    const told = new Told();
    const abort = new AbortController();
    const done = this.#carryOut(name, asked, told, abort);
    const open: Open = { told, abort, listeners: 0, alone: undefined, done };
    this.#open.set(name, open);
    const over = () => {
      clearTimeout(open.alone);
      this.#open.delete(name);
    };
    done.then(() => {
      over();
      this.#recent.set(name, open);
      trim(this.#recent, RECENT);
    }, over);
    return open;
  }

  async #carryOut(name: string, asked: StepRun, told: Told, abort: AbortController): Promise<Outcome> {
    const { job, tools, logins, attempt, cancelled } = asked;
    const { root, log } = this.#parts;
    const mark = stepJobId(job);
    const fate = { name, mark, begun: new Date().toISOString() };
    // It was begun before by this agent, or by one that lost what it knew.
    const again = this.#cut.delete(name) || asked.again;
    const step = this.#parts.step(job.step);
    this.#note(fate, step, job.host);
    log.info({ step: name, kind: job.step, again }, 'step started');
    const report: Report = {
      line: (line) => told.push({ line }),
      progress: (share) => told.push({ share }),
      note: (note) => told.push({ note }),
      heard: () => told.room(),
    };
    const work: Work = { step, job, attempt, again, cancelled, abort };
    const loginTo = (repository: string) =>
      Object.hasOwn(logins, repository) ? logins[repository] : undefined;
    // Who carries out steps may not touch the firewall: that is the guardian's.
    const guarding = guardedBy(job.host, undefined);
    const where = { shell: this.#shell(job.host), root, tools, loginTo, guarding };
    let outcome: Outcome;
    try {
      outcome = { result: await carryOut(work, where, report) };
    } catch (thrown) {
      // It starts again: nobody is told that it ended.
      if (thrown instanceof Interrupted) throw thrown;
      outcome = { error: { ...asMusterError(thrown).toJSON() } };
    }
    // Whether or not it can be kept, it is what happened.
    const noted = this.#fates
      .end(fate, outcome)
      .catch((err) => log.error({ err, step: name }, 'how a step ended could not be kept'))
      .finally(() => this.#noting.delete(noted));
    this.#noting.add(noted);
    this.#remember(name, outcome);
    log.info({ step: name, ok: 'result' in outcome }, 'step ended');
    return outcome;
  }

  /** What cannot be noted is not begun. Where the power fails nothing of a step is left, so what may be repeated is. */
  #note(fate: Fate, step: AnyStep, host: string): void {
    try {
      this.#fates.begin(fate, { lasting: step.repeatable === false });
    } catch (error) {
      const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
      throw full ? new MusterError('host.diskfull', { host }, { cause: error }) : error;
    }
  }

  #remember(name: string, outcome: Outcome): void {
    this.#ended.set(name, outcome);
    trim(this.#ended, KEEP);
  }

  #shell(host: string) {
    return localShell({ host });
  }
}

/** Forgets the oldest of more than so many. */
function trim(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
