/** Methods with which a bot responds without words: answers to buttons, reactions, «typing». */
import type { ReactionType, ReactionTypeEmoji } from 'grammy/types';
import { messageOf, openChat, topicOf } from './access.ts';
import { bad } from './refusal.ts';
import type { Method } from './service.ts';

/** How long a pressed button can be answered, ms. Nowhere documented: bots report some 10 to 20 seconds. */
export const ANSWER_MS = 15_000;
/** Characters of an answer (core.telegram.org/bots/api#answercallbackquery). */
const ANSWER_CHARACTERS = 200;
/** Of core.telegram.org/bots/api#sendchataction. */
const ACTIONS = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
]);
/** Of core.telegram.org/bots/api#reactiontypeemoji. */
const EMOJI: ReadonlySet<string> = new Set<ReactionTypeEmoji['emoji']>([
  '👍',
  '👎',
  '❤',
  '🔥',
  '🥰',
  '👏',
  '😁',
  '🤔',
  '🤯',
  '😱',
  '🤬',
  '😢',
  '🎉',
  '🤩',
  '🤮',
  '💩',
  '🙏',
  '👌',
  '🕊',
  '🤡',
  '🥱',
  '🥴',
  '😍',
  '🐳',
  '❤‍🔥',
  '🌚',
  '🌭',
  '💯',
  '🤣',
  '⚡',
  '🍌',
  '🏆',
  '💔',
  '🤨',
  '😐',
  '🍓',
  '🍾',
  '💋',
  '🖕',
  '😈',
  '😴',
  '😭',
  '🤓',
  '👻',
  '👨‍💻',
  '👀',
  '🎃',
  '🙈',
  '😇',
  '😨',
  '🤝',
  '✍',
  '🤗',
  '🫡',
  '🎅',
  '🎄',
  '☃',
  '💅',
  '🤪',
  '🗿',
  '🆒',
  '💘',
  '🙉',
  '🦄',
  '😘',
  '💊',
  '🙊',
  '😎',
  '👾',
  '🤷‍♂',
  '🤷',
  '🤷‍♀',
  '😡',
]);

const answerCallbackQuery: Method = ({ world, queries, answers }, params) => {
  const query = queries.get(params.text('callback_query_id'));
  if (!query || world.clock.now() > query.at + ANSWER_MS) {
    throw bad('query is too old and response timeout expired or query ID is invalid');
  }
  const text = params.text('text');
  if (text.length > ANSWER_CHARACTERS) throw bad('MESSAGE_TOO_LONG');
  queries.delete(query.id);
  answers.push({ ...query, text, alert: params.flag('show_alert') });
  return true;
};

/** Limit: emoji only; a bot without Premium sets one reaction at most. */
const setMessageReaction: Method = ({ world, budget }, params) => {
  const chat = openChat(world, params);
  const held = messageOf(chat, params, 'react');
  const given = (params.json('reaction') ?? []) as ReactionType[];
  const emoji = given.map((reaction) => (reaction.type === 'emoji' ? reaction.emoji : ''));
  if (!emoji.every((one) => EMOJI.has(one) && (chat.allowedReactions?.includes(one) ?? true))) {
    throw bad('REACTION_INVALID');
  }
  if (emoji.length > 1) throw bad('REACTIONS_TOO_MANY');
  budget.spend('setMessageReaction', chat.id, chat.type !== 'private');
  held.reactions = emoji;
  return true;
};

const sendChatAction: Method = ({ world, actions }, params) => {
  const chat = openChat(world, params);
  const action = params.text('action');
  if (!ACTIONS.has(action)) throw bad('wrong parameter action in request');
  actions.push({ chat: chat.id, action, thread: topicOf(chat, params) });
  return true;
};

/** The methods of this file. */
export const responseMethods = {
  answerCallbackQuery,
  setMessageReaction,
  sendChatAction,
} satisfies Record<string, Method>;
