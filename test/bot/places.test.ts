import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { placesOf, SCHEDULE } from '../../src/bot/places.ts';
import { Channel } from '../../src/config/platforms.ts';
import type { Run } from '../../src/jobs/run-record.ts';

const channel = (given: object) => Channel.parse({ platform: 'telegram', ...given });
const channels = {
  build: channel({ chat: '-1' }),
  shops: channel({ chat: '-2', posts: ['runs'], on: ['app/shop-*'] }),
  everything: channel({ platform: 'slack', chat: 'C1', posts: ['runs'] }),
  topic: channel({ chat: '-1', thread: '9', posts: ['runs'], on: ['host/*'] }),
  nights: channel({ chat: '-3', posts: ['schedules'] }),
};
const run = (by: Partial<Run['by']>, scope: string[], plan: object = {}) =>
  ({ by: { platform: 'telegram', chat: '-1', ...by }, scope, plan }) as Run;
const chats = (one: Run) =>
  placesOf(one, channels, [{ platform: 'console', chat: 'home' }]).map(({ chat, thread }) =>
    thread ? `${chat}/${thread}` : chat,
  );

describe('a run has a card', () => {
  test('where it was asked for, and in channels that are told of what it works on', () => {
    assert.deepEqual(chats(run({}, ['app/shop-eu'])), ['-1', '-2', 'C1']);
    assert.deepEqual(chats(run({}, ['app/blog'])), ['-1', 'C1']);
    assert.deepEqual(chats(run({}, ['app/blog', 'app/shop-us'])), ['-1', '-2', 'C1']);
  });

  test('once in a chat, but in each of its topics', () => {
    assert.deepEqual(chats(run({ chat: '-2' }, ['app/shop-eu'])), ['-2', 'C1']);
    assert.deepEqual(chats(run({}, ['host/web-1'])), ['-1', 'C1']);
    assert.deepEqual(chats(run({ thread: '4' }, ['host/web-1'])), ['-1/4', 'C1', '-1/9']);
    assert.deepEqual(chats(run({ thread: '9' }, ['host/web-1'])), ['-1/9', 'C1']);
  });

  test('in channels also where it was asked for on the command line', () => {
    assert.deepEqual(chats(run({ platform: 'console', chat: 'say' }, ['app/shop-eu'])), ['-2', 'C1']);
  });

  test('where schedules are told, at consoles too, where one asked', () => {
    assert.deepEqual(chats(run({ platform: SCHEDULE, chat: SCHEDULE }, ['app/blog'])), ['home', '-3', 'C1']);
  });

  test('in channels that are told of nodes, where it makes one', () => {
    const told = { ...channels, group: channel({ chat: '-9', posts: ['nodes'] }) };
    const of = (plan: object) => placesOf(run({}, ['host/web-1'], plan), told).map(({ chat }) => chat);
    assert.deepEqual(of({ posts: 'nodes' }), ['-1', 'C1', '-9']);
    assert.deepEqual(of({}), ['-1', 'C1']);
  });

  test('nowhere else where it is only for whoever reads it', () => {
    assert.deepEqual(chats(run({}, ['app/shop-eu'], { fleeting: true })), ['-1']);
  });
});
