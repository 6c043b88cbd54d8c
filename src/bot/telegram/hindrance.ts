/** What Telegram's refusals mean. Texts: core.telegram.org/bots/api, and what its server answers. */
import { GrammyError } from 'grammy';
import { Undelivered } from '../platform.ts';

/** The error as the outbox understands it; undefined where it means that all is well already. */
export function hindrance(thrown: unknown): unknown {
  if (!(thrown instanceof GrammyError)) return thrown;
  const { error_code: code, description, parameters } = thrown;
  const as = (why: Undelivered['why']) => new Undelivered(why, description, { cause: thrown });
  if (/message is not modified/i.test(description)) return undefined;
  if (code === 429) return as({ kind: 'later', ms: (parameters.retry_after ?? 5) * 1_000 });
  if (parameters.migrate_to_chat_id !== undefined)
    return as({ kind: 'moved', chat: String(parameters.migrate_to_chat_id) });
  if (
    code === 400 &&
    /message to edit not found|message can't be edited|MESSAGE_ID_INVALID/i.test(description)
  )
    return as({ kind: 'vanished' });
  if (
    code === 401 ||
    code === 403 ||
    /chat not found|thread not found|TOPIC_CLOSED|not enough rights/i.test(description)
  )
    return as({ kind: 'shut' });
  return code === 400 || code === 413 ? as({ kind: 'bad' }) : thrown;
}
