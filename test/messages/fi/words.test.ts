import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, count, either, meant, onHosts, toHosts } from '../../../src/messages/fi/words.ts';

test('one thing is counted in the nominative, any other number of them in the partitive', () => {
  const counted = [0, 1, 2, 21].map((amount) => count(amount, 'hyväksyntä', 'hyväksyntää'));
  assert.deepEqual(counted, ['0 hyväksyntää', '1 hyväksyntä', '2 hyväksyntää', '21 hyväksyntää']);
});

test('a list has its word before the last item only', () => {
  assert.deepEqual([all(['a']), all(['a', 'b']), all(['a', 'b', 'c'])], ['a', 'a ja b', 'a, b ja c']);
  assert.equal(either(['admin', 'operator', 'member']), 'admin, operator tai member');
});

test('the word in front of names is inflected, and never a name', () => {
  assert.equal(onHosts(['web-1']), 'palvelimella web-1');
  assert.equal(onHosts(['web-1', 'web-2']), 'palvelimilla web-1, web-2');
  assert.equal(toHosts(['web-1']), 'palvelimelle web-1');
  assert.equal(toHosts(['web-1', 'web-2']), 'palvelimille web-1, web-2');
});

test('what was probably meant is asked for, where there is such a thing', () => {
  assert.equal(meant('shop'), ' (tarkoititko shop?)');
  assert.equal(meant(undefined), '');
});
