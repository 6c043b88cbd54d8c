/** How what a person asked for stands, as one of the reactions that Telegram lets bots set (core.telegram.org/bots/api#reactiontypeemoji). */
import type { ReactionTypeEmoji } from 'grammy/types';
import type { Limits, Standing } from '../platform.ts';

/**
 * Telegram says no numbers for reactions. So they are held to what holds for messages, in an account of their own: 20 a
 * minute to a group, of which two are left out, as what was set right before a crash is not on record; one a second to any
 * chat; and together with messages they stay below 30 a second over all.
 */
export const REACTION_LIMITS: Limits = {
  chat: (chat) =>
    chat.startsWith('-')
      ? [
          { count: 18, ms: 60_000 },
          { count: 1, ms: 1_000 },
        ]
      : [{ count: 1, ms: 1_000 }],
  overall: [{ count: 5, ms: 1_000 }],
};

const EMOJI: Record<Exclude<Standing, 'none'>, ReactionTypeEmoji['emoji']> = {
  received: '👀',
  asked: '🤔',
  working: '⚡',
  done: '👍',
  failed: '👎',
};

/** The one reaction of a standing; of `none`, no reaction. */
export const reactionOf = (standing: Standing): ReactionTypeEmoji[] =>
  standing === 'none' ? [] : [{ type: 'emoji', emoji: EMOJI[standing] }];
