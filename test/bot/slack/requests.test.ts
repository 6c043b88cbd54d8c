/** Slack that sends signed requests to a port: each is run once, and what is not Slack's is refused and told. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStage, type Stage } from './stage.ts';

/** A request as somebody makes it who knows the secret; its status. */
async function send(
  { url, service }: Stage,
  body: string,
  { secret = service.signingSecret, time = Math.floor(Date.now() / 1_000).toString(), headers = {} } = {},
): Promise<number> {
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex')}`;
  const signed = { 'x-slack-request-timestamp': time, 'x-slack-signature': signature };
  const type = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', body, headers: { ...type, ...signed, ...headers } });
  await response.arrayBuffer();
  return response.status;
}

const mention = ({ channel, reem, service }: Stage, text: string, ts: string) =>
  JSON.stringify({
    type: 'event_callback',
    event: {
      type: 'app_mention',
      channel: channel.id,
      user: reem.id,
      text: `<@${service.identity.user}> ${text}`,
      ts,
    },
  });

const open = async (t: Parameters<typeof openStage>[0]) => {
  const stage = await openStage(t);
  await stage.listen('port');
  await stage.subscribed();
  return stage;
};

describe('Slack with signed requests', { timeout: 180_000 }, () => {
  test('is heard: mentions, commands and presses, each acknowledged at the first try', async (t) => {
    const stage = await open(t);
    const { service, channel, reem } = stage;
    service.mention(channel, reem, 'deploy shop');
    service.command(channel, reem, 'deploy blog');
    service.mention(channel, reem, 'deploy wait');
    await stage.shown(/shop is live/);
    await stage.shown(/blog is live/);
    await stage.shown(/^◐ wait|deploy wait/);
    const card = () => service.said(channel).find(({ reading }) => /wait/.test(reading));
    const cancel = () => /"value":"(\/cancel r-[^"]+)"/.exec(JSON.stringify(card()?.blocks))?.[1];
    await stage.until(cancel, 'a button');
    service.click(card() as never, reem, cancel() as string);
    await stage.shown(/cancelled/);
    await stage.until(() => service.deliveries.every(({ state }) => state === 'acknowledged'), 'all');
    assert.ok(service.deliveries.every(({ attempts }) => attempts.length === 1));
    assert.deepEqual(stage.told, []);
  });

  test('runs what Slack tells again once', async (t) => {
    const stage = await open(t);
    const { service, channel, reem } = stage;
    const { deliveries } = service.mention(channel, reem, 'deploy shop');
    const command = service.command(channel, reem, 'deploy blog');
    for (let time = 0; time < 3; time += 1)
      for (const delivery of [...deliveries, command]) service.redeliver(delivery);
    await stage.shown(/shop is live/);
    await stage.shown(/blog is live/);
    await stage.until(() => command.attempts.every(({ outcome }) => outcome), 'all to be answered');
    await sleep(300);
    assert.deepEqual(stage.deployed.toSorted(), ['blog', 'shop']);
    assert.equal(stage.readings().length, 2, stage.readings().join('\n'));
  });

  test('acknowledges 200 lines that come at once, each at the first try, while a deployment runs', async (t) => {
    const stage = await open(t);
    const { service, channel, reem } = stage;
    service.mention(channel, reem, 'deploy wait');
    const said = Array.from({ length: 200 }, (_, line) => service.say(channel, reem, `hello ${line}`));
    const deliveries = said.flatMap((one) => one.deliveries);
    await stage.until(() => deliveries.every(({ state }) => state !== 'pending'), 'an outcome of each');
    assert.deepEqual(
      deliveries.filter(({ state, attempts }) => state !== 'acknowledged' || attempts.length > 1),
      [],
    );
  });

  test('refuses what is not signed as Slack signs, says so once, and runs nothing', async (t) => {
    const stage = await open(t);
    const line = mention(stage, 'deploy shop', '1700000000.000001');
    const ago = (seconds: number) => Math.floor(Date.now() / 1_000 - seconds).toString();
    for (let time = 0; time < 5; time += 1) {
      assert.equal(await send(stage, line, { secret: 'another secret' }), 401);
      assert.equal(await send(stage, line, { headers: { 'x-slack-signature': 'v0=0' } }), 401);
      assert.equal(await send(stage, line, { headers: { 'x-slack-signature': 'v1' } }), 401);
      assert.equal(await send(stage, line, { time: 'soon' }), 401);
      assert.equal(await send(stage, line, { time: '-1' }), 401);
      // Signed well, and too long ago or not yet.
      assert.equal(await send(stage, line, { time: ago(301) }), 401);
      assert.equal(await send(stage, line, { time: ago(-330) }), 401);
    }
    const missing = await fetch(stage.url, { method: 'POST', body: line });
    assert.equal(missing.status, 401);
    await stage.heard(/platform\.clock/);
    const told = stage.told.join('\n');
    assert.equal(stage.told.length, 2, told);
    assert.match(told, /its signature is wrong\. If I hear nobody, check platforms\.slack\.signingSecret/);
    assert.match(told, /its time is 5 min( \d+ s)? from this machine's\. Set the clock of this machine/);
    // What is honest is heard all the while.
    assert.equal(
      await send(stage, mention(stage, 'deploy blog', '1700000000.000002'), { time: ago(290) }),
      200,
    );
    await stage.shown(/blog is live/);
    assert.deepEqual(stage.deployed, ['blog']);
  });

  test('refuses what is too large, goes elsewhere or is no JSON, and answers Slack that looks whether it is there', async (t) => {
    const stage = await open(t);
    const large = mention(stage, `deploy shop ${'x'.repeat(1_000_000)}`, '1700000000.000003');
    assert.equal(await send(stage, large), 413);
    assert.equal(await streamed(stage, 3_000_000), 413);
    assert.match(await stage.heard(/platform\.size/), /it is larger than 1\.0 MB/);
    const at = (path: string, method: string) =>
      fetch(`http://127.0.0.1:${stage.port}${path}`, { method }).then(({ status }) => status);
    assert.equal(await at('/', 'GET'), 404);
    assert.equal(await at('/slack/events', 'GET'), 404);
    assert.equal(await at('/slack/event', 'POST'), 404);
    assert.match(await stage.heard(/platform\.path/), /there is no GET \/\. .* must end in \/slack\/events/);
    assert.equal(await send(stage, '{"type": "event_callback"'), 400);
    assert.equal(await send(stage, '{"type": "event_callback", "event": 7}'), 200);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const smuggled = `ssl_check=1&command=%2Fmuster&text=deploy+shop&trigger_id=1&user_id=${stage.reem.id}&channel_id=${stage.channel.id}`;
    const looks = await fetch(stage.url, { method: 'POST', headers: form, body: smuggled });
    assert.equal(looks.status, 200);
    await sleep(300);
    assert.deepEqual(stage.deployed, []);
    assert.equal(stage.told.length, 2, stage.told.join('\n'));
  });

  test('says that its port is taken, leaves the other platforms alone, and listens once it is free', async (t) => {
    const stage = await openStage(t);
    const squatter = createServer().listen(stage.port);
    await once(squatter, 'listening');
    t.after(() => squatter.close());
    await stage.listen('port');
    const words = await stage.heard(/platform\.port/);
    assert.match(
      words,
      new RegExp(`slack: cannot listen at port ${stage.port}: something listens there already`),
    );
    assert.match(words, /End what listens there, or set another port under platforms\.slack/);
    const run = await stage.muster.say('/status', 'U07REEM');
    assert.notEqual(run.kind, 'run');
    squatter.close();
    await once(squatter, 'close');
    await stage.heard(/slack is well again \(port\)/);
    await stage.subscribed();
    stage.service.mention(stage.channel, stage.reem, 'deploy shop');
    await stage.shown(/shop is live/);
    assert.equal(stage.told.length, 2, stage.told.join('\n'));
  });
});

/** A body that does not say how long it is. */
function streamed({ port }: Stage, bytes: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request({ port, path: '/slack/events', method: 'POST' }, (response) => {
      response.resume();
      resolve(response.statusCode as number);
    });
    let answered = false;
    sending.on('response', () => {
      answered = true;
    });
    sending.on('error', (error) => (answered ? undefined : reject(error)));
    for (let sent = 0; sent < bytes; sent += 100_000) sending.write('x'.repeat(100_000));
    sending.end();
  });
}
