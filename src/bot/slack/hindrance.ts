/** What Slack's refusals mean (docs.slack.dev, errors of chat.postMessage and chat.update). */
import { webApi } from '@slack/bolt';
import { Undelivered } from '../platform.ts';
import { TOKEN_REFUSED } from './reach.ts';

const { ErrorCode } = webApi;

const VANISHED = ['message_not_found', 'cant_update_message', 'edit_window_closed'];
const NO_THREAD = ['thread_not_found', 'cannot_reply_to_message', 'invalid_thread_ts'];
const BAD = [
  ...['msg_too_long', 'no_text', 'too_many_attachments'],
  ...['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long'],
];
/** What passes by itself. */
const PASSES = [
  ...['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'],
  ...['rate_limited', 'ratelimited', 'accesslimited', 'team_added_to_org'],
];

/** Whether what was to be said in a thread was refused because there is no such thread any more. */
export function lacksThread(thrown: unknown): boolean {
  const { data } = thrown as { data?: { error?: string } };
  return data?.error !== undefined && NO_THREAD.includes(data.error);
}

/** The error as the outbox understands it; what may pass stays what it is. What is shut is tried again, and operators are told why. */
export function hindrance(thrown: unknown): unknown {
  const { code, retryAfter, data } = thrown as {
    code?: string;
    retryAfter?: number;
    data?: { error?: string };
  };
  const as = (why: Undelivered['why'], message: string) => new Undelivered(why, message, { cause: thrown });
  if (code === ErrorCode.RateLimitedError)
    return as({ kind: 'later', ms: (retryAfter ?? 5) * 1_000 }, 'ratelimited');
  const error = data?.error;
  if (code !== ErrorCode.PlatformError || error === undefined) return thrown;
  if (VANISHED.includes(error)) return as({ kind: 'vanished' }, error);
  if (BAD.includes(error)) return as({ kind: 'bad' }, error);
  // A refused token is said once, not channel by channel. Otherwise the bot was put out, the channel archived, a right
  // taken; also what Slack may think of later.
  return PASSES.includes(error) || TOKEN_REFUSED.includes(error) ? thrown : as({ kind: 'shut' }, error);
}
