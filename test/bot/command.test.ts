import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { type Command, catalogue, type Declaration, defineCommand, fieldsOf } from '../../src/bot/command.ts';
import { deploy, samples } from './sample.ts';

const answer = async () => ({ text: '' });
const base = { name: 'do', summary: 'Do', examples: ['do'], risk: 'read', scope: () => 'cloud' } as const;
const declare = (more: Record<string, unknown>): Command =>
  defineCommand({ ...base, input: z.object({}), answer, ...more } as unknown as Declaration<z.ZodObject>);

test('a field knows how it is typed, what it holds, whether it must be there and what it is by default', () => {
  const facts = deploy.fields.map(({ label, place, kind, many, required, default: value, choices }) =>
    JSON.stringify({ label, place, kind, many, required, value, choices }),
  );
  assert.deepEqual(facts, [
    '{"label":"app","place":"word","kind":"string","many":false,"required":true}',
    '{"label":"ref","place":"word","kind":"string","many":false,"required":false,"value":"main"}',
    '{"label":"--to","place":"flag","kind":"string","many":true,"required":false}',
    '{"label":"--image","place":"flag","kind":"string","many":false,"required":false}',
    '{"label":"--max-wait","place":"flag","kind":"number","many":false,"required":false,"value":5}',
    '{"label":"--env","place":"flag","kind":"string","many":false,"required":false,"choices":["prod","staging"]}',
    '{"label":"--force","place":"flag","kind":"boolean","many":false,"required":false,"value":false}',
    '{"label":"--cache","place":"flag","kind":"boolean","many":false,"required":false,"value":true}',
  ]);
  assert.equal(deploy.fields[0]?.about, 'the app');
});

test('what a field holds is seen through every wrapper of its schema', () => {
  const schemas = {
    piped: z.string().transform(Number).pipe(z.number()),
    prepared: z.preprocess((value) => value, z.number()),
    nested: z.array(z.number()).optional().default([1]).readonly(),
    either: z
      .union([z.string(), z.literal('a')])
      .nullable()
      .optional(),
    fixed: z.literal([1, 2]).optional(),
    kept: z.number().catch(3),
  };
  const about = () => ({ summary: '', fields: { nested: 'some numbers' } });
  const fields = fieldsOf({ input: z.object(schemas), words: [], about });
  assert.deepEqual(
    fields.map(({ name, kind, many, required, about }) => [name, kind, many, required, about]),
    [
      ['piped', 'string', false, true, ''],
      ['prepared', 'number', false, true, ''],
      ['nested', 'number', true, false, 'some numbers'],
      ['either', 'string', false, false, ''],
      ['fixed', 'number', false, false, ''],
      ['kept', 'number', false, false, ''],
    ],
  );
});

const wrong: [string, Record<string, unknown>, RegExp][] = [
  ['an unknown word', { words: ['app'] }, /app is a word but not a field/],
  ['a word that every object has', { words: ['constructor'] }, /constructor is a word but not a field/],
  ['a word twice', { input: z.object({ a: z.string() }), words: ['a', 'a'] }, /listed twice/],
  [
    'a required word after an optional one',
    { input: z.object({ a: z.string().optional(), b: z.string() }), words: ['a', 'b'] },
    /b is required but follows a/,
  ],
  [
    'a word after a list',
    { input: z.object({ a: z.array(z.string()), b: z.string() }), words: ['a', 'b'] },
    /takes all that is left/,
  ],
  ['a rest that is a number', { input: z.object({ a: z.number() }), rest: 'a' }, /so it is a string/],
  ['a field of nested data', { input: z.object({ a: z.object({}) }) }, /cannot hold a object/],
  ['a list of lists', { input: z.object({ a: z.array(z.array(z.string())) }) }, /list of lists/],
  ['a field in snake case', { input: z.object({ max_wait: z.string() }) }, /camelCase/],
  ['an upper-case name', { name: 'Do' }, /"Do" is not a name/],
  ['an alias with a slash', { aliases: ['/do'] }, /is not a name/],
  [
    'an option that another one negates',
    { input: z.object({ cache: z.boolean(), noCache: z.string() }) },
    /--no-cache would have two meanings/,
  ],
  [
    'a dry run of its own where it plans',
    { input: z.object({ dryRun: z.boolean() }), answer: undefined, plan: answer },
    /--dry-run would have two meanings/,
  ],
];
for (const [what, declaration, message] of wrong) {
  test(`${what} is refused when the command is declared`, () => {
    assert.throws(
      () => declare(declaration),
      (thrown: Error) => {
        assert.match(thrown.message, /^command \S+: /);
        assert.match(thrown.message, message);
        return thrown instanceof TypeError;
      },
    );
  });
}

test('two commands that would answer to one name are refused when they are gathered', () => {
  const cases: [string, string[], string][] = [
    ['ship', [], '/ship would be both deploy and ship'],
    ['build-base', [], '/build-base would be both build base and build-base'],
    ['other', ['schedules'], '/schedules would be both schedule list and other'],
  ];
  for (const [name, aliases, message] of cases)
    assert.throws(() => catalogue([...samples, declare({ name, aliases })]), { name: 'TypeError', message });
});

test('the input is typed where the command is declared, and a command answers or plans, not both', () => {
  const input = z.object({ app: z.string() });
  // @ts-expect-error: scope sees the schema's fields only
  defineCommand({ ...base, input, scope: ({ host }) => `${host}`, answer });
  // @ts-expect-error: words are fields
  assert.throws(() => defineCommand({ ...base, input, words: ['host'], answer }));
  // @ts-expect-error: it does one or the other
  defineCommand({ ...base, input, answer, plan: async () => ({}) as never });
  // @ts-expect-error: it does something
  defineCommand({ ...base, input });
});
