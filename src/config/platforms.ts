/** Chat platforms and the chats on them: the shape of `platforms` and `channels`. */
import { z } from 'zod';
import { messages } from '../messages/messages.ts';
import { Glob } from './checked.ts';

/** Where a secret is: `env:NAME`, `file:PATH` (relative to the configuration), or (warned of) itself. */
export const SecretText = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\s\0]+$/, { error: () => messages().config.secret });

const Address = z.url({ protocol: /^https?$/, error: () => messages().config.url });

const ShownByReactions = z
  .boolean()
  .default(true)
  .describe('whether reactions under people’s messages show how what they asked for stands');

/** Where Telegram brings updates to, of its own servers (core.telegram.org/bots/api#setwebhook). */
const PORTS = ['', '443', '80', '88', '8443'];
const TELEGRAM_API = 'https://api.telegram.org';
const MODES = ['polling', 'webhook'] as const;

export const Telegram = z
  .strictObject({
    token: SecretText.describe('the token from BotFather: `env:NAME` or `file:PATH`'),
    apiRoot: Address.default(TELEGRAM_API).describe('where the Bot API is'),
    mode: z
      .enum(MODES, { error: () => messages().config.oneOf({ names: MODES }) })
      .default('polling')
      .describe(
        'how what people say comes in: `polling`, Muster asks for it (no address needed); `webhook`, Telegram brings it to `url`',
      ),
    url: Address.optional().describe(
      'of a `webhook`: a public https address, at port 443, 80, 88 or 8443, that something which ends TLS passes on to `port`',
    ),
    port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .default(3_001)
      .describe('of a `webhook`: where requests come in, as plain HTTP'),
    secret: SecretText.optional().describe(
      'of a `webhook`: what Telegram proves itself by, `env:NAME` or `file:PATH`; follows from the token by default',
    ),
    reactions: ShownByReactions,
  })
  .superRefine(({ mode, url, secret, apiRoot }, context) => {
    const words = messages().config.telegram;
    const problem = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (mode === 'polling') {
      if (url !== undefined) problem('url', words.webhookOnly);
      if (secret !== undefined) problem('secret', words.webhookOnly);
    } else if (url === undefined) {
      problem('url', words.noUrl);
    } else if (apiRoot === TELEGRAM_API) {
      const { protocol, port } = new URL(url);
      if (protocol !== 'https:') problem('url', words.notHttps);
      else if (!PORTS.includes(port)) problem('url', words.port);
    }
  });

export const Slack = z
  .strictObject({
    botToken: SecretText.describe('the bot user’s token (`xoxb-…`): `env:NAME` or `file:PATH`'),
    appToken: SecretText.optional().describe(
      'the app-level token (`xapp-…`) for Socket Mode: no port needed',
    ),
    signingSecret: SecretText.optional().describe(
      'the signing secret, where Slack sends requests to `port` instead',
    ),
    port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .default(3_000)
      .describe('where signed requests come in, at `/slack/events`, as plain HTTP'),
    apiUrl: Address.optional().describe('where the Web API is; Slack’s own by default'),
    reactions: ShownByReactions,
  })
  .refine(({ appToken, signingSecret }) => (appToken === undefined) !== (signingSecret === undefined), {
    error: () => messages().config.slackWay,
  });

/** What a channel is told besides the answers to what is asked there. */
export const POSTS = ['runs', 'schedules', 'operators', 'alerts', 'nodes'] as const;
export type Post = (typeof POSTS)[number];

const PLATFORMS = ['telegram', 'slack'] as const;

export const Channel = z.strictObject({
  platform: z
    .enum(PLATFORMS, { error: () => messages().config.oneOf({ names: PLATFORMS }) })
    .describe('the platform it is on: `telegram` or `slack`'),
  chat: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\s\0]+$/, { error: () => messages().config.chat })
    .describe('its id there, like `"-1001234567890"` or `C0123ABCD`'),
  thread: z
    .string()
    .regex(/^\d+$/, { error: () => messages().config.topic })
    .optional()
    .describe('only this topic of a forum'),
  posts: z
    .array(z.enum(POSTS, { error: () => messages().config.oneOf({ names: POSTS }) }))
    .default([])
    .describe(
      'what is told there besides answers: `runs` (a card of each, wherever it was asked for), `schedules` (what became of them), `operators` (what only they can mend), `alerts` (all of them; routes of `alerts` choose finer), `nodes` (a card of each `/prepare` that takes a host behind its overlay network, with its address there)',
    ),
  on: z
    .array(Glob)
    .min(1)
    .default(['*', '*/*'])
    .describe('of `runs`, only those on these scopes, by glob: `app/shop-*`, `host/web-1`'),
});

export type Telegram = z.output<typeof Telegram>;
export type Slack = z.output<typeof Slack>;
export type Channel = z.output<typeof Channel>;
