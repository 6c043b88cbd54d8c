/** What the log hub takes, how much it keeps, and where it passes it on: the shapes of `logs`, `logSources` and `logSinks`. */
import { z } from 'zod';
import { hostAndPort } from '../host-port.ts';
import { LEVELS } from '../lines.ts';
import { messages } from '../messages/messages.ts';
import { AppName } from '../names.ts';
import { Duration, Size } from '../units.ts';
import { checked, HostSelector } from './checked.ts';
import { SecretText } from './platforms.ts';

const AbsolutePath = z
  .string()
  .max(1_000)
  .regex(/^\/[^\0\n]*$/, { error: () => messages().config.path });

export const LogSettings = z.strictObject({
  size: Size.prefault('10GB').describe(
    'how much room messages may take on the disk, compressed, like `10GB`; whoever takes most loses its oldest first',
  ),
  age: Duration.prefault('30d').describe('how long messages are kept'),
  rate: z
    .number()
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe(
      'lines a second of one container or file, over ten seconds, beyond which they are dropped, counted and told; without it none is',
    ),
  containers: z
    .boolean()
    .default(true)
    .describe('whether what containers print is taken from the engines of all hosts'),
  runs: z.boolean().default(true).describe('whether what jobs of Muster print is kept here, too'),
});

export const LogSource = z
  .strictObject({
    hosts: z.array(HostSelector).min(1).describe('where: hosts, or `label:NAME`'),
    paths: z
      .array(AbsolutePath)
      .max(50)
      .default([])
      .describe(
        'files, also by patterns as a shell has them: `/var/log/nginx/*.log`; what is put aside by rotation is read to its end',
      ),
    journal: z.boolean().default(false).describe('whether the journal of systemd is taken'),
    app: AppName.optional().describe('the app they are of; else they are found by the host'),
  })
  .superRefine(({ paths, journal }, context) => {
    if (paths.length === 0 && !journal)
      context.addIssue({ code: 'custom', path: [], message: messages().config.logs.nothing });
  });

const level = z
  .enum(LEVELS, { error: () => messages().config.oneOf({ names: LEVELS }) })
  .default('trace')
  .describe('messages of this level or a worse one');
const web = z.url({ protocol: /^https?$/, error: () => messages().config.url });
const token = SecretText.optional().describe(
  'what is sent as `Authorization: Bearer`: `env:NAME` or `file:PATH`',
);
const ca = z
  .string()
  .min(1)
  .optional()
  .describe(
    'a file with the certificates that are trusted instead of the system’s, relative to the configuration',
  );
const HostPort = checked((text) => (hostAndPort(text) ? undefined : messages().config.hostPort));

export const LogSink = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('stdout'), level }),
  z.strictObject({
    to: z.literal('file'),
    path: AbsolutePath.describe('where the hub writes a line of JSON for each message'),
    size: Size.prefault('100MB').describe(
      'from when on it is put aside as `PATH.1`, and so on up to `PATH.5`',
    ),
    level,
  }),
  z.strictObject({
    to: z.literal('loki'),
    url: web.describe('where Loki is, like `https://loki.example.org`'),
    tenant: z.string().max(150).optional().describe('what is sent as `X-Scope-OrgID`'),
    token,
    ca,
    level,
  }),
  z.strictObject({
    to: z.literal('otlp'),
    url: web.describe('where logs are taken by OTLP/HTTP, like `https://otel.example.org/v1/logs`'),
    token,
    ca,
    level,
  }),
  z.strictObject({
    to: z.literal('syslog'),
    address: HostPort.describe('where syslog is taken over TCP, like `logs.example.org:6514`'),
    tls: z.boolean().default(true).describe('whether it is encrypted (RFC 5425)'),
    ca,
    level,
  }),
  z.strictObject({
    to: z.literal('elasticsearch'),
    url: web.describe('where Elasticsearch (or OpenSearch) is, like `https://es.example.org:9200`'),
    index: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,100}$/, { error: () => messages().config.logs.index })
      .default('muster-logs')
      .describe('the index, or data stream, that takes them'),
    token: SecretText.optional().describe(
      'what is sent as `Authorization: ApiKey`: `env:NAME` or `file:PATH`',
    ),
    ca,
    level,
  }),
]);

export type LogSettings = z.output<typeof LogSettings>;
export type LogSource = z.output<typeof LogSource>;
export type LogSink = z.output<typeof LogSink>;
