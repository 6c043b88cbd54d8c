/** A few commands of every shape, for the tests of the grammar. They are parsed, never run. */
import { z } from 'zod';
import { type Command, catalogue, defineCommand } from '../../src/bot/command.ts';
import { type Parsed, type ParseOptions, parse } from '../../src/bot/grammar/parse.ts';
import { AppName, GitRef, HostName, ScheduleName } from '../../src/names.ts';

const notRun = async (): Promise<never> => {
  throw new Error('a sample is not run');
};

export const deploy = defineCommand({
  name: 'deploy',
  aliases: ['ship'],
  summary: 'Roll one ref of an app out',
  description: 'Fetches, builds, starts.',
  examples: ['deploy shop', 'deploy shop v2 --to web-1,web-2'],
  input: z.strictObject({
    app: AppName.describe('the app'),
    ref: GitRef.default('main').describe('branch, tag or commit'),
    to: z.array(HostName).optional().describe('only these hosts'),
    image: z.string().optional().describe('another image'),
    maxWait: z.number().int().min(1).max(60).default(5).describe('minutes'),
    env: z.enum(['prod', 'staging']).optional(),
    force: z.boolean().default(false).describe('even when nothing changed'),
    cache: z.boolean().default(true).describe('use the build cache'),
  }),
  words: ['app', 'ref'],
  risk: 'change',
  scope: ({ app, to }) => [`app/${app}`, ...(to ?? []).map((host) => `host/${host}`)],
  plan: notRun,
});

export const buildBase = defineCommand({
  name: 'build base',
  summary: 'Make the base image',
  examples: ['build base'],
  input: z.strictObject({}),
  risk: 'change',
  scope: () => 'cloud',
  plan: notRun,
});

export const scheduleAdd = defineCommand({
  name: 'schedule add',
  summary: 'Run a line by the clock',
  examples: ['schedule add nightly "0 2 * * *" /build base'],
  input: z.strictObject({
    name: ScheduleName,
    at: z.string().describe('cron, in quotes'),
    line: z.string(),
    zone: z.string().default('UTC'),
  }),
  words: ['name', 'at'],
  rest: 'line',
  risk: 'change',
  scope: ({ name }) => `schedule/${name}`,
  answer: notRun,
});

export const scheduleList = defineCommand({
  name: 'schedule list',
  aliases: ['schedules'],
  summary: 'What runs by the clock',
  examples: ['schedule list'],
  input: z.strictObject({}),
  risk: 'read',
  scope: () => 'cloud',
  answer: notRun,
});

export const say = defineCommand({
  name: 'say',
  summary: 'Say some words',
  examples: ['say hello world'],
  input: z.strictObject({
    words: z.array(z.string()).default([]),
    times: z.number().optional(),
    loud: z.boolean(),
    shy: z.boolean().optional(),
    sure: z.boolean().optional(),
  }),
  words: ['words'],
  risk: 'destroy',
  scope: () => 'cloud',
  answer: notRun,
});

export const samples: readonly Command[] = [deploy, buildBase, scheduleAdd, scheduleList, say];
export const known = catalogue(samples);

/** Reads a line as a group chat would. */
export const read = (text: string, options: Partial<ParseOptions> = {}): Parsed =>
  parse(text, { catalogue: known, bot: 'OurBot', prefix: 'required', ...options });

/** The input a line comes to; fails with the reply where it comes to none. */
export function input(text: string, options: Partial<ParseOptions> = {}): Record<string, unknown> {
  const parsed = read(text, options);
  if (parsed.kind !== 'command')
    throw new Error(`${text}: ${parsed.kind === 'reply' ? parsed.text : 'ignored'}`);
  return parsed.input as Record<string, unknown>;
}

/** The reply to a line; fails where there is none. */
export function reply(text: string, options: Partial<ParseOptions> = {}): string {
  const parsed = read(text, options);
  if (parsed.kind !== 'reply') throw new Error(`${text}: ${parsed.kind}, and no reply`);
  return parsed.text;
}
