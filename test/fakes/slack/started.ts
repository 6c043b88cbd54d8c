/** A service, a clock to move, a Web API client, Bolt apps in both modes and bare sockets, for one test. */

import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { App, HTTPReceiver, type Logger, LogLevel, SocketModeReceiver, webApi } from '@slack/bolt';
import { WebSocket } from 'undici';
import { until } from '../../until.ts';
import { type Slack, startSlack } from '../slack.ts';

/** An envelope or another message of a socket. */
export interface Heard {
  type: string;
  envelope_id?: string;
  reason?: string;
  payload?: { event?: { type: string; text: string } };
  retry_attempt?: number;
  retry_reason?: string;
}

export interface BareSocket {
  /** What came, oldest first; `hello` is the first. */
  heard: Heard[];
  closed: boolean;
  acknowledge(heard: Heard): void;
}

export interface Started {
  slack: Slack;
  /** Calls as Bolt makes them, with the bot's token; without retries. */
  api: webApi.WebClient;
  /** A Bolt app in Socket Mode until the test ends; resolves when it is connected. */
  socketApp(prepare: (app: App) => void): Promise<void>;
  /** A Bolt app in HTTP mode, subscribed. */
  httpApp(prepare: (app: App) => void): Promise<void>;
  /** A socket without Bolt, which acknowledges nothing by itself. */
  socket(): Promise<BareSocket>;
  /** Moves the service's clock on, ms. */
  pass(ms: number): void;
}

export async function started(t: TestContext): Promise<Started> {
  let now = Date.now();
  const slack = await startSlack({ clock: { now: () => now } });
  const running: (() => unknown)[] = [];
  t.after(async () => {
    for (const stop of running) await stop();
    await slack.close();
  });
  const clientOptions = {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: SILENT,
  };
  const appOf = (receiver: SocketModeReceiver | HTTPReceiver) =>
    new App({ token: slack.botToken, receiver, clientOptions, logger: SILENT });
  return {
    slack,
    api: new webApi.WebClient(slack.botToken, clientOptions),
    async socketApp(prepare) {
      const { appToken } = slack;
      const app = appOf(
        new SocketModeReceiver({ appToken, logger: SILENT, installerOptions: { clientOptions } }),
      );
      prepare(app);
      running.push(() => app.stop());
      await app.start();
    },
    async httpApp(prepare) {
      const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, port: 0, logger: SILENT });
      const app = appOf(receiver);
      prepare(app);
      const server = await app.start(0);
      running.push(() => {
        server.closeAllConnections();
        return app.stop();
      });
      await slack.subscribe(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`);
    },
    async socket() {
      const { url } = await new webApi.WebClient(slack.appToken, clientOptions).apps.connections.open();
      const socket = new WebSocket(url as string);
      const bare: BareSocket = {
        heard: [],
        closed: false,
        acknowledge: ({ envelope_id }) => socket.send(JSON.stringify({ envelope_id })),
      };
      socket.addEventListener('message', ({ data }) => bare.heard.push(JSON.parse(data)));
      socket.addEventListener('close', () => {
        bare.closed = true;
      });
      running.push(() => socket.close());
      await until(() => bare.heard.length > 0 || bare.closed);
      return bare;
    },
    pass(ms) {
      now += ms;
    },
  };
}

/** Asserts that a call is refused with exactly this code; gives the refusal's details. */
export async function refused(call: Promise<unknown>, code: string): Promise<string[]> {
  const error = await call.then(
    () => assert.fail(`nothing was refused; expected: ${code}`),
    (error: unknown) => error,
  );
  assert.ok(error instanceof webApi.WebAPIPlatformError, String(error));
  assert.equal(error.data.error, code);
  return error.data.response_metadata?.messages ?? [];
}

/** Asserts that a call gets a 429 with this `Retry-After`, seconds. */
export async function flooded(call: Promise<unknown>, retryAfter: number): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof webApi.WebAPIRateLimitedError, String(error));
    assert.equal(error.retryAfter, retryAfter);
    return true;
  });
}

const SILENT: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};
