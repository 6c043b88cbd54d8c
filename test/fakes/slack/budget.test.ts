/** Who asks too much is told to wait. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flooded, started } from './started.ts';

test('three messages at once are let through in a channel, then one a second', async (t) => {
  const { slack, api, pass } = await started(t);
  const channel = slack.channel();
  const other = slack.channel('others');
  const post = ({ id } = channel) => api.chat.postMessage({ channel: id, text: 'x' });
  for (const _ of [1, 2, 3]) await post();
  await flooded(post(), 1);
  await post(other);
  pass(999);
  await flooded(post(), 1);
  pass(1);
  await post();
  await flooded(post(), 1);
  assert.equal(slack.said(channel).length, 4);
  assert.deepEqual(
    slack.floods.map(({ method, channel: where, retryAfter }) => [method, where, retryAfter]),
    Array.from({ length: 3 }, () => ['chat.postMessage', channel.id, 1]),
  );
});

test('a message may be changed 50 times a minute in the whole workspace', async (t) => {
  const { slack, api, pass } = await started(t);
  const messages = await Promise.all(
    ['a', 'b'].map(async (name) => {
      const { id: channel } = slack.channel(name);
      return { channel, ts: (await api.chat.postMessage({ channel, text: '0' })).ts as string };
    }),
  );
  const change = (step: number) => api.chat.update({ ...messages[step % 2]!, text: `${step}` });
  for (let step = 1; step <= 50; step += 1) await change(step);
  await flooded(change(51), 59);
  await api.chat.postMessage({ channel: messages[0]!.channel, text: 'not concerned' });
  pass(58_000);
  await flooded(change(51), 1);
  pass(1000);
  await change(51);
  assert.equal(slack.floods.length, 2);
});

test('each method has its tier', async (t) => {
  const { slack, api } = await started(t);
  const ada = slack.user();
  for (let call = 0; call < 100; call += 1) await api.users.info({ user: ada.id });
  await flooded(api.users.info({ user: ada.id }), 59);
  const { id: channel } = slack.channel();
  for (let call = 0; call < 20; call += 1) {
    await assert.rejects(
      api.reactions.remove({ channel, timestamp: '1.1', name: 'eyes' }),
      /message_not_found/,
    );
  }
  await flooded(api.reactions.remove({ channel, timestamp: '1.1', name: 'eyes' }), 59);
});
