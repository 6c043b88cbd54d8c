import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buttonsOf } from '../../../src/bot/cards/buttons.ts';
import type { Card } from '../../../src/bot/cards/card.ts';

const card = (more: Partial<Card>): Card => ({
  run: 'r-1',
  title: 'shop',
  person: 'reem',
  status: 'running',
  stages: [],
  lines: [],
  notes: [],
  ...more,
});
const lines = (more: Partial<Card>) => buttonsOf(card(more)).map(({ line }) => line);

test('a card offers what people do next, and nothing that cannot be done any more', () => {
  assert.deepEqual(lines({}), ['/cancel r-1', '/logs r-1']);
  assert.deepEqual(lines({ status: 'waiting' }), ['/cancel r-1', '/why r-1']);
  assert.deepEqual(lines({ cancelling: 'max' }), ['/logs r-1']);
  assert.deepEqual(lines({ status: 'failed' }), ['/retry r-1', '/logs r-1']);
  assert.deepEqual(lines({ status: 'succeeded', undo: '/rollback shop' }), ['/rollback shop', '/logs r-1']);
  const keep = '/firewall keep web f-1';
  assert.deepEqual(lines({ keep }), [keep, '/cancel r-1', '/logs r-1']);
  assert.deepEqual(lines({ status: 'succeeded', keep }), ['/logs r-1']);
  const log = { name: 'logs', hosts: [], state: 'done' as const, shares: {} };
  assert.deepEqual(lines({ status: 'succeeded', stages: [log] }), []);
});
