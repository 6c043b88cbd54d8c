import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { NewRunEvent, RunEvent } from '../../src/events.ts';
import { Events } from '../../src/jobs/event-stream.ts';
import { EventReport } from '../../src/jobs/report.ts';
import type { Runs } from '../../src/jobs/runs.ts';
import type { StepJob } from '../../src/jobs/step-job.ts';
import { Scrubber } from '../../src/secret.ts';
import { startRedis, type TestRedis } from '../redis.ts';

describe('what a step prints', () => {
  let server: TestRedis;
  let events: Events;
  let count = 0;
  before(async () => {
    server = await startRedis();
    events = new Events(server.connect(), () => server.connect());
  });
  after(() => server.stop());

  /** A step's report; `emit` is asked before anything of it reaches Redis. */
  const open = (emit: () => Promise<void> = async () => {}) => {
    count += 1;
    const run = `r-${count}`;
    const gated = async (name: string, told: NewRunEvent[]) => {
      await emit();
      await events.emit(name, told);
    };
    const runs = { events: { emit: gated } } as unknown as Runs;
    const job = {
      run,
      stage: 0,
      step: 'x',
      host: 'local',
      title: 'x',
      direction: 'do',
    } as unknown as StepJob;
    const report = new EventReport({ job, runs, scrubber: new Scrubber() });
    const printed = (all: readonly (RunEvent | NewRunEvent)[]) =>
      all.flatMap((event) => (event.type === 'lines' ? event.lines : []));
    return {
      report,
      /** Ends the step; gives the lines of its whole log. */
      async end() {
        report.state('done', {});
        const rest = await report.rest();
        return printed([...(await events.read(run)), ...rest]);
      },
    };
  };
  const numbers = (from: number, below: number) =>
    Array.from({ length: below - from }, (_, index) => String(from + index));

  test('is kept whole, also a burst of 2,000 lines', async () => {
    const { report, end } = open();
    for (const line of numbers(0, 2_000)) report.line(line);
    assert.deepEqual(await end(), numbers(0, 2_000));
  });

  test('is kept from both ends where it is a flood, with the number of lines left out between them', async () => {
    const { report, end } = open();
    for (const line of numbers(0, 50_000)) report.line(line);
    assert.deepEqual(await end(), [
      ...numbers(0, 1_000),
      '(48000 lines left out)',
      ...numbers(49_000, 50_000),
    ]);
  });

  test('is kept from both ends while Redis is slow, and the next burst after it', async () => {
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { report, end } = open(() => slow);
    report.line('first');
    const flushed = report.flush();
    for (const line of numbers(0, 2_001)) report.line(line);
    release();
    await flushed;
    report.line('last');
    const expected = ['first', ...numbers(0, 1_000), '(1 line left out)', ...numbers(1_001, 2_001), 'last'];
    assert.deepEqual(await end(), expected);
  });

  test('is said to be left out where Redis refused it, however often', async () => {
    let refusals = 2;
    const { report, end } = open(async () => {
      refusals -= 1;
      if (refusals >= 0) throw new Error('OOM command not allowed');
    });
    for (const line of numbers(0, 3_000)) report.line(line);
    await report.flush();
    report.line('also lost');
    await report.flush();
    report.line('kept');
    assert.deepEqual(await end(), ['(3001 lines left out)', 'kept']);
  });

  test('ends in three dots where a line is too long', async () => {
    const { report, end } = open();
    report.line('x'.repeat(2_000));
    report.line(`${'x'.repeat(1_998)}🙂 and more`);
    assert.deepEqual(await end(), ['x'.repeat(2_000), `${'x'.repeat(1_998)}…`]);
  });
});
