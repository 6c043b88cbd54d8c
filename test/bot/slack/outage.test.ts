/** Slack is away for ten minutes: nothing of what is to be said is lost, and its newest state is what people read afterwards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Courier } from '../../../src/bot/outbox/courier.ts';
import { Outbox } from '../../../src/bot/outbox/outbox.ts';
import { Slack } from '../../../src/bot/slack/slack.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import { startSlack } from '../../fakes/slack.ts';
import { startRedis } from '../../redis.ts';

const MINUTES_MS = 600_000;

test('what was to be said during ten minutes of 502s is said afterwards, at once and in its newest state', async (t) => {
  let now = Date.now();
  const clock = { now: () => now };
  const service = await startSlack({ clock });
  const redis = await startRedis();
  const channel = service.channel('build');
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const slack = new Slack({
    botToken: new Secret(service.botToken),
    way: { appToken: new Secret(service.appToken) },
    apiUrl: service.apiUrl,
    log,
  });
  const outbox = new Outbox(redis.connect(), 'slack');
  const shut: unknown[] = [];
  const courier = new Courier({
    outbox,
    platform: slack,
    limits: slack.limits,
    log,
    now: clock.now,
    onShut: (...told) => shut.push(told),
  });
  const stop = new AbortController();
  const running = courier.run(stop.signal);
  t.after(async () => {
    stop.abort();
    await running;
    await redis.stop();
    await service.close();
  });
  const place = { platform: 'slack', chat: channel.id };
  const put = (id: string, text: string, final: boolean) =>
    outbox.put({ id, place, lines: [text], urgency: final ? 'final' : 'progress', final });
  const readings = () => service.said(channel).map(({ reading }) => reading);
  /** Lets the clock run until something is so. */
  const until = async (done: () => boolean, what: string) => {
    for (const deadline = Date.now() + 30_000; !done(); await sleep(5)) {
      now += 250;
      if (Date.now() > deadline) assert.fail(`waited for ${what}: ${readings()}`);
    }
  };
  await put('card', 'shop 10 %', false);
  await until(() => readings().length === 1, 'the card');
  const before = service.calls.length;
  service.down(true);
  const began = now;
  for (let share = 20; share <= 90; share += 10) {
    await put('card', `shop ${share} %`, false);
    await until(() => now - began > (MINUTES_MS * share) / 100, 'time to pass');
  }
  await put('card', 'shop is live', true);
  await put('answer', 'nothing runs', true);
  await until(() => now - began > MINUTES_MS, 'ten minutes');
  const tries = service.calls.length - before;
  // It rests between tries, a minute at the longest: it must not hammer a service that is down.
  assert.ok(tries >= 10 && tries <= 40, `${tries} tries`);
  service.down(false);
  await until(() => readings().includes('nothing runs'), 'the answer');
  assert.deepEqual(readings(), ['shop is live', 'nothing runs']);
  assert.deepEqual(shut, []);
  assert.deepEqual(service.floods, []);
});

test('who is asked to wait waits as long as Slack says', async (t) => {
  let now = Date.now();
  const service = await startSlack({ clock: { now: () => now } });
  t.after(() => service.close());
  const channel = service.channel('build');
  const redis = await startRedis();
  t.after(() => redis.stop());
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const slack = new Slack({
    botToken: new Secret(service.botToken),
    way: { appToken: new Secret(service.appToken) },
    apiUrl: service.apiUrl,
    log,
  });
  const outbox = new Outbox(redis.connect(), 'slack');
  // Another program with the same token, or a limit that Slack lowered: our own count says that all is well.
  const limits = { chat: () => [], overall: [] };
  const courier = new Courier({ outbox, platform: slack, limits, log, now: () => now });
  const stop = new AbortController();
  const running = courier.run(stop.signal);
  t.after(async () => {
    stop.abort();
    await running;
  });
  for (let id = 0; id < 8; id += 1)
    await outbox.put({
      id: `${id}`,
      place: { platform: 'slack', chat: channel.id },
      lines: [`${id}`],
      urgency: 'reply',
      final: true,
    });
  const said = () => service.said(channel).map(({ reading }) => reading);
  for (const deadline = Date.now() + 30_000; said().length < 8 && Date.now() < deadline; await sleep(20))
    now += 200;
  assert.deepEqual(said(), ['0', '1', '2', '3', '4', '5', '6', '7']);
  const floods = service.floods;
  assert.ok(floods.length > 0 && floods.length <= 5, `${floods.length} floods`);
  for (const [index, { at }] of floods.entries()) {
    const before = floods[index - 1];
    if (before) assert.ok(at >= before.at + before.retryAfter * 1_000, 'it waited as long as it was told');
  }
});
