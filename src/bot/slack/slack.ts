/** Slack through Bolt: Socket Mode or signed HTTP in, Web API out. Several processes may listen; the outbox paces what is said. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { App, HTTPReceiver, type Logger, LogLevel, type Receiver, SocketModeReceiver } from '@slack/bolt';
import type { Log } from '../../log.ts';
import type { Secret } from '../../secret.ts';
import type { Attachment } from '../outbox/attachment.ts';
import type { Button, Ears, Incoming, Limits, Place, Platform, Posted, Standing } from '../platform.ts';
import { hindrance } from './hindrance.ts';
import { linesOf } from './lines.ts';
import { EMOJI, harmless, REACTION_LIMITS } from './reaction.ts';
import { TakingReceiver } from './receiver.ts';
import { format, MAX_TEXT } from './text.ts';

/** How long to wait after Slack could not be reached, ms. */
const AGAIN_MS = 5_000;
/** How long the bytes of a file may take, ms. */
const UPLOAD_MS = 40_000;

/** How often it is looked whether Slack is there, ms: at the socket, or where requests come in, by asking. */
const SOCKET_PULSE_MS = 5_000;
const ASKING_PULSE_MS = 30_000;

/** One message a second to a channel; edits are 50 a minute over all (tier 3), which also keeps what is posted within bounds. */
export const SLACK_LIMITS: Limits = {
  chat: () => [{ count: 1, ms: 1_000 }],
  overall: [{ count: 50, ms: 60_000 }],
};

export interface SlackParts {
  botToken: Secret;
  /** How Slack reaches us: over a socket that we open, or by signed requests to a port. */
  way: { appToken: Secret } | { signingSecret: Secret; port: number };
  /** Where the Web API is; Slack's own by default. */
  apiUrl?: string;
  /** Whether it shows by reactions how what people ask for stands; `true` by default. */
  reactions?: boolean;
  /** How often it is looked whether Slack is there, ms. */
  pulse?: number;
  log: Log;
}

export class Slack implements Platform {
  readonly name = 'slack';
  readonly limits = SLACK_LIMITS;
  readonly room = MAX_TEXT;
  readonly reactions: Limits | undefined;
  readonly #parts: SlackParts;
  readonly #app: App;
  #ears: Ears | undefined;
  #bot: string | undefined;
  readonly #receiver: Receiver;
  readonly pulse: number;
  /** Whether the socket is open; of requests to a port nobody knows. */
  #connected: boolean | undefined;

  constructor(parts: SlackParts) {
    this.#parts = parts;
    this.reactions = parts.reactions === false ? undefined : REACTION_LIMITS;
    const logger = boltLogger(parts.log);
    const clientOptions = {
      ...(parts.apiUrl === undefined ? {} : { slackApiUrl: parts.apiUrl }),
      // The outbox waits and tries again, and knows why.
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger,
    };
    const { way } = parts;
    const inner =
      'appToken' in way
        ? new SocketModeReceiver({
            appToken: way.appToken.reveal(),
            logger,
            installerOptions: { clientOptions },
          })
        : new HTTPReceiver({ signingSecret: way.signingSecret.reveal(), port: way.port, logger });
    this.pulse = parts.pulse ?? (inner instanceof SocketModeReceiver ? SOCKET_PULSE_MS : ASKING_PULSE_MS);
    if (inner instanceof SocketModeReceiver) this.#follow(inner);
    this.#receiver = new TakingReceiver(inner, (body) => this.#take(body));
    this.#app = new App({
      token: parts.botToken.reveal(),
      receiver: this.#receiver,
      clientOptions,
      logger,
      tokenVerificationEnabled: false,
    });
  }

  async serve(ears: Ears, signal: AbortSignal): Promise<void> {
    this.#ears = ears;
    while (!signal.aborted && !(await this.#begin()))
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
    const pulse = setInterval(() => void this.#feel(ears), this.pulse);
    void this.#feel(ears);
    if (!signal.aborted) await once(signal, 'abort');
    clearInterval(pulse);
    await this.#receiver.stop();
  }

  async post(place: Place, lines: string[], buttons?: readonly Button[]): Promise<Posted> {
    const { ts } = await this.#call(() =>
      this.#app.client.chat.postMessage({
        ...format(lines, buttons),
        channel: place.chat,
        thread_ts: place.thread,
        unfurl_links: false,
        unfurl_media: false,
      }),
    );
    return { place, message: ts as string };
  }

  async edit(
    { place, message }: Posted,
    lines: string[],
    _final: boolean,
    buttons?: readonly Button[],
  ): Promise<void> {
    await this.#call(() =>
      this.#app.client.chat.update({ ...format(lines, buttons), channel: place.chat, ts: message }),
    );
  }

  /** Uploads in three steps: an address, the bytes, the message. Where files may not be sent, what fits the message is said alone. */
  async attach(place: Place, { name, text }: Attachment, lines: string[]): Promise<Posted> {
    const { files } = this.#app.client;
    const bytes = Buffer.from(text);
    try {
      const { upload_url: url, file_id: id } = await this.#call(() =>
        files.getUploadURLExternal({ filename: name, length: bytes.length }),
      );
      const signal = AbortSignal.timeout(UPLOAD_MS);
      const response = await fetch(url as string, { method: 'POST', body: bytes, signal });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`Slack took no file: ${response.status}`);
      const { chat, thread } = place;
      const where = thread === undefined ? { channel_id: chat } : { channel_id: chat, thread_ts: thread };
      const { blocks } = format(lines);
      await this.#call(() =>
        files.completeUploadExternal({ ...where, files: [{ id: id as string, title: name }], blocks }),
      );
      return { place, message: id as string };
    } catch (thrown) {
      if (/missing_scope|file_uploads_disabled/.test(String(thrown))) return this.post(place, lines);
      throw thrown;
    }
  }

  /** A press is acknowledged when it is taken over; words go to the person alone. */
  async answerPress({ chat, user, thread }: Incoming, text?: string): Promise<void> {
    if (text === undefined) return;
    await this.#call(() =>
      this.#app.client.chat.postEphemeral({ ...format([text]), channel: chat, user, thread_ts: thread }),
    );
  }

  /** Adds the new reaction first, so that there is always one; what is there already, or gone already, is as it should be. */
  async react({ place, message }: Posted, standing: Standing, before: Standing): Promise<void> {
    const { reactions } = this.#app.client;
    const of = (name: string) => ({ channel: place.chat, timestamp: message, name });
    if (standing !== 'none')
      await this.#call(() => reactions.add(of(EMOJI[standing])).catch(harmless('already_reacted')));
    if (before !== 'none')
      await this.#call(() => reactions.remove(of(EMOJI[before])).catch(harmless('no_reaction')));
  }

  /** Says so where Slack is there. */
  async #feel({ alive }: Ears): Promise<void> {
    if (this.#connected === undefined) {
      await this.#app.client.auth.test().then(alive, () => {});
    } else if (this.#connected) alive();
  }

  #follow({ client }: SocketModeReceiver): void {
    this.#connected = false;
    client.on('connected', () => {
      this.#connected = true;
    });
    // The library pings and is pinged; where that fails it takes the socket for gone.
    for (const gone of ['disconnected', 'reconnecting', 'disconnecting', 'connecting'])
      client.on(gone, () => {
        this.#connected = false;
      });
  }

  /** Asks who the bot is and begins to listen; false where Slack does not let it. */
  async #begin(): Promise<boolean> {
    const { log, way } = this.#parts;
    try {
      this.#bot = (await this.#app.client.auth.test()).user_id;
      await ('port' in way ? this.#receiver.start(way.port) : this.#receiver.start());
      return true;
    } catch (err) {
      const refused = /invalid_auth|token_revoked|account_inactive|not_authed/.test(String(err));
      if (refused) log.error('Slack refuses the token: it is wrong or was revoked');
      else log.warn({ err }, 'Slack could not be reached');
      return false;
    }
  }

  async #take(body: Record<string, unknown>): Promise<boolean> {
    const lines = linesOf(body, this.#bot ?? '');
    if (lines.length === 0 || !this.#ears) return false;
    await this.#ears.take(lines);
    return true;
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (thrown) {
      throw hindrance(thrown);
    }
  }
}

/** Bolt's words into our log, its level ours. */
function boltLogger(log: Log): Logger {
  const line =
    (level: 'debug' | 'warn' | 'error') =>
    (...words: unknown[]) =>
      log[level]({ words: words.map(String).join(' ') }, 'slack library');
  return {
    debug: () => {},
    info: line('debug'),
    warn: line('warn'),
    error: line('error'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
