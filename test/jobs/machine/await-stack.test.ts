/** Who waits for the stack of a machine: what counts as running, what does not, and what nobody can wait for. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { Config } from '../../../src/config/config.ts';
import { awaitStack } from '../../../src/jobs/machine/await-stack.ts';
import type { Stack } from '../../../src/jobs/machine/stack.ts';
import type { Here, LiveState } from '../../../src/jobs/step.ts';
import { alone } from '../beside.ts';
import { liveState } from '../live-state.ts';

const [ONE, TWO] = ['1'.repeat(32), '2'.repeat(32)] as [string, string];

describe('waiting for the stack of a machine', () => {
  let state: LiveState;
  let notes: string[];
  const up = (token: string) =>
    state.set('boots', 'node-7', {
      ...{ machine: 'node-7', token, began: 1, reached: { up: 2 }, outcome: 'up', notes: [], ended: 2 },
    });
  const stands = (stack: Stack) => state.set('machines.stacks', 'node-7', stack);
  const wait = (signal = alone.signal) => {
    const beside = {
      ...{ ...alone, state, signal, direction: 'do' as const, run: 'r-1' },
      note: (text: string) => void notes.push(text),
      config: { ...Config.parse({}), folder: '/nowhere' },
      secret: () => Promise.reject(new Error('no secrets here')),
    };
    const context: Here = {
      ...{ beside, signal, logs: undefined, report: { line() {}, progress() {}, note() {} } },
      place: () => Promise.reject(new Error('no host takes part')),
    };
    return awaitStack.here?.({ host: 'local', machine: 'node-7', app: 'shop' }, context);
  };

  beforeEach(async () => {
    state = liveState();
    notes = [];
    await up(TWO);
  });

  test('is over once it runs', async () => {
    await stands({ token: TWO, app: 'shop', run: 'r-2', outcome: 'well' });
    await wait();
    assert.deepEqual(notes, []);
  });

  test('is in vain where it did not start, or nothing was begun, and says what to do', async () => {
    await stands({ token: TWO, app: 'shop', run: 'r-2', outcome: 'ill' });
    await assert.rejects(async () => wait(), { code: 'machine.stack', hint: '/why r-2 tells why.' });
    for (const left of ['host', 'refused'] as const) {
      await stands({ token: TWO, app: 'shop', left });
      await assert.rejects(async () => wait(), { code: 'machine.stack', hint: '/deploy shop --to node-7' });
    }
  });

  test('is not done by what ran before this boot, nor while it is being started', async () => {
    for (const stack of [
      { token: ONE, app: 'shop', run: 'r-1', outcome: 'well' },
      { token: TWO, app: 'shop', run: 'r-2' },
    ] as const) {
      await stands(stack);
      const stop = new AbortController();
      const waiting = wait(stop.signal);
      setImmediate(() => stop.abort());
      await assert.rejects(async () => waiting, { name: 'AbortError' });
    }
  });

  test('is left to people where these have to deploy it, and that is said', async () => {
    await stands({ token: TWO, app: 'shop', left: 'hand' });
    await wait();
    assert.deepEqual(notes, ['nobody started shop there: /deploy shop --to node-7']);
  });

  test('is over where the profile names another app by now', async () => {
    await stands({ token: TWO });
    await wait();
  });
});
