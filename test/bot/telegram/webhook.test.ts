/** Updates that Telegram brings itself: kept before they are acknowledged, by any manager, and only where they prove themselves. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import type { Ears, Incoming } from '../../../src/bot/platform.ts';
import { Telegram } from '../../../src/bot/telegram/telegram.ts';
import { secretFrom, type WebhookWay } from '../../../src/bot/telegram/webhook.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import { startTelegram } from '../../fakes/telegram.ts';
import { openStage } from './stage.ts';

const URL_THERE = 'https://muster.example:8443/telegram/hook';

async function port(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A manager that listens by a webhook, and requests to it. */
async function hooked(t: TestContext, more: Partial<WebhookWay> = {}) {
  const stage = await openStage(t);
  const way = { url: URL_THERE, port: await port(), ...more };
  const here = `http://127.0.0.1:${way.port}`;
  stage.service.route(URL_THERE, here);
  const listen = (house = stage.muster.house, other: Partial<WebhookWay> = {}) =>
    stage.listen(house, { webhook: { ...way, ...other }, poll: 1 });
  const secret = secretFrom(new Secret(stage.service.token)).reveal();
  const request = async (body: string, headers: Record<string, string> = {}, path = '/telegram/hook') => {
    const response = await fetch(`${here}${path}`, { method: 'POST', body, headers });
    return response.status;
  };
  const proof = { 'x-telegram-bot-api-secret-token': secret };
  const poll = (house: Parameters<typeof stage.listen>[0]) => stage.listen(house, { poll: 1 });
  return { ...stage, listen, poll, way, request, proof };
}

describe('a webhook of Telegram', { timeout: 180_000 }, () => {
  test('is set once as it should be, and brings lines and presses in order', async (t) => {
    const { service, group, reem, listen, shown, release, deployed, until } = await hooked(t);
    service.say(group, reem, '/deploy shop');
    await listen();
    await shown(/shop is live/);
    service.say(group, reem, '/deploy wait');
    await shown(/^◐ /);
    service.click({ chat: group.id, id: 1 }, reem, '/status');
    await shown(/1 host/);
    release();
    await shown(/wait is live/);
    for (let line = 0; line < 10; line += 1)
      service.say(group, reem, line % 2 ? '/deploy shop' : '/deploy blog');
    await until(() => deployed.length === 12, 'all deploys');
    assert.deepEqual(
      deployed.slice(2),
      [...'0123456789'].map((line) => (Number(line) % 2 ? 'shop' : 'blog')),
    );
    await until(
      () => service.calls.filter(({ method }) => method === 'getWebhookInfo').length > 2,
      'some looks',
    );
    const sets = service.calls.filter(({ method }) => method === 'setWebhook');
    assert.equal(sets.length, 1);
    assert.deepEqual(sets[0]?.params.allowed_updates, ['message', 'callback_query', 'my_chat_member']);
    assert.equal(service.calls.filter(({ method }) => method === 'getUpdates').length, 0);
    assert.equal(service.webhook, URL_THERE);
  });

  test('is set anew where somebody changed it, and taken away where updates are polled again; what waits is heard', async (t) => {
    const { service, group, reem, listen, shown, muster, until, ...stage } = await hooked(t);
    await listen();
    await until(() => service.webhook === URL_THERE, 'the webhook');
    const call = (method: string, query: object) =>
      fetch(`${service.url}/bot${service.token}/${method}?${new URLSearchParams({ ...query })}`);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await call('setWebhook', { url: 'https://other.example/x' });
    await until(() => service.webhook === URL_THERE, 'the webhook to be back');
    await muster.house.close(0);
    assert.equal(service.webhook, URL_THERE, 'it stays while nobody listens');
    service.say(group, reem, '/deploy shop');
    await stage.poll(await muster.another());
    await shown(/shop is live/);
    assert.equal(service.webhook, '');
  });

  test('is heard by two managers, and each line runs once, also where Telegram brings it again', async (t) => {
    const { service, group, reem, listen, muster, until, deployed, texts, way } = await hooked(t);
    await listen();
    const other = await port();
    await listen(await muster.another(), { port: other });
    await until(() => service.webhook === URL_THERE, 'the webhook');
    service.loseAnswers(5);
    const lines = ['/deploy shop', '/deploy blog', '/status'].map((text) => service.say(group, reem, text));
    await until(() => service.pending().length === 0, 'the updates to be taken');
    service.route(URL_THERE, `http://127.0.0.1:${other}`);
    for (const line of lines) service.redeliver(line);
    service.say(group, reem, '/deploy shop');
    await until(() => deployed.length === 3 && texts().length === 4, 'each once');
    await until(() => service.pending().length === 0, 'the updates to be taken again');
    assert.deepEqual(deployed, ['shop', 'blog', 'shop']);
    assert.notEqual(other, way.port);
  });

  test('lets nothing in that does not prove itself, tells operators once, and goes on', async (t) => {
    const { service, group, reem, listen, shown, request, proof, until, deployed, told, ops, texts, way } =
      await hooked(t);
    await listen();
    await until(() => service.webhook === URL_THERE, 'the webhook');
    const message = { message_id: 99, date: 1, chat: { id: group.id, type: 'group' }, from: reem };
    const update = JSON.stringify({ update_id: 1, message: { ...message, text: '/deploy shop' } });
    const wrong = { 'x-telegram-bot-api-secret-token': 'a'.repeat(64) };
    for (const headers of [{}, wrong, { 'x-telegram-bot-api-secret-token': '' }])
      assert.equal(await request(update, headers as Record<string, string>), 401);
    assert.equal(await request(update, proof, '/'), 404);
    assert.equal(await request(update, proof, '/telegram/hook/x'), 404);
    assert.equal((await fetch(`http://127.0.0.1:${way.port}/telegram/hook`)).status, 405);
    for (const garbled of ['{', 'null', '[]', '"x"', '{"update_id":"1"}', ''])
      assert.equal(await request(garbled, proof), 400);
    assert.equal(await request(`{"update_id":1,"x":"${'x'.repeat(1_200_000)}"}`, proof), 413);
    assert.match(
      await shown(/platform\.forged/, ops),
      /a request to port \d+ was refused: its secret is missing\. If I hear nobody, check platforms\.telegram\.secret/,
    );
    await shown(/platform\.garbled/, ops);
    await shown(/platform\.size/, ops);
    service.say(group, reem, '/deploy blog');
    await shown(/blog is live/);
    assert.deepEqual(deployed, ['blog']);
    assert.equal(texts(ops).filter((text) => /its secret is/.test(text)).length, 1);
    assert.doesNotMatch(
      [...told, ...texts(ops)].join('\n'),
      new RegExp(proof['x-telegram-bot-api-secret-token']),
    );
    assert.equal(await request(update, proof), 200, 'Telegram itself is heard all the while');
  });

  test('is set anew with the secret of now, where Telegram still brings another one', async (t) => {
    const { service, group, reem, listen, shown } = await hooked(t, { secret: new Secret('given_by-hand') });
    const call = new URLSearchParams({
      url: URL_THERE,
      secret_token: 'of-yesterday',
      max_connections: '20',
      allowed_updates: JSON.stringify(['message', 'callback_query', 'my_chat_member']),
    });
    await fetch(`${service.url}/bot${service.token}/setWebhook?${call}`);
    service.say(group, reem, '/deploy shop');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await listen();
    await shown(/shop is live/);
  });

  test('says that its port is taken, and listens once it is free; other platforms go on meanwhile', async (t) => {
    const { service, group, reem, listen, heard, shown, way, told } = await hooked(t);
    const squatter = createServer().listen(way.port);
    await once(squatter, 'listening');
    await listen();
    const words = await heard(/platform\.port/);
    assert.match(words, new RegExp(`cannot listen at port ${way.port}: something listens there already`));
    assert.match(words, /End what listens there, or set another port under platforms\.telegram/);
    service.say(group, reem, '/deploy shop');
    squatter.close();
    await shown(/shop is live/);
    await heard(/telegram is well again \(port\)/);
    assert.equal(told.filter((text) => /platform\.port/.test(text)).length, 1);
  });

  test('says what Telegram reports: an address that leads elsewhere, one it does not take', async (t) => {
    const { service, group, reem, listen, heard, shown, way } = await hooked(t);
    service.route(URL_THERE, 'http://127.0.0.1:9');
    await listen();
    service.say(group, reem, '/deploy shop');
    const words = await heard(/platform\.delivery/);
    assert.match(
      words,
      /1 update waits, as https:\/\/muster\.example:8443\/telegram\/hook fails: Connection refused/,
    );
    assert.match(words, new RegExp(`Does it lead to port ${way.port} of this machine\\?`));
    service.route(URL_THERE, `http://127.0.0.1:${way.port}`);
    await shown(/shop is live/);
    await heard(/telegram is well again \(delivery\)/);
  });

  test('says that Telegram does not take its address', async (t) => {
    const { listen, heard } = await hooked(t, { url: 'https://muster.example:3000/x' });
    await listen();
    assert.match(
      await heard(/platform\.webhook/),
      /the webhook could not be set: .*only on ports 80, 88, 443 or 8443\. Check platforms\.telegram\.url/,
    );
  });

  test('hears through it that it was put out and let in again, whichever manager is told', async (t) => {
    const { service, group, ops, reem, listen, shown, release, muster, until } = await hooked(t);
    await listen();
    await until(() => service.webhook === URL_THERE, 'the webhook');
    const other = await port();
    await listen(await muster.another(), { port: other });
    service.say(group, reem, '/deploy wait');
    await shown(/^◐ /);
    service.route(URL_THERE, `http://127.0.0.1:${other}`);
    service.kick(group);
    await shown(/I was put out of it/, ops);
    release();
    service.admit(group);
    await shown(/wait is live/);
  });

  test('answers 500 for what could not be kept, and hears it when it comes again', async (t) => {
    const service = await startTelegram({ local: true });
    t.after(() => service.close());
    const way = { url: `http://127.0.0.1:${await port()}/x`, port: 0 };
    way.port = Number(new URL(way.url).port);
    const log = createLog({ level: 'silent', scrubber: new Scrubber() });
    const token = new Secret(service.token);
    const telegram = new Telegram({ token, apiRoot: `${service.url}/`, webhook: way, poll: 1, log });
    const taken: Incoming[] = [];
    let failures = 3;
    const ears: Ears = {
      async take(lines) {
        if (failures > 0) {
          failures -= 1;
          throw new Error('Redis is away');
        }
        taken.push(...lines);
      },
      moved: async () => {},
      access: async () => {},
      alive: () => {},
      trouble: () => {},
    };
    const stop = new AbortController();
    const served = telegram.serve(ears, stop.signal);
    const group = service.group();
    for (const text of ['/one', '/two']) service.say(group, service.user(), text);
    while (service.pending().length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    stop.abort();
    await served;
    assert.deepEqual(
      taken.map(({ text }) => text),
      ['/one', '/two'],
    );
    assert.equal(telegram.exclusive, false);
  });
});
