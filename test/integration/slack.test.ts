/** Slack through the built program, over signed requests and over a socket, with `kill -9` where it hurts most. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runId } from '../../src/bot/dispatch.ts';
import type { AuditRecord } from '../../src/jobs/audit.ts';
import { freePort } from '../bot/slack/stage.ts';
import { type Channel, type Delivery, type Said, type Slack, startSlack, type User } from '../fakes/slack.ts';
import { needs } from '../needs.ts';
import { ended, openMuster, type TestMuster } from './muster.ts';
import { waitFor } from './wait.ts';

/** How long after two failures Slack tells an event again, ms. */
const THIRD_TIME_MS = 60_000;

/** A Muster in two channels of Slack, in which `logs shop` is a run that fails at once. */
async function openGround(way: (service: Slack, port: number) => string) {
  let ahead = 0;
  const service = await startSlack({ clock: { now: () => Date.now() + ahead } });
  const channels = [service.channel('build'), service.channel('night')] as const;
  const reem = service.user('reem', 'U07REEM');
  const port = await freePort();
  const { botToken, appToken, signingSecret } = service;
  const muster = await openMuster({}, { BOT: botToken, APP: appToken, SIGNING: signingSecret });
  await muster.configure({
    'muster.yml': `
people: {reem: {identities: {slack: U07REEM}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {local: {link: local, root: ${join(muster.folder, 'host')}, tools: {docker: {socket: ${muster.folder}/none.sock}}}}
apps: {shop: {repository: /nowhere, hosts: [local]}}
platforms: {slack: {botToken: "env:BOT", ${way(service, port)}, apiUrl: "${service.apiUrl}"}}
channels: {${channels.map(({ name, id }) => `${name}: {platform: slack, chat: ${id}}`).join(', ')}}
`,
  });
  return {
    ...{ service, muster, channels, reem, port },
    /** Lets so much time pass at Slack, ms. */
    pass(ms: number) {
      ahead += ms;
    },
    async close() {
      await muster.stop();
      await service.close();
    },
  };
}

type Ground = Awaited<ReturnType<typeof openGround>>;

/** A line in a thread that somebody else began. */
function ask({ service, reem }: { service: Slack; reem: User }, channel: Channel): Said & { root: string } {
  const { ts: root } = service.say(channel, reem, 'shop looks odd');
  return { ...service.mention(channel, reem, 'logs shop', { thread: root }), root };
}

const runOf = ({ channel, ts }: Said): string => runId({ platform: 'slack', chat: channel, id: ts });

/** What the bot says in the thread of a line, once one of it is the end of its run. */
function endShown({ service }: Ground, line: Said & { root: string }): Promise<string[]> {
  const said = () =>
    service
      .said(line.channel)
      .filter(({ thread }) => thread === line.root)
      .map(({ reading }) => reading);
  return waitFor(`the end of ${runOf(line)}`, () => {
    const all = said();
    return all.some((text) => text.startsWith('✕') && text.includes(`retry ${runOf(line)}`)) && all;
  });
}

const acknowledged = (deliveries: readonly Delivery[]) =>
  deliveries.every((one) => one.state === 'acknowledged');

/** How often the audit says that a run was asked for, and that it ended. */
async function records(muster: TestMuster, run: string): Promise<string[]> {
  const { stdout } = await muster.run('audit', 'export');
  const all = stdout.trim().split('\n').filter(Boolean);
  return all
    .map((text) => JSON.parse(text) as AuditRecord)
    .filter((record) => record.run === run)
    .map(({ kind }) => kind);
}

async function killed(...processes: (ChildProcess | number)[]): Promise<void> {
  for (const one of processes) {
    if (typeof one === 'number') process.kill(one, 'SIGKILL');
    else one.kill('SIGKILL');
  }
  await Promise.all(processes.map((one) => typeof one !== 'number' && ended(one)));
}

describe('muster start with signed requests from Slack', { skip: needs(['redis-server']) }, () => {
  let ground: Ground;
  let manager: ChildProcess;
  before(async () => {
    ground = await openGround((_, port) => `signingSecret: "env:SIGNING", port: ${port}`);
    manager = await ground.muster.start();
    const url = `http://127.0.0.1:${ground.port}/slack/events`;
    await waitFor('the port to answer the challenge', () =>
      ground.service.subscribe(url).then(
        () => true,
        () => false,
      ),
    );
  });
  after(() => ground?.close());

  test('makes a line one run with one card in its thread, and refuses what is forged or stale', async () => {
    const { service, muster, channels } = ground;
    service.hold();
    const forged = ask(ground, channels[0]);
    for (const delivery of forged.deliveries) {
      assert.equal(await service.forge(delivery, { secret: 'guessed' }), 401);
      assert.equal(await service.forge(delivery, { unsigned: true }), 401);
      assert.equal(await service.forge(delivery, { age: 302_000 }), 401);
      service.forget(delivery);
    }
    service.release();
    const line = ask(ground, channels[0]);
    const cards = await endShown(ground, line);
    assert.equal(cards.length, 1, cards.join('\n'));
    assert.ok(acknowledged(line.deliveries));
    assert.deepEqual(await records(muster, runOf(line)), ['command', 'outcome']);
    assert.deepEqual(await records(muster, runOf(forged)), []);
  });

  test('gives no answer before the line is kept, and Slack tells it again', async () => {
    const { service, muster, channels } = ground;
    const redis = await muster.redisPid();
    process.kill(redis, 'SIGSTOP');
    const line = ask(ground, channels[0]);
    try {
      await waitFor('Slack to give up waiting', () =>
        line.deliveries.every(({ attempts }) => attempts.length > 1),
      );
      for (const { attempts } of line.deliveries) assert.equal(attempts[0]?.outcome, 'http_timeout');
    } finally {
      process.kill(redis, 'SIGCONT');
    }
    await waitFor('an answer', () => acknowledged(line.deliveries));
    assert.equal((await endShown(ground, line)).length, 1);
    assert.deepEqual(await records(muster, runOf(line)), ['command', 'outcome']);
    assert.deepEqual(service.floods, []);
  });

  test('runs each line once where it is killed with its Redis right after the first answer', async () => {
    const { service, muster, channels } = ground;
    service.hold();
    const lines = [...channels, ...channels].map((channel) => ask(ground, channel));
    const told = lines.flatMap(({ deliveries }) => deliveries);
    service.release();
    while (!told.some(({ state }) => state === 'acknowledged')) await sleep(1);
    await killed(manager, await muster.redisPid());
    const kept = told.filter(({ state }) => state === 'acknowledged');
    await waitFor('Slack to know what was not answered', () =>
      told.every(({ attempts }) => attempts.at(-1)?.ended),
    );
    manager = await muster.start();
    await waitFor('the port', () => fetch(`http://127.0.0.1:${ground.port}/`).then(Boolean, () => false));
    ground.pass(THIRD_TIME_MS);
    for (const delivery of kept) service.redeliver(delivery);
    await waitFor('an answer to each', () => acknowledged(told));
    let cards = 0;
    for (const line of lines) {
      cards += (await endShown(ground, line)).length;
      assert.deepEqual(await records(muster, runOf(line)), ['command', 'outcome']);
    }
    assert.ok(cards <= lines.length + channels.length, 'at most one message in doubt a channel');
    assert.deepEqual(service.floods, []);
  });
});

describe('muster start with a socket to Slack', { skip: needs(['redis-server']) }, () => {
  test('runs a line once that was kept and not acknowledged when it was killed, and one that Slack tells again', async () => {
    const ground = await openGround(() => 'appToken: "env:APP"');
    const { service, muster, channels } = ground;
    try {
      const manager = await muster.start();
      await waitFor('a socket', () => service.sockets.length > 0);
      const first = ask(ground, channels[0]);
      assert.equal((await endShown(ground, first)).length, 1);
      await waitFor('its acknowledgement', () => acknowledged(first.deliveries));

      const redis = await muster.redisPid();
      process.kill(redis, 'SIGSTOP');
      const second = ask(ground, channels[1]);
      await waitFor('Slack to have told it', () =>
        second.deliveries.every(({ attempts }) => attempts[0]?.socket),
      );
      await killed(manager);
      process.kill(redis, 'SIGCONT');
      assert.ok(second.deliveries.every(({ state }) => state === 'pending'));
      await waitFor('the socket to be gone', () => service.sockets.length === 0);
      await muster.start();
      await waitFor('another socket', () => service.sockets.length > 0);
      ground.pass(THIRD_TIME_MS);
      await waitFor('its acknowledgement', () => acknowledged(second.deliveries));
      assert.ok(second.deliveries.every(({ attempts }) => attempts.length > 1));
      await endShown(ground, second);
      for (const delivery of first.deliveries) service.redeliver(delivery);
      await waitFor('Slack to have told the first again', () =>
        first.deliveries.every(({ attempts }) => attempts.at(-1)?.outcome === 'acknowledged'),
      );
      for (const line of [first, second])
        assert.deepEqual(await records(muster, runOf(line)), ['command', 'outcome']);
      assert.deepEqual(service.floods, []);
    } finally {
      await ground.close();
    }
  });
});
