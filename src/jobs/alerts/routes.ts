/** Who is told of a group of alerts: by the routes of the configuration, and around a chat service that is silent. Pure. */
import picomatch from 'picomatch';
import type { AlertRoute } from '../../config/alerts.ts';
import type { Config } from '../../config/config.ts';
import type { Channel } from '../../config/platforms.ts';
import { type Group, isOpen, type Member, membersOf, type Telling } from './group.ts';
import type { Manner } from './next.ts';
import { isQuiet } from './quiet.ts';

/** How long all must have been well before that is said, ms. */
export const CALM_MS = 15_000;
/** What is heard where no route says otherwise. */
export const ALL = {
  severities: ['info', 'warning', 'critical'],
  subjects: ['*', '*/**'],
  delay: 5_000,
} as const;

type Place = Telling['place'];
type Route = Pick<AlertRoute, 'delay' | 'quiet' | 'remind'> & {
  severities: readonly string[];
  subjects: readonly string[];
};
interface Way {
  place: Place;
  route: Route;
}

/** A place that is told, which of the group's alarms it hears of, and in which manner. */
export interface Audience {
  place: Place;
  members: Member[];
  manner: Manner;
  /** The time zone of the people there. */
  zone: string;
}

/** When it is, ms since the epoch, and which chat services are silent then. */
export interface Moment {
  silent: ReadonlySet<string>;
  now: number;
  /** How long all must have been well before that is said, ms; 15 s by default. */
  calm?: number;
}

/** How a place is called among the tellings of a group. */
export const placeKey = ({ platform, chat, thread }: Place): string =>
  [platform, chat, thread ?? ''].join('/');

/** The chat services of which a group says that they are silent. */
export const silentPlatforms = (groups: readonly Group[]): Set<string> =>
  new Set(groups.flatMap(membersOf).flatMap((member) => (isOpen(member) ? (member.besides ?? []) : [])));

/**
 * Who hears of a group now. Where nobody would, as it is about what is silent or goes only there, channels of other services
 * do: those that hear alerts, or else what operators hear, or else any.
 */
export function audiencesOf(
  group: Group,
  config: Pick<Config, 'alerts' | 'channels'>,
  { silent, now, calm = CALM_MS }: Moment,
): Audience[] {
  const members = membersOf(group);
  const ways = waysOf(config);
  const told = gather(ways, members, now, calm);
  const reached = told.some(({ place }) => !silent.has(place.platform));
  const wanted = told.length > 0 || members.some(({ besides }) => besides !== undefined);
  if (reached || !wanted) return told;
  const elsewhere = (way: Way) => !silent.has(way.place.platform);
  const detours = [ways, posting(config, 'operators'), everywhere(config)].map((some) =>
    some.filter(elsewhere).map(({ place, route: { delay } }) => ({ place, route: { ...ALL, delay } })),
  );
  const around = gather(detours.find((some) => some.length > 0) ?? [], members, now, calm);
  const known = new Set(told.map(({ place }) => placeKey(place)));
  return [...told, ...around.filter(({ place }) => !known.has(placeKey(place)))];
}

/** What a place hears to its end that was told once and would not be told any more. */
export function formerAudience(group: Group, { place, zone = 'UTC' }: Telling, calm = CALM_MS): Audience {
  const members = membersOf(group).filter(({ besides }) => besides !== place.platform);
  return { place, members, manner: { delay: 0, calm, quiet: false }, zone };
}

const known = new WeakMap<object, { channels: object; ways: Way[] }>();

/** Every way from an alarm to a place, the first one of a place deciding the manner; found once for a configuration. */
function waysOf(config: Pick<Config, 'alerts' | 'channels'>): Way[] {
  const { alerts, channels } = config;
  const found = known.get(alerts);
  if (found?.channels === channels) return found.ways;
  const ways = findWays(config);
  known.set(alerts, { channels, ways });
  return ways;
}

function findWays(config: Pick<Config, 'alerts' | 'channels'>): Way[] {
  const routed = Object.values(config.alerts).flatMap((route) =>
    route.to.flatMap((name) => {
      const channel = config.channels[name];
      return channel ? [{ place: placeOf(channel), route }] : [];
    }),
  );
  const ways = [...routed, ...posting(config, 'alerts')];
  return ways.length > 0 ? ways : posting(config, 'operators');
}

const everywhere = ({ channels }: Pick<Config, 'channels'>): Way[] =>
  Object.values(channels).map((channel) => ({ place: placeOf(channel), route: ALL }));

const posting = ({ channels }: Pick<Config, 'channels'>, what: Channel['posts'][number]): Way[] =>
  Object.values(channels)
    .filter(({ posts }) => posts.includes(what))
    .map((channel) => ({ place: placeOf(channel), route: ALL }));

function gather(ways: readonly Way[], members: readonly Member[], now: number, calm: number): Audience[] {
  const wants = ({ route, place }: Way, member: Member) =>
    member.besides !== place.platform && route.severities.includes(member.severity) && isAbout(route, member);
  // Only ways that lead anywhere are gone: with many routes that is hardly any of them.
  const places = new Map<string, Way[]>();
  for (const way of ways) {
    if (!members.some((member) => wants(way, member))) continue;
    const name = placeKey(way.place);
    places.set(name, [...(places.get(name) ?? []), way]);
  }
  return [...places.values()].map((own): Audience => {
    const [{ place, route }] = own as [Way];
    const heard = members.filter((member) => own.some((way) => wants(way, member)));
    return { place, members: heard, manner: mannerOf(route, now, calm), zone: route.quiet?.zone ?? 'UTC' };
  });
}

const mannerOf = ({ delay, quiet, remind }: Route, now: number, calm: number): Manner => ({
  delay,
  calm,
  remind,
  quiet: quiet !== undefined && isQuiet(quiet, now),
});

const placeOf = ({ platform, chat, thread }: Channel): Place => ({ platform, chat, thread });

const matchers = new WeakMap<readonly string[], (subject: string) => boolean>();

/** By any of the globs, and by none of those that start with `!`; only such ones mean everything else. */
function isAbout({ subjects }: Route, { subject }: Member): boolean {
  const known = matchers.get(subjects) ?? matcherOf(subjects);
  matchers.set(subjects, known);
  return known(subject);
}

function matcherOf(globs: readonly string[]): (subject: string) => boolean {
  const wanted = globs.filter((glob) => !glob.startsWith('!'));
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const wants = picomatch(wanted.length > 0 ? wanted : ['*', '*/**']);
  const refuses = unwanted.length > 0 ? picomatch(unwanted) : () => false;
  return (subject) => wants(subject) && !refuses(subject);
}
