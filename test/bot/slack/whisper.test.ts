/** What is for one person alone is seen by nobody else in the channel, and is no message of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Slack } from '../../../src/bot/slack/slack.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import { startSlack } from '../../fakes/slack.ts';

const LINE = 'muster agent install --trust SHA256:a+b/c --token abcdefghijklmnopqrstuvwxyz';

test('a person in a channel is told alone, word by word, and somebody outside of it is not', async (t) => {
  const service = await startSlack();
  t.after(() => service.close());
  const channel = service.channel('build');
  const reem = service.user('reem', 'U07REEM');
  service.hold();
  service.say(channel, reem, 'hello');
  const slack = new Slack({
    botToken: new Secret(service.botToken),
    way: { appToken: new Secret(service.appToken) },
    apiUrl: service.apiUrl,
    commands: ['host add', 'host trust'],
    log: createLog({ level: 'silent', scrubber: new Scrubber() }),
  });
  const place = { platform: 'slack', chat: channel.id };
  await slack.whisper(place, reem.id, ['web-2 waits:', LINE]);
  assert.deepEqual(
    service.ephemerals.map(({ to, reading }) => [to, reading]),
    [[reem.id, `web-2 waits:\n${LINE}`]],
  );
  assert.deepEqual(service.said(channel), []);
  await assert.rejects(slack.whisper(place, 'U0STRANGE', [LINE]), { name: 'Undelivered' });
});
