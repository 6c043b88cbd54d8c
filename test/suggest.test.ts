import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distance, suggest } from '../src/suggest.ts';

const names = ['deploy', 'rollback', 'jobs', 'job', 'status', 'help'];

test('a letter too many, too few, wrong or swapped still finds the name', () => {
  for (const typed of ['deplooy', 'deply', 'deploi', 'deplyo', 'DEPLOY', 'depoly'])
    assert.equal(suggest(typed, names), 'deploy', typed);
});

test('the nearest name wins, and the first of equals', () => {
  assert.equal(suggest('jobz', names), 'jobs');
  assert.equal(suggest('jab', ['jib', 'job']), 'jib');
});

test('what is not near finds nothing', () => {
  for (const typed of ['', 'x', 'etc', 'constructor', '__proto__', 'd'.repeat(5_000), 'dply0ment'])
    assert.equal(suggest(typed, names), undefined, typed);
});

test('the distance counts additions, losses, changes and swaps of neighbours', () => {
  const cases: [string, string, number][] = [
    ['', '', 0],
    ['abc', '', 3],
    ['abc', 'acb', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
    ['deplyo', 'deploy', 1],
  ];
  for (const [from, to, expected] of cases) {
    assert.equal(distance(from, to), expected, `${from} -> ${to}`);
    assert.equal(distance(to, from), expected, `${to} -> ${from}`);
  }
});

test('beyond the limit it only says that it is beyond', () => {
  assert.ok(distance('kitten', 'sitting', 1) > 1);
  assert.ok(distance('a', 'abcdef', 2) > 2);
});
