/** What logs are asked of, and which of them, as it is written in a chat and over HTTP. */
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { hostsOf } from '../config/hosts.ts';
import type { Level } from '../lines.ts';
import type { LogAsked } from '../log-asking.ts';
import { messages } from '../messages/messages.ts';
import { RunId } from '../names.ts';
import { parseDuration } from '../units.ts';
import { appOf, hostOf } from './known.ts';

const TARGET =
  /^(?:host\/(?<host>[a-z0-9-]{1,63})|(?<app>[a-z0-9-]{1,63})(?:\/(?<service>[A-Za-z0-9][A-Za-z0-9._-]{0,199}))?)$/;

/** An app, a service of one, a host or a job. */
export const LogTarget = z.string().regex(TARGET, { error: () => messages().logs.target });

export type NamedTarget = Partial<Record<'host' | 'app' | 'service', string>>;

/** The names in a target. */
export const namesIn = (of: string): NamedTarget => TARGET.exec(of)?.groups ?? {};

/** Whether a target may be a job; an app may have such a name. */
export const isRun = (of: string): boolean => RunId.safeParse(of).success;

/** What rights to logs are given on. */
export function logScope(of: string): string {
  const { host, app } = namesIn(of);
  if (host !== undefined) return `host/${host}`;
  return isRun(of) ? `job/${of}` : `app/${app}`;
}

/** The hosts that a target is on; throws `config.unknown` where there is no such app or host. */
export function hostsFor({ host, app }: NamedTarget, config: Config): string[] {
  if (host !== undefined) {
    hostOf(config, host);
    return [host];
  }
  return hostsOf(config, appOf(config, `${app}`).hosts);
}

/** Ms since the epoch of how long ago, or of a time of its own; undefined where it is neither. */
export function momentOf(text: string): number | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return Date.now() - ago;
  const at = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** A time that `momentOf` understands. */
export const Moment = z
  .string()
  .refine((text) => momentOf(text) !== undefined, { error: () => messages().logs.when })
  .optional();

/** A target as the log hub is asked for it. */
export const askedOf = ({ host, app, service }: NamedTarget): LogAsked =>
  host !== undefined ? { host } : { app, ...(service !== undefined && { service }) };

/** What is wanted of a target. */
export interface Wanted {
  since?: string;
  until?: string;
  /** A text, or between slashes a regular expression. */
  grep?: string;
  level?: Level;
}

/** That as the log hub is asked for it. */
export const wantedOf = ({ since, until, grep, level }: Wanted): LogAsked => ({
  ...(since !== undefined && { since: nanosecondsOf(since) }),
  ...(until !== undefined && { until: nanosecondsOf(until) }),
  ...(level !== undefined && { level }),
  ...matching(grep),
});

const matching = (grep: string | undefined): LogAsked => {
  const [, pattern] = /^\/(.+)\/$/s.exec(grep ?? '') ?? [];
  return pattern !== undefined ? { pattern } : grep !== undefined ? { text: grep } : {};
};

const nanosecondsOf = (moment: string): string =>
  `${BigInt(Math.round(momentOf(moment) as number)) * 1_000_000n}`;
