/** Where lines are put under fire, and the people who say them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runId } from '../../src/bot/dispatch.ts';
import { type Chat, startTelegram, type Telegram, type User } from '../fakes/telegram.ts';
import { openMuster, type TestMuster } from './muster.ts';

/** Lines that are said at a time. With three more copies of each they fit into one poll, which takes 100 updates. */
export const VOLLEY = 20;
const POLL = 100;
/** How long updates may go unconfirmed while a manager listens, ms. */
const PATIENCE_MS = 180_000;

export interface Ground {
  service: Telegram;
  muster: TestMuster;
  groups: Chat[];
  reem: User;
  close(): Promise<void>;
}

/** A Muster that hears so many groups, and in which `/logs shop` is a run that fails at once. */
export async function openGround(count: number): Promise<Ground> {
  const service = await startTelegram();
  const groups = Array.from({ length: count }, (_, index) => service.group(`group ${index}`));
  const muster = await openMuster({}, { TELEGRAM_TOKEN_OF_THE_TEST: service.token });
  const channels = groups.map(({ id }, index) => `  group-${index}: {platform: telegram, chat: "${id}"}`);
  await muster.configure({
    'muster.yml': [
      'people: {reem: {identities: {telegram: "7", console: "*"}, roles: [all]}}',
      'roles: {all: {allow: [{commands: ["*"]}]}}',
      // Nobody answers there: each job ends at once, as failed.
      `hosts: {local: {link: local, root: ${join(muster.folder, 'host')}, tools: {docker: {socket: ${muster.folder}/none.sock}}}}`,
      'apps: {shop: {repository: /nowhere, hosts: [local]}}',
      `platforms: {telegram: {token: "env:TELEGRAM_TOKEN_OF_THE_TEST", apiRoot: "${service.url}"}}`,
      'channels:',
      ...channels,
      '',
    ].join('\n'),
  });
  const close = async () => {
    await muster.stop();
    await service.close();
  };
  return { service, muster, groups, reem: service.user('Reem', 7), close };
}

/** The people: they say each line once; Telegram tells it up to three times more, at once or with the lines of later. */
export class Crowd {
  readonly runs = new Set<string>();
  told = 0;
  readonly #ground: Ground;
  readonly #lines: number;
  readonly #random: () => number;
  /** Updates that are told again, by volley. */
  #copies: number[][] = [];

  constructor(ground: Ground, lines: number, random: () => number) {
    this.#ground = ground;
    this.#lines = lines;
    this.#random = random;
  }

  /** Lines not said yet. */
  get left(): number {
    return this.#lines - this.runs.size;
  }

  /** Copies not told yet. */
  get late(): number {
    return this.#copies.flat().length;
  }

  /** Resolves when the bot has confirmed all it was told. */
  async heard(): Promise<void> {
    const { service } = this.#ground;
    for (const deadline = Date.now() + PATIENCE_MS; service.pending().length > 0; await sleep(10))
      assert.ok(Date.now() < deadline, `the bot does not confirm ${service.pending().length} updates`);
  }

  /** One volley, told in any order. What was told before is confirmed first: Telegram forgets what is below an offset. */
  async speak(shuffled: <T>(list: T[]) => T[]): Promise<void> {
    const { service } = this.#ground;
    await this.heard();
    service.hold();
    const due = this.#copies.shift() ?? [];
    for (const update of due.slice(0, POLL - VOLLEY)) service.redeliver(update);
    const over = due.slice(POLL - VOLLEY);
    for (let line = Math.min(VOLLEY, this.left); line > 0; line -= 1) this.#say();
    this.#copies[0] = [...over, ...(this.#copies[0] ?? [])];
    const order = service.pending().map(({ update_id: id }) => id);
    this.told += order.length;
    service.reorder(...shuffled(order));
    service.release();
  }

  #say(): void {
    const { service, groups, reem } = this.#ground;
    const group = groups[Math.floor(this.#random() * groups.length)] as Chat;
    const update = service.say(group, reem, '/logs shop');
    const message = [...group.messages.keys()].at(-1);
    this.runs.add(runId({ platform: 'telegram', chat: String(group.id), id: String(message) }));
    for (let copies = Math.floor(this.#random() * 4); copies > 0; copies -= 1) {
      const volley = Math.floor(this.#random() * 4);
      if (volley === 0 && service.pending().length < POLL - VOLLEY) service.redeliver(update);
      else {
        const later = Math.max(1, volley) - 1;
        this.#copies[later] = [...(this.#copies[later] ?? []), update];
      }
    }
    this.#copies = Array.from(this.#copies, (copies) => copies ?? []);
  }
}
