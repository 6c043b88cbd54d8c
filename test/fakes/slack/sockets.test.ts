/** Socket Mode: what is not acknowledged is told again, elsewhere where that is possible. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webApi } from '@slack/bolt';
import { WebSocket } from 'undici';
import { until } from '../../until.ts';
import { started } from './started.ts';

test('events go to one socket each, in turn', async (t) => {
  const { slack, socket } = await started(t);
  const [ada, channel] = [slack.user(), slack.channel()];
  const [one, two] = [await socket(), await socket()];
  assert.deepEqual([one.heard[0]?.type, slack.sockets], ['hello', [1, 2]]);
  for (const text of ['a', 'b', 'c']) slack.say(channel, ada, text);
  await until(() => one.heard.length === 3 && two.heard.length === 2);
  const texts = ({ heard }: typeof one) => heard.slice(1).map(({ payload }) => payload?.event?.text);
  assert.deepEqual([texts(one), texts(two)], [['a', 'c'], ['b']]);
});

test('an event that nobody acknowledges is told three times more, to another socket first', async (t) => {
  const { slack, socket, pass } = await started(t);
  const [ada, channel] = [slack.user(), slack.channel()];
  const [one, two] = [await socket(), await socket()];
  const [delivery] = slack.say(channel, ada, 'x').deliveries;
  await until(() => one.heard.length === 2);
  assert.deepEqual([one.heard[1]?.retry_attempt, one.heard[1]?.retry_reason], [0, '']);
  pass(2999);
  await settled();
  assert.equal(two.heard.length, 1);
  pass(1);
  await until(() => two.heard.length === 2);
  assert.deepEqual([two.heard[1]?.retry_attempt, two.heard[1]?.retry_reason], [1, 'timeout']);
  assert.deepEqual(two.heard[1]?.payload, one.heard[1]?.payload);
  for (const gap of [60_000, 300_000]) {
    const attempt = delivery?.attempts.at(-1);
    pass(3000);
    await until(() => attempt?.outcome === 'timeout');
    pass(gap);
    await until(() => delivery?.attempts.at(-1) !== attempt);
  }
  pass(3000);
  await until(() => delivery?.state === 'failed');
  assert.deepEqual(
    delivery?.attempts.map(({ socket: number }) => number),
    [1, 2, 1, 2],
  );
});

test('an acknowledgement counts within 3 seconds and on its own socket', async (t) => {
  const { slack, socket, pass } = await started(t);
  const [ada, channel] = [slack.user(), slack.channel()];
  const [one, two] = [await socket(), await socket()];
  const [delivery] = slack.say(channel, ada, 'x').deliveries;
  await until(() => one.heard.length === 2);
  two.acknowledge(one.heard[1]!);
  pass(3000);
  await until(() => two.heard.length === 2);
  one.acknowledge(one.heard[1]!);
  await settled();
  assert.equal(delivery?.state, 'pending');
  two.acknowledge(two.heard[1]!);
  await until(() => delivery?.state === 'acknowledged');
});

test('what a dropped socket had not acknowledged comes to another one', async (t) => {
  const { slack, socket, pass } = await started(t);
  const [ada, channel] = [slack.user(), slack.channel()];
  const [one, two] = [await socket(), await socket()];
  slack.say(channel, ada, 'x');
  await until(() => one.heard.length === 2);
  slack.hangUp(1);
  await until(() => one.closed);
  assert.deepEqual(slack.sockets, [2]);
  pass(3000);
  await until(() => two.heard.length === 2);
  assert.equal(two.heard[1]?.retry_attempt, 1);
});

test('without a socket an event comes a minute later, a command not at all', async (t) => {
  const { slack, socket, pass } = await started(t);
  const [ada, channel] = [slack.user(), slack.channel()];
  const [delivery] = slack.say(channel, ada, 'x').deliveries;
  const command = slack.command(channel, ada, 'status');
  await until(() => delivery?.attempts[1]?.outcome === 'timeout' && command.state === 'failed');
  const late = await socket();
  assert.equal(late.heard.length, 1);
  pass(60_000);
  await until(() => late.heard.length === 2);
  assert.equal(late.heard[1]?.retry_attempt, 2);
});

test('a press that nobody acknowledges fails, and is not told again', async (t) => {
  const { slack, api, socket, pass } = await started(t);
  const [ada, channel] = [slack.user(), slack.channel()];
  const listener = await socket();
  await api.chat.postMessage({ channel: channel.id, text: 'x' });
  const press = slack.click(slack.said(channel)[0]!, ada, 'forged');
  await until(() => listener.heard.some(({ type }) => type === 'interactive'));
  pass(3000);
  await until(() => press.state === 'failed');
  assert.equal(press.attempts.length, 1);
});

test('a socket is told before it is closed, and gets nothing new when it is to go', async (t) => {
  const { slack, socket, pass } = await started(t);
  const [ada, channel] = [slack.user(), slack.channel()];
  const [one, two] = [await socket(), await socket()];
  slack.disconnect('warning', 2);
  slack.disconnect('refresh_requested', 1);
  await until(() => one.heard.length === 2 && two.heard.length === 2);
  assert.deepEqual([one.heard[1]?.reason, two.heard[1]?.reason], ['refresh_requested', 'warning']);
  slack.say(channel, ada, 'x');
  await until(() => two.heard.length === 3);
  assert.equal(one.heard.length, 2);
  pass(10_000);
  await until(() => one.closed && two.closed && slack.sockets.length === 0);
});

test('the eleventh socket is sent away, and a ticket opens one socket', async (t) => {
  const { slack, socket } = await started(t);
  for (let number = 1; number <= 10; number += 1) await socket();
  const eleventh = await socket();
  assert.equal(eleventh.heard[0]?.reason, 'too_many_websockets');
  await until(() => eleventh.closed);
  assert.equal(slack.sockets.length, 10);
  slack.hangUp();
  const { url } = await new webApi.WebClient(slack.appToken, {
    slackApiUrl: slack.apiUrl,
  }).apps.connections.open();
  const outcome = () =>
    new Promise<string>((resolve) => {
      const opening = new WebSocket(url as string);
      opening.addEventListener('open', () => resolve('open'));
      opening.addEventListener('error', () => resolve('refused'));
    });
  assert.deepEqual([await outcome(), await outcome()], ['open', 'refused']);
});

test('a test tells things again, holds them back, reorders and forgets them', async (t) => {
  const { slack, socket } = await started(t);
  const [ada, channel] = [slack.user(), slack.channel()];
  const listener = await socket();
  slack.hold();
  const [a, b, c] = ['a', 'b', 'c'].map((text) => slack.say(channel, ada, text).deliveries[0]!);
  slack.reorder(c!, a!);
  slack.forget(b!);
  await settled();
  assert.equal(listener.heard.length, 1);
  slack.release();
  await until(() => listener.heard.length === 3);
  listener.acknowledge(listener.heard[1]!);
  await until(() => c?.state === 'acknowledged');
  slack.redeliver(c!);
  await until(() => listener.heard.length === 4);
  const texts = listener.heard.slice(1).map(({ payload }) => payload?.event?.text);
  assert.deepEqual(texts, ['c', 'a', 'c']);
});

test('a Bolt app comes back after it was asked to refresh', async (t) => {
  const { slack, socketApp } = await started(t);
  const channel = slack.channel();
  await socketApp((app) => app.message(async ({ say }) => void (await say('here'))));
  slack.disconnect();
  await until(() => slack.sockets.length === 0);
  await until(() => slack.sockets.length === 1);
  slack.say(channel, slack.user(), 'still there?');
  await until(() => slack.said(channel).length === 1);
});

/** Long enough for the service to have looked at its clock. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
