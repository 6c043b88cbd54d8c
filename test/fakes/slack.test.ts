/** A real Bolt app lives with the fake as it would with Slack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { App } from '@slack/bolt';
import { until } from '../until.ts';
import { refused, started } from './slack/started.ts';

/** Answers mentions in their thread and changes the answer, answers commands, and marks pressed buttons. */
function deployer(app: App): void {
  app.event('app_mention', async ({ event, client }) => {
    const { channel, ts } = event;
    const answer = await client.chat.postMessage({ channel, thread_ts: ts, text: 'Deploying' });
    await client.chat.update({ channel, ts: answer.ts as string, text: 'Deployed &lt;shop&gt;' });
    await client.reactions.add({ channel, timestamp: ts, name: 'white_check_mark' });
  });
  app.command('/muster', async ({ command, ack, client }) => {
    await ack('Seen');
    await client.chat.postMessage({
      channel: command.channel_id,
      text: 'Sure?',
      blocks: [
        {
          type: 'actions',
          elements: [
            { type: 'button', action_id: 'yes', text: { type: 'plain_text', text: 'Yes' }, value: '1' },
          ],
        },
      ],
    });
  });
  app.action('yes', async ({ ack, body, action, client }) => {
    await ack();
    const text = `pressed ${(action as { value: string }).value}`;
    await client.chat.postEphemeral({ channel: String(body.channel?.id), user: body.user.id, text });
  });
}

for (const mode of ['socketApp', 'httpApp'] as const) {
  test(`a bot hears a mention, answers in its thread and changes the answer: ${mode}`, async (t) => {
    const { slack, ...start } = await started(t);
    const ada = slack.user('ada');
    const channel = slack.channel();
    await start[mode](deployer);
    const said = slack.mention(channel, ada, '/deploy shop v2 && <echo>');
    const answer = await until(() => slack.said(channel).find(({ edits }) => edits === 1));
    assert.deepEqual([answer.reading, answer.thread, answer.mentions], ['Deployed <shop>', said.ts, []]);
    const line = await until(() =>
      slack.messages(channel).find(({ reactions }) => reactions.white_check_mark),
    );
    assert.equal(line.text, `<@${slack.identity.user}> /deploy shop v2 &amp;&amp; &lt;echo&gt;`);
    await until(() => said.deliveries.every(({ state }) => state === 'acknowledged'));
    assert.deepEqual(
      said.deliveries.map(({ payload, attempts }) => [
        (payload.event as { type: string }).type,
        attempts.length,
      ]),
      [
        ['message', 1],
        ['app_mention', 1],
      ],
    );
  });

  test(`a bot answers a command with a button, and its press, also a forged one: ${mode}`, async (t) => {
    const { slack, ...start } = await started(t);
    const ada = slack.user('ada');
    const channel = slack.channel();
    await start[mode](deployer);
    const command = slack.command(channel, ada, 'deploy shop');
    const [asked] = await until(() => slack.said(channel).length > 0 && slack.said(channel));
    assert.match(JSON.stringify(command.answer), /Seen/);
    slack.click(asked!, ada, '1');
    slack.click(asked!, ada, 'rm');
    await until(() => slack.ephemerals.length === 2);
    assert.deepEqual(slack.ephemerals.map(({ to, reading }) => [to, reading]).sort(), [
      [ada.id, 'pressed 1'],
      [ada.id, 'pressed rm'],
    ]);
  });
}

test('a bot sends a file with a comment', async (t) => {
  const { slack, api } = await started(t);
  const channel = slack.channel();
  const { ts } = slack.say(channel, slack.user(), 'the log, please');
  const file = Buffer.from([0, 13, 10, 255]);
  await api.files.uploadV2({
    channel_id: channel.id,
    thread_ts: ts,
    initial_comment: 'run 7',
    file,
    filename: 'run.log',
  });
  const [answer] = slack.said(channel);
  assert.deepEqual([answer?.text, answer?.thread], ['run 7', ts]);
  assert.deepEqual([answer?.files[0]?.name, answer?.files[0]?.bytes], ['run.log', file]);
  const upload = async () => {
    const to = await api.files.getUploadURLExternal({ filename: 'b.log', length: 1 });
    await fetch(to.upload_url as string, { method: 'POST', body: 'x' });
    return { channel_id: channel.id, files: [{ id: to.file_id as string }] as [{ id: string }] };
  };
  const blocks = [{ type: 'section', text: { type: 'plain_text', text: '<!channel>' } }];
  await api.files.completeUploadExternal({ ...(await upload()), blocks });
  await api.files.completeUploadExternal({ ...(await upload()), blocks, initial_comment: 'said instead' });
  const words = slack.said(channel).map(({ reading, mentions }) => [reading, mentions.length]);
  assert.deepEqual(words.slice(1), [
    ['<!channel>', 0],
    ['said instead', 0],
  ]);
  const wrong = api.files.completeUploadExternal({ ...(await upload()), blocks: [{ type: 'poem' }] });
  await refused(wrong, 'invalid_blocks');
});

test('a bot asks who and where it is', async (t) => {
  const { slack, api } = await started(t);
  const ada = slack.user('Ada');
  const channel = slack.channel('builders', { joined: false });
  const me = await api.auth.test();
  assert.deepEqual([me.user_id, me.bot_id], [slack.identity.user, slack.identity.bot]);
  const found = (await api.conversations.info({ channel: channel.id })).channel;
  assert.deepEqual([found?.name, found?.is_member, found?.is_archived], ['builders', false, false]);
  assert.equal((await api.users.info({ user: ada.id })).user?.name, 'ada');
});

test('a bot is told of its own messages, and of what becomes of others', async (t) => {
  const { slack, api, socket } = await started(t);
  const ada = slack.user('ada');
  const channel = slack.channel();
  const listener = await socket();
  const { ts } = await api.chat.postMessage({ channel: channel.id, text: 'x' });
  await api.chat.update({ channel: channel.id, ts: ts as string, text: 'y' });
  await api.chat.delete({ channel: channel.id, ts: ts as string });
  const said = slack.say(channel, ada, 'a');
  slack.amend(said, 'b');
  slack.remove(said);
  const heard = await until(() => listener.heard.length === 7 && listener.heard.slice(1));
  const events = heard.map(({ payload }) => payload?.event as { bot_id?: string; subtype?: string });
  assert.deepEqual(
    events.map(({ bot_id, subtype }) => [bot_id, subtype]),
    [
      [slack.identity.bot, undefined],
      [undefined, 'message_changed'],
      [undefined, 'message_deleted'],
      [undefined, undefined],
      [undefined, 'message_changed'],
      [undefined, 'message_deleted'],
    ],
  );
});
