/** Carries one step out where its host's programs can be run: its deadline, its cancellation, and the proof that nothing of it is left. */
import { MusterError } from '../errors.ts';
import type { Shell, Survivor } from '../shell.ts';
import { humanDuration } from '../units.ts';
import type { AnyStep, Place, Report, StepContext } from './step.ts';
import { type StepJob, stepJobId } from './step-job.ts';

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

/** A step that is to be carried out. */
export interface Work {
  step: AnyStep;
  job: Pick<
    StepJob,
    'step' | 'host' | 'title' | 'input' | 'run' | 'origin' | 'direction' | 'stage' | 'index'
  >;
  /** 1 for the first try. */
  attempt: number;
  /** Whether an earlier start was cut off. */
  again: boolean;
  /** Whether its run was cancelled meanwhile: then only what an earlier start left is ended. */
  cancelled: boolean;
  /** Aborted with a `MusterError` when the run is cancelled or the step's time is up, with `Interrupted` when the step is to start again. */
  abort: AbortController;
}

/** Where a step is carried out. */
export interface Site {
  /** Gives the step's result; rejects with its error, or with the reason of `abort`. */
  carryOut(work: Work, report: Report): Promise<unknown>;
  /** Where its programs are run from here; undefined where its agent runs them. */
  place?: Place;
}

/** What is needed to carry steps out over a shell. */
export interface Surroundings extends Pick<StepContext, 'shell' | 'root' | 'loginTo' | 'guarding'> {
  /** The host's settings of its tools. */
  tools: Record<string, unknown>;
}

/** How long the work of a step may take to notice that it was aborted, ms. */
const NOTICE_MS = 10_000;

/** Where steps are carried out over a shell. */
export const overShell = (where: Surroundings): Site => ({
  carryOut: (work, report) => carryOut(work, where, report),
  place: where,
});

/** Carries a step out over a shell. */
export async function carryOut(work: Work, where: Surroundings, report: Report): Promise<unknown> {
  const { step, job, again, cancelled } = work;
  const mark = stepJobId(job);
  if (again) {
    await sweep(where.shell, mark);
    if (cancelled) throw new MusterError('step.cancelled', { by: 'request' });
    if (step.repeatable === false) throw new MusterError('step.interrupted', { title: job.title });
  }
  return once(work, where, mark, report);
}

async function once(
  { step, job, abort }: Work,
  { shell, root, loginTo, tools, guarding }: Surroundings,
  mark: string,
  report: Report,
): Promise<unknown> {
  const { signal } = abort;
  const limit = { title: job.title, limit: humanDuration(step.timeoutMs) };
  const timer = setTimeout(() => abort.abort(new MusterError('step.timeout', limit)), step.timeoutMs);
  const { run, origin, input } = job;
  const marked = shell.marked(mark);
  const context: StepContext = { shell: marked, root, loginTo, guarding, run, origin, signal, report };
  try {
    const act = job.direction === 'do' ? step.perform : step.revert;
    return await settleOn(signal, act(input, context, tools));
  } catch (thrown) {
    if (!signal.aborted) {
      // What it was doing goes on over there, unless the host can be reached again.
      if (isLoss(thrown)) await sweep(shell, mark).catch(ifReached);
      throw thrown;
    }
    // Whoever takes a step up sweeps its host first; a second sweep would end what that one has begun since.
    if (!(signal.reason instanceof Interrupted && signal.reason.taken)) await sweep(shell, mark);
    throw signal.reason;
  } finally {
    clearTimeout(timer);
  }
}

/** Ends what carries the mark; rejects with `shell.survivors` where something would not go. */
export async function sweep(shell: Shell, mark: string): Promise<void> {
  const survivors = await shell.sweep(mark);
  if (survivors.length === 0) return;
  throw new MusterError('shell.survivors', { host: shell.host, survivors: nameSurvivors(survivors) });
}

/** Whether the way to the host was lost while it was in use. */
export const isLoss = (thrown: unknown): boolean =>
  thrown instanceof MusterError && (thrown.code === 'host.silent' || thrown.facts.lost === true);

/** Of a sweep's errors only the survivors count. */
const ifReached = (thrown: unknown): void => {
  if (thrown instanceof MusterError && thrown.code === 'shell.survivors') throw thrown;
};

const nameSurvivors = (survivors: Survivor[]): string =>
  survivors.map(({ pid, command }) => `${command} (${pid})`).join(', ');

/** The work's result; once the signal is aborted, waits a while for the work to notice. */
async function settleOn<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let give: () => void = () => {};
  const patience = new Promise<never>((_, reject) => {
    give = () => {
      timer = setTimeout(() => reject(signal.reason), NOTICE_MS);
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
