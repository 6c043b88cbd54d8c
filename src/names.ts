/**
 * The names every room speaks. Each schema refuses what could become an option (`-x`), a path (`..`),
 * a shell word or a second line, so that code behind the edge may trust a name.
 */
import { z } from 'zod';
import { messages } from './messages/messages.ts';

type Kind =
  | 'check'
  | 'maintenance'
  | 'host'
  | 'app'
  | 'role'
  | 'person'
  | 'schedule'
  | 'rule'
  | 'route'
  | 'channel'
  | 'overlay'
  | 'group'
  | 'login'
  | 'environment'
  | 'file'
  | 'source'
  | 'sink'
  | 'token'
  | 'image'
  | 'machine'
  | 'profile';

const word = (kind: Kind, example: string) =>
  z
    .string()
    .max(63, { error: () => messages().names[kind].long })
    .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, {
      error: () => messages().names[kind].letters({ example }),
    });

/** A host of the configuration, a DNS label (RFC 1123). */
export const HostName = word('host', 'web-1');
export type HostName = z.infer<typeof HostName>;

/** An app of the configuration; also the compose project's name. */
export const AppName = word('app', 'shop');
export type AppName = z.infer<typeof AppName>;

/** A role of the configuration. */
export const RoleName = word('role', 'operator');
/** A person of the configuration. */
export const PersonName = word('person', 'reem');
/** A schedule of the configuration or of the chat. */
export const ScheduleName = word('schedule', 'nightly-base');
/** A rule of approval of the configuration. */
export const ApprovalName = word('rule', 'production');
/** A check of the configuration. */
export const CheckName = word('check', 'shop-page');
/** A planned maintenance of the configuration. */
export const MaintenanceName = word('maintenance', 'patch-day');
/** A chat of the configuration. */
export const ChannelName = word('channel', 'build');
/** An overlay network of the configuration. */
export const OverlayName = word('overlay', 'build');

/** A group of SSH keys of the configuration. */
export const KeyGroupName = word('group', 'builders');
/** An entry of `logins` of the configuration. */
export const LoginName = word('login', 'nodes');
/** A token of the API, as the configuration calls it. */
export const TokenName = word('token', 'grafana');

/** An image of machines, by its definition: `config/images/NAME.yml`. */
export const ImageName = word('image', 'debian-live');
/** A machine that boots from Muster, a DNS label (RFC 1123). */
export const MachineName = word('machine', 'node-7');
export type MachineName = z.infer<typeof MachineName>;
/** What machines have in common, by its name in the configuration. */
export const ProfileName = word('profile', 'worker');

/** An environment: what has a key pair of its own that no person holds. */
export const EnvironmentName = word('environment', 'build-7');

/**
 * A branch, tag or commit as a person types it: what git-check-ref-format(1) allows, less everything that git
 * or a shell could read as something else (leading dash, `..`, `@{`, white space, wildcards, control characters).
 */
export const GitRef = z
  .string()
  .min(1, { error: () => messages().names.ref.empty })
  .max(200, { error: () => messages().names.ref.long })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/+@#-]*$/, { error: () => messages().names.ref.letters })
  .refine((ref) => !/\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(ref), {
    error: () => messages().names.ref.bad,
  });
export type GitRef = z.infer<typeof GitRef>;

/** A whole commit id: 40 hexadecimal digits (SHA-1) or 64 (SHA-256). */
export const Commit = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, { error: () => messages().names.commit });
export type Commit = z.infer<typeof Commit>;

/** A run's id as chats show it, `r-` and base32 characters. */
export const RunId = z.string().regex(/^r-[a-z0-9]{2,40}$/, { error: () => messages().names.run });
export type RunId = z.infer<typeof RunId>;

/** The fingerprint of a key: `SHA256:` and 43 characters, as OpenSSH writes it. */
export const Fingerprint = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, { error: () => messages().config.hostKey });

/** An alert's id as chats show it. */
export const AlertId = z.string().regex(/^a-[a-z0-9]{6}$/, { error: () => messages().names.alert });
/** A way of alerts in the configuration. */
export const RouteName = word('route', 'nights');

/** What the log hub takes from hosts, by its name in the configuration. */
export const LogSourceName = word('source', 'nginx');
/** Where the log hub passes messages on to, by its name in the configuration. */
export const LogSinkName = word('sink', 'loki');

/** A file that is made of a template, by its name in the configuration. */
export const FileName = word('file', 'nginx');

/** A part of the firewall in the configuration, and a rule in it. */
export const RuleName = word('rule', 'https');

/** A path inside a repository: relative, no `..`, no control characters, no leading dash. */
export const RepositoryPath = z
  .string()
  .min(1)
  .max(400)
  .refine((path) => !/^[-/]|[\0-\x1f\\]/.test(path) && !path.split('/').includes('..'), {
    error: () => messages().names.path,
  });

/** The first seven characters of a commit, as git and people write it. */
export const short = (commit: string): string => commit.slice(0, 7);

/** Where steps queue on a host: `build` and `change` one at a time, `read` many at once. */
export const LANES = ['build', 'change', 'read'] as const;
export type Lane = (typeof LANES)[number];
