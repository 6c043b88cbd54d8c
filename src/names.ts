/**
 * The names every room speaks. Each schema refuses what could become an option (`-x`), a path (`..`),
 * a shell word or a second line, so that code behind the edge may trust a name.
 */
import { z } from 'zod';

const word = (what: string, example: string) =>
  z
    .string()
    .max(63, `${what} has at most 63 characters`)
    .regex(
      /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
      `${what} is lower-case letters, digits and inner dashes, like ${example}`,
    );

/** A host of the configuration, a DNS label (RFC 1123). */
export const HostName = word('a host name', 'web-1');
export type HostName = z.infer<typeof HostName>;

/** An app of the configuration; also the compose project's name. */
export const AppName = word('an app name', 'shop');
export type AppName = z.infer<typeof AppName>;

/** A role of the configuration. */
export const RoleName = word('a role name', 'operator');
/** A person of the configuration. */
export const PersonName = word('a person name', 'reem');
/** A schedule of the configuration or of the chat. */
export const ScheduleName = word('a schedule name', 'nightly-base');
/** A rule of approval of the configuration. */
export const ApprovalName = word('a name of a rule', 'production');
/** A chat of the configuration. */
export const ChannelName = word('a channel name', 'build');

/**
 * A branch, tag or commit as a person types it: what git-check-ref-format(1) allows, less everything that git
 * or a shell could read as something else (leading dash, `..`, `@{`, white space, wildcards, control characters).
 */
export const GitRef = z
  .string()
  .min(1, 'a ref is not empty')
  .max(200, 'a ref has at most 200 characters')
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/+@#-]*$/, 'a ref is a branch, tag or commit, like main or v1.4.2')
  .refine(
    (ref) => !/\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(ref),
    'that is not a valid git ref (see git-check-ref-format)',
  );
export type GitRef = z.infer<typeof GitRef>;

/** A whole commit id: 40 hexadecimal digits (SHA-1) or 64 (SHA-256). */
export const Commit = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'a commit is 40 or 64 hexadecimal digits');
export type Commit = z.infer<typeof Commit>;

/** A run's id as chats show it, `r-` and base32 characters. */
export const RunId = z.string().regex(/^r-[a-z0-9]{2,40}$/, 'a job id looks like r-7k2m9x');
export type RunId = z.infer<typeof RunId>;

/** An alert's id as chats show it. */
export const AlertId = z.string().regex(/^a-[a-z0-9]{6}$/, 'an alert id looks like a-7k2m9x');
/** A way of alerts in the configuration. */
export const RouteName = word('a name of a route', 'nights');

/** A path inside a repository: relative, no `..`, no control characters, no leading dash. */
export const RepositoryPath = z
  .string()
  .min(1)
  .max(400)
  .refine(
    (path) => !/^[-/]|[\0-\x1f\\]/.test(path) && !path.split('/').includes('..'),
    'a path inside the repository: relative, without ..',
  );

/** The first seven characters of a commit, as git and people write it. */
export const short = (commit: string): string => commit.slice(0, 7);

/** Where steps queue on a host: `build` and `change` one at a time, `read` many at once. */
export const LANES = ['build', 'change', 'read'] as const;
export type Lane = (typeof LANES)[number];
