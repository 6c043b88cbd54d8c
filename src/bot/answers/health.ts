/** How healthy something is, as text. */
import type { Config } from '../../config/config.ts';
import { environmentsOf } from '../../config/hosts.ts';
import { MusterError } from '../../errors.ts';
import { CLOUD, subjectOf } from '../../hubs/health/names.ts';
import type { Standing } from '../../hubs/health/standing.ts';
import { inWords } from '../../hubs/health/words.ts';
import { messages } from '../../messages/messages.ts';
import { suggest } from '../../suggest.ts';
import { humanDuration } from '../../units.ts';
import { sparkline } from '../alerts/sparkline.ts';

/** How long nothing may be heard of the hub, ms, until it is said. */
export const STALE_MS = 20_000;
const MOST_REASONS = 6;
const DAY_MS = 86_400_000;

export const MARKS = { healthy: '●', degraded: '▲', unhealthy: '✕', unknown: '○' } as const;

/** How a target is written. */
export const TARGET = /^(?:(?:app|host|check|environment)\/)?[a-z0-9][a-z0-9-]*$/;

/** What a person means by a target: `cloud`, `app/shop`, `host/web-1`, `environment/production`, or the name of an app, host or check; rejects with `config.unknown`. */
export function targetOf(config: Config, text: string): string {
  if (text === CLOUD) return CLOUD;
  const [, kind, name] = /^(?:(app|host|check|environment)\/)?(.+)$/.exec(text) ?? [];
  const known: [string, Record<string, unknown>][] = [
    ['app', config.apps],
    ['host', config.hosts],
    ['check', config.checks],
  ];
  // Never by its name alone: what may be seen of it is given on it, and not on an app or host of that name.
  if (kind === 'environment' && name !== undefined && environmentsOf(config).has(name)) return text;
  for (const [section, entries] of known)
    if (name !== undefined && (kind ?? section) === section && Object.hasOwn(entries, name))
      return `${section}/${name}`;
  const near = suggest(
    name ?? text,
    kind === 'environment'
      ? [...environmentsOf(config).keys()]
      : known.flatMap(([, entries]) => Object.keys(entries)),
  );
  throw new MusterError('config.unknown', {
    what: messages().names.looked.target,
    name: text,
    near,
    list: '/health',
  });
}

export const nameIn = (target: string): string =>
  target === CLOUD ? messages().health.cloud : target.slice(target.indexOf('/') + 1);

/** The first line: how it is. */
export function healthLine(target: string, standing: Standing | undefined): string {
  const { head, blank, states } = messages().health;
  const what = nameIn(target);
  if (standing?.percent === undefined) return `${MARKS.unknown} ${blank({ what })}`;
  const { state, percent } = standing;
  return `${MARKS[state]} ${head({ what, percent, state: states[state] })}`;
}

/** Why it is so, a line each, the worst first. */
export function reasonLines({ reasons }: Standing, now: number, most = MOST_REASONS): string[] {
  const { since, more } = messages().health;
  const shown = reasons
    .slice(0, most)
    .map(
      (reason) =>
        `${MARKS[reason.status]} ${since({ what: inWords(reason), time: humanDuration(Math.max(0, now - reason.since)) })}`,
    );
  const left = reasons.length - shown.length;
  return left > 0 ? [...shown, more({ count: left })] : shown;
}

/** How it was: the last day, how much of the time it was up, and how that stands to its goal. */
export function courseLines({ chart, uptime }: Standing, slo: number | undefined): string[] {
  const words = messages().health;
  const percent = uptime && (Math.floor(uptime.share * 100_000) / 1_000).toFixed(uptime.share < 1 ? 3 : 0);
  return [
    ...(chart.some((value) => value >= 0) ? [words.day({ chart: sparkline(chart) })] : []),
    ...(uptime && percent !== undefined ? [words.uptime({ percent, days: uptime.days })] : []),
    ...(uptime && slo !== undefined ? [goalLine(uptime, slo)] : []),
  ];
}

/** How much of the failures that a goal allows is left, of the whole of its days. */
function goalLine({ days, share, watched }: NonNullable<Standing['uptime']>, slo: number): string {
  const { slo: within, sloGone } = messages().health;
  const left = days * DAY_MS * (1 - slo / 100) - watched * (1 - share);
  const goal = `${slo}`;
  return left >= 0
    ? within({ goal, left: humanDuration(left) })
    : sloGone({ goal, over: humanDuration(-left) });
}

/** That what is told is old, or that nobody tells anything; nothing where all is as it should be. */
export function hubLines({ hub }: Pick<Config, 'hub'>, told: number | undefined, now: number): string[] {
  const { noHub, silent, stale } = messages().health;
  if (told === undefined) return [hub.address === undefined ? noHub : silent];
  return now - told > STALE_MS ? [`${MARKS.degraded} ${stale({ time: humanDuration(now - told) })}`] : [];
}

/** What a next step is about: the subject of the worst reason. */
export const worstSubject = ({ reasons }: Standing): string | undefined =>
  reasons[0] && subjectOf(reasons[0].because ?? reasons[0].component);
