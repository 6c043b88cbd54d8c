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
  about: () => ({
    summary: 'Roll one ref of an app out',
    description: 'Fetches, builds, starts.',
    fields: {
      app: 'the app',
      ref: 'branch, tag or commit',
      to: 'only these hosts',
      image: 'another image',
      maxWait: 'minutes',
      force: 'even when nothing changed',
      cache: 'use the build cache',
    },
  }),
  aliases: ['ship'],
  examples: ['deploy shop', 'deploy shop v2 --to web-1,web-2'],
  input: z.strictObject({
    app: AppName,
    ref: GitRef.default('main'),
    to: z.array(HostName).optional(),
    image: z.string().optional(),
    maxWait: z.number().int().min(1).max(60).default(5),
    env: z.enum(['prod', 'staging']).optional(),
    force: z.boolean().default(false),
    cache: z.boolean().default(true),
  }),
  words: ['app', 'ref'],
  risk: 'change',
  scope: ({ app, to }) => [`app/${app}`, ...(to ?? []).map((host) => `host/${host}`)],
  plan: notRun,
});

export const buildBase = defineCommand({
  name: 'build base',
  about: () => ({ summary: 'Make the base image', fields: {} }),
  examples: ['build base'],
  input: z.strictObject({}),
  risk: 'change',
  scope: () => 'cloud',
  plan: notRun,
});

export const scheduleAdd = defineCommand({
  name: 'schedule add',
  about: () => ({ summary: 'Run a line by the clock', fields: { at: 'cron, in quotes' } }),
  examples: ['schedule add nightly "0 2 * * *" /build base'],
  input: z.strictObject({
    name: ScheduleName,
    at: z.string(),
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
  about: () => ({ summary: 'What runs by the clock', fields: {} }),
  aliases: ['schedules'],
  examples: ['schedule list'],
  input: z.strictObject({}),
  risk: 'read',
  scope: () => 'cloud',
  answer: notRun,
});

export const say = defineCommand({
  name: 'say',
  about: () => ({ summary: 'Say some words', fields: {} }),
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
