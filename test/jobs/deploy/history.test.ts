import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Entry,
  goLive,
  type History,
  NO_HISTORY,
  takeBack,
  trim,
} from '../../../src/jobs/deploy/history.ts';

const entry = (name: string, at = '2026-01-01T00:00:00.000Z'): Entry => ({
  generation: `r-${name}`,
  commit: 'a'.repeat(40),
  ref: 'main',
  at,
});
const after = (...names: string[]): History => names.map((name) => entry(name)).reduce(goLive, NO_HISTORY);
const names = ({ list }: History): string[] => list.map(({ generation }) => generation.slice(2));
/** Where a rollback goes: what stands before the live one. */
const back = (history: History): string | undefined => names(history).at(-2);

describe('the history of an app on a host', () => {
  it('ends with the live generation', () => {
    const history = after('aa', 'bb', 'cc');
    assert.deepEqual(names(history), ['aa', 'bb', 'cc']);
    assert.equal(history.current, 'r-cc');
    assert.equal(history.before, 'r-bb');
  });

  it('does not change when the live generation goes live again', () => {
    const history = after('aa', 'bb');
    assert.equal(goLive(history, entry('bb', '2027-01-01T00:00:00.000Z')), history);
  });

  it('goes further back with every rollback, never to what was rolled away from', () => {
    const once = goLive(after('aa', 'bb', 'cc'), entry('bb'));
    assert.equal(back(once), 'aa');
    const twice = goLive(once, entry('aa'));
    assert.deepEqual(names(twice).at(-1), 'aa');
  });

  it('goes back from a new deploy to what was live before it, even after a rollback', () => {
    const history = goLive(goLive(after('aa', 'bb'), entry('aa')), entry('cc'));
    assert.deepEqual(names(history), ['bb', 'aa', 'cc']);
    assert.equal(back(history), 'aa');
  });

  it('forgets a deploy that is taken back', () => {
    const history = takeBack(after('aa', 'bb'), 'r-bb', true);
    assert.deepEqual(names(history), ['aa']);
    assert.equal(history.current, 'r-aa');
    assert.deepEqual(takeBack(after('aa'), 'r-aa', true), { current: undefined, list: [] });
  });

  it('goes forward again when a rollback is taken back', () => {
    const history = takeBack(goLive(after('aa', 'bb', 'cc'), entry('bb')), 'r-bb', false);
    assert.equal(history.current, 'r-cc');
    assert.deepEqual(names(history), ['aa', 'bb', 'cc']);
  });

  it('takes nothing back that is not live', () => {
    const history = after('aa', 'bb');
    assert.equal(takeBack(history, 'r-aa', true), history);
  });

  it('is trimmed at the far end, and keeps the live one and the one before it whatever happens', () => {
    assert.deepEqual(names(trim(after('aa', 'bb', 'cc', 'dd'), 2)), ['bb', 'cc', 'dd']);
    assert.deepEqual(names(trim(after('aa', 'bb', 'cc', 'dd'), 9)), ['aa', 'bb', 'cc', 'dd']);
    // Rolled back from dd to cc: dd stands at the far end, but is the one before.
    assert.deepEqual(names(trim(goLive(after('aa', 'bb', 'cc', 'dd'), entry('cc')), 1)), ['dd', 'cc']);
  });
});
