import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Budget } from '../../../src/bot/outbox/budget.ts';

const limits = {
  chat: () => [{ count: 20, ms: 60_000 }],
  overall: [{ count: 30, ms: 1_000 }],
};

describe('a budget', () => {
  test('lets so many messages to a chat within its window, and the next when the first has left it', () => {
    const budget = new Budget(limits);
    for (let at = 0; at < 20; at += 1) {
      assert.equal(budget.wait('a', 'final', at), 0);
      budget.spend('a', at);
    }
    assert.equal(budget.wait('a', 'final', 100), 59_900);
    assert.equal(budget.wait('a', 'final', 60_000), 0);
    assert.equal(budget.wait('b', 'final', 100), 0);
  });

  test('keeps a quarter of it for what people wait for', () => {
    const budget = new Budget(limits);
    for (let at = 0; at < 15; at += 1) budget.spend('a', at);
    assert.ok(budget.wait('a', 'progress', 20) > 0);
    assert.equal(budget.wait('a', 'reply', 20), 0);
  });

  test('spreads progress over the window after its first few, so that a card never stands still for long', () => {
    const budget = new Budget(limits);
    let now = 0;
    let longest = 0;
    for (let edit = 0; edit < 100; edit += 1) {
      const wait = budget.wait('a', 'progress', now);
      longest = Math.max(longest, wait);
      now += Math.max(wait, 500);
      budget.spend('a', now)(now);
    }
    assert.ok(longest <= 6_000, `${longest} ms`);
  });

  test('counts what goes to all chats together', () => {
    const budget = new Budget(limits);
    for (let chat = 0; chat < 30; chat += 1) budget.spend(String(chat), 500)(500);
    assert.equal(budget.wait('new', 'failure', 600), 900);
  });

  test('counts a message from when the service has answered, as it may have arrived that late', () => {
    const budget = new Budget({ chat: () => [{ count: 1, ms: 400 }], overall: [{ count: 2, ms: 400 }] });
    const answered = budget.spend('a', 0);
    budget.spend('b', 0);
    assert.equal(budget.wait('c', 'reply', 1_000), Number.POSITIVE_INFINITY);
    answered(300);
    assert.equal(budget.wait('a', 'reply', 400), 300);
    assert.equal(budget.wait('c', 'reply', 400), 300);
  });

  test('holds back only the chat that was asked to wait', () => {
    const budget = new Budget(limits);
    budget.hold('a', 5_000);
    assert.equal(budget.wait('a', 'approval', 1_000), 4_000);
    assert.equal(budget.wait('b', 'progress', 1_000), 0);
  });

  test('goes on after a restart with what was spent before', () => {
    const before = new Budget(limits);
    for (let at = 0; at < 20; at += 1) before.spend('a', at);
    const after = new Budget(limits);
    after.restore('a', before.spent('a'));
    assert.equal(after.wait('a', 'final', 100), 59_900);
  });
});
