/** The shape of `files`: what is made of templates and data, and where it goes. */
import { z } from 'zod';
import { messages } from '../messages/messages.ts';
import { EnvironmentName, PersonName, RepositoryPath } from '../names.ts';
import { Duration } from '../units.ts';
import { checked } from './checked.ts';
import { RepositoryAddress } from './repository.ts';

/** How values stand in a file, by its format. */
export const FORMATS = ['none', 'html', 'json', 'shell', 'ini'] as const;

const SIGNALS = ['HUP', 'USR1', 'USR2', 'INT', 'TERM', 'QUIT', 'WINCH'] as const;

/** Why a path is none that a file may be written to; undefined where it is one. */
export function pathProblem(path: string): string | undefined {
  const parts = path.split('/').slice(1);
  const odd =
    !path.startsWith('/') ||
    path.length > 4_096 ||
    /[\0-\x1f\x7f\\]/.test(path) ||
    parts.some((part) => part === '' || part === '.' || part === '..' || part.length > 255);
  return odd ? messages().files.config.path : undefined;
}

const targetProblem = (target: string): string | undefined =>
  targetOf(target) ? undefined : messages().files.config.target;

const WORD = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const TARGET = new RegExp(
  `^(?:(host)/(${WORD})|(label)/([a-z0-9][a-z0-9.-]*)|(app)/(${WORD})(?:/([A-Za-z0-9_][A-Za-z0-9._-]{0,199}))?)$`,
);

/** Where a file goes, as it is written: `host/web-1`, `label/edge`, `app/shop`, `app/shop/web`. */
export type Target =
  | { kind: 'host' | 'label'; name: string }
  | { kind: 'app'; name: string; service?: string };

/** What a target's text means; undefined where it is none. */
export function targetOf(text: string): Target | undefined {
  const [, host, hostName, label, labelName, app, appName, service] = TARGET.exec(text) ?? [];
  if (host && hostName) return { kind: 'host', name: hostName };
  if (label && labelName) return { kind: 'label', name: labelName };
  if (app && appName) return { kind: 'app', name: appName, ...(service && { service }) };
  return undefined;
}

/** A program and its arguments; no shell reads it. */
const Argv = z
  .array(
    z
      .string()
      .min(1)
      .max(4_096)
      .regex(/^[^\0\n]*$/),
  )
  .min(1)
  .max(64);
const Unit = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9@_][A-Za-z0-9@_.:\\-]*\.[a-z]+$|^self$/, { error: () => messages().files.config.unit });
const Account = z
  .string()
  .regex(/^(?:[a-z_][a-z0-9_-]{0,31}|\d{1,9})$/, { error: () => messages().config.user });

/** What makes whoever reads the file take it over; `restart` alone is the service itself. */
export const Apply = z.preprocess(
  (value) => (value === 'restart' ? { restart: 'self' } : value),
  z
    .strictObject({
      signal: z
        .enum(SIGNALS, { error: () => messages().config.oneOf({ names: SIGNALS }) })
        .optional()
        .describe('sent to the service of an app; on a host to the process of `pidFile`'),
      pidFile: checked(pathProblem).optional(),
      run: Argv.optional().describe('a program, like `[/usr/sbin/postmap, /etc/postfix/virtual]`'),
      reload: Unit.optional().describe('a unit of systemd'),
      restart: Unit.optional().describe('a unit of systemd; of an app its service: `apply: restart`'),
    })
    .superRefine(({ signal, pidFile, run, reload, restart }, context) => {
      const ways = [signal, run, reload, restart].filter((way) => way !== undefined);
      if (ways.length !== 1 || (pidFile !== undefined && signal === undefined))
        context.addIssue({ code: 'custom', message: messages().files.config.oneWay });
    }),
);
export type Apply = z.output<typeof Apply>;

export const DeliveredFile = z
  .strictObject({
    template: RepositoryPath.describe('the template, below `templates/`'),
    path: checked(pathProblem).describe('where the file goes: absolute, without `..`'),
    targets: z
      .array(z.string().pipe(checked(targetProblem)))
      .default([])
      .describe(
        '`host/NAME`, `label/NAME`, `app/NAME` or `app/NAME/SERVICE`; none where only machines are given it, by their profiles',
      ),
    format: z
      .enum(FORMATS, { error: () => messages().config.oneOf({ names: FORMATS }) })
      .default('none')
      .describe('how values are written so that they stay one value: `none` writes them as they are'),
    schema: RepositoryPath.regex(/\.schema\.json$/, { error: () => messages().files.config.schema })
      .optional()
      .describe('a JSON Schema that its data has to fit, below `templates/`: `NAME.schema.json`'),
    mode: z
      .string()
      .regex(/^0[0-7]{3}$/, { error: () => messages().files.config.mode })
      .default('0644')
      .describe('octal, in quotes'),
    owner: Account.optional().describe('user name or number; root on hosts by default'),
    group: Account.optional().describe('group name or number; root on hosts by default'),
    environment: EnvironmentName.optional().describe('takes the data of this environment, too'),
    check: Argv.optional().describe(
      'a program on the host that has to succeed, like `[nginx, -t, -c, "{file}"]`: with `{file}` it is run on the new file before that takes its place, without it right after',
    ),
    apply: Apply.optional().describe(
      'what makes it take effect: one of `{signal: HUP}`, `{run: […]}`, `{reload: nginx.service}`, `{restart: nginx.service}`, and `restart` for an app',
    ),
    healthy: Argv.optional().describe('a program on the host that has to succeed afterwards'),
    within: Duration.prefault('30s').describe('how long `healthy` may take to succeed'),
  })
  .superRefine(({ targets, apply, check, healthy }, context) => {
    const words = messages().files.config;
    const kinds = new Set(targets.map((target) => (targetOf(target)?.kind === 'app' ? 'app' : 'host')));
    const problem = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (kinds.size > 1) problem('targets', words.mixed);
    const onHost = !kinds.has('app');
    if (onHost && (apply?.restart === 'self' || (apply?.signal && apply.pidFile === undefined)))
      problem('apply', words.onHost);
    if (!onHost && (apply?.reload || apply?.pidFile || (apply?.restart && apply.restart !== 'self')))
      problem('apply', words.onApp);
    if (!onHost && check) problem('check', words.onlyHost);
    if (!onHost && healthy) problem('healthy', words.onlyHost);
  });
export type DeliveredFile = z.output<typeof DeliveredFile>;

/** Where templates and data are, other than in the configuration's folder. */
export const TemplateRepository = z.strictObject({
  repository: RepositoryAddress.describe('git repository with the folders `templates` and `data`'),
  branch: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/, { error: () => messages().names.ref.letters })
    .default('main')
    .describe('the branch that is followed'),
  as: PersonName.optional().describe(
    'in whose name files that a commit changes are brought out; without it they wait for `/config apply`',
  ),
});
export type TemplateRepository = z.output<typeof TemplateRepository>;
