/** What Telegram's updates mean: lines that people say, chats that move, chats that let the bot in or put it out. */
import type { ChatMember, Message, Update } from 'grammy/types';
import { messages } from '../../messages/messages.ts';
import type { Ears, Incoming } from '../platform.ts';

/** What is asked for. Edits of messages and posts of channels are not: a line counts as it was said first, and by a person. */
export const HEARD = ['message', 'callback_query', 'my_chat_member'] as const;

/** Takes updates over; resolves when their lines are kept. `bot` is the bot's name. */
export async function hear(updates: readonly Update[], bot: string, ears: Ears): Promise<void> {
  for (const { message, my_chat_member: standing } of updates) {
    const to = message?.migrate_to_chat_id;
    if (message && to !== undefined) await ears.moved(String(message.chat.id), String(to));
    if (standing) await ears.access(String(standing.chat.id), obstacle(standing.new_chat_member));
  }
  await ears.take(updates.flatMap((update) => linesOf(update, bot)));
}

/** Why the bot can say nothing in a chat, by what it is there; undefined where it can. */
function obstacle(member: ChatMember): string | undefined {
  const { talk } = messages();
  if (member.status === 'left' || member.status === 'kicked') return talk.putOut;
  if (member.status !== 'restricted') return undefined;
  if (!member.is_member) return talk.putOut;
  return member.can_send_messages ? undefined : talk.muted;
}

/** A message, or the press of a button, as a line; everything else is none. */
export function linesOf({ message, callback_query: pressed }: Update, bot: string): Incoming[] {
  if (message) return saidIn(message, bot);
  const { message: under, data } = pressed ?? {};
  if (!pressed || !under || data === undefined) return [];
  const thread = 'is_topic_message' in under && under.is_topic_message ? under.message_thread_id : undefined;
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

/** What other bots say, and what a channel posts into its group by itself, is nobody's word. */
function saidIn(message: Message & Update.NonChannel, bot: string): Incoming[] {
  const text = message.text ?? message.caption;
  if (text === undefined || message.is_automatic_forward) return [];
  const { from, sender_chat: mask } = message;
  if (!mask && (!from || from.is_bot)) return [];
  const doubt = mask ? 'masked' : message.forward_origin ? 'forwarded' : undefined;
  return [
    {
      id: String(message.message_id),
      message: String(message.message_id),
      replyTo: message.reply_to_message && String(message.reply_to_message.message_id),
      platform: 'telegram',
      chat: String(message.chat.id),
      thread: message.is_topic_message ? String(message.message_thread_id) : undefined,
      user: String(mask?.id ?? from?.id),
      text,
      bot,
      ...(doubt && { doubt }),
    },
  ];
}
