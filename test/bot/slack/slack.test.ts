import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { catalog } from '../../../src/bot/catalog.ts';
import { Slack, type SlackParts } from '../../../src/bot/slack/slack.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import type { House } from '../../../src/wire/house.ts';
import { type Channel, type Slack as Service, startSlack, type User } from '../../fakes/slack.ts';
import { startHouse, type TestHouse } from '../../house.ts';

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const NAMES = catalog.map(({ name }) => name);

describe('Slack', { timeout: 120_000 }, () => {
  let service: Service;
  let muster: TestHouse;
  let channel: Channel;
  let reem: User;
  let deployed: string[];
  beforeEach(async () => {
    service = await startSlack();
    channel = service.channel('build');
    reem = service.user('reem', 'U07REEM');
    deployed = [];
    const note = (app: string) => async () => void deployed.push(app);
    const wait = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const broken = () => Promise.reject(new Error('it broke'));
    const chatty = async (_: AbortSignal, report: (line: string) => void) => {
      for (let line = 0; line < 1_500; line += 1) report(`*line* ${line} <!channel>`);
    };
    muster = await startHouse(config(), { shop: note('shop'), blog: note('blog'), wait, broken, chatty });
    await open(muster.house);
  });
  afterEach(async () => {
    await muster.stop();
    await service.close();
  });

  const config = () => `
people: {reem: {identities: {slack: U07REEM}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {local: {link: local}}
platforms: {slack: {botToken: "env:BOT", appToken: "env:APP"}}
channels: {build: {platform: slack, chat: ${channel.id}}}
`;
  const open = async (house: House, way: SlackParts['way'] = { appToken: new Secret(service.appToken) }) => {
    await house.start();
    const before = service.sockets.length;
    const log = createLog({ level: 'silent', scrubber: new Scrubber() });
    const botToken = new Secret(service.botToken);
    await house.listen(
      new Slack({ botToken, commands: NAMES, way, apiUrl: service.apiUrl, log }),
      'required',
    );
    if ('appToken' in way) await until(() => service.sockets.length > before, 'a socket');
    else await reachable(`http://127.0.0.1:${way.port}/`);
  };
  const reachable = async (url: string) => {
    for (const deadline = Date.now() + 30_000; ; await sleep(10)) {
      const answer = await fetch(url).catch(() => undefined);
      if (answer) return answer.arrayBuffer();
      if (Date.now() > deadline) assert.fail('nobody listens for requests');
    }
  };
  const until = async (done: () => boolean, what: string) => {
    for (const deadline = Date.now() + 30_000; !done(); await sleep(10)) {
      if (Date.now() > deadline) assert.fail(`waited for ${what}: ${JSON.stringify(readings())}`);
    }
  };
  const readings = () => service.said(channel).map(({ reading }) => reading);
  const shown = (words: RegExp) =>
    until(() => readings().some((reading) => words.test(reading)), String(words));

  test('shows a run that a mention asks for as one message, edited to its end', async () => {
    service.mention(channel, reem, 'deploy shop');
    await shown(/^● shop is live/);
    assert.equal(readings().length, 1, readings().join('\n'));
    assert.deepEqual(deployed, ['shop']);
    assert.deepEqual(service.floods, []);
  });

  test('hears the slash command, and runs what is delivered again once', async () => {
    const { deliveries } = service.mention(channel, reem, 'deploy shop');
    service.command(channel, reem, 'deploy blog');
    await shown(/blog is live/);
    await shown(/shop is live/);
    for (const delivery of deliveries) service.redeliver(delivery);
    await sleep(500);
    assert.deepEqual(deployed.toSorted(), ['blog', 'shop']);
    assert.equal(readings().length, 2, readings().join('\n'));
  });

  test('speaks of commands as they are typed in Slack, and takes them as they are copied from there', async () => {
    service.command(channel, reem, '');
    await shown(/^ +\/muster deploy: /m);
    service.command(channel, reem, 'help schedule add');
    await shown(/^Usage: \/muster schedule add /m);
    service.mention(channel, reem, '/muster deploy shop');
    await shown(/^● shop is live/);
    await shown(/^Next: \/muster apps$/m);
    service.mention(channel, reem, 'deplyo shop');
    await shown(/\/muster deploy/);
    assert.deepEqual(deployed, ['shop']);
    const typed = readings()
      .join('\n')
      .replaceAll(/\/muster [a-z]+/g, '');
    assert.doesNotMatch(typed, /(^|\s)\/[a-z]/);
  });

  test('hears commands and mentions over HTTP as it does over a socket', async () => {
    const port = await freePort();
    const way = { signingSecret: new Secret(service.signingSecret), port };
    await open(await muster.another(), way);
    await service.subscribe(`http://127.0.0.1:${port}/slack/events`);
    const typed = service.command(channel, reem, 'deploy blog');
    service.mention(channel, reem, 'deploy shop');
    await shown(/^● blog is live/);
    await shown(/^● shop is live/);
    assert.deepEqual([typed.state, typed.attempts[0]?.status], ['acknowledged', 200]);
    service.command(channel, reem, 'help deploy');
    await shown(/^Usage: \/muster deploy /m);
    assert.deepEqual(deployed.toSorted(), ['blog', 'shop']);
  });

  test('answers in the thread where it was asked', async () => {
    const { ts } = service.say(channel, reem, 'what runs here?');
    service.mention(channel, reem, 'status', { thread: ts });
    await until(() => service.said(channel).length > 0, 'an answer');
    assert.equal(service.said(channel)[0]?.thread, ts);
  });

  test('lets a button say its line for whoever presses it, and refuses to them alone', async () => {
    service.mention(channel, reem, 'deploy wait');
    await shown(/^◐ /);
    const card = service.said(channel)[0] as ReturnType<typeof service.said>[number];
    const cancel = /"value":"(\/cancel r-[^"]+)"/.exec(JSON.stringify(card.blocks))?.[1] as string;
    const eve = service.user('eve');
    service.click(card, eve, cancel);
    await until(() => service.ephemerals.length === 1, 'an answer to the stranger alone');
    assert.match(service.ephemerals[0]?.reading ?? '', /I do not know you/);
    service.click(card, reem, cancel);
    await shown(/cancelled/);
  });

  test('shows by a reaction under the line how what it asked for stands, one at a time', async () => {
    const reactions = (ts: string) =>
      Object.keys(service.messages(channel).find((message) => message.ts === ts)?.reactions ?? {}).join();
    const shop = service.mention(channel, reem, 'deploy shop');
    await until(() => reactions(shop.ts) === 'white_check_mark', 'a sign of the end');
    const failing = service.mention(channel, reem, 'deploy broken');
    await until(() => reactions(failing.ts) === 'x', 'a sign of failure');
    const { ts } = service.mention(channel, reem, 'deploy wait');
    await until(() => reactions(ts) === 'hourglass_flowing_sand', 'a sign of work');
    await shown(/^◐ deploy wait/);
    const cancel = /"value":"(\/cancel r-[^"]+)"/.exec(
      JSON.stringify(service.said(channel).at(-1)),
    )?.[1] as string;
    service.mention(channel, reem, cancel);
    await until(() => reactions(ts) === '', 'no sign where nothing came of it');
    assert.deepEqual(service.floods, []);
  });

  test('takes a word in the thread of a card for that run, under the rights of whoever says it, also after a restart', async () => {
    service.mention(channel, reem, 'deploy wait');
    await shown(/^◐ /);
    const { ts } = service.said(channel)[0] as { ts: string };
    await until(() => (service.said(channel)[0]?.edits ?? 0) > 0, 'the card to be known as said');
    service.say(channel, service.user('eve'), 'cancel', { thread: ts });
    await shown(/I do not know you/);
    service.say(channel, reem, 'why', { thread: ts });
    await shown(/was asked for by reem: \/muster deploy wait/);
    assert.equal(service.said(channel).at(-1)?.thread, ts);
    const other = await muster.another();
    await open(other);
    await muster.house.close(0);
    service.mention(channel, reem, 'cancel', { thread: ts });
    await until(() => /cancelled/.test(readings()[0] as string), 'the run to be cancelled');
  });

  test('takes a word in a thread that holds cards, whoever began it, for the run of the newest', async () => {
    const { ts } = service.say(channel, reem, 'shop looks odd');
    service.say(channel, reem, 'why?', { thread: ts });
    service.mention(channel, reem, 'deploy shop', { thread: ts });
    await shown(/^● shop is live/);
    // What stands there is noted before anything else is said in the channel.
    service.mention(channel, reem, 'status');
    await shown(/^● 1 host/);
    service.say(channel, reem, 'why?', { thread: ts });
    await shown(/was asked for by reem: \/muster deploy shop/);
    service.mention(channel, reem, 'deploy wait', { thread: ts });
    await until(
      () => service.said(channel).some(({ reading, edits }) => /^◐ deploy wait/.test(reading) && edits > 0),
      'a card of the second run',
    );
    service.say(channel, reem, 'why?');
    service.say(channel, reem, 'cancel', { thread: ts });
    await shown(/^○ deploy wait cancelled/);
    assert.deepEqual(deployed, ['shop']);
    const reasons = readings().filter((text) => /was asked for by/.test(text));
    assert.equal(reasons.length, 1, 'a word where no card stands is about none');
  });

  test('uploads as a file what does not fit a message, in the thread where it was asked', async () => {
    service.mention(channel, reem, 'deploy chatty');
    await shown(/^● chatty is live/);
    const run = /\/logs (r-\w+)/.exec(JSON.stringify(service.said(channel)))?.[1] as string;
    const files = () =>
      service.said(channel).flatMap((message) => message.files.map((file) => ({ ...file, message })));
    service.outage(1, 'upload');
    const { ts } = service.mention(channel, reem, `logs ${run}`);
    await until(() => files().length === 1, 'a file');
    const [file] = files();
    assert.equal(file?.name, `chatty-${run}.log`);
    const lines = file?.bytes.toString().trimEnd().split('\n') ?? [];
    assert.deepEqual(
      [lines.length, lines[0], lines.at(-1)],
      [1_500, '*line* 0 <!channel>', '*line* 1499 <!channel>'],
    );
    assert.match(
      file?.message.reading ?? '',
      /^\(\d+ earlier lines not shown.*\n> \*line\* 1499 <!channel>$/s,
    );
    assert.deepEqual(file?.message.mentions, []);
    service.mention(channel, reem, `logs ${run}`, { thread: ts });
    await until(() => files().length === 2, 'a file in the thread');
    assert.equal(files()[1]?.message.thread, ts);
    assert.deepEqual(service.floods, []);
  });

  test('is heard by several managers, and each line is handled once', async () => {
    await open(await muster.another());
    for (let line = 0; line < 10; line += 1)
      service.mention(channel, reem, line % 2 ? 'deploy shop' : 'deploy blog');
    await until(() => deployed.length === 10, 'ten deploys');
    await until(() => readings().filter((reading) => reading.startsWith('●')).length === 10, 'ten ends');
    assert.equal(readings().length, 10, readings().join('\n'));
    assert.deepEqual(service.floods, []);
  });
});
