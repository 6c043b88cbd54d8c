/** What Slack tells of channels that the bot was taken into, or that were archived (docs.slack.dev/reference/events). */

/** A channel, and why nothing can be said there from now on; without a reason, it can. */
export interface Access {
  chat: string;
  reason?: string;
}

/** What a delivery tells of access to a channel, if it does; `bot` is the bot's user id. */
export function accessOf(body: Record<string, unknown>, bot: string): Access | undefined {
  const event = body.event as Record<string, unknown> | undefined;
  if (body.type !== 'event_callback' || typeof event?.channel !== 'string') return undefined;
  const { type, user, channel: chat } = event as { type: unknown; user: unknown; channel: string };
  if (type === 'channel_unarchive' || type === 'group_unarchive') return { chat };
  if (type === 'channel_archive' || type === 'group_archive') return { chat, reason: 'is_archived' };
  if (type === 'member_joined_channel' && user === bot) return { chat };
  if (type === 'member_left_channel' && user === bot) return { chat, reason: 'not_in_channel' };
  return undefined;
}
