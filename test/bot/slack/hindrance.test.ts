/** What only Slack says of a refusal; what every service says is in the conformance suite. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webApi } from '@slack/bolt';
import { Undelivered } from '../../../src/bot/platform.ts';
import { hindrance } from '../../../src/bot/slack/hindrance.ts';
import { Slack } from '../../../src/bot/slack/slack.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import { startSlack } from '../../fakes/slack.ts';

test('an archived channel, a private one and a right that was taken shut a place; a refused token does not', async (t) => {
  const service = await startSlack();
  t.after(() => service.close());
  const slack = new Slack({
    botToken: new Secret(service.botToken),
    way: { appToken: new Secret(service.appToken) },
    apiUrl: service.apiUrl,
    log: createLog({ level: 'silent', scrubber: new Scrubber() }),
  });
  const shut = (call: Promise<unknown>, reason: string) =>
    assert.rejects(call, (error: unknown) => {
      assert.ok(error instanceof Undelivered, String(error));
      assert.deepEqual([error.why, error.message], [{ kind: 'shut' }, reason]);
      return true;
    });
  const channel = service.channel();
  const secret = service.privateChannel();
  const post = ({ id }: { id: string } = channel) => slack.post({ platform: 'slack', chat: id }, ['x']);
  const posted = await post();
  service.archive(channel);
  await shut(post(), 'is_archived');
  await shut(slack.edit(posted, ['y'], false), 'is_inactive');
  service.archive(channel, false);
  service.kick(secret);
  await shut(post(secret), 'channel_not_found');
  service.withdraw('chat.postMessage', 'chat:write');
  await shut(post(), 'missing_scope');
  service.grant('chat.postMessage');
  // It is said once and not channel by channel, and what is to be said waits.
  service.revoke();
  await assert.rejects(post(), (error: unknown) => !(error instanceof Undelivered));
});

test('what Slack may think of later shuts a place, and what it says of itself is tried again', () => {
  const refusal = (error: string) =>
    hindrance({ code: webApi.ErrorCode.PlatformError, data: { ok: false, error } });
  const later = refusal('restricted_action_of_the_future');
  assert.ok(later instanceof Undelivered);
  assert.deepEqual(later.why, { kind: 'shut' });
  for (const own of ['internal_error', 'fatal_error', 'service_unavailable', 'invalid_auth'])
    assert.ok(!(refusal(own) instanceof Undelivered), own);
  const [bad, gone] = [refusal('invalid_blocks'), refusal('message_not_found')];
  assert.deepEqual(
    [bad, gone].map((error) => (error as Undelivered).why.kind),
    ['bad', 'vanished'],
  );
});
