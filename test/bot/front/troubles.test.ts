import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Troubles } from '../../../src/bot/front/troubles.ts';
import { MusterError } from '../../../src/errors.ts';

test('trouble is told when it comes and when it is over, and again only after an hour', () => {
  let now = 0;
  const told: string[] = [];
  const troubles = new Troubles(
    (what, error) => told.push(`${what} ${error?.code ?? 'over'}`),
    () => now,
  );
  const refused = (message: string) => new MusterError('platform.unreachable', { message });
  troubles.note('service');
  assert.deepEqual(told.splice(0), [], 'what never came is not over');
  for (const message of ['a', 'b', 'c']) troubles.note('service', refused(message));
  troubles.note('token', new MusterError('platform.token', { token: 'botToken', reason: 'x' }));
  assert.deepEqual(told.splice(0), ['service platform.unreachable', 'token platform.token']);
  now = 3_599_999;
  troubles.note('service', refused('d'));
  assert.deepEqual(told.splice(0), []);
  now = 3_600_000;
  troubles.note('service', refused('e'));
  troubles.note('service');
  troubles.note('service');
  troubles.note('service', refused('f'));
  assert.deepEqual(told.splice(0), [
    'service platform.unreachable',
    'service over',
    'service platform.unreachable',
  ]);
});
