/** A group with a manager in it, a group of operators, and somebody at the console: real parts, only Telegram's server is the strict fake. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Platform } from '../../../src/bot/platform.ts';
import { Telegram, type TelegramParts } from '../../../src/bot/telegram/telegram.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import type { House } from '../../../src/wire/house.ts';
import { type Chat, type Telegram as Service, startTelegram, type User } from '../../fakes/telegram.ts';
import { startHouse, type TestHouse } from '../../house.ts';

export interface Stage {
  service: Service;
  muster: TestHouse;
  group: Chat;
  /** Where operators are told what only they can mend. */
  ops: Chat;
  reem: User;
  /** The apps that were deployed, in order. */
  deployed: string[];
  /** What somebody at the console was told. */
  told: string[];
  /** Lets `/deploy wait` end. */
  release(): void;
  /** Begins to listen; with another token where one is given. */
  listen(house?: House, more?: Partial<TelegramParts>): Promise<void>;
  /** What the bot says in a chat, oldest first. */
  texts(chat?: Chat): string[];
  shown(words: RegExp, chat?: Chat): Promise<string>;
  heard(words: RegExp): Promise<string>;
  until(done: () => unknown, what: string): Promise<void>;
  /** Resolves when Telegram knows that everything so far was taken over, and Muster had a moment to act on it. */
  quiet(): Promise<void>;
}

export async function openStage(t: TestContext, more: Parameters<typeof startHouse>[1] = {}): Promise<Stage> {
  const service = await startTelegram();
  const [group, ops] = [service.group('build'), service.group('ops')];
  const reem = service.user('Reem', 7);
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
people: {reem: {identities: {telegram: "7"}, roles: [all]}, max: {identities: {telegram: "8"}, roles: [reader]}}
roles: {all: {allow: [{commands: ["*"]}]}, reader: {allow: [{commands: [status]}]}}
hosts: {local: {link: local}}
platforms: {telegram: {token: "env:TOKEN"}}
channels:
  build: {platform: telegram, chat: "${group.id}"}
  ops: {platform: telegram, chat: "${ops.id}", posts: [operators]}
`,
    { shop: note('shop'), blog: note('blog'), wait, ...more },
  ).catch(async (error) => {
    await service.close();
    throw error;
  });
  t.after(async () => {
    release();
    await muster.stop();
    await service.close();
  });
  const log = createLog({ level: process.env.TEST_LOG ?? 'silent', scrubber: new Scrubber() });
  const texts = (chat = group) => service.said(chat).map(({ text }) => text);
  const until = async (done: () => unknown, what: string) => {
    for (const deadline = Date.now() + 45_000; !done(); await sleep(10)) {
      if (Date.now() > deadline)
        assert.fail(
          `waited for ${what}: ${JSON.stringify([texts(), service.said(ops).map((m) => m.text), told])}`,
        );
    }
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
  return {
    service,
    muster,
    group,
    ops,
    reem,
    deployed,
    told,
    release,
    async listen(house = muster.house, parts = {}) {
      if (house !== muster.house) await house.start();
      const token = new Secret(service.token);
      await house.listen(new Telegram({ token, apiRoot: service.url, log, ...parts }), 'required');
    },
    texts,
    shown: (words, chat = group) => find(() => texts(chat), words),
    heard: (words) => find(() => told, words),
    until,
    async quiet() {
      await until(() => service.pending().length === 0, 'the updates to be confirmed');
      await sleep(300);
    },
  };
}
