/** Hosts that were added in a chat, as they are kept beside the configuration: how each is reached, and how far its enrolment is. */
import { z } from 'zod';
import { MusterError } from '../errors.ts';
import { Fingerprint } from '../names.ts';

/** What one of a host's agents is known by. */
const Keys = z.object({
  /** The agent's, or its sshd's. */
  host: Fingerprint,
  /** Its guardian's, where it has one. */
  guardian: Fingerprint.optional(),
});
export type Keys = z.output<typeof Keys>;

export const EnrolledHost = z.object({
  /** As it would stand under `hosts`, with its keys once they are trusted. */
  entry: z.looseObject({ link: z.enum(['ssh', 'icp']) }),
  /** Until then it is pending: nothing but its enrolment reaches it. */
  trusted: z.boolean(),
  /** Who added it, and where they are told of it. */
  by: z.object({
    person: z.string(),
    platform: z.string(),
    chat: z.string(),
    thread: z.string().optional(),
  }),
  /** UTC, ISO 8601. */
  added: z.string(),
  /** Until when it is waited for an answer, ms since the epoch. */
  until: z.number(),
  /** What is kept of the token by which its agents prove themselves; gone once they did, or could not. */
  token: z.string().optional(),
  /** Answers that proved nothing. */
  wrong: z.number().default(0),
  /** The keys with which it answered. */
  seen: Keys.partial().default({}),
  /** Keys that its agents are about to change to: they count, too. */
  next: Keys.partial().default({}),
});
export type EnrolledHost = z.output<typeof EnrolledHost>;
/** By name. */
export type Enrolled = Readonly<Record<string, EnrolledHost>>;

/** Whether all of a host's agents have answered. */
export const hasAnswered = ({ entry, seen }: EnrolledHost): boolean =>
  seen.host !== undefined && (entry.guardian === undefined || seen.guardian !== undefined);

/** The keys with which it answered, in the order in which they are compared. */
export const seenKeys = ({ seen }: EnrolledHost): string[] =>
  [seen.host, seen.guardian].filter((key) => key !== undefined);

/** What is said of a host that nobody has trusted yet. */
export const pendingHost = (name: string, host: EnrolledHost): MusterError =>
  new MusterError('host.pending', {
    host: name,
    fingerprint: hasAnswered(host) ? seenKeys(host).join(' ') : undefined,
  });
