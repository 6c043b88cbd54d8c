import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Card, fold } from '../../../src/bot/cards/card.ts';
import { draw, estimate } from '../../../src/bot/cards/draw.ts';
import { MusterError } from '../../../src/errors.ts';
import type { NewRunEvent } from '../../../src/events.ts';

const START = Date.parse('2026-11-21T10:00:00Z');
const by = { person: 'reem', platform: 'test', chat: 'build' };
const accepted: NewRunEvent = {
  type: 'accepted',
  command: 'deploy',
  title: 'shop v2 (3f9c1d2) on web-1',
  scope: 'app/shop',
  by,
  undo: '/rollback shop',
  stages: [
    { name: 'fetch', hosts: ['web-1'], expected: 5_000 },
    { name: 'build', hosts: ['web-1'], expected: 15_000 },
    { name: 'start', hosts: ['web-1'], expected: 20_000 },
  ],
};

/** The card after events that came so many seconds after the start. */
const after = (...events: [number, NewRunEvent][]): Card =>
  events.reduce<Card | undefined>(
    (card, [second, event]) =>
      fold(card, { ...event, run: 'r-8121', at: new Date(START + second * 1_000).toISOString() }),
    undefined,
  ) as Card;

const building: [number, NewRunEvent][] = [
  [0, accepted],
  [0, { type: 'started' }],
  [0, { type: 'step', stage: 0, step: 'deploy.fetch', title: 'fetch', host: 'web-1', state: 'running' }],
  [5, { type: 'stage', stage: 0, state: 'done' }],
  [5, { type: 'stage', stage: 1, state: 'running' }],
  [8, { type: 'lines', stage: 1, step: 'deploy.build', host: 'web-1', lines: ['#7 [4/6] RUN npm ci', ''] }],
  [9, { type: 'progress', stage: 1, step: 'deploy.build', host: 'web-1', share: 0.6 }],
];

describe('the card', () => {
  test('says who, what, how far and how long on its first line, and what to type on its last', () => {
    const lines = draw(after(...building), START + 10_000);
    assert.match(
      lines[0] as string,
      /^◐ shop v2 \(3f9c1d2\) on web-1 · reem · 35 % · 10 s, about 26 s left$/,
    );
    assert.equal(lines[1], '● fetch 5 s   ◐ build 60%   ○ start');
    assert.equal(lines[2], '> #7 [4/6] RUN npm ci');
    assert.equal(lines.at(-1), '/cancel r-8121  /logs r-8121');
  });

  test('guesses nothing about the time without history', () => {
    const blank = {
      ...accepted,
      stages: accepted.type === 'accepted' ? accepted.stages.map(({ name, hosts }) => ({ name, hosts })) : [],
    } as NewRunEvent;
    const card = after([0, blank], [0, { type: 'started' }], [1, { type: 'stage', stage: 0, state: 'done' }]);
    assert.equal(estimate(card, START).left, undefined);
    assert.match(draw(card, START + 2_000)[0] as string, /33 % · 2 s$/);
  });

  test('ends with what is true now and how to undo it', () => {
    const card = after(...building, [
      40,
      { type: 'ended', status: 'succeeded', summary: 'shop v2 is live', next: '/apps', ms: 40_000 },
    ]);
    assert.deepEqual(draw(card, START), [
      '● shop v2 is live · reem · 40 s',
      'Undo: /rollback shop',
      'Next: /apps',
    ]);
  });

  test('shows the failing step, the last lines and the next command', () => {
    const error = new MusterError(
      'app.unhealthy',
      { app: 'shop', host: 'web-1', message: 'web answered 500' },
      { lines: ['Error: db'] },
    ).toJSON();
    const card = after(
      ...building,
      [
        12,
        {
          type: 'step',
          stage: 1,
          step: 'deploy.build',
          title: 'build shop',
          host: 'web-1',
          state: 'failed',
          error,
        },
      ],
      [12, { type: 'stage', stage: 1, state: 'failed' }],
      [
        14,
        {
          type: 'ended',
          status: 'failed',
          summary: error.summary,
          next: '/retry r-8121',
          error,
          digest: ['Error: db'],
          ms: 14_000,
        },
      ],
    );
    const lines = draw(card, START);
    assert.match(lines[0] as string, /^✕ shop v2 .* failed · reem · 14 s$/);
    assert.equal(lines[1], '● fetch 5 s   ✕ build   ○ start');
    assert.match(lines[2] as string, /^build shop: shop did not get healthy on web-1: web answered 500$/);
    assert.ok(lines.includes('> Error: db'));
    assert.equal(lines.at(-1), 'Next: /retry r-8121');
  });

  test('says of a failed deploy what was brought back', () => {
    const card = after(
      ...building,
      [10, { type: 'note', text: 'shop v1 (7f4045f) is back on web-1' }],
      [11, { type: 'ended', status: 'failed', summary: 'no', next: '/logs shop', ms: 11_000 }],
    );
    assert.deepEqual(draw(card, START).slice(-2), ['shop v1 (7f4045f) is back on web-1', 'Next: /logs shop']);
  });

  test('speaks of no share and no rest while what it did is taken back', () => {
    const card = after(
      ...building,
      [10, { type: 'stage', stage: 1, state: 'failed' }],
      [11, { type: 'stage', stage: 0, state: 'undoing' }],
    );
    const [first, stages] = draw(card, START + 12_000);
    assert.equal(first, '↺ shop v2 (3f9c1d2) on web-1 · reem · 12 s, taking back what it did');
    assert.match(stages as string, /^↺ fetch.*✕ build/);
  });

  test('does not guess how long somebody wants to follow a log, nor that something takes less than a second', () => {
    const reading = {
      ...accepted,
      stages: [{ name: 'logs', hosts: ['web-1'], expected: 20 }],
    } as NewRunEvent;
    const [first] = draw(after([0, reading], [0, { type: 'started' }]), START + 6_000);
    assert.equal(first, '◐ shop v2 (3f9c1d2) on web-1 · reem · 6 s');
    const last = draw(after(...building), START + 1_000_000);
    assert.match(last[0] as string, /about (?:[1-9]\d* s|\d+ min.*) left$/);
  });

  test('forgets that a step was cut off once it has started again', () => {
    const step = { stage: 1, step: 'deploy.build', title: 'build', host: 'web-1' };
    const running: NewRunEvent = { type: 'step', ...step, state: 'running' };
    const cut: NewRunEvent = { type: 'note', text: 'build was cut off; it starts again when Muster is back' };
    const stopped = after(...building, [10, running], [11, cut]);
    assert.match(draw(stopped, START).join('\n'), /was cut off/);
    const again = after(...building, [10, running], [11, cut], [20, running]);
    assert.doesNotMatch(draw(again, START).join('\n'), /was cut off/);
  });

  test('names the job it waits for, and for how long it has held', () => {
    const card = after(
      [0, accepted],
      [
        0,
        {
          type: 'blocked',
          lock: 'app/shop',
          holder: 'r-8000',
          holderTitle: 'shop v1',
          since: new Date(START - 60_000).toISOString(),
        },
      ],
    );
    const text = draw(card, START).join('\n');
    assert.match(text, /waits for app\/shop/);
    assert.match(text, /r-8000 \(shop v1\) has held it for 1 min/);
  });
});
