/** HTTP mode: signed requests, and what is forged or late. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { until } from '../../until.ts';
import { started } from './started.ts';

/** A server that answers the challenge, and everything else as told. */
async function receiver(t: TestContext, answer: (response: ServerResponse) => void) {
  const heard: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (body.includes('url_verification')) return response.end(JSON.parse(body).challenge);
    heard.push(request.headers);
    answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

test('an app takes what is signed, and neither what is forged nor what is stale', async (t) => {
  const { slack, httpApp } = await started(t);
  const heard: string[] = [];
  await httpApp((app) =>
    app.message(async ({ message }) => void heard.push((message as { text: string }).text)),
  );
  slack.hold();
  const [held] = slack.say(slack.channel(), slack.user(), 'x').deliveries;
  assert.equal(await slack.forge(held!, { secret: 'guessed' }), 401);
  assert.equal(await slack.forge(held!, { unsigned: true }), 401);
  assert.equal(await slack.forge(held!, { age: 302_000 }), 401);
  assert.deepEqual(heard, []);
  assert.equal(await slack.forge(held!, { age: 240_000 }), 200);
  slack.release();
  await until(() => held?.state === 'acknowledged');
  await until(() => heard.length === 2);
  assert.deepEqual(heard, ['x', 'x']);
});

test('an address is taken only when it answers the challenge', async (t) => {
  const { slack } = await started(t);
  await assert.rejects(slack.subscribe(`${slack.apiUrl}auth.test`), /challenge/);
  const { heard, url } = await receiver(t, (response) => response.end());
  await slack.subscribe(url);
  const [delivery] = slack.say(slack.channel(), slack.user(), 'x').deliveries;
  await until(() => delivery?.state === 'acknowledged');
  assert.equal(heard[0]?.['x-slack-retry-num'], undefined);
});

test('an event is posted three times more, and says why', async (t) => {
  const { slack, pass } = await started(t);
  const answers: ((response: ServerResponse) => void)[] = [
    (response) => response.writeHead(500).end(),
    (response) => response.destroy(),
    () => {},
    (response) => response.writeHead(503).end(),
  ];
  const { heard, url } = await receiver(t, (response) => answers.shift()?.(response));
  await slack.subscribe(url);
  const [delivery] = slack.say(slack.channel(), slack.user(), 'x').deliveries;
  await until(() => delivery?.attempts[1]?.outcome);
  pass(60_000);
  await until(() => heard.length === 3);
  pass(3_000);
  await until(() => delivery?.attempts[2]?.outcome);
  pass(300_000);
  await until(() => delivery?.state === 'failed');
  assert.deepEqual(
    heard.map((headers) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']]),
    [
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'connection_failed'],
      ['3', 'http_timeout'],
    ],
  );
});

test('an app that wants no retries gets none, and a command is posted once', async (t) => {
  const { slack } = await started(t);
  const { heard, url } = await receiver(t, (response) =>
    response.writeHead(500, { 'x-slack-no-retry': '1' }).end(),
  );
  await slack.subscribe(url);
  const [ada, channel] = [slack.user(), slack.channel()];
  const [delivery] = slack.say(channel, ada, 'x').deliveries;
  const command = slack.command(channel, ada, 'status');
  await until(() => delivery?.state === 'failed' && command.state === 'failed');
  assert.equal(heard.length, 2);
});
