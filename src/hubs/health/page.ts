/** A status page for everybody: apps by name, how they are and were. Nothing else is in it. Pure. */
import { messages } from '../../messages/messages.ts';
import { humanTime } from '../../units.ts';
import type { Health } from './pulse.ts';
import type { Standing } from './standing.ts';

/** What is told of an app. */
export interface PublicApp {
  name: string;
  state: Health;
  /** 0 to 100, oldest first; -1 where nothing was known. */
  day: number[];
  /** The share of the last 30 days in which it was up, 0 to 1. */
  uptime?: number;
}

/** What is told, out of how everything is; `at` in ms since the epoch. */
export function publicStatus(
  standings: ReadonlyMap<string, Standing>,
  at: number,
): { at: string; apps: PublicApp[] } {
  const apps = [...standings].flatMap(([subject, { state, chart, uptime }]): PublicApp[] => {
    if (!subject.startsWith('app/')) return [];
    const name = subject.slice('app/'.length);
    return [{ name, state, day: chart, ...(uptime && { uptime: Math.floor(uptime.share * 1e5) / 1e5 }) }];
  });
  return { at: new Date(at).toISOString(), apps: apps.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

const COLOURS: Record<Health, string> = {
  healthy: '#2ea043',
  degraded: '#db9b0c',
  unhealthy: '#cf222e',
  unknown: '#8b949e',
};

/** The page: no script, nothing from elsewhere. */
export function statusPage({ at, apps }: ReturnType<typeof publicStatus>): string {
  const { page, states, uptime } = messages().health;
  const isWell = apps.every(({ state }) => state === 'healthy' || state === 'unknown');
  const isKnown = apps.some(({ state }) => state !== 'unknown');
  const rows = apps.map(({ name, state, day, uptime: share }) => {
    const up =
      share === undefined ? '' : uptime({ percent: (share * 100).toFixed(share < 1 ? 3 : 0), days: 30 });
    return `<li><b>${escaped(name)}</b> <span style="color:${COLOURS[state]}">${escaped(states[state])}</span>${bars(day)}<small>${escaped(up)}</small></li>`;
  });
  return `<!doctype html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="60">
<title>${escaped(page.title)}</title>
<style>body{font:16px/1.5 sans-serif;max-width:40em;margin:2em auto;padding:0 1em}ul{list-style:none;padding:0}li{margin:1em 0}svg{display:block;width:100%;height:2em}small{color:#57606a}</style>
</head><body><h1>${escaped(isKnown ? (isWell ? page.all : page.some) : page.none)}</h1>
<ul>${rows.join('\n')}</ul>
<p><small>${escaped(page.at({ time: humanTime(at) }))}</small></p>
</body></html>
`;
}

/** The last day, a bar for each part of it. */
function bars(day: readonly number[]): string {
  const bar = (value: number, index: number) => {
    const colour =
      value < 0
        ? '#d0d7de'
        : value >= 100
          ? COLOURS.healthy
          : value >= 50
            ? COLOURS.degraded
            : COLOURS.unhealthy;
    return `<rect x="${index * 4}" y="0" width="3" height="20" fill="${colour}"/>`;
  };
  return `<svg viewBox="0 0 ${day.length * 4} 20" preserveAspectRatio="none">${day.map(bar).join('')}</svg>`;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
