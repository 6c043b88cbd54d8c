/**
 * Slack in this process: a real Bolt app talks to it over HTTP and WebSocket through its `slackApiUrl`, in Socket Mode or
 * in HTTP mode, and it refuses what the real one refuses. Source: docs.slack.dev. Numbers that Slack does not publish
 * (bursts, tickets, how long a socket outlives its farewell) are on the strict side; they stand with their rules in
 * `slack/budget.ts` and `slack/sockets.ts`. What is left out is said as «Limit» where it would be; scopes (but for what
 * `withdraw` says), views, modals, `response_url`, workspaces other than one and OAuth are left out altogether.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agenda, type Clock } from './slack/agenda.ts';
import { Budget, type Flood } from './slack/budget.ts';
import { Deliveries, type Delivery } from './slack/deliveries.ts';
import { type Said, Scene, type Seen } from './slack/scene.ts';
import { type Call, type Door, webServer } from './slack/server.ts';
import type { Ephemeral, Service } from './slack/service.ts';
import { type Farewell, Sockets } from './slack/sockets.ts';
import { type Forgery, Webhook } from './slack/webhook.ts';
import { type Channel, type User, World } from './slack/world.ts';
import { Troubles } from './telegram/troubles.ts';

export type { Call, Channel, Clock, Delivery, Ephemeral, Farewell, Flood, Forgery, Said, Seen, User };

/** Without a clock it is the real one; with one, deadlines and budgets go by it. */
export async function startSlack({
  clock = { now: () => Date.now() },
}: {
  clock?: Clock;
} = {}): Promise<Slack> {
  const agenda = new Agenda(clock);
  const world = new World(agenda);
  const sockets = new Sockets(agenda, world.identity.app);
  const webhook = new Webhook(agenda, 'signing-secret-of-the-fake');
  const deliveries = new Deliveries(agenda, (...told) => (webhook.url ? webhook : sockets).courier(...told));
  const service: Service = {
    url: '',
    world,
    budget: new Budget(clock),
    deliveries,
    sockets,
    ephemerals: [],
    uploads: new Map(),
  };
  const door: Door = {
    tokens: { bot: 'xoxb-of-the-fake', app: 'xapp-of-the-fake' },
    revoked: new Map(),
    withdrawn: new Map(),
    troubles: new Troubles(),
    calls: [],
  };
  const server = webServer(service, door).listen(0, '127.0.0.1');
  await once(server, 'listening');
  service.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new Slack(service, door, webhook, server);
}

/** The service as a test handles it. */
export class Slack extends Scene {
  /** The `slackApiUrl` of an app. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly #service: Service;
  readonly #door: Door;
  readonly #webhook: Webhook;
  readonly #server: Server;

  constructor(service: Service, door: Door, webhook: Webhook, server: Server) {
    super(service);
    this.#service = service;
    this.#door = door;
    this.#webhook = webhook;
    this.#server = server;
    this.apiUrl = `${service.url}/api/`;
    this.botToken = door.tokens.bot;
    this.appToken = door.tokens.app;
    this.signingSecret = webhook.secret;
  }

  /** HTTP mode from now on: what happens is posted to this address, which has to answer the challenge first. */
  async subscribe(url: string): Promise<void> {
    await this.#webhook.subscribe(url);
  }

  /** Posts something to the app as somebody else would; gives the HTTP status. */
  async forge(delivery: Delivery, forgery: Forgery): Promise<number> {
    return this.#webhook.forge(delivery, forgery);
  }

  /** Tells something once more, even what was acknowledged. */
  redeliver(delivery: Delivery): void {
    this.#service.deliveries.repeat(delivery);
  }

  /** Nothing new is told until `release`. */
  hold(): void {
    this.#service.deliveries.hold();
  }

  release(): void {
    this.#service.deliveries.release();
  }

  /** Puts what is held back in this order, before the rest. */
  reorder(...first: Delivery[]): void {
    this.#service.deliveries.reorder(first);
  }

  /** Never tells what is held back. */
  forget(delivery: Delivery): void {
    this.#service.deliveries.forget(delivery);
  }

  /** All that the app was told or is to be told, oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#service.deliveries.all;
  }

  /** The numbers of the open sockets; the first ever has 1. */
  get sockets(): number[] {
    return this.#service.sockets.open;
  }

  /** Tells one socket, or all, that it will be closed. */
  disconnect(reason: Farewell = 'refresh_requested', socket?: number): void {
    this.#service.sockets.disconnect(reason, socket);
  }

  /** Hangs up on one socket, or all, without a word. */
  hangUp(socket?: number): void {
    this.#service.sockets.drop(socket);
  }

  /** One socket, or all, stays open and is dead. */
  silence(socket?: number): void {
    this.#service.sockets.silence(socket);
  }

  /** The token is worth nothing from now on; calls are refused with this. Limit: open sockets stay, and go on being told. */
  revoke(
    which: 'bot' | 'app' = 'bot',
    refusal: 'token_revoked' | 'account_inactive' = 'token_revoked',
  ): void {
    this.#door.revoked.set(this.#door.tokens[which], refusal);
  }

  /** The token counts again, as where an account was switched off for a while. */
  restore(which: 'bot' | 'app' = 'bot'): void {
    this.#door.revoked.delete(this.#door.tokens[which]);
  }

  /** The app has this scope no more, and so may not call this method. */
  withdraw(method: string, scope: string): void {
    this.#door.withdrawn.set(method, scope);
  }

  /** The app has the scope for this method again. */
  grant(method: string): void {
    this.#door.withdrawn.delete(method);
  }

  /** Refuses what Slack dislikes for reasons of its own: the error of a call's method and parameters, where it has one. */
  dislike(distaste: (method: string, params: Record<string, unknown>) => string | undefined): void {
    this.#door.distaste = distaste;
  }

  /** The next calls, of one method or of any, get a 502 with a page of HTML. Uploads of bytes are the method `upload`. */
  outage(times: number, method?: string): void {
    this.#door.troubles.order('outage', times, method);
  }

  /** All calls get that page until it is up again. */
  down(on: boolean): void {
    this.#door.troubles.down = on;
  }

  /** The next calls take effect and their connections drop. */
  dropAfter(times: number, method?: string): void {
    this.#door.troubles.order('after', times, method);
  }

  /** The connections of the next calls drop, and nothing happens. */
  dropBefore(times: number, method?: string): void {
    this.#door.troubles.order('before', times, method);
  }

  /** Every 429, oldest first. */
  get floods(): readonly Flood[] {
    return this.#service.budget.floods;
  }

  /** Every call, oldest first, with how it was answered. */
  get calls(): readonly Call[] {
    return this.#door.calls;
  }

  async close(): Promise<void> {
    this.#service.world.agenda.close();
    this.#webhook.close();
    await this.#service.sockets.close();
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
