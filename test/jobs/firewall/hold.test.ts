import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { MusterError } from '../../../src/errors.ts';
import { Firewall } from '../../../src/firewall/firewall.ts';
import { holdFirewall } from '../../../src/jobs/firewall/hold.ts';
import { desk } from '../desk.ts';
import { guardingInMemory } from './guarding.ts';

const NEVER = new AbortController().signal;

/** A change that waits for a person, and the step that waits with it. */
async function held() {
  const guarding = guardingInMemory(null);
  const apply = (change: string) =>
    guarding.apply(
      { change, by: 'reem', rules: Firewall.parse({}), keepWithin: 60_000, overwrite: [] },
      NEVER,
    );
  await apply('r-1');
  const { context } = desk(localShell({ host: 'web-1' }), '/nonexistent');
  const hold = () =>
    holdFirewall.perform({ host: 'web-1', change: 'r-1', keepWithin: 60_000 }, { ...context, guarding }, {});
  return { guarding, apply, hold };
}

test('a change that a person keeps ends well, also where a deploy has its own kept right after it', async () => {
  const { guarding, apply, hold } = await held();
  const waiting = hold();
  await guarding.keep('r-1', NEVER);
  await apply('r-2');
  await guarding.keep('r-2', NEVER);
  await waiting;
});

test('a change that nobody keeps is told as such, also where another one was kept since', async () => {
  const { guarding, apply, hold } = await held();
  const waiting = hold();
  await guarding.revert('r-1');
  await apply('r-2');
  await guarding.keep('r-2', NEVER);
  await assert.rejects(waiting, (error) => error instanceof MusterError && error.code === 'firewall.unkept');
});
