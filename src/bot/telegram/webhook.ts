/** Updates that Telegram brings: every manager may listen, and each sees to it that the webhook is as the configuration says. */
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, GrammyError } from 'grammy';
import type { WebhookInfo } from 'grammy/types';
import { MusterError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import { Secret } from '../../secret.ts';
import type { Ears } from '../platform.ts';
import { Door } from './door.ts';
import { Reach } from './reach.ts';
import { HEARD, hear } from './updates.ts';

/** How many updates may be brought side by side: what each costs is one write, and chats stay in order anyway. */
const CONNECTIONS = 20;
/** How long to wait before a port is tried again, ms. */
const PORT_MS = 5_000;
const NO_PORT: Record<string, 'taken' | 'denied'> = { EADDRINUSE: 'taken', EACCES: 'denied' };

/** How updates are brought. */
export interface WebhookWay {
  /** The public address. */
  url: string;
  /** Where requests come out, as plain HTTP. */
  port: number;
  /** What they prove themselves by; made from the token by default. */
  secret?: Secret;
}

export interface WebhookParts extends WebhookWay {
  api: Api;
  token: Secret;
  /** The bot's name, asked for until it is known. */
  name(signal: AbortSignal): Promise<string>;
  /** How often it is asked how the webhook does, ms. */
  every: number;
  log: Log;
}

/**
 * The secret where none is given. It follows from the token, so that all managers of a bot have the same without a file that
 * they would have to share, and a new token makes a new one; the token does not follow from it.
 */
export const secretFrom = (token: Secret): Secret =>
  new Secret(createHmac('sha256', token.reveal()).update('muster telegram webhook').digest('hex'));

/** Listens until the signal. The webhook stays set: what is said meanwhile waits at Telegram. */
export async function receive(parts: WebhookParts, ears: Ears, signal: AbortSignal): Promise<void> {
  const { log, every } = parts;
  const secret = parts.secret ?? secretFrom(parts.token);
  const reach = new Reach(ears, log);
  const watch = new Watch({ ...parts, secret }, ears);
  let door: Door | undefined;
  while (!signal.aborted) {
    let pause = every;
    try {
      const bot = await parts.name(signal);
      door ??= await open({ ...parts, secret }, bot, ears);
      if (door) {
        await watch.look(signal);
        reach.well();
      } else pause = PORT_MS;
    } catch (err) {
      if (signal.aborted) break;
      pause = reach.note(err);
    }
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
  await door?.close();
}

/** Opens the port; undefined where it cannot be had, which operators are told. */
async function open(
  { url, port, secret, log }: WebhookParts & { secret: Secret },
  bot: string,
  ears: Ears,
): Promise<Door | undefined> {
  const door = new Door({
    port,
    path: new URL(url).pathname,
    secret,
    log,
    take: (update) => hear([update], bot, ears),
    onRefused: (what, error) => ears.trouble(what, error),
  });
  try {
    await door.open();
    ears.trouble('port');
    return door;
  } catch (err) {
    const code = (err as NodeJS.ErrnoException).code ?? '';
    const shut = NO_PORT[code];
    const message = shut ? messages().reasons.port[shut] : code;
    ears.trouble('port', new MusterError('platform.port', { platform: 'telegram', port, message }));
    return undefined;
  }
}

/** Keeps the webhook as it should be, and sees whether it delivers. */
class Watch {
  readonly #parts: WebhookParts & { secret: Secret };
  readonly #ears: Ears;
  #failed: number | undefined;

  constructor(parts: WebhookParts & { secret: Secret }, ears: Ears) {
    this.#parts = parts;
    this.#ears = ears;
  }

  async look(signal: AbortSignal): Promise<void> {
    const { api, url } = this.#parts;
    const info = await api.getWebhookInfo(signal as never);
    // Nobody can ask which secret was set; that it is another one shows when Telegram is refused with it.
    const unknown = / 401\b/.test(info.last_error_message ?? '') && this.#isNews(info);
    if (info.url !== url || unknown || differs(info)) await this.#set(signal);
    else this.#ears.trouble('webhook');
    this.#judge(info);
  }

  async #set(signal: AbortSignal): Promise<void> {
    const { api, url, secret, log } = this.#parts;
    const settings = { allowed_updates: HEARD, max_connections: CONNECTIONS };
    try {
      await api.setWebhook(url, { ...settings, secret_token: secret.reveal() }, signal as never);
      log.info({ url }, 'the webhook was set');
      this.#ears.trouble('webhook');
    } catch (err) {
      if (!(err instanceof GrammyError) || err.error_code !== 400) throw err;
      const facts = { platform: 'telegram', reason: err.description };
      this.#ears.trouble('webhook', new MusterError('platform.webhook', facts));
    }
  }

  /** Told where something waits and a delivery has failed since the last look; over where nothing waits. */
  #judge(info: WebhookInfo): void {
    const { url, pending_update_count: pending, last_error_message: reason } = info;
    const { port } = this.#parts;
    if (pending === 0) this.#ears.trouble('delivery');
    else if (this.#isNews(info))
      this.#ears.trouble(
        'delivery',
        new MusterError('platform.delivery', { platform: 'telegram', pending, url, port, reason }),
      );
    this.#failed = info.last_error_date;
  }

  #isNews({ last_error_date: at }: WebhookInfo): boolean {
    return at !== undefined && at !== this.#failed;
  }
}

const differs = ({ max_connections: connections, allowed_updates: heard = [] }: WebhookInfo): boolean =>
  connections !== CONNECTIONS || [...heard].sort().join() !== [...HEARD].sort().join();
