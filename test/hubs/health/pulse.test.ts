import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Beat, type Health, Pulse } from '../../../src/hubs/health/pulse.ts';

describe('a check over time', () => {
  const minutes = (count: number) => count * 60_000;

  test('is believed when it is first good, and only after some in a row when it is bad', () => {
    const pulse = new Pulse();
    assert.equal(pulse.state, 'unknown');
    assert.equal(pulse.take({ status: 'healthy' }, 0), true);
    assert.equal(pulse.take({ status: 'unhealthy', detail: 'no answer' }, 1), false);
    assert.equal(pulse.state, 'healthy');
    assert.equal(pulse.take({ status: 'unhealthy', detail: 'no answer' }, 2), true);
    assert.deepEqual([pulse.state, pulse.detail], ['unhealthy', 'no answer']);
    assert.equal(pulse.take({ status: 'healthy' }, 3), false);
    assert.equal(pulse.take({ status: 'unhealthy' }, 4), false);
    assert.equal(pulse.take({ status: 'healthy' }, 5), false);
    assert.equal(pulse.take({ status: 'healthy' }, 6), true);
    assert.equal(pulse.state, 'healthy');
  });

  test('that is bad in two ways in turn is bad, as the last of them was', () => {
    const pulse = new Pulse();
    pulse.take({ status: 'healthy' }, 0);
    pulse.take({ status: 'degraded' }, 1);
    pulse.take({ status: 'unhealthy' }, 2);
    assert.equal(pulse.state, 'unhealthy');
  });

  test('whose source has made sure is believed at once', () => {
    const pulse = new Pulse();
    pulse.take({ status: 'healthy' }, 0);
    assert.equal(pulse.take({ status: 'unhealthy', sure: true }, 1), true);
    assert.equal(pulse.take({ status: 'healthy', sure: true }, 2), true);
  });

  test('is unknown once its time has run out, and counts again with the next word', () => {
    const pulse = new Pulse();
    pulse.take({ status: 'healthy', ttl: 1_000 }, 0);
    assert.equal(pulse.tick(999), false);
    assert.equal(pulse.tick(1_000), true);
    assert.equal(pulse.state, 'unknown');
    assert.equal(pulse.tick(2_000), false);
    assert.equal(pulse.take({ status: 'healthy', ttl: 1_000 }, 3_000), true);
  });

  test('that comes and goes is held at its worst until it has been calm', () => {
    const pulse = new Pulse();
    let changes = 0;
    const take = (status: Beat['status'], at: number) => {
      if (pulse.take({ status, sure: true }, at)) changes += 1;
    };
    take('healthy', 0);
    for (let turn = 0; turn < 50; turn += 1) take(turn % 2 === 0 ? 'unhealthy' : 'healthy', 1_000 * turn);
    assert.equal(pulse.flapping, true);
    assert.equal(pulse.state, 'unhealthy');
    assert.ok(changes <= 8, `${changes} changes were told`);
    const seen: Health[] = [];
    for (let at = minutes(1); at < minutes(12); at += 10_000) {
      pulse.tick(at);
      seen.push(pulse.state);
    }
    assert.deepEqual([...new Set(seen)], ['unhealthy', 'healthy']);
    assert.equal(pulse.flapping, false);
  });
});
