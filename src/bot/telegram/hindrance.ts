/** What Telegram's refusals mean. Texts: core.telegram.org/bots/api, and what its server answers. */
import { GrammyError } from 'grammy';
import { Undelivered } from '../platform.ts';

/** The chat is not there, or the bot may not write in it. */
const SHUT =
  /chat not found|not enough rights|no rights to send|CHAT_(?:WRITE_FORBIDDEN|RESTRICTED)|was deactivated/i;

/** Whether the topic to write to is gone or closed: the rest of the chat may still take it. */
export const isTopicShut = (thrown: unknown): boolean =>
  thrown instanceof GrammyError && /thread not found|TOPIC_CLOSED|TOPIC_DELETED/i.test(thrown.description);

/** The error as the outbox understands it; undefined where it means that all is well already. */
export function hindrance(thrown: unknown): unknown {
  if (!(thrown instanceof GrammyError)) return thrown;
  const { error_code: code, description, parameters } = thrown;
  const as = (why: Undelivered['why']) => new Undelivered(why, description, { cause: thrown });
  if (/message is not modified/i.test(description)) return undefined;
  if (code === 429) return as({ kind: 'later', ms: (parameters.retry_after ?? 5) * 1_000 });
  if (parameters.migrate_to_chat_id !== undefined)
    return as({ kind: 'moved', chat: String(parameters.migrate_to_chat_id) });
  if (/message to edit not found|message can't be edited|MESSAGE_ID_INVALID/i.test(description))
    return as({ kind: 'vanished' });
  if (code === 403 || SHUT.test(description) || isTopicShut(thrown)) return as({ kind: 'shut' });
  return code === 400 || code === 413 ? as({ kind: 'bad' }) : thrown;
}
