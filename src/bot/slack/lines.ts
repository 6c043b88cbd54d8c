/** What Slack delivers, as lines: mentions of the bot, the slash command, presses of buttons. Everything else is none. */
import type { Incoming } from '../platform.ts';
import { plain } from './text.ts';

/** A delivery's body, as far as it is looked at; it comes from outside, so nothing of it is relied on. */
type Body = Record<string, unknown>;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The line in a delivery; `bot` is the bot's user id. A mention may come as two events with one time stamp: they are one line. */
export function linesOf(body: Body, bot: string): Incoming[] {
  if (text(body.command)) return slashCommand(body);
  if (body.type === 'block_actions') return press(body);
  const event = body.event as Body | undefined;
  if (body.type !== 'event_callback' || !event) return [];
  if (event.type !== 'message' && event.type !== 'app_mention') return [];
  // Edits, joins and the like have a subtype; bots do not talk to bots.
  if (event.subtype !== undefined || event.bot_id !== undefined) return [];
  const [chat, user, said, id] = [event.channel, event.user, event.text, event.ts].map(text);
  if (!chat || !user || !said || !id) return [];
  const mentioned = new RegExp(`^\\s*<@${bot}(?:\\|[^>]*)?>[\\s:,]*(.*)$`, 's').exec(said);
  const line = mentioned ? withSlash(plain(mentioned[1] as string)) : plain(said);
  const thread = text(event.thread_ts);
  return [{ id, platform: 'slack', chat, thread, user, text: line, message: id, replyTo: thread }];
}

function slashCommand(body: Body): Incoming[] {
  const [chat, user, id] = [body.channel_id, body.user_id, body.trigger_id].map(text);
  if (!chat || !user || !id) return [];
  return [{ id, platform: 'slack', chat, user, text: withSlash(plain(text(body.text) ?? 'help')) }];
}

/** A press of a button; the same one has the same trigger. */
function press(body: Body): Incoming[] {
  const part = (name: string) => (body[name] ?? {}) as Body;
  const [action] = Array.isArray(body.actions) ? (body.actions as Body[]) : [];
  const id = text(body.trigger_id);
  const [chat, user, line] = [part('channel').id, part('user').id, action?.value].map(text);
  if (!chat || !user || !line || !id) return [];
  const thread = text(part('message').thread_ts);
  return [{ id: `press-${id}`, platform: 'slack', chat, thread, user, text: line, press: id }];
}

/** With a slash before the command; `/muster`, which people copy along, is none. */
function withSlash(line: string): string {
  const bare = line.trimStart().replace(/^\/muster(?=\s|$)\s*/i, '');
  return bare.startsWith('/') ? bare : `/${bare || 'help'}`;
}
