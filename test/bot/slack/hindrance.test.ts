/** What Slack refuses is understood: the outbox waits, or gives up a message or a place, by it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Hindrance, Undelivered } from '../../../src/bot/platform.ts';
import { Slack } from '../../../src/bot/slack/slack.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import { startSlack } from '../../fakes/slack.ts';

test('a refusal of Slack says whether to wait, and what to give up', async (t) => {
  let now = Date.now();
  const service = await startSlack({ clock: { now: () => now } });
  t.after(() => service.close());
  const slack = new Slack({
    botToken: new Secret(service.botToken),
    way: { appToken: new Secret(service.appToken) },
    apiUrl: service.apiUrl,
    log: createLog({ level: 'silent', scrubber: new Scrubber() }),
  });
  const channel = service.channel();
  const post = (chat = channel.id) => slack.post({ platform: 'slack', chat }, ['x']);
  const posted = await post();
  const edit = () => slack.edit(posted, ['y'], false);
  const hinders = async (call: Promise<unknown>, why: Hindrance) => {
    const thrown = await call.catch((error: unknown) => error);
    assert.ok(thrown instanceof Undelivered, String(thrown));
    assert.deepEqual(thrown.why, why);
  };
  await post();
  await post();
  await hinders(post(), { kind: 'later', ms: 1_000 });
  now += 1_000;
  await hinders(post('C404'), { kind: 'shut' });
  service.archive(channel);
  await hinders(post(), { kind: 'shut' });
  await hinders(edit(), { kind: 'shut' });
  service.archive(channel, false);
  service.kick(channel);
  await hinders(edit(), { kind: 'shut' });
  service.invite(channel);
  service.remove({ channel: channel.id, ts: posted.message });
  await hinders(edit(), { kind: 'vanished' });
  service.outage(1);
  await assert.rejects(post(), (error: unknown) => !(error instanceof Undelivered));
  // A refused token is no channel's fault: it is said once, and what is to be said waits.
  service.revoke();
  await assert.rejects(post(), (error: unknown) => !(error instanceof Undelivered));
  service.restore();
  service.withdraw('chat.postMessage', 'chat:write');
  await hinders(post(), { kind: 'shut' });
});
