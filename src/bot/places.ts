/** Where what is said: the chats of the configuration, by what each is told. Pure. */
import type { Channel, Post } from '../config/platforms.ts';
import type { Run } from '../jobs/run-record.ts';
import { SAY_CHAT } from './console/say.ts';
import type { Place } from './platform.ts';
import { compileGlobs } from './rights/authorise.ts';

/** The platform of lines that a schedule says. */
export const SCHEDULE = 'schedule';

type Channels = Readonly<Record<string, Channel>>;

const placeOf = ({ platform, chat, thread }: Place): Place => ({ platform, chat, thread });
/** Whether what is said in one is seen in the other: a chat shows all of its topics. */
const sees = (a: Place, b: Place): boolean =>
  a.platform === b.platform &&
  a.chat === b.chat &&
  (a.thread === b.thread || a.thread === undefined || b.thread === undefined);

/** A name for a place within its platform. */
export const placeName = ({ chat, thread }: Place): string =>
  thread === undefined ? chat : `${chat}:${thread}`;

/** The channels that are told such things. */
export const channelsFor = (what: Post, channels: Channels): Place[] =>
  Object.values(channels)
    .filter(({ posts }) => posts.includes(what))
    .map(placeOf);

/**
 * Where a run has a card: where it was asked for; where schedules are told, if one asked; and in channels that are told of
 * runs on what it works on. One card a chat, or a topic of it. `homes` are the consoles at which somebody sits.
 */
export function placesOf(
  { by, scope, plan }: Pick<Run, 'by' | 'scope' | 'plan'>,
  channels: Channels,
  homes: readonly Place[] = [],
): Place[] {
  const asked =
    by.platform === SCHEDULE
      ? [...homes, ...channelsFor('schedules', channels)]
      : by.chat === SAY_CHAT
        ? []
        : [placeOf(by)];
  const told = plan.fleeting
    ? []
    : Object.values(channels)
        .filter(
          ({ posts, on }) =>
            (posts.includes('runs') && scope.some(compileGlobs(on))) ||
            (plan.posts !== undefined && posts.includes(plan.posts)),
        )
        .map(placeOf);
  const places: Place[] = [];
  for (const place of [...asked, ...told])
    if (!places.some((known) => sees(known, place))) places.push(place);
  return places;
}
