/** What the real service refuses is refused with its codes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webApi } from '@slack/bolt';
import { until } from '../../until.ts';
import type { Channel } from '../slack.ts';
import { refused, started } from './started.ts';

test('a token that is missing, wrong, revoked or of another kind opens nothing', async (t) => {
  const { slack, api } = await started(t);
  const by = (token?: string) => new webApi.WebClient(token, { slackApiUrl: slack.apiUrl });
  await refused(by().auth.test(), 'not_authed');
  await refused(by('xoxb-other').auth.test(), 'invalid_auth');
  await refused(by(slack.appToken).auth.test(), 'not_allowed_token_type');
  await refused(api.apps.connections.open(), 'not_allowed_token_type');
  await refused(by(slack.appToken).apiCall('chat.fly'), 'unknown_method');
  await api.auth.test();
  slack.revoke();
  await refused(api.auth.test(), 'token_revoked');
  await by(slack.appToken).apps.connections.open();
  slack.revoke('app');
  await refused(by(slack.appToken).apps.connections.open(), 'token_revoked');
  assert.deepEqual(slack.calls.at(-1), {
    method: 'apps.connections.open',
    params: {},
    status: 200,
    error: 'token_revoked',
  });
});

test('a channel that is unknown, left, private or archived takes nothing', async (t) => {
  const { slack, api, pass } = await started(t);
  const channel = slack.channel();
  const secret = slack.privateChannel();
  const post = ({ id }: Pick<Channel, 'id'>) => api.chat.postMessage({ channel: id, text: 'x' });
  const { ts } = await post(channel);
  await post(secret);
  const touch = {
    edit: () => api.chat.update({ channel: channel.id, ts: ts as string, text: 'y' }),
    take: () => api.chat.delete({ channel: channel.id, ts: ts as string }),
    mark: () => api.reactions.add({ channel: channel.id, timestamp: ts as string, name: 'eyes' }),
  };
  await refused(post({ id: 'C404' }), 'channel_not_found');
  slack.kick(channel);
  slack.kick(secret);
  await refused(post(secret), 'channel_not_found');
  await refused(api.conversations.info({ channel: secret.id }), 'channel_not_found');
  for (const call of [() => post(channel), ...Object.values(touch)]) await refused(call(), 'not_in_channel');
  slack.invite(channel);
  slack.archive(channel);
  await refused(post(channel), 'is_archived');
  await refused(touch.edit(), 'is_inactive');
  await refused(touch.take(), 'is_archived');
  assert.throws(() => slack.say(channel, slack.user(), 'x'), /archived/);
  slack.archive(channel, false);
  pass(1000);
  await touch.edit();
});

test('a message that is not there, or not its own, is not changed', async (t) => {
  const { slack, api } = await started(t);
  const { id: channel } = slack.channel();
  const { ts } = slack.say(channel, slack.user(), 'mine');
  const lost = '1700000000.000001';
  await refused(api.chat.update({ channel, ts, text: 'y' }), 'cant_update_message');
  await refused(api.chat.delete({ channel, ts }), 'cant_delete_message');
  await refused(api.chat.update({ channel, ts: lost, text: 'y' }), 'message_not_found');
  await refused(api.chat.delete({ channel, ts: lost }), 'message_not_found');
  await refused(api.chat.postMessage({ channel, text: 'y', thread_ts: lost }), 'thread_not_found');
  await refused(api.chat.postMessage({ channel, text: 'y', thread_ts: '1.2' }), 'invalid_thread_ts');
});

test('text is there, and ends at 40,000 characters, or at 4,000 bytes where it is changed', async (t) => {
  const { slack, api } = await started(t);
  const { id: channel } = slack.channel();
  await refused(api.chat.postMessage({ channel, text: ' ' }), 'no_text');
  await refused(api.chat.postMessage({ channel, text: 'é'.repeat(40_001) }), 'msg_too_long');
  const ts = (await api.chat.postMessage({ channel, text: 'é'.repeat(40_000) })).ts as string;
  await refused(api.chat.update({ channel, ts, text: 'é'.repeat(2001) }), 'msg_too_long');
  await api.chat.update({ channel, ts, text: 'é'.repeat(2000) });
  await refused(api.chat.update({ channel, ts, text: '' }), 'no_text');
});

test('blocks keep to their limits, and the refusal says which one', async (t) => {
  const { slack, api } = await started(t);
  const { id: channel } = slack.channel();
  const post = (...blocks: unknown[]) => api.chat.postMessage({ channel, text: 'x', blocks: blocks as [] });
  const section = (words: string) => ({ type: 'section', text: { type: 'mrkdwn', text: words } });
  const button = (more: object) => ({
    type: 'actions',
    elements: [{ type: 'button', text: { type: 'plain_text', text: 'ok' }, ...more }],
  });
  await post(section('x'.repeat(3000)), button({ value: 'v'.repeat(2000), action_id: 'a'.repeat(255) }));
  const rich = (text: string) => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
  });
  for (const [block, pointer] of [
    [section('x'.repeat(3001)), '/blocks/0/text/text'],
    [section(''), '/blocks/0/text/text'],
    [{ type: 'section' }, '/blocks/0'],
    [{ type: 'poem' }, '/blocks/0'],
    [rich(''), '/blocks/0/elements/0/elements/0/text'],
    [button({ value: 'v'.repeat(2001) }), '/blocks/0/elements/0/value'],
    [button({ action_id: 'a'.repeat(256) }), '/blocks/0/elements/0/action_id'],
    [button({ style: 'loud' }), '/blocks/0/elements/0'],
    [button({ text: { type: 'plain_text', text: 'o'.repeat(76) } }), '/blocks/0/elements/0/text/text'],
    [button({ text: { type: 'mrkdwn', text: 'ok' } }), '/blocks/0/elements/0/text'],
    [{ type: 'actions', elements: [] }, '/blocks/0/elements'],
  ] as const) {
    const [detail] = await refused(post(block), 'invalid_blocks');
    assert.ok(detail?.endsWith(`[json-pointer:${pointer}]`), detail);
  }
  const { elements } = button({ action_id: 'same' });
  await refused(post({ type: 'actions', elements: [...elements, ...elements] }), 'invalid_blocks');
  const divider = { type: 'divider' };
  await refused(post(...Array.from({ length: 51 }, () => divider)), 'invalid_blocks');
  await post(...Array.from({ length: 50 }, () => divider));
  await refused(post(...Array.from({ length: 5 }, () => section('x'.repeat(2700)))), 'msg_blocks_too_long');
  await refused(api.apiCall('chat.postMessage', { channel, blocks: '{' }), 'invalid_blocks_format');
});

test('reactions are names, are there once, and are taken back once', async (t) => {
  const { slack, api } = await started(t);
  const channel = slack.channel();
  const { ts } = slack.say(channel, slack.user(), 'x');
  const reaction = { channel: channel.id, timestamp: ts, name: 'eyes' };
  await refused(api.reactions.add({ ...reaction, name: '👀' }), 'invalid_name');
  await refused(api.reactions.add({ ...reaction, timestamp: '1.1' }), 'message_not_found');
  await refused(api.reactions.remove(reaction), 'no_reaction');
  await api.reactions.add(reaction);
  await refused(api.reactions.add(reaction), 'already_reacted');
  assert.deepEqual(slack.messages(channel)[0]?.reactions, { eyes: [slack.identity.user] });
  await api.reactions.remove(reaction);
  assert.deepEqual(slack.messages(channel)[0]?.reactions, {});
});

test('a word to one person needs that person in the channel', async (t) => {
  const { slack, api } = await started(t);
  const ada = slack.user('ada');
  const eve = slack.user('eve');
  const { id: channel } = slack.channel('builders', { absent: new Set([eve.id]) });
  const tell = (user: string) => api.chat.postEphemeral({ channel, user, text: 'x' });
  await refused(tell(eve.id), 'user_not_in_channel');
  await refused(tell('U404'), 'user_not_in_channel');
  await tell(ada.id);
  assert.deepEqual([slack.ephemerals.length, slack.said(channel)], [1, []]);
});

test('a file is shared once, when all of it is there', async (t) => {
  const { slack, api } = await started(t);
  const { id: channel_id } = slack.channel();
  await refused(api.files.getUploadURLExternal({ filename: 'empty', length: 0 }), 'missing_argument');
  const { upload_url, file_id } = await api.files.getUploadURLExternal({ filename: 'a', length: 3 });
  const files: [{ id: string }] = [{ id: file_id as string }];
  const complete = () => api.files.completeUploadExternal({ files, channel_id });
  const send = async (body: string) => (await fetch(upload_url as string, { method: 'POST', body })).status;
  await refused(complete(), 'file_not_found');
  assert.equal(await send('long'), 400);
  assert.equal(await send('abc'), 200);
  assert.equal(await send('abc'), 404);
  await complete();
  await refused(complete(), 'file_not_found');
  assert.deepEqual(slack.said(channel_id)[0]?.files[0]?.bytes, Buffer.from('abc'));
});

test('a bot that was put out hears nothing, but commands', async (t) => {
  const { slack, socket } = await started(t);
  const ada = slack.user();
  const channel = slack.channel();
  const listener = await socket();
  slack.kick(channel);
  assert.deepEqual(slack.mention(channel, ada, '/status').deliveries, []);
  slack.command(channel, ada, 'status');
  await until(() => listener.heard.length === 2);
  assert.equal(listener.heard[1]?.type, 'slash_commands');
});

test('a token or a right that was taken away is refused with its own word, until it is given again', async (t) => {
  const { slack, api } = await started(t);
  const { id: channel } = slack.channel();
  const post = () => api.chat.postMessage({ channel, text: 'x' });
  slack.revoke('bot', 'account_inactive');
  await refused(post(), 'account_inactive');
  slack.restore('bot');
  slack.withdraw('chat.postMessage', 'chat:write');
  await refused(post(), 'missing_scope');
  await api.auth.test();
  slack.grant('chat.postMessage');
  await post();
});

test('a bot is told that it was taken in, and that a channel was archived and opened', async (t) => {
  const { slack, socket } = await started(t);
  const channel = slack.channel();
  const listener = await socket();
  slack.kick(channel);
  slack.invite(channel);
  slack.archive(channel);
  slack.archive(channel, false);
  await until(() => listener.heard.length === 4);
  assert.deepEqual(
    listener.heard.slice(1).map(({ payload }) => payload?.event?.type),
    ['member_joined_channel', 'channel_archive', 'channel_unarchive'],
  );
});
