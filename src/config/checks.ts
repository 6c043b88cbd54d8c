/** What the health hub looks at besides what it watches anyway, and when it is to be quiet: the shapes of `checks` and `maintenance`. */
import { z } from 'zod';
import { hostAndPort } from '../host-port.ts';
import { messages } from '../messages/messages.ts';
import { Duration } from '../units.ts';
import { checked, Glob, HostSelector } from './checked.ts';
import { cronProblem, zoneProblem } from './schedules.ts';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;

const within = (least: number, most: number) =>
  Duration.refine((ms) => ms >= least && ms <= most, { error: () => messages().config.checkTime });

const common = {
  every: within(SECOND_MS, DAY_MS).prefault('30s').describe('how often it is looked'),
  within: within(100, 10 * 60 * SECOND_MS)
    .prefault('5s')
    .describe('how long an answer may take'),
  bad: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe('how often in a row it has to fail to be believed'),
  good: z.number().int().min(1).max(100).default(2).describe('how often in a row it has to be well again'),
};

const of = z
  .string()
  .regex(/^(?:app|host)\/[a-z0-9][a-z0-9-]{0,62}$/, { error: () => messages().config.checkOf })
  .optional()
  .describe('whose health it is part of, like `app/shop`; its own by default');
const on = z.array(HostSelector).min(1).describe('the hosts where it is looked: names, or `label:NAME`');
const address = checked((text) => (hostAndPort(text) ? undefined : messages().config.hostPort));
const percent = z.number().min(1).max(100);

/** From the hub over the network. */
const http = z.strictObject({
  kind: z.literal('http').describe('a page, over HTTP or HTTPS'),
  url: z
    .url({ protocol: /^https?$/, error: () => messages().config.httpUrl })
    .describe('where it is, like `https://shop.example.org/up`'),
  status: z
    .number()
    .int()
    .min(100)
    .max(599)
    .optional()
    .describe('the status it has to have; any from 200 to 399 by default'),
  contains: z.string().min(1).max(1_000).optional().describe('what the page has to have in it'),
  slow: Duration.optional().describe('from when on it is worth a warning, like `2s`'),
  of,
  ...common,
});
const tcp = z.strictObject({
  kind: z.literal('tcp').describe('somebody who listens'),
  address: address.describe('`HOST:PORT`'),
  of,
  ...common,
});
const tls = z.strictObject({
  kind: z.literal('tls').describe('a certificate, and how long it still holds'),
  address: address.describe('`HOST:PORT`'),
  name: z
    .string()
    .min(1)
    .max(253)
    .optional()
    .describe('the name that is asked for; that of the address by default'),
  warn: Duration.prefault('14d').describe('how long before it runs out it is worth a warning'),
  of,
  ...common,
  every: within(SECOND_MS, DAY_MS).prefault('10m').describe('how often it is looked'),
});
const dns = z.strictObject({
  kind: z.literal('dns').describe('a name'),
  name: z.string().min(1).max(253).describe('the name that is asked for'),
  type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS']).default('A').describe('the kind of answer'),
  server: z
    .union([z.ipv4(), z.ipv6()])
    .optional()
    .describe("which server is asked; the machine's own by default"),
  expect: z.string().max(1_000).optional().describe('what has to be among the answers'),
  of,
  ...common,
});

/** On hosts, over their link. */
const disk = z.strictObject({
  kind: z.literal('disk').describe('how full a file system is'),
  on,
  path: z.string().startsWith('/').max(1_000).default('/').describe('a folder on it'),
  warn: percent.default(85).describe('percent from which on it is worth a warning'),
  alarm: percent.default(95).describe('percent from which on it is bad'),
  ...common,
});
const memory = z.strictObject({
  kind: z.literal('memory').describe('how much memory is taken'),
  on,
  warn: percent.default(90).describe('percent from which on it is worth a warning'),
  alarm: percent.default(97).describe('percent from which on it is bad'),
  ...common,
});
const load = z.strictObject({
  kind: z.literal('load').describe('how many programs wait for each processor'),
  on,
  warn: z.number().min(0.1).max(1_000).default(4).describe('from which on it is worth a warning'),
  alarm: z.number().min(0.1).max(1_000).default(16).describe('from which on it is bad'),
  ...common,
});
const time = z.strictObject({
  kind: z.literal('time').describe("how far a host's clock is from the hub's"),
  on,
  warn: Duration.prefault('2s').describe('from which on it is worth a warning'),
  alarm: Duration.prefault('30s').describe('from which on it is bad'),
  ...common,
});
const unit = z.strictObject({
  kind: z.literal('unit').describe('a unit of systemd'),
  on,
  unit: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9@:._\\-]{0,254}$/, { error: () => messages().config.unitName })
    .describe('its name, like `nginx.service`'),
  ...common,
});
const command = z.strictObject({
  kind: z.literal('command').describe('a program: 0 is healthy, 1 degraded, all else unhealthy'),
  on,
  run: z
    .array(z.string().max(4_000))
    .min(1)
    .max(100)
    .describe('the program and its arguments, like `[test, -e, /run/ready]`; no shell'),
  ...common,
});
const adapter = z.strictObject({
  kind: z.literal('adapter').describe('a tool that Muster uses there'),
  on,
  adapter: z.enum(['docker', 'compose', 'nftables']).describe('`docker`, `compose` or `nftables`'),
  ...common,
});

export const Check = z.discriminatedUnion('kind', [
  http,
  tcp,
  tls,
  dns,
  disk,
  memory,
  load,
  time,
  unit,
  command,
  adapter,
]);
export type Check = z.output<typeof Check>;
/** A check that runs on hosts. */
export type HostCheck = Extract<Check, { on: string[] }>;
/** A check that runs where the hub is. */
export type NetworkCheck = Exclude<Check, HostCheck>;

export const Maintenance = z.strictObject({
  on: z.array(Glob).min(1).describe('globs over what is quiet: `host/web-*`, `app/shop`'),
  at: checked(cronProblem).describe('when it begins: cron, five fields'),
  zone: checked(zoneProblem).default('UTC').describe('time zone, like Europe/Helsinki'),
  lasts: within(60 * SECOND_MS, 30 * DAY_MS).describe('how long it lasts, like `2h`'),
  why: z.string().min(1).max(200).describe('why, as it is told'),
});
export type Maintenance = z.output<typeof Maintenance>;
