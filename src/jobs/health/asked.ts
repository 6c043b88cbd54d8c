/** A step that is no part of any run: the hub only wants to know something. */
import { randomBytes } from 'node:crypto';
import { MusterError } from '../../errors.ts';
import type { Site } from '../carry-out.ts';
import type { AnyStep, PlannedStep } from '../step.ts';

/** Tells the marks of this process apart from those of others. */
const RUN = `health-${randomBytes(6).toString('hex')}`;
let count = 0;

/** What a step finds on its host. Rejects as it does, and where the signal is aborted; `onLine` hears what it says. */
export async function asked(
  site: Site,
  step: AnyStep & ((input: never) => PlannedStep),
  input: unknown,
  signal: AbortSignal,
  onLine: (line: string) => void = () => {},
): Promise<unknown> {
  count += 1;
  const place = { run: RUN, origin: RUN, direction: 'do', stage: 0, index: count } as const;
  const job = { ...step(input as never), ...place };
  const abort = new AbortController();
  const stop = () => abort.abort(new MusterError('step.cancelled'));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const work = { step, job, attempt: 1, again: false, cancelled: false, abort };
    return await site.carryOut(work, { line: onLine, progress() {}, note() {} });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
