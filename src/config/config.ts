/** The configuration's shape: strict, every field with its default and its words for `docs/configuration.md`. */
import { z } from 'zod';
import { LANGUAGES } from '../messages/language.ts';
import { messages } from '../messages/messages.ts';
import {
  AppName,
  ApprovalName,
  ChannelName,
  CheckName,
  EnvironmentName,
  FileName,
  GitRef,
  HostName,
  ImageName,
  KeyGroupName,
  LoginName,
  LogSinkName,
  LogSourceName,
  MachineName,
  MaintenanceName,
  OverlayName,
  PersonName,
  ProfileName,
  RepositoryPath,
  RoleName,
  RouteName,
  RuleName,
  ScheduleName,
} from '../names.ts';
import { Duration } from '../units.ts';
import { AlertRoute } from './alerts.ts';
import { ApiSettings } from './api.ts';
import { BootSettings } from './boot.ts';
import { checked, Glob } from './checked.ts';
import { Check, Maintenance } from './checks.ts';
import { DeliveredFile, TemplateRepository } from './delivered.ts';
import type { Enrolled } from './enrolled.ts';
import { Exposed, FirewallPart } from './firewall.ts';
import { HubSettings } from './hub.ts';
import { ImageDefinition } from './images.ts';
import { KeyGroup, Login } from './keys.ts';
import { LogSettings, LogSink, LogSource } from './logs.ts';
import { Machine, Profile } from './machines.ts';
import { OverlaySettings } from './overlays.ts';
import { Channel, Slack, Telegram } from './platforms.ts';
import { RepositoryAddress } from './repository.ts';
import { cronProblem, lineProblem, zoneProblem } from './schedules.ts';

export const Person = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(80)
    .optional()
    .describe("how chats show the person; the entry's name by default"),
  identities: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe(
      'chat platform -> user id there; for `console` the user name of the machine, or `*` for whoever may open the console',
    ),
  roles: z.array(RoleName).default([]).describe('what the person may do, by role'),
});

export const Rule = z.strictObject({
  commands: z.array(Glob).min(1).describe('globs over command names'),
  on: z
    .array(Glob)
    .min(1)
    .default(['*', '*/*'])
    .describe('globs over scopes: `app/shop`, `host/web-1`, `cloud`'),
});

export const Role = z.strictObject({
  allow: z.array(Rule).min(1).describe('what the role may do; nothing else'),
});

/** Where the agent that does a host's work listens by default. */
export const AGENT_PORT = 4226;
/** Where its guardian listens by default. */
export const GUARDIAN_PORT = 4227;

const address = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9:][A-Za-z0-9.:_-]*$/, { error: () => messages().config.address })
  .describe('name or IP address');
const port = z.number().int().min(1).max(65_535);
const fingerprint = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, { error: () => messages().config.hostKey })
  .optional();

const hostFields = {
  labels: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, { error: () => messages().config.label }))
    .default([])
    .describe('for choosing hosts, like `label:docker`'),
  root: z
    .string()
    .regex(/^\/[^\0\n]*$/, { error: () => messages().config.path })
    .default('/var/lib/muster')
    .describe('the folder on the host that belongs to Muster'),
  tools: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .default({})
    .describe('settings of single tools, like docker: {socket: /run/docker.sock}'),
  environment: EnvironmentName.optional().describe(
    'the environment that it belongs to, like `production`: `/health environment/production` says how healthy that is',
  ),
  baseImage: z
    .enum(['any', 'required'])
    .default('any')
    .describe(
      '`required` where every image of an app has to stand on a `muster/base` that Muster built, by its layers; `any` lets others in, too',
    ),
  guardian: z
    .strictObject({
      address,
      port: port.default(GUARDIAN_PORT),
      key: fingerprint,
    })
    .optional()
    .describe('who keeps its firewall: address, port (4227) and pinned key of its `muster agent guardian`'),
};

export const Host = z.discriminatedUnion('link', [
  z.strictObject({ link: z.literal('local'), ...hostFields }),
  z.strictObject({
    link: z.literal('ssh'),
    address,
    port: port.default(22).describe('where its sshd listens'),
    user: z
      .string()
      .regex(/^[a-z_][a-z0-9_-]{0,31}$/, { error: () => messages().config.user })
      .default('root')
      .describe('who Muster logs in as; needs the right to use Docker'),
    keyFile: z
      .string()
      .min(1)
      .optional()
      .describe('private key, relative to the configuration; without it the ssh agent is asked'),
    hostKey: fingerprint.describe('the pinned host key; without it Muster refuses and says which key it saw'),
    ...hostFields,
  }),
  z.strictObject({
    link: z.literal('icp'),
    address,
    port: port.default(AGENT_PORT).describe('where its agent listens'),
    key: fingerprint.describe(
      'the pinned key of its agent; without it Muster refuses and says which key it saw',
    ),
    ...hostFields,
  }),
]);

export const App = z.strictObject({
  repository: RepositoryAddress.describe(
    'git repository: https, ssh, git or a path relative to the configuration',
  ),
  compose: RepositoryPath.default('compose.yaml').describe('the compose file in the repository'),
  branch: GitRef.default('main').describe('what `deploy` takes when no ref is given'),
  hosts: z
    .array(
      z.string().regex(/^(?:label:[a-z0-9][a-z0-9.-]*|[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/, {
        error: () => messages().config.hostOrLabel,
      }),
    )
    .min(1)
    .describe('where it runs: hosts, or `label:NAME`'),
  healthy: Duration.prefault('2m').describe('how long it may take to get healthy'),
  keep: z.number().int().min(1).max(50).default(3).describe('how many generations to keep for rollback'),
  slo: z
    .number()
    .min(50)
    .max(99.999)
    .optional()
    .describe(
      'the goal: in how many percent of 30 days it is to be up, like 99.9; `/health` tells how it stands',
    ),
  expose: z
    .array(Exposed)
    .max(100)
    .default([])
    .describe(
      'what a deploy opens in the firewall of its hosts, like `[8080, {port: 5432, from: ["@office"]}]`; what is only published by compose stays closed there',
    ),
});

const MISSED = ['run-once', 'skip', 'report'] as const;

export const Schedule = z.strictObject({
  at: checked(cronProblem).describe('cron, five fields'),
  zone: checked(zoneProblem).default('UTC').describe('time zone, like Europe/Helsinki'),
  line: z.string().max(1_000).pipe(checked(lineProblem)).describe('the line to run, like `/build base`'),
  as: PersonName.describe('in whose name'),
  missed: z
    .enum(MISSED, { error: () => messages().config.oneOf({ names: MISSED }) })
    .default('run-once')
    .describe(
      'what to do where Muster was down when it was due: `run-once`, `skip`, or `report` as a failure; it is told in any case',
    ),
});

export const Approval = z.strictObject({
  commands: z.array(Glob).min(1).describe('globs over command names'),
  on: z
    .array(Glob)
    .min(1)
    .default(['*', '*/*'])
    .describe('globs over scopes: `app/shop`, `host/web-1`, `cloud`'),
  from: z.array(RoleName).min(1).describe('the roles whose people may approve'),
  count: z.number().int().min(1).max(10).default(1).describe('how many people, besides whoever asks'),
  within: Duration.prefault('30m').describe('how long they have'),
});

/** What holds for the whole of Muster. */
export const Settings = z.strictObject({
  language: z
    .enum(LANGUAGES, { error: () => messages().config.oneOf({ names: LANGUAGES }) })
    .default('en')
    .describe('what Muster speaks, in chats and on the command line: `en` (English) or `fi` (Finnish)'),
  templates: TemplateRepository.optional().describe(
    "the git repository where templates and data are; in the configuration's own folder by default",
  ),
});

/** Everything under `config/`, merged. */
export const Config = z.strictObject({
  people: z.record(PersonName, Person).default({}),
  roles: z.record(RoleName, Role).default({}),
  hosts: z.record(HostName, Host).default({}),
  apps: z.record(AppName, App).default({}),
  schedules: z.record(ScheduleName, Schedule).default({}),
  approvals: z.record(ApprovalName, Approval).default({}),
  platforms: z.strictObject({ telegram: Telegram.optional(), slack: Slack.optional() }).default({}),
  channels: z.record(ChannelName, Channel).default({}),
  alerts: z.record(RouteName, AlertRoute).default({}),
  keyGroups: z.record(KeyGroupName, KeyGroup).default({}),
  logins: z.record(LoginName, Login).default({}),
  overlays: z.record(OverlayName, OverlaySettings).default({}),
  firewall: z.record(RuleName, FirewallPart).default({}),
  files: z.record(FileName, DeliveredFile).default({}),
  checks: z.record(CheckName, Check).default({}),
  maintenance: z.record(MaintenanceName, Maintenance).default({}),
  hub: HubSettings.prefault({}),
  logs: LogSettings.prefault({}),
  logSources: z.record(LogSourceName, LogSource).default({}),
  logSinks: z.record(LogSinkName, LogSink).default({}),
  api: ApiSettings.prefault({}),
  boot: BootSettings.prefault({}),
  images: z.record(ImageName, ImageDefinition).default({}),
  profiles: z.record(ProfileName, Profile).default({}),
  machines: z.record(MachineName, Machine).default({}),
  settings: Settings.prefault({}),
});

export type Person = z.output<typeof Person>;
export type Rule = z.output<typeof Rule>;
export type Role = z.output<typeof Role>;
export type Host = z.output<typeof Host>;
export type App = z.output<typeof App>;
export type Schedule = z.output<typeof Schedule>;
/** The valid configuration plus the folder it came from (absolute; relative paths in it start there). */
export type Config = z.output<typeof Config> & {
  folder: string;
  /** Hosts that were added in a chat and stand in no file; those that are trusted are among `hosts`, too. */
  enrolled?: Enrolled;
};
