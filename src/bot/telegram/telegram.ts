/** Telegram: updates by long polling, messages and edits through grammY. One process at a time polls; the outbox paces what is said. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Bot, GrammyError, InputFile } from 'grammy';
import type { InlineKeyboardMarkup, Message, Update } from 'grammy/types';
import type { Log } from '../../log.ts';
import type { Secret } from '../../secret.ts';
import type { Attachment } from '../outbox/attachment.ts';
import type { Button, Ears, Incoming, Limits, Place, Platform, Posted, Standing } from '../platform.ts';
import { hindrance } from './hindrance.ts';
import { REACTION_LIMITS, reactionOf } from './reaction.ts';
import { format, MAX_CAPTION, MAX_TEXT } from './text.ts';

/** How long a poll waits for something new, s. */
const POLL_S = 25;
/** How long to wait after a poll that failed, ms; the longest where the token is refused. */
const AGAIN_MS = 1_000;
const REFUSED_MS = 30_000;
/** How long a call may take, s: a hanging connection must not stop a chat. */
const CALL_S = 40;
/** The most bytes a button carries, and characters its answer shows (Bot API). */
const MAX_DATA = 64;
const MAX_TOAST = 200;

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
  /** Whether it shows by reactions how what people ask for stands; `true` by default. */
  reactions?: boolean;
  /** How long a poll waits for something new, s; 25 by default. */
  poll?: number;
  log: Log;
}

export class Telegram implements Platform {
  readonly name = 'telegram';
  readonly limits = TELEGRAM_LIMITS;
  readonly reactions: Limits | undefined;
  readonly exclusive = true;
  readonly room = MAX_TEXT;
  readonly pulse: number;
  readonly #parts: TelegramParts;
  readonly #bot: Bot;

  constructor(parts: TelegramParts) {
    this.#parts = parts;
    this.pulse = (parts.poll ?? POLL_S) * 1_000;
    this.reactions = parts.reactions === false ? undefined : REACTION_LIMITS;
    this.#bot = new Bot(parts.token.reveal(), {
      client: { apiRoot: parts.apiRoot, timeoutSeconds: CALL_S, sensitiveLogs: false },
    });
  }

  /** Polls until the signal; an update is confirmed to Telegram once `take` has kept it. */
  async serve({ take, moved, alive }: Ears, signal: AbortSignal): Promise<void> {
    let offset: number | undefined;
    while (!signal.aborted) {
      try {
        if (!this.#bot.isInited()) await this.#bot.init(signal as never);
        const bot = this.#bot.botInfo.username;
        const updates = await this.#bot.api.getUpdates(
          { offset, timeout: this.pulse / 1_000, allowed_updates: ['message', 'callback_query'] },
          signal as never,
        );
        alive();
        for (const { message } of updates) {
          const to = message?.migrate_to_chat_id;
          if (message && to !== undefined) await moved(String(message.chat.id), String(to));
        }
        await take(updates.flatMap((update) => incomingOf(update, bot)));
        const last = updates.at(-1);
        if (last) offset = last.update_id + 1;
      } catch (err) {
        if (signal.aborted) return;
        await this.#failed(err, signal);
      }
    }
  }

  async post(place: Place, lines: string[], buttons?: readonly Button[]): Promise<Posted> {
    const { text, entities } = format(lines);
    const message = await this.#call(() =>
      this.#bot.api.sendMessage(place.chat, text, {
        entities,
        link_preview_options: { is_disabled: true },
        reply_markup: keyboard(buttons),
        message_thread_id: place.thread === undefined ? undefined : Number(place.thread),
      }),
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
    await this.#call(() =>
      this.#bot.api.editMessageText(place.chat, Number(message), text, {
        entities,
        link_preview_options: { is_disabled: true },
        reply_markup: keyboard(buttons),
      }),
    );
  }

  /** Where files may not be sent, what fits the message is said alone. */
  async attach(place: Place, { name, text: content }: Attachment, lines: string[]): Promise<Posted> {
    const { text, entities } = format(lines, MAX_CAPTION);
    const file = new InputFile(Buffer.from(content), name);
    try {
      const message = await this.#call(() =>
        this.#bot.api.sendDocument(place.chat, file, {
          caption: text,
          caption_entities: entities,
          message_thread_id: place.thread === undefined ? undefined : Number(place.thread),
        }),
      );
      return { place, message: String((message as Message).message_id) };
    } catch (thrown) {
      if (/not enough rights to send documents/i.test(String(thrown))) return this.post(place, lines);
      throw thrown;
    }
  }

  async answerPress({ press }: Incoming, text?: string): Promise<void> {
    if (press === undefined) return;
    const words = text === undefined ? {} : { text: format([text], MAX_TOAST).text, show_alert: true };
    await this.#bot.api.answerCallbackQuery(press, words);
  }

  /** A bot sets one reaction, which takes the place of the one before. */
  async react({ place, message }: Posted, standing: Standing): Promise<void> {
    await this.#call(() =>
      this.#bot.api.setMessageReaction(place.chat, Number(message), reactionOf(standing)),
    );
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

  async #failed(err: unknown, signal: AbortSignal): Promise<void> {
    const { log } = this.#parts;
    const code = err instanceof GrammyError ? err.error_code : undefined;
    if (code === 401) log.error('Telegram refuses the token: it is wrong or was revoked');
    else if (code === 409) log.error('somebody else polls with the same Telegram token, or a webhook is set');
    else log.warn({ err }, 'Telegram could not be polled');
    const asked = err instanceof GrammyError ? err.parameters.retry_after : undefined;
    const pause = code === 401 ? REFUSED_MS : asked === undefined ? AGAIN_MS : asked * 1_000;
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
}

/** Buttons as Telegram takes them; one whose line is too long for it is left out. */
function keyboard(buttons: readonly Button[] = []): InlineKeyboardMarkup | undefined {
  const fitting = buttons.filter(({ line }) => Buffer.byteLength(line) <= MAX_DATA);
  if (fitting.length === 0) return undefined;
  return { inline_keyboard: [fitting.map(({ label, line }) => ({ text: label, callback_data: line }))] };
}

/** A message from a person, or the press of a button, as a line; everything else is none. */
function incomingOf({ message, callback_query: pressed }: Update, bot: string): Incoming[] {
  if (pressed) {
    const { message: under, data } = pressed;
    if (!under || data === undefined) return [];
    const thread =
      'is_topic_message' in under && under.is_topic_message ? under.message_thread_id : undefined;
    return [
      {
        id: `press-${pressed.id}`,
        platform: 'telegram',
        chat: String(under.chat.id),
        thread: thread === undefined ? undefined : String(thread),
        user: String(pressed.from.id),
        text: data,
        bot,
        press: pressed.id,
      },
    ];
  }
  const text = message?.text ?? message?.caption;
  if (!message?.from || message.from.is_bot || text === undefined) return [];
  return [
    {
      id: String(message.message_id),
      message: String(message.message_id),
      replyTo: message.reply_to_message && String(message.reply_to_message.message_id),
      platform: 'telegram',
      chat: String(message.chat.id),
      thread: message.is_topic_message ? String(message.message_thread_id) : undefined,
      user: String(message.from.id),
      text,
      bot,
    },
  ];
}
