import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { webApi } from '@slack/bolt';
import type { Ears } from '../../../src/bot/platform.ts';
import { Reach } from '../../../src/bot/slack/reach.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';

const { ErrorCode } = webApi;

function open() {
  let now = 0;
  const told: string[] = [];
  const ears = { trouble: (what, error) => void told.push(`${what} ${error?.code ?? 'over'}`) } as Ears;
  const reach = new Reach(ears, createLog({ level: 'silent', scrubber: new Scrubber() }), () => now);
  return {
    reach,
    /** What was told since it was last asked, without what is over. */
    told: () => told.splice(0).filter((text) => !text.endsWith('over')),
    pass(ms: number) {
      now += ms;
    },
  };
}
const refusal = (error: string, more = {}) => ({
  code: ErrorCode.PlatformError,
  data: { ok: false, error, ...more },
});

describe('how it stands with Slack', () => {
  test('it is tried again after a longer and longer while, and told after a minute', () => {
    const { reach, told, pass } = open();
    const waits = Array.from({ length: 12 }, () => {
      const wait = reach.note(new Error('502'), 'appToken');
      // That calls go well says nothing of sockets.
      reach.well('botToken');
      pass(wait);
      return wait;
    });
    assert.deepEqual(waits.slice(0, 6), [1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    assert.deepEqual([...new Set(told())], ['socket platform.unreachable']);
    reach.open();
    assert.equal(reach.note(new Error('502'), 'appToken'), 1_000);
    assert.deepEqual(told(), []);
  });

  test('a token, a scope and a port are told at once; to be asked to wait is not', () => {
    const { reach, told } = open();
    reach.note(refusal('token_revoked'), 'botToken');
    reach.note(refusal('not_allowed_token_type'), 'appToken');
    reach.note(refusal('missing_scope', { needed: 'connections:write' }), 'appToken');
    reach.note({ code: 'EADDRINUSE' }, 'appToken', 3_000);
    const wait = reach.note({ code: ErrorCode.RateLimitedError, retryAfter: 30 }, 'botToken');
    assert.equal(wait, 30_000);
    assert.deepEqual(told(), [
      'botToken platform.token',
      'appToken platform.token',
      'scope connections:write platform.scope',
      'port platform.port',
    ]);
  });

  test('a call that Slack refuses for reasons of its own is an answer, and no trouble with Slack', () => {
    const { reach, told, pass } = open();
    for (let time = 0; time < 5; time += 1) {
      reach.called(refusal('channel_not_found'));
      pass(60_000);
    }
    assert.deepEqual(told(), []);
    reach.called(refusal('account_inactive'));
    assert.deepEqual(told(), ['botToken platform.token']);
  });
});
