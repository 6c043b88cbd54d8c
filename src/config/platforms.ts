/** Chat platforms and the chats on them: the shape of `platforms` and `channels`. */
import { z } from 'zod';

/** Where a secret is: `env:NAME`, `file:PATH` (relative to the configuration), or (warned of) itself. */
export const SecretText = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\s\0]+$/, 'a secret, `env:NAME` or `file:PATH`, without spaces');

const Address = z.url({ protocol: /^https?$/, message: 'an http or https address' });

export const Telegram = z.strictObject({
  token: SecretText.describe('the token from BotFather: `env:NAME` or `file:PATH`'),
  apiRoot: Address.default('https://api.telegram.org').describe('where the Bot API is'),
});

/** What a channel is told besides the answers to what is asked there. */
export const POSTS = ['schedules', 'operators'] as const;
export type Post = (typeof POSTS)[number];

export const Channel = z.strictObject({
  platform: z.enum(['telegram'], { message: 'one of: telegram' }).describe('the platform it is on'),
  chat: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\s\0]+$/, 'the id of a chat')
    .describe('its id there, like `"-1001234567890"`'),
  thread: z.string().regex(/^\d+$/, 'the id of a topic').optional().describe('only this topic of a forum'),
  posts: z
    .array(z.enum(POSTS, { message: `one of: ${POSTS.join(', ')}` }))
    .default([])
    .describe(
      'what is told there besides answers: `schedules` (what became of them), `operators` (what only they can mend)',
    ),
});

export type Telegram = z.output<typeof Telegram>;
export type Channel = z.output<typeof Channel>;
