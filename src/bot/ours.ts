/** Which chats of a service are ours: those of the configuration, also under an id that they have by now. */
import type { Channel } from '../config/platforms.ts';
import type { Front } from './front/front.ts';
import type { Incoming } from './platform.ts';

type Channels = Readonly<Record<string, Channel>>;

/** Somebody sits at the console; of a service, only chats of the configuration are heard, or the topics of them that it names. */
export async function isHeard(
  front: Front,
  { chat, thread }: Incoming,
  channels: Channels,
): Promise<boolean> {
  if (!front.platform.limits) return true;
  return isIn(
    front,
    chat,
    Object.values(channels).filter((channel) => channel.thread === undefined || channel.thread === thread),
  );
}

/** Whether any channel of the configuration, or a topic of it, is in that chat. */
export const isOurs = (front: Front, chat: string, channels: Channels): Promise<boolean> =>
  isIn(front, chat, Object.values(channels));

async function isIn({ platform, whereIs }: Front, chat: string, channels: Channel[]): Promise<boolean> {
  const own = channels.filter((channel) => channel.platform === platform.name);
  if (own.some((channel) => channel.chat === chat)) return true;
  const places = await Promise.all(own.map((channel) => whereIs(channel)));
  return places.some((place) => place.chat === chat);
}
