/** A channel with a manager in it, and somebody at a desk who is told what only operators can mend: only Slack's server is the strict fake. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../../../src/bot/platform.ts';
import { Slack, type SlackParts } from '../../../src/bot/slack/slack.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import type { House } from '../../../src/wire/house.ts';
import { type Channel, type Slack as Service, startSlack, type User } from '../../fakes/slack.ts';
import { startHouse, type TestHouse } from '../../house.ts';

export interface Stage {
  service: Service;
  muster: TestHouse;
  channel: Channel;
  reem: User;
  /** Where signed requests come in. */
  port: number;
  url: string;
  /** The apps that were deployed, in order. */
  deployed: string[];
  /** What somebody at the desk was told. */
  told: string[];
  /** Lets `/deploy wait` end. */
  release(): void;
  /** Begins to listen, over a socket or at the port. */
  listen(way: 'socket' | 'port', parts?: Partial<SlackParts>, house?: House): Promise<void>;
  /** Begins to listen over a socket; resolves when it is open. */
  begin(): Promise<void>;
  /** What the bot says in the channel, oldest first. */
  readings(): string[];
  shown(words: RegExp): Promise<string>;
  heard(words: RegExp): Promise<string>;
  until(done: () => unknown, what: string): Promise<void>;
  /** Tells the service where the port is, once it answers. */
  subscribed(): Promise<void>;
}

export async function openStage(t: TestContext): Promise<Stage> {
  const service = await startSlack();
  const channel = service.channel('build');
  const reem = service.user('reem', 'U07REEM');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/slack/events`;
  const deployed: string[] = [];
  const told: string[] = [];
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const note = (app: string) => async () => void deployed.push(app);
  const wait = async (signal: AbortSignal) => {
    await Promise.race([released, once(signal, 'abort').then(() => Promise.reject(signal.reason))]);
    deployed.push('wait');
  };
  const muster = await startHouse(
    `
people: {reem: {identities: {slack: U07REEM}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {local: {link: local}}
platforms: {slack: {botToken: "env:BOT", appToken: "env:APP"}}
channels: {build: {platform: slack, chat: ${channel.id}}}
`,
    { shop: note('shop'), blog: note('blog'), wait },
  );
  t.after(async () => {
    release();
    await muster.stop();
    await service.close();
  });
  const log = createLog({ level: process.env.TEST_LOG ?? 'silent', scrubber: new Scrubber() });
  const readings = () => service.said(channel).map(({ reading }) => reading);
  const until = async (done: () => unknown, what: string) => {
    for (const deadline = Date.now() + 60_000; !done(); await sleep(10))
      if (Date.now() > deadline) assert.fail(`waited for ${what}: ${JSON.stringify([readings(), told])}`);
  };
  const find = async (list: () => string[], words: RegExp) => {
    await until(() => list().some((text) => words.test(text)), String(words));
    return list().find((text) => words.test(text)) as string;
  };
  const desk: Platform = {
    name: 'desk',
    home: { platform: 'desk', chat: 'desk' },
    serve: async (_, signal) => void (await once(signal, 'abort')),
    post: async (place, lines) => {
      told.push(lines.join('\n'));
      return { place, message: '1' };
    },
    edit: async () => {},
  };
  await muster.house.start();
  await muster.house.listen(desk, 'optional');
  const listen: Stage['listen'] = async (way, parts = {}, house = muster.house) => {
    if (house !== muster.house) await house.start();
    const botToken = new Secret(service.botToken);
    const own =
      way === 'socket'
        ? { appToken: new Secret(service.appToken) }
        : { signingSecret: new Secret(service.signingSecret), port };
    const slack = new Slack({ botToken, way: own, apiUrl: service.apiUrl, log, ...parts });
    await house.listen(slack, 'required');
  };
  return {
    ...{ service, muster, channel, reem, port, url, deployed, told },
    release: () => release(),
    listen,
    async begin() {
      await listen('socket');
      await until(() => service.sockets.length > 0, 'a socket');
    },
    readings,
    shown: (words) => find(readings, words),
    heard: (words) => find(() => told, words),
    until,
    async subscribed() {
      let done = false;
      for (const deadline = Date.now() + 30_000; !done && Date.now() < deadline; await sleep(20))
        done = await service.subscribe(url).then(
          () => true,
          () => false,
        );
      assert.ok(done, 'the port answers the challenge');
    },
  };
}

/** A port of this machine where nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
