import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWord, lineFor } from '../../../src/bot/cards/reply.ts';
import type { Run } from '../../../src/jobs/run-record.ts';

const run = (status: Run['status'], undo?: string) =>
  ({ id: 'r-1', status, plan: { undo } }) as Pick<Run, 'id' | 'status' | 'plan'>;

test('a word alone is about the card, whatever its letters and its slash', () => {
  for (const text of ['cancel', ' Cancel!', '/log', 'LOGS', 'why?', '/retry@OurBot', 'undo.', 'keep'])
    assert.equal(isWord(text, 'ourbot'), true, text);
  for (const text of [
    'cancel it',
    'do not cancel',
    '/cancel r-2',
    'logbook',
    '/why@OtherBot',
    '',
    'deploy shop',
  ])
    assert.equal(isWord(text, 'ourbot'), false, text);
});

test('a word becomes the line that the button says', () => {
  const lines = ['cancel', 'Log', '/logs', 'why?', 'retry!'].map((text) => lineFor(text, run('running')));
  assert.deepEqual(lines, ['/cancel r-1', '/logs r-1', '/logs r-1', '/why r-1', '/retry r-1']);
});

test('only what succeeded is undone; of everything else it is said how it stands', () => {
  assert.equal(lineFor('undo', run('succeeded', '/rollback shop')), '/rollback shop');
  assert.equal(lineFor('undo', run('failed', '/rollback shop')), '/job r-1');
  assert.equal(lineFor('undo', run('succeeded')), '/job r-1');
  const held = { id: 'r-1', status: 'running', plan: { keep: '/firewall keep web f-1' } } as Run;
  assert.equal(lineFor('keep', held), '/firewall keep web f-1');
  assert.equal(lineFor('keep', { ...held, status: 'succeeded' }), '/job r-1');
  assert.equal(lineFor('keep', run('running')), '/job r-1');
});
