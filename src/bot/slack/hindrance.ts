/** What Slack's refusals mean (docs.slack.dev, errors of chat.postMessage and chat.update). */
import { webApi } from '@slack/bolt';
import { Undelivered } from '../platform.ts';

const { ErrorCode } = webApi;

const VANISHED = ['message_not_found', 'cant_update_message', 'edit_window_closed', 'thread_not_found'];
const BAD = [
  ...['msg_too_long', 'no_text', 'too_many_attachments'],
  ...['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long'],
];
const SHUT = [
  ...['channel_not_found', 'not_in_channel', 'restricted_action', 'ekm_access_denied'],
  // An archived channel refuses what is new and what is changed in different words.
  ...['is_archived', 'is_inactive'],
  ...[
    'invalid_auth',
    'not_authed',
    'account_inactive',
    'token_revoked',
    'token_expired',
    'missing_scope',
    'team_access_not_granted',
  ],
];

/** The error as the outbox understands it; what may pass stays what it is. */
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
  if (SHUT.includes(error)) return as({ kind: 'shut' }, error);
  return BAD.includes(error) ? as({ kind: 'bad' }, error) : thrown;
}
