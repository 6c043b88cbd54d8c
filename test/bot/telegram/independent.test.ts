/**
 * Muster in Telegram as somebody else imagines it: `telegram-test-api` from npm knows nothing of our fake. It is loose (no
 * limits, no offsets, no long poll, no reactions, webhooks without a secret), so this shows only that the words are the right ones.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import theirs from 'telegram-test-api';
import { Telegram } from '../../../src/bot/telegram/telegram.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import { startHouse } from '../../house.ts';

/** Its types say that it is an ES module, which it is not. */
const TelegramServer = theirs as unknown as typeof theirs.default;
const TOKEN = '666:of-another-server';
const CONFIG = `
people: {reem: {identities: {telegram: "1"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {local: {link: local}}
platforms: {telegram: {token: "env:TOKEN"}}
channels: {build: {platform: telegram, chat: "1"}}
`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A server of theirs, a manager of ours that talks to it, and what stands in the chat. */
async function openOther(t: TestContext) {
  const server = new TelegramServer({ host: '127.0.0.1', port: await freePort() });
  await server.start();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const deployed: string[] = [];
  const muster = await startHouse(CONFIG, {
    shop: async () => void deployed.push('shop'),
    wait: (signal) =>
      Promise.race([released, once(signal, 'abort').then(() => Promise.reject(signal.reason))]),
  }).catch(async (error) => {
    await server.stop();
    throw error;
  });
  t.after(async () => {
    release();
    await muster.stop();
    await server.stop();
  });
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const apiRoot = server.config.apiURL;
  await muster.house.start();
  const telegram = new Telegram({ token: new Secret(TOKEN), apiRoot, reactions: false, log });
  await muster.house.listen(telegram, 'required');
  const client = server.getClient(TOKEN, { userId: 1, chatId: 1 });
  const texts = () => server.storage.botMessages.map(({ message }) => message.text);
  const shown = async (words: RegExp) => {
    for (const deadline = Date.now() + 30_000; !texts().some((text) => words.test(text)); await sleep(20))
      if (Date.now() > deadline) assert.fail(`waited for ${words}: ${JSON.stringify(texts())}`);
  };
  return { server, client, deployed, release, texts, shown };
}

test('another Telegram server hears an answer to a line, sees a card edited to its end, and presses its button', async (t) => {
  const { server, client, deployed, release, texts, shown } = await openOther(t);
  await client.sendCommand(client.makeCommand('/status'));
  await shown(/1 host/);
  await client.sendCommand(client.makeCommand('/deploy wait'));
  await shown(/^◐ deploy wait/);
  const [card] = server.storage.botMessages.filter(({ message }) => /deploy wait/.test(message.text));
  const buttons = JSON.stringify(card?.message.reply_markup);
  const [, cancel = ''] = /"callback_data":"(\/cancel r-[^"]+)"/.exec(buttons) ?? [];
  assert.notEqual(cancel, '', buttons);
  await client.sendCallback(client.makeCallbackQuery(cancel));
  await shown(/^\S+ deploy wait .*cancelled/);
  const cards = texts().filter((text) => /^\S+ deploy wait/.test(text));
  assert.equal(cards.length, 1, `the card was edited and not said anew: ${texts().join('\n')}`);
  release();
  await client.sendMessage(client.makeMessage('/deploy shop'));
  await shown(/^● shop is live/);
  assert.deepEqual(deployed, ['shop']);
});

test('a server that never lets a poll wait is not asked without a pause', async (t) => {
  const { server } = await openOther(t);
  let polls = 0;
  const { getUpdates } = server;
  server.getUpdates = (token) => {
    polls += 1;
    return getUpdates.call(server, token);
  };
  const began = performance.now();
  await sleep(3_000);
  const halves = (performance.now() - began) / 500;
  assert.ok(polls >= 1 && polls <= halves + 2, `${polls} polls in ${halves} half seconds`);
});
