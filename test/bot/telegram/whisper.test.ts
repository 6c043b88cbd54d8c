/** What is for one person alone goes to their own chat with the bot, if they have opened it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Telegram } from '../../../src/bot/telegram/telegram.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import { startTelegram } from '../../fakes/telegram.ts';

const LINE = 'muster agent install --trust SHA256:a+b/c --token abcdefghijklmnopqrstuvwxyz';

for (const started of [true, false])
  test(`a person who has ${started ? '' : 'not '}opened a chat with the bot is ${started ? '' : 'not '}told, and the group hears nothing`, async (t) => {
    const service = await startTelegram();
    t.after(() => service.close());
    const group = service.group('build');
    const reem = service.user('Reem', 7);
    const own = service.privateChat(reem, { started });
    const log = createLog({ level: 'silent', scrubber: new Scrubber() });
    const telegram = new Telegram({ token: new Secret(service.token), apiRoot: service.url, log });
    const said = telegram.whisper({ platform: 'telegram', chat: String(group.id) }, '7', [
      'web-2 waits:',
      LINE,
    ]);
    if (started) await said;
    else await assert.rejects(said, { name: 'Undelivered' });
    assert.deepEqual(
      service.said(own).map(({ text }) => text),
      started ? [`web-2 waits:\n${LINE}`] : [],
    );
    assert.deepEqual(service.said(group), []);
  });
