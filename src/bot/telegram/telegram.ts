/** Telegram: updates by long polling or a webhook, messages and edits through grammY. The outbox paces what is said. */
import { Bot, InputFile } from 'grammy';
import type { InlineKeyboardMarkup, Message } from 'grammy/types';
import type { Log } from '../../log.ts';
import type { Secret } from '../../secret.ts';
import { type Attachment, bytesOf } from '../outbox/attachment.ts';
import {
  type Button,
  type Ears,
  type Incoming,
  type Limits,
  type Menu,
  type Place,
  type Platform,
  type Posted,
  type Standing,
  Undelivered,
} from '../platform.ts';
import { hindrance, isTopicShut } from './hindrance.ts';
import { menuOf } from './menu.ts';
import { poll } from './polling.ts';
import { REACTION_LIMITS, reactionOf } from './reaction.ts';
import { format, MAX_CAPTION, MAX_TEXT } from './text.ts';
import { receive, type WebhookWay } from './webhook.ts';

/** How long a poll waits for something new, s. */
const POLL_S = 25;
/** How long a call may take, s: a hanging connection must not stop a chat. */
const CALL_S = 40;
/** The most bytes a button carries, and characters its answer shows (Bot API). */
const MAX_DATA = 64;
const MAX_TOAST = 200;
/** Buttons side by side, so that a phone shows their labels. */
const ROW = 3;
const NO_PREVIEW = { link_preview_options: { is_disabled: true } };

/** About 20 messages a minute to a group, one a second to any chat, 30 a second over all, of which reactions get five; edits count the same. */
export const TELEGRAM_LIMITS: Limits = {
  chat: (chat) =>
    chat.startsWith('-')
      ? [
          { count: 20, ms: 60_000 },
          { count: 1, ms: 1_000 },
        ]
      : [{ count: 1, ms: 1_000 }],
  overall: [{ count: 25, ms: 1_000 }],
};

export interface TelegramParts {
  token: Secret;
  /** Where the Bot API is; Telegram's own by default. */
  apiRoot?: string;
  /** How Telegram brings updates; absent where they are polled. */
  webhook?: WebhookWay;
  /** Whether it shows by reactions how what people ask for stands; `true` by default. */
  reactions?: boolean;
  /** How long a poll waits for something new, and how often it is asked how a webhook does, s; 25 by default. */
  poll?: number;
  log: Log;
}

export class Telegram implements Platform {
  readonly name = 'telegram';
  readonly limits = TELEGRAM_LIMITS;
  readonly reactions: Limits | undefined;
  /** One process at a time polls; requests may come in at any. */
  readonly exclusive: boolean;
  readonly room = MAX_TEXT;
  readonly account: string;
  readonly pulse: number;
  readonly #parts: TelegramParts;
  readonly #bot: Bot;
  #name: string | undefined;

  constructor(parts: TelegramParts) {
    this.#parts = parts;
    this.exclusive = parts.webhook === undefined;
    this.pulse = (parts.poll ?? POLL_S) * 1_000;
    // The part before the colon is the bot's public id.
    this.account = parts.token.reveal().split(':')[0] as string;
    this.reactions = parts.reactions === false ? undefined : REACTION_LIMITS;
    this.#bot = new Bot(parts.token.reveal(), {
      client: { apiRoot: parts.apiRoot?.replace(/\/+$/, ''), timeoutSeconds: CALL_S, sensitiveLogs: false },
    });
  }

  serve(ears: Ears, signal: AbortSignal): Promise<void> {
    const { log } = this.#parts;
    const { token, webhook } = this.#parts;
    const common = { api: this.#bot.api, name: (signal: AbortSignal) => this.#whoAmI(signal), log };
    if (webhook) return receive({ ...common, ...webhook, token, every: this.pulse }, ears, signal);
    return poll({ ...common, wait: this.pulse / 1_000 }, ears, signal);
  }

  /** Asks once what the bot is called, and no more when it is known. */
  async #whoAmI(signal: AbortSignal): Promise<string> {
    this.#name ??= (await this.#bot.api.getMe(signal as never)).username;
    return this.#name;
  }

  async post(place: Place, lines: string[], buttons?: readonly Button[]): Promise<Posted> {
    const { text, entities } = format(lines);
    const message = await this.#plainly({ entities, reply_markup: keyboard(buttons) }, (look) =>
      this.#there(place, (where) =>
        this.#bot.api.sendMessage(place.chat, text, { ...look, ...where, ...NO_PREVIEW }),
      ),
    );
    return { place, message: String((message as Message).message_id) };
  }

  async edit(
    { place, message }: Posted,
    lines: string[],
    _final: boolean,
    buttons?: readonly Button[],
  ): Promise<void> {
    const { text, entities } = format(lines);
    await this.#plainly({ entities, reply_markup: keyboard(buttons) }, (look) =>
      this.#call(() =>
        this.#bot.api
          .editMessageText(place.chat, Number(message), text, { ...look, ...NO_PREVIEW })
          .catch((thrown) => {
            // What stands in a topic that is closed is said anew, outside of it.
            if (!isTopicShut(thrown)) throw thrown;
            throw new Undelivered({ kind: 'vanished' }, thrown.description, { cause: thrown });
          }),
      ),
    );
  }

  /** Where files may not be sent, what fits the message is said alone. */
  async attach(place: Place, attached: Attachment, lines: string[]): Promise<Posted> {
    const { text, entities } = format(lines, MAX_CAPTION);
    const file = new InputFile(bytesOf(attached), attached.name);
    const words = { caption: text, caption_entities: entities };
    const { api } = this.#bot;
    try {
      const message = await this.#there(
        place,
        (where): Promise<Message> =>
          attached.picture
            ? api.sendPhoto(place.chat, file, { ...words, ...where })
            : api.sendDocument(place.chat, file, { ...words, ...where }),
      );
      return { place, message: String((message as Message).message_id) };
    } catch (thrown) {
      if (/not enough rights to send (?:documents|photos)/i.test(String(thrown)))
        return this.post(place, lines);
      throw thrown;
    }
  }

  async answerPress({ press }: Incoming, text?: string): Promise<void> {
    if (press === undefined) return;
    const words = text === undefined ? {} : { text: format([text], MAX_TOAST).text, show_alert: true };
    await this.#bot.api.answerCallbackQuery(press, words);
  }

  /** Into the person's own chat with the bot, which they have to have opened. */
  async whisper(_place: Place, user: string, lines: string[]): Promise<void> {
    await this.post({ platform: this.name, chat: user }, lines);
  }

  async type({ chat, thread }: Place): Promise<void> {
    const where = thread === undefined ? {} : { message_thread_id: Number(thread) };
    await this.#call(() => this.#bot.api.sendChatAction(chat, 'typing', where));
  }

  async menu(menu: Menu): Promise<void> {
    const { commands, scope } = menuOf(menu);
    if (commands.length === 0) await this.#call(() => this.#bot.api.deleteMyCommands({ scope }));
    else await this.#call(() => this.#bot.api.setMyCommands(commands, { scope }));
  }

  /** A bot sets one reaction, which takes the place of the one before. */
  async react({ place, message }: Posted, standing: Standing): Promise<void> {
    await this.#call(() =>
      this.#bot.api.setMessageReaction(place.chat, Number(message), reactionOf(standing)),
    );
  }

  /** Says something in a topic, or in the chat itself where the topic is gone or closed. */
  #there<T>(
    { thread }: Place,
    say: (where: { message_thread_id?: number }) => Promise<T>,
  ): Promise<T | undefined> {
    return this.#call(async () => {
      if (thread === undefined) return say({});
      return say({ message_thread_id: Number(thread) }).catch((thrown) => {
        if (isTopicShut(thrown)) return say({});
        throw thrown;
      });
    });
  }

  /** How something ended is told without its looks and buttons rather than not at all. */
  async #plainly<L extends object, T>(look: L, say: (look: Partial<L>) => Promise<T>): Promise<T> {
    try {
      return await say(look);
    } catch (thrown) {
      if (!(thrown instanceof Undelivered) || thrown.why.kind !== 'bad') throw thrown;
      this.#parts.log.warn(
        { err: thrown },
        'Telegram refused a message; it is said without looks and buttons',
      );
      return say({});
    }
  }

  async #call<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (thrown) {
      const why = hindrance(thrown);
      if (why !== undefined) throw why;
      return undefined;
    }
  }
}

/** Buttons as Telegram takes them; one whose line is too long for it is left out. */
function keyboard(buttons: readonly Button[] = []): InlineKeyboardMarkup | undefined {
  const fitting = buttons.filter(({ line }) => Buffer.byteLength(line) <= MAX_DATA);
  if (fitting.length === 0) return undefined;
  const keys = fitting.map(({ label, line }) => ({ text: label, callback_data: line }));
  const rows = Array.from({ length: Math.ceil(keys.length / ROW) }, (_, row) =>
    keys.slice(row * ROW, (row + 1) * ROW),
  );
  return { inline_keyboard: rows };
}
