/** Which channel and message a call means, and whether the bot may touch them. */
import type { Params } from './params.ts';
import { Refusal } from './refusal.ts';
import type { Channel, Held, World } from './world.ts';

/** The channel of a call; a private one that the bot is not in does not exist for it. Limit: channels are found by id only. */
export function channelOf(world: World, params: Params, name = 'channel'): Channel {
  const channel = world.channels.get(params.text(name));
  if (!channel || (channel.type !== 'channel' && !channel.joined)) throw new Refusal('channel_not_found');
  return channel;
}

/** The channel of a call that changes something in it; `archived` is the word for one that is closed. */
export function openChannel(
  world: World,
  params: Params,
  name = 'channel',
  archived = 'is_archived',
): Channel {
  const channel = channelOf(world, params, name);
  if (!channel.joined) throw new Refusal('not_in_channel');
  if (channel.archived) throw new Refusal(archived);
  return channel;
}

export function messageOf(channel: Channel, params: Params, name: string): Held {
  const held = channel.messages.get(params.text(name));
  if (!held) throw new Refusal('message_not_found');
  return held;
}

/** The message whose thread is to be answered; an answer stands for the message it answers. */
export function threadOf(channel: Channel, params: Params): string | undefined {
  if (!params.has('thread_ts')) return undefined;
  const ts = params.text('thread_ts');
  if (!/^\d{10,}\.\d{6}$/.test(ts)) throw new Refusal('invalid_thread_ts');
  const held = channel.messages.get(ts);
  if (!held) throw new Refusal('thread_not_found');
  return held.thread ?? ts;
}
