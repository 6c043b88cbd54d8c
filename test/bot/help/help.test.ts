import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { defineCommand } from '../../../src/bot/command.ts';
import { help } from '../../../src/bot/commands/help.ts';
import { helpAll, helpFor, usage } from '../../../src/bot/help/help.ts';
import { helpMarkdown } from '../../../src/bot/help/page.ts';
import type { House } from '../../../src/bot/house.ts';
import type { Config } from '../../../src/config/config.ts';
import { deploy, input, samples, say, scheduleAdd } from '../sample.ts';

test('usage shows words, the rest, options, what may be left out and what a value looks like', () => {
  assert.equal(
    usage(deploy),
    '/deploy <app> [ref] [--to <text,…>] [--image <text>] [--max-wait <number>] [--env <prod|staging>] [--force] [--no-cache] [--dry-run]',
  );
  assert.equal(usage(scheduleAdd), '/schedule add <name> <at> <line…> [--zone <text>]');
  assert.equal(usage(say), '/say [words…] [--times <number>] [--loud] [--shy] [--sure]');
});

test('help lists what the person may do, grouped by what it can do to the cloud, and ends with a command', () => {
  assert.equal(
    helpAll(samples, ({ name }) => name !== 'build base'),
    [
      'Look',
      '  /schedule list: What runs by the clock',
      'Change',
      '  /deploy: Roll one ref of an app out',
      '  /schedule add: Run a line by the clock',
      'Destroy',
      '  /say: Say some words',
      'Next: /help deploy',
    ].join('\n'),
  );
});

test('help for somebody without a role says what to do', () => {
  assert.match(
    helpAll(samples, () => false),
    /ask an admin/,
  );
});

test('help for one command has all that its declaration says', () => {
  assert.equal(
    helpFor(deploy),
    [
      '/deploy: Roll one ref of an app out',
      'Usage: /deploy <app> [ref] [--to <text,…>] [--image <text>] [--max-wait <number>] [--env <prod|staging>] [--force] [--no-cache] [--dry-run]',
      'Fetches, builds, starts.',
      '  app: the app; required',
      '  ref: branch, tag or commit; default main',
      '  --to: only these hosts; a list',
      '  --image: another image',
      '  --max-wait: minutes; default 5',
      '  --env: no description; one of prod, staging',
      '  --force: even when nothing changed',
      '  --cache: use the build cache; default true',
      '  --dry-run: show what would be done, and do nothing',
      'Also: /ship',
      'Risk: change (changes things, can be taken back)',
      'Examples:',
      '  /deploy shop',
      '  /deploy shop v2 --to web-1,web-2',
      'Next: /deploy shop',
    ].join('\n'),
  );
});

test('help fits one message however much there is to say, and still ends with a command', () => {
  const many = Array.from({ length: 500 }, (_, index) =>
    defineCommand({
      name: `task-${index}`,
      about: () => ({
        summary: 'A task with a summary of some length',
        description: 'x'.repeat(5_000),
        fields: {},
      }),
      examples: [`task-${index}`],
      input: z.object({}),
      risk: 'read',
      scope: () => 'cloud',
      answer: async () => ({ text: '' }),
    }),
  );
  for (const text of [helpAll(many, () => true), helpFor(many[0]!)]) {
    assert.ok(text.length <= 4_096);
    assert.match(text, /… and \d+ more lines\nNext: \/\S*(?: \S+)?$/);
  }
});

test('help that does not fit one message comes whole as a file, and only such', async () => {
  const many = Array.from({ length: 500 }, (_, index) =>
    defineCommand({
      name: `task-${index}`,
      about: () => ({ summary: 'A task with a summary of some length', fields: {} }),
      examples: [`task-${index}`],
      input: z.object({}),
      risk: 'read',
      scope: () => 'cloud',
      answer: async () => ({ text: '' }),
    }),
  );
  const config = {
    people: { reem: { identities: {}, roles: ['all'] } },
    roles: { all: { allow: [{ commands: ['*'], on: ['*'] }] } },
  } as unknown as Config;
  const caller = { person: 'reem', platform: 'test', chat: 'test' };
  const house = { commands: many, config, caller } as unknown as House;
  const all = await help.answer?.({ command: [] }, house);
  assert.ok((all?.text.length ?? 0) <= 4_096);
  assert.equal(all?.file?.name, 'help.txt');
  const lines = all?.file?.text.trimEnd().split('\n') ?? [];
  assert.equal(lines.length, 502, 'a heading, every command, the next one to type');
  const one = await help.answer?.({ command: ['task-7'] }, house);
  assert.deepEqual([one?.file, /^\/task-7: /.test(one?.text ?? '')], [undefined, true]);
});

test('every example of a declaration is a line that parses', () => {
  for (const command of samples)
    for (const example of command.examples) assert.ok(input(`/${example}`), example);
});

test('the page for the documents has a section for each command', () => {
  const page = helpMarkdown(samples);
  for (const { name } of samples) assert.match(page, new RegExp(`^## /${name}$`, 'm'));
  assert.match(page, /^- \[\/build base\]\(#build-base\): Make the base image$/m);
  assert.match(page, /^- `--max-wait`: minutes; default 5$/m);
});

test('where a line each is too many for a message, commands of one first word share one, which says where to read on', async () => {
  const { catalog } = await import('../../../src/bot/catalog.ts');
  const everything = helpAll(catalog, () => true);
  assert.ok(everything.length <= 3_700, `${everything.length}`);
  const lines = everything.split('\n');
  for (const { name } of catalog) {
    const [first = '', ...rest] = name.split(' ');
    const has = (line: string) =>
      line.startsWith(`  /${name}: `) ||
      (line.startsWith(`  /${first} `) &&
        line.split(/[ |:]/).includes(rest.join(' ')) &&
        line.endsWith(`see /help ${first}`));
    assert.ok(lines.some(has), name);
  }
  assert.ok(lines.includes('  /image list|show|diff: see /help image'));
});
