/** Slack through Bolt: Socket Mode or signed HTTP in, Web API out. Several processes may listen; the outbox paces what is said. */
import { setTimeout as sleep } from 'node:timers/promises';
import { App } from '@slack/bolt';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import type { Secret } from '../../secret.ts';
import { type Attachment, bytesOf } from '../outbox/attachment.ts';
import {
  type Button,
  type Ears,
  type Incoming,
  type Limits,
  type Place,
  type Platform,
  type Posted,
  type Standing,
  Undelivered,
} from '../platform.ts';
import { accessOf } from './access.ts';
import type { Entrance } from './entrance.ts';
import { hindrance, lacksThread } from './hindrance.ts';
import { linesOf } from './lines.ts';
import { boltLogger } from './log.ts';
import { Reach } from './reach.ts';
import { EMOJI, harmless, REACTION_LIMITS } from './reaction.ts';
import { TakingReceiver } from './receiver.ts';
import { RequestEntrance } from './requests.ts';
import { SocketEntrance } from './socket.ts';
import { formatter } from './spelling.ts';
import { type format, MAX_TEXT, unadorned } from './text.ts';

/** A socket that lived no longer than this, ms, is not opened again at once. */
const BRIEF_MS = 5_000;
/** How long a call may take, ms: a hanging connection must not stop a chat. */
const CALL_MS = 40_000;
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
  /** The names of all commands: they are written as they are typed in Slack. */
  commands?: readonly string[];
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
  readonly threads = true;
  readonly reactions: Limits | undefined;
  readonly #parts: SlackParts;
  readonly #app: App;
  readonly #format: ReturnType<typeof formatter>;
  #ears: Ears | undefined;
  #bot: string | undefined;
  #reach: Reach | undefined;
  readonly #entrance: Entrance;
  readonly #receiver: TakingReceiver;
  readonly pulse: number;

  constructor(parts: SlackParts) {
    this.#parts = parts;
    this.#format = formatter(parts.commands ?? []);
    this.reactions = parts.reactions === false ? undefined : REACTION_LIMITS;
    const logger = boltLogger(parts.log);
    const clientOptions = {
      ...(parts.apiUrl === undefined ? {} : { slackApiUrl: parts.apiUrl }),
      // The outbox waits and tries again, and knows why.
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: CALL_MS,
      logger,
    };
    const { way } = parts;
    this.#entrance =
      'appToken' in way
        ? new SocketEntrance({ appToken: way.appToken, logger, clientOptions })
        : new RequestEntrance({
            ...way,
            logger,
            onRefused: (what, error) => this.#ears?.trouble(what, error),
          });
    this.pulse = parts.pulse ?? ('appToken' in way ? SOCKET_PULSE_MS : ASKING_PULSE_MS);
    this.#receiver = new TakingReceiver(this.#entrance.receiver, (body) => this.#take(body));
    this.#app = new App({
      token: parts.botToken.reveal(),
      receiver: this.#receiver,
      clientOptions,
      logger,
      tokenVerificationEnabled: false,
    });
  }

  async serve(ears: Ears, signal: AbortSignal): Promise<void> {
    const reach = new Reach(ears, this.#parts.log);
    this.#ears = ears;
    this.#reach = reach;
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const pulse = setInterval(() => void this.#feel(ears, reach), this.pulse);
    while (!signal.aborted) {
      const wait = await Promise.race([this.#listen(ears, reach, stopped), stopped]);
      if (wait) await sleep(wait, undefined, { signal }).catch(() => {});
    }
    clearInterval(pulse);
    await this.#receiver.settle();
    await this.#entrance.close();
  }

  /** What belongs to a thread that is gone is said in the channel. */
  async post(place: Place, lines: string[], buttons?: readonly Button[]): Promise<Posted> {
    const { chat } = this.#app.client;
    const unfurl = { unfurl_links: false, unfurl_media: false };
    const { ts } = await this.#plainly(this.#format(lines, buttons), (words) => {
      const message = { ...words, channel: place.chat, ...unfurl };
      return chat.postMessage({ ...message, thread_ts: place.thread }).catch((thrown: unknown) => {
        if (lacksThread(thrown)) return chat.postMessage(message);
        throw thrown;
      });
    });
    return { place, message: ts as string };
  }

  async edit(
    { place, message }: Posted,
    lines: string[],
    _final: boolean,
    buttons?: readonly Button[],
  ): Promise<void> {
    await this.#plainly(this.#format(lines, buttons), (words) =>
      this.#app.client.chat.update({ ...words, channel: place.chat, ts: message }),
    );
  }

  /** Uploads in three steps: an address, the bytes, the message. Where files may not be sent, what fits the message is said alone. */
  async attach(place: Place, file: Attachment, lines: string[]): Promise<Posted> {
    const { files } = this.#app.client;
    const { name } = file;
    const bytes = bytesOf(file);
    try {
      const { upload_url: url, file_id: id } = await this.#call(() =>
        files.getUploadURLExternal({ filename: name, length: bytes.length }),
      );
      const signal = AbortSignal.timeout(UPLOAD_MS);
      const response = await fetch(url as string, { method: 'POST', body: bytes, signal });
      await response.arrayBuffer();
      if (!response.ok)
        throw new Error(messages().reasons.fileRefused({ platform: 'Slack', status: response.status }));
      const { chat, thread } = place;
      const where = thread === undefined ? { channel_id: chat } : { channel_id: chat, thread_ts: thread };
      const { blocks } = this.#format(lines);
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
      this.#app.client.chat.postEphemeral({
        ...this.#format([text]),
        channel: chat,
        user,
        thread_ts: thread,
      }),
    );
  }

  /** Seen in the channel by nobody else, and gone when the person closes it. */
  async whisper({ chat, thread }: Place, user: string, lines: string[]): Promise<void> {
    const words = this.#format(lines);
    await this.#call(() =>
      this.#app.client.chat.postEphemeral({ ...words, channel: chat, user, thread_ts: thread }),
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
  async #feel({ alive }: Ears, reach: Reach): Promise<void> {
    const { connected } = this.#entrance;
    if (connected) alive();
    if (connected !== undefined) return;
    await this.#app.client.auth.test().then(
      () => {
        reach.well('botToken');
        alive();
      },
      (thrown: unknown) => reach.note(thrown, 'botToken'),
    );
  }

  /** Asks who the bot is and listens while it can; gives how long to wait until it may be tried again, ms. */
  async #listen(ears: Ears, reach: Reach, stopped: Promise<void>): Promise<number> {
    const { way } = this.#parts;
    try {
      this.#bot ??= (await this.#app.client.auth.test()).user_id;
      reach.well('botToken');
    } catch (thrown) {
      return reach.note(thrown, 'botToken');
    }
    try {
      const { gone } = await this.#entrance.open();
      const since = performance.now();
      reach.open();
      void this.#feel(ears, reach);
      await Promise.race([gone, stopped]);
      return performance.now() - since < BRIEF_MS ? BRIEF_MS : 0;
    } catch (thrown) {
      return reach.note(thrown, 'appToken', 'port' in way ? way.port : undefined);
    }
  }

  /** Keeps the lines of a delivery; what has none is nothing to us. */
  async #take(body: Record<string, unknown>): Promise<void> {
    const access = accessOf(body, this.#bot ?? '');
    if (access) await this.#ears?.access(access.chat, access.reason);
    const lines = linesOf(body, this.#bot ?? '');
    if (lines.length > 0) await this.#ears?.take(lines);
  }

  /** How something ended is told without its looks and buttons rather than not at all. */
  async #plainly<T>(
    words: ReturnType<typeof format>,
    say: (words: { text: string; blocks?: ReturnType<typeof format>['blocks'] }) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.#call(() => say(words));
    } catch (thrown) {
      if (!(thrown instanceof Undelivered) || thrown.why.kind !== 'bad') throw thrown;
      this.#parts.log.warn({ err: thrown }, 'Slack refused a message; it is said without looks and buttons');
      return this.#call(() => say(unadorned(words)));
    }
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    try {
      const answer = await call();
      this.#reach?.well('botToken');
      return answer;
    } catch (thrown) {
      this.#reach?.called(thrown);
      throw hindrance(thrown);
    }
  }
}
