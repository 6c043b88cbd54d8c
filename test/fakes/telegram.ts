/**
 * Telegram's Bot API in this process: a real bot talks to it over HTTP through its `apiRoot`, and it refuses what the
 * real one refuses. Sources: core.telegram.org/bots/api and /bots/faq; texts and order of checks as in the code of
 * tdlib/telegram-bot-api and tdlib/td. Numbers that Telegram does not publish (bursts, penalties, how long a button waits)
 * are on the strict side; they stand with their rules in `telegram/budget.ts` and `telegram/responses.ts`.
 * What is left out is said as «Limit» where it would be.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BotCommand, BotCommandScope, Update } from 'grammy/types';
import { Budget, type Clock, type Flood } from './telegram/budget.ts';
import { Commands } from './telegram/commands.ts';
import { Scene, type Seen } from './telegram/scene.ts';
import { botServer, type Call, type Door } from './telegram/server.ts';
import type { Action, Answer, Service } from './telegram/service.ts';
import { Troubles } from './telegram/troubles.ts';
import { Updates } from './telegram/updates.ts';
import { Webhook } from './telegram/webhook.ts';
import { type Chat, type User, World } from './telegram/world.ts';

export type { Action, Answer, BotCommand, Call, Chat, Clock, Flood, Seen, User };

const TOKEN = '4242:token-of-the-fake-bot';

/** `local`: as a Bot API server of one's own, which takes webhooks over plain http. */
export async function startTelegram(
  options: { token?: string; clock?: Clock; local?: boolean } = {},
): Promise<Telegram> {
  const { token = TOKEN, clock = { now: () => Date.now() }, local = false } = options;
  const bot = {
    id: Number.parseInt(token, 10),
    is_bot: true,
    first_name: 'Muster',
    username: 'muster_fake_bot',
  };
  const updates = new Updates(clock);
  const service: Service = {
    world: new World(clock, bot),
    updates,
    webhook: new Webhook(updates, clock, local),
    budget: new Budget(clock),
    commands: new Commands(),
    queries: new Map(),
    answers: [],
    actions: [],
  };
  const door: Door = { token, revoked: false, troubles: new Troubles(), calls: [] };
  const server = botServer(service, door).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new Telegram(service, door, server);
}

/** The service as a test handles it. */
export class Telegram extends Scene {
  /** The `apiRoot` of a bot. */
  readonly url: string;
  readonly token: string;
  readonly #service: Service;
  readonly #door: Door;
  readonly #server: Server;

  constructor(service: Service, door: Door, server: Server) {
    super(service);
    this.#service = service;
    this.#door = door;
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.token = door.token;
  }

  /** Tells an update once more, even a confirmed one. */
  redeliver(update: number): void {
    this.#service.updates.repeat(update);
  }

  /** Polls find nothing until `release`. */
  hold(): void {
    this.#service.updates.hold(true);
  }

  release(): void {
    this.#service.updates.hold(false);
  }

  /** Tells these pending updates first, in this order. */
  reorder(...updates: number[]): void {
    this.#service.updates.reorder(updates);
  }

  /** The updates that no bot has confirmed. */
  pending(): Update[] {
    return this.#service.updates.pending();
  }

  /** The token is worth nothing from now on. */
  revoke(): void {
    this.#door.revoked = true;
  }

  /** The bot gets a new token, which is given. */
  renew(): string {
    Object.assign(this.#door, { token: `${this.bot.id}:a-new-token`, revoked: false });
    return this.#door.token;
  }

  /** The next message to a chat is refused with this `retry_after`, seconds, whatever its budget. */
  refuseNext(chat: { id: number }, seconds: number): void {
    this.#service.budget.refuseNext(chat.id, seconds);
  }

  /** Refuses what Telegram dislikes for reasons of its own: why, of a call's method and parameters, where it does. */
  dislike(distaste: (method: string, params: Record<string, unknown>) => string | undefined): void {
    this.#door.distaste = distaste;
  }

  /** The next calls, of one method or of any, get a 502 with a page of HTML. */
  outage(times: number, method?: string): void {
    this.#door.troubles.order('outage', times, method);
  }

  /** All calls get that page until it is up again. */
  down(on: boolean): void {
    this.#door.troubles.down = on;
  }

  /** Numbers updates anew from here, as after a week of silence. */
  renumber(next: number): void {
    this.#service.updates.renumber(next);
  }

  /** The next calls take effect and their connections drop. */
  dropAfter(times: number, method?: string): void {
    this.#door.troubles.order('after', times, method);
  }

  /** The connections of the next calls drop, and nothing happens. */
  dropBefore(times: number, method?: string): void {
    this.#door.troubles.order('before', times, method);
  }

  /** «typing» and its like, oldest first. */
  get actions(): readonly Action[] {
    return this.#service.actions;
  }

  /** Answers to pressed buttons, oldest first. */
  get answers(): readonly Answer[] {
    return this.#service.answers;
  }

  /** Every 429, oldest first. */
  get floods(): readonly Flood[] {
    return this.#service.budget.floods;
  }

  /** Every call, oldest first, with the status it was answered with. */
  get calls(): readonly Call[] {
    return this.#door.calls;
  }

  /** Has each call told when it has taken effect, before its caller is. */
  watch(told: (call: Call) => void): void {
    this.#door.watch = told;
  }

  /** The commands of exactly this scope and language. */
  commands(scope?: BotCommandScope, language?: string): BotCommand[] {
    return this.#service.commands.get(scope, language);
  }

  /** The webhook's address, empty when there is none. */
  get webhook(): string {
    return this.#service.webhook.url;
  }

  /** Has what ends TLS at an https address pass requests on to another one. */
  route(from: string, to: string): void {
    this.#service.webhook.route(from, to);
  }

  /** The next answers to updates that were brought get lost on their way. */
  loseAnswers(count: number): void {
    this.#service.webhook.lose(count);
  }

  async close(): Promise<void> {
    this.#service.webhook.close();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
