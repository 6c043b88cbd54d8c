/** The dead-man's switch on real processes: a worker that is killed is told of in Telegram and Slack, and so is its return. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Slack } from '../../src/bot/slack/slack.ts';
import { Telegram } from '../../src/bot/telegram/telegram.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber, Secret } from '../../src/secret.ts';
import { type House, openHouse } from '../../src/wire/house.ts';
import { type Channel, type Slack as SlackService, startSlack } from '../fakes/slack.ts';
import { type Chat, startTelegram, type Telegram as TelegramService } from '../fakes/telegram.ts';
import { needs } from '../needs.ts';
import { startRedis, type TestRedis } from '../redis.ts';
import { ended, openMuster, type TestMuster } from './muster.ts';
import { waitFor } from './wait.ts';

describe('muster worker', { skip: needs(['redis-server']) }, () => {
  let redis: TestRedis;
  let telegram: TelegramService;
  let slack: SlackService;
  let group: Chat;
  let ops: Channel;
  let muster: TestMuster;
  let house: House;

  before(async () => {
    [redis, telegram, slack] = await Promise.all([startRedis(), startTelegram(), startSlack()]);
    group = telegram.group('build');
    ops = slack.channel('ops');
    muster = await openMuster({}, { REDIS_URL: redis.socket });
    await muster.configure({
      'muster.yml': [
        'people: {reem: {identities: {telegram: "7"}, roles: [all]}}',
        'roles: {all: {allow: [{commands: ["*"]}]}}',
        'hosts: {local: {link: local}, web-1: {link: local}}',
        'platforms: {telegram: {token: "env:T"}, slack: {botToken: "env:B", appToken: "env:A"}}',
        'channels:',
        `  build: {platform: telegram, chat: "${group.id}"}`,
        `  ops: {platform: slack, chat: ${ops.id}, posts: [alerts]}`,
        'alerts: {workers: {to: [build], subjects: ["host/*"], delay: 100ms}}',
        '',
      ].join('\n'),
    });
    const scrubber = new Scrubber();
    const log = createLog({ level: 'silent', scrubber });
    house = await openHouse({
      config: join(muster.folder, 'config'),
      state: join(muster.folder, 'manager'),
      redisUrl: redis.socket,
      log,
      scrubber,
      watch: { every: 500, worker: 6_000, calm: 500 },
    });
    await house.start();
    const botToken = new Secret(slack.botToken);
    const way = { appToken: new Secret(slack.appToken) };
    await house.listen(
      new Telegram({ token: new Secret(telegram.token), apiRoot: telegram.url, log }),
      'required',
    );
    await house.listen(new Slack({ botToken, way, apiUrl: slack.apiUrl, log }), 'required');
  });
  after(async () => {
    await house?.close(0);
    await muster?.stop();
    await Promise.all([redis?.stop(), telegram?.close(), slack?.close()]);
  });

  const here = () => telegram.said(group).map(({ text }) => text as string);
  const there = () => slack.said(ops).map(({ reading }) => reading);

  test('that is killed is an alert in each chat, and an all-clear once it is started again; stopped, it is none', async () => {
    const stopped = await muster.worker('web-1');
    const worker = await muster.worker('local');
    const gone = ended(worker);
    worker.kill('SIGKILL');
    await gone;
    stopped.kill('SIGTERM');
    assert.equal(await ended(stopped), 0);
    for (const said of [here, there])
      await waitFor('the alert', () => said().some((text) => /^▲ local has lost its worker \(/.test(text)));
    assert.deepEqual([here().length, there().length], [1, 1]);

    const again = await muster.worker('local');
    const clear = /^● local has its worker back · after/;
    // The message itself, and one that is heard.
    for (const said of [here, there])
      await waitFor('the all-clear', () => said().filter((text) => clear.test(text)).length === 2);
    again.kill('SIGTERM');
    assert.equal(await ended(again), 0);
    assert.deepEqual(await house.state.alerts.raised(), new Set());
    assert.deepEqual(
      (await house.state.seen.all()).filter(({ name }) => name.startsWith('worker/')),
      [],
    );
    assert.deepEqual([here().length, there().length], [2, 2]);
  });
});
