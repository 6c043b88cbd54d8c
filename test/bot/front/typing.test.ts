import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Typing } from '../../../src/bot/front/typing.ts';
import type { Place, Platform } from '../../../src/bot/platform.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';

test('an answer that takes longer than a moment shows that it is thought about, every five seconds in a chat', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_700_000_000_000 });
  const signs: string[] = [];
  const platform = {
    async type({ chat, thread }: Place) {
      signs.push(`${chat}/${thread}`);
      throw new Error('no right to');
    },
  } as unknown as Platform;
  const typing = new Typing(createLog({ level: 'silent', scrubber: new Scrubber() }));
  const at = (chat: string, thread?: string) => typing.during(platform, { platform: 'x', chat, thread });
  at('a')();
  t.mock.timers.tick(2_000);
  assert.deepEqual(signs, []);
  const [one, two, other] = [at('a', '1'), at('a', '2'), at('b')];
  t.mock.timers.tick(1_000);
  assert.deepEqual(signs, ['a/1', 'b/undefined']);
  t.mock.timers.tick(4_999);
  assert.equal(signs.length, 2);
  t.mock.timers.tick(1);
  assert.deepEqual(
    signs
      .slice(2)
      .map((sign) => sign[0])
      .toSorted(),
    ['a', 'b'],
  );
  for (const stop of [one, two, other]) stop();
  t.mock.timers.tick(60_000);
  assert.equal(signs.length, 4);
  typing.during(undefined, { platform: 'x', chat: 'a' })();
});
