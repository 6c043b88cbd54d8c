/** Updates that the fake brings itself, as the real server does: in order within a chat, until they are taken. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Api } from 'grammy';
import type { Update } from 'grammy/types';
import { until } from '../../until.ts';
import { startTelegram } from '../telegram.ts';
import { refused, started } from './started.ts';

interface Brought {
  update: Update;
  headers: IncomingHttpHeaders;
}

/** Takes what is brought, and answers with the next of these statuses, 200 when there are no more. */
async function taker(t: TestContext, statuses: number[] = []) {
  const brought: Brought[] = [];
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    brought.push({ update: JSON.parse(body) as Update, headers: request.headers });
    response.writeHead(statuses.shift() ?? 200).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { brought, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const ids = (brought: Brought[]) => brought.map(({ update }) => update.update_id);

test('updates are brought with the secret, in order, and forgotten when they are taken', async (t) => {
  const { telegram, api } = await started(t);
  const { brought, url } = await taker(t);
  telegram.route('https://muster.example', url);
  const group = telegram.group();
  const before = telegram.say(group, telegram.user(), 'before');
  await api.setWebhook('https://muster.example/hook?x=1', { secret_token: 'a_B-9' });
  const after = ['a', 'b'].map((text) => telegram.say(group, telegram.user(), text));
  await until(() => telegram.pending().length === 0);
  assert.deepEqual(ids(brought), [before, ...after]);
  assert.equal(brought[0]?.headers['x-telegram-bot-api-secret-token'], 'a_B-9');
  assert.equal(brought[0]?.headers['content-type'], 'application/json');
});

test('what is not taken is brought again before the next one of its chat, while other chats go on', async (t) => {
  const { telegram, api } = await started(t);
  const { brought, url } = await taker(t, [500, 503, 401]);
  telegram.route('https://muster.example', url);
  const [one, two] = [telegram.group('one'), telegram.group('two')];
  await api.setWebhook('https://muster.example/hook');
  const ada = telegram.user();
  const first = telegram.say(one, ada, 'a');
  const second = telegram.say(one, ada, 'b');
  const other = telegram.say(two, ada, 'c');
  await until(() => telegram.pending().length === 0);
  const told = ids(brought);
  assert.equal(told.length, 6);
  assert.ok(told.lastIndexOf(first) < told.indexOf(second));
  assert.ok(told.includes(other));
  const { last_error_message } = await api.getWebhookInfo();
  assert.match(last_error_message ?? '', /^Wrong response from the webhook: \d+ /);
});

test('an answer that is lost on its way counts as none', async (t) => {
  const { telegram, api } = await started(t);
  const { brought, url } = await taker(t);
  telegram.route('https://muster.example', url);
  await api.setWebhook('https://muster.example/hook');
  telegram.loseAnswers(1);
  const id = telegram.say(telegram.group(), telegram.user(), 'a');
  await until(() => telegram.pending().length === 0);
  assert.deepEqual(ids(brought), [id, id]);
});

test('it is told how the webhook is set, and what is wrong with it', async (t) => {
  const { telegram, api, pass } = await started(t);
  const set = (...given: Parameters<typeof api.setWebhook>) => {
    pass(1_000);
    return api.setWebhook(...given);
  };
  const ports = 'Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443';
  await refused(set('https://muster.example:3000/x'), 400, ports);
  await refused(set('nonsense'), 400, 'Bad Request: invalid webhook URL specified');
  const letters = 'Bad Request: secret token contains unallowed characters';
  await refused(set('https://muster.example/x', { secret_token: 'a b' }), 400, letters);
  await set('https://muster.example:8443/x', { max_connections: 7, allowed_updates: ['message'] });
  const waiting = telegram.say(telegram.group(), telegram.user(), 'x');
  await until(() => telegram.pending().length === 1);
  assert.equal(telegram.pending()[0]?.update_id, waiting);
  let info = await api.getWebhookInfo();
  while (info.last_error_message === undefined) info = await api.getWebhookInfo();
  assert.equal(info.last_error_message, 'Connection refused');
  assert.equal(info.max_connections, 7);
  assert.deepEqual(info.allowed_updates, ['message']);
  await api.deleteWebhook();
  assert.deepEqual(
    (await api.getUpdates()).map(({ update_id }) => update_id),
    [waiting],
  );
});

test('a server of one’s own takes plain http and any port', async (t) => {
  const telegram = await startTelegram({ local: true });
  t.after(() => telegram.close());
  const { brought, url } = await taker(t);
  await new Api(telegram.token, { apiRoot: telegram.url }).setWebhook(`${url}/hook`);
  telegram.say(telegram.group(), telegram.user(), 'a');
  await until(() => brought.length === 1);
});
