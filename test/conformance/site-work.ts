/** Work for a site, and somebody who hears what becomes of it. */
import assert from 'node:assert/strict';
import { MusterError } from '../../src/errors.ts';
import type { Work } from '../../src/jobs/carry-out.ts';
import type { AnyStep, Report } from '../../src/jobs/step.ts';

type Place = Pick<Work['job'], 'run' | 'origin' | 'direction' | 'stage' | 'index'>;

let runs = 0;

/** A step's first try, in a run of its own unless the place says otherwise. */
export function workOf(step: AnyStep, input: object = {}, place: Partial<Place> = {}): Work {
  runs += 1;
  const run = `r-${process.pid}-${runs}`;
  return {
    step,
    job: {
      ...step({ host: 'web-2', ...input }),
      ...{ run, origin: place.run ?? run, direction: 'do', stage: 0, index: 0 },
      ...place,
    },
    attempt: 1,
    again: false,
    cancelled: false,
    abort: new AbortController(),
  };
}

type Heard = ['line' | 'note', string] | ['share', number];

/** Keeps what a step says. */
export function listener(): Report & { said: Heard[]; lines(): string[] } {
  const said: Heard[] = [];
  return {
    said,
    lines: () => said.flatMap(([kind, what]) => (kind === 'line' ? [what] : [])),
    line: (text) => void said.push(['line', text]),
    note: (text) => void said.push(['note', text]),
    progress: (share) => void said.push(['share', share]),
  };
}

/** The `MusterError` that something fails with. */
export async function failing(what: Promise<unknown>): Promise<MusterError> {
  const error = await what.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof MusterError, String(error));
  return error;
}
