import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { catalogue, defineCommand } from '../../../src/bot/command.ts';
import { MAX_LINE, parse } from '../../../src/bot/grammar/parse.ts';
import { input, known, read, reply, samples } from '../sample.ts';

const plain = { ref: 'main', maxWait: 5, force: false, cache: true };

const lines: [string, string, Record<string, unknown>][] = [
  ['words by position', '/deploy shop v2', { app: 'shop', ref: 'v2' }],
  ['an alias runs', '/ship shop', { app: 'shop' }],
  ['the name in any case', '/DePloy shop', { app: 'shop' }],
  ['the bot addressed by name in any case', '/deploy@ourbot shop', { app: 'shop' }],
  ['an option and its value', '/deploy shop --env prod', { app: 'shop', env: 'prod' }],
  ['an option with =', '/deploy shop --env=prod', { app: 'shop', env: 'prod' }],
  ['options before words', '/deploy --env prod shop v2', { app: 'shop', ref: 'v2', env: 'prod' }],
  ['kebab case and camel case', '/deploy shop --max-wait 7', { app: 'shop', maxWait: 7 }],
  ['camel case', '/deploy shop --maxWait=7', { app: 'shop', maxWait: 7 }],
  ['an option in upper case', '/deploy shop --ENV prod', { app: 'shop', env: 'prod' }],
  ['a flag', '/deploy shop --force', { app: 'shop', force: true }],
  ['a flag does not take the next word', '/deploy --force shop', { app: 'shop', force: true }],
  ['a flag with a value', '/deploy shop --force=yes --cache=off', { app: 'shop', force: true, cache: false }],
  ['a negated flag', '/deploy shop --no-cache', { app: 'shop', cache: false }],
  ['a comma list', '/deploy shop --to a,b', { app: 'shop', to: ['a', 'b'] }],
  ['a repeated option', '/deploy shop --to a --to=b,c', { app: 'shop', to: ['a', 'b', 'c'] }],
  ['a list with a space after the comma', '/deploy --to a, b, c shop', { app: 'shop', to: ['a', 'b', 'c'] }],
  [
    'a value with colons and slashes',
    '/deploy shop --image registry:5000/app',
    { app: 'shop', image: 'registry:5000/app' },
  ],
  ['a value with = in it', '/deploy shop --image=a=b', { app: 'shop', image: 'a=b' }],
  ['a value that starts with a dash, after =', '/deploy shop --image=-x', { app: 'shop', image: '-x' }],
  ['a value that starts with a dash, in quotes', '/deploy shop --image "-x"', { app: 'shop', image: '-x' }],
  ['a quoted value', '/deploy shop --image "a b, c"', { app: 'shop', image: 'a b, c' }],
  ['an empty value', '/deploy shop --image=', { app: 'shop', image: '' }],
  ['a line break in quotes', '/deploy shop --image "a\nb"', { app: 'shop', image: 'a\nb' }],
  ['smart quotes', '/deploy “shop” --image=„a b“', { app: 'shop', image: 'a b' }],
  [
    'a long dash for two short ones',
    '/deploy shop —env prod –force',
    { app: 'shop', env: 'prod', force: true },
  ],
  [
    'line breaks and odd spaces between words',
    '\n /deploy\u00a0shop\n\t--env\u2003prod\r\n',
    { app: 'shop', env: 'prod' },
  ],
  ['the end of options', '/deploy --force -- shop v2', { app: 'shop', ref: 'v2', force: true }],
  ['a long dash alone ends options too', '/deploy --force — shop', { app: 'shop', force: true }],
  ['a decimal stays the text it was in a text field', '/deploy shop 1.10', { app: 'shop', ref: '1.10' }],
];
for (const [what, line, expected] of lines)
  test(`${what}: ${JSON.stringify(line)}`, () => assert.deepEqual(input(line), { ...plain, ...expected }));

test('a list by position takes all that is left, numbers and booleans are what they say', () => {
  assert.deepEqual(input("/say don't -5 - b,c --times=-1.5 --loud"), {
    words: ["don't", '-5', '-', 'b', 'c'],
    times: -1.5,
    loud: true,
  });
  assert.deepEqual(input('/say -- --times 3'), { words: ['--times', '3'], loud: false });
  assert.deepEqual(input('/say --no-shy'), { words: [], loud: false, shy: false });
});

test('the longest name wins, and may be written with dashes or underscores', () => {
  for (const line of ['/build base', '/Build  BASE', '/build-base', '/build_base', '/build_base@OurBot']) {
    const parsed = read(line);
    assert.ok(parsed.kind === 'command' && parsed.command.name === 'build base', line);
  }
  const parsed = read('/schedules');
  assert.ok(parsed.kind === 'command' && parsed.command.name === 'schedule list');
});

test('every command that plans takes --dry-run, and its input does not see it', () => {
  const dry = (line: string) => {
    const parsed = read(line);
    return (
      parsed.kind === 'command' && [parsed.dryRun, Object.keys(parsed.input as object).includes('dryRun')]
    );
  };
  assert.deepEqual(dry('/deploy shop --dry-run'), [true, false]);
  assert.deepEqual(dry('/build base —dry-run'), [true, false]);
  assert.deepEqual(dry('/deploy shop --dry-run=no'), [false, false]);
  assert.deepEqual(dry('/deploy shop'), [false, false]);
  assert.match(reply('/schedule list --dry-run'), /^there is no option --dry-run/);
});

test('the rest of a line is taken as it was typed, open quotes and options included', () => {
  const rest = (line: string) => input(line).line;
  assert.equal(rest('/schedule add n "0 2 * * *" /deploy shop  --to a'), '/deploy shop  --to a');
  assert.equal(
    rest('/schedule add n "0 2 * * *" --zone Europe/Rome /say "x y" it\'s “z  '),
    '/say "x y" it\'s “z',
  );
  assert.equal(rest('/schedule add n "0 2 * * *" -- --odd "'), '--odd "');
  assert.equal(rest('/schedule add n "0 2 * * *" "/build base"'), '/build base');
  assert.equal(rest('/schedule add n "0 2 * * *" "a" "b"'), '"a" "b"');
  assert.equal(input('/schedule add n "0 2 * * *" --zone Europe/Rome /jobs').zone, 'Europe/Rome');
  assert.match(reply('/schedule add n "0 2 * * *"'), /^line is missing/);
});

test('what is not for the bot is ignored', () => {
  for (const line of [
    '',
    ' \n',
    'hello',
    'deploy shop',
    '/',
    '//',
    '/ deploy shop',
    '/etc/passwd',
    '/etc/deploy shop',
    '/1/2',
    'see /deploy shop',
    '/deploy@OtherBot shop',
    '/nonsense@OtherBot',
    '/@OurBot',
    '¯\\_(ツ)_/¯',
    '/(ツ)',
    '/日本語の文',
  ])
    assert.deepEqual(read(line), { kind: 'ignore' }, JSON.stringify(line));
});

test('a slash may be left out where every line is for the bot', () => {
  const options = { prefix: 'optional', bot: undefined } as const;
  assert.deepEqual(input('deploy shop', options), { ...plain, app: 'shop' });
  assert.deepEqual(input('/deploy@OurBot shop', options), { ...plain, app: 'shop' });
  assert.deepEqual(read('', options), { kind: 'ignore' });
  assert.match(reply('hello there', options), /^There is no \/hello\.\nSee \/help$/);
  assert.match(reply('/etc/passwd', options), /^There is no \/etc\/passwd\./);
  assert.equal(reply('/', options), 'Which command?\nSee /help');
});

test('an unknown command asks whether a near one was meant', () => {
  assert.equal(reply('/deplyo shop'), 'There is no /deplyo. Did you mean /deploy?\nSee /help');
  assert.equal(reply('/biuld bsae'), 'There is no /biuld. Did you mean /build base?\nSee /help');
  assert.equal(reply('/shedule lst'), 'There is no /shedule. Did you mean /schedule list?\nSee /help');
  assert.equal(reply('/déploy shop'), 'There is no /déploy. Did you mean /deploy?\nSee /help');
  assert.equal(reply('/shipp shop'), 'There is no /shipp. Did you mean /ship?\nSee /help');
});

test('in a room with other bots only a near command, or one said to this bot, gets a reply', () => {
  assert.equal(read('/nonsense', { quiet: true }).kind, 'ignore');
  assert.equal(read('/nonsense@OurBot', { quiet: true }).kind, 'reply');
  assert.equal(read('/deplyo', { quiet: true }).kind, 'reply');
  assert.equal(read('/nonsense').kind, 'reply');
});

test('a bot that does not know its name in a group leaves addressed commands alone', () => {
  assert.equal(read('/deploy@OurBot shop', { bot: undefined }).kind, 'ignore');
});

test('half of a name says how it goes on', () => {
  assert.equal(
    reply('/schedule'),
    '/schedule needs one more word: /schedule add, /schedule list.\nSee /help',
  );
  assert.equal(
    reply('/schedule lisst'),
    'There is no /schedule lisst. Did you mean /schedule list?\nSee /help',
  );
  assert.match(reply('/schedule xyzzy'), /There is \/schedule add, \/schedule list\./);
  assert.match(reply('/schedule "list"'), /Did you mean/);
});

test('everything wrong with a line is said at once, in its own words, with the usage and where to read on', () => {
  assert.equal(
    reply('/deploy --too web-1 --max-wait soon --env prd --to Web_1 --force --force'),
    [
      'there is no option --too, did you mean --to?',
      '--force is given twice',
      '--max-wait "soon" is not a number',
      '--to "Web_1": a host name is lower-case letters, digits and inner dashes, like web-1',
      '--env "prd": must be prod or staging, did you mean prod?',
      'Usage: /deploy <app> [ref] [--to <text,…>] [--image <text>] [--max-wait <number>] [--env <prod|staging>] [--force] [--no-cache] [--dry-run]',
      'See /help deploy',
    ].join('\n'),
  );
});

const problems: [string, string, RegExp][] = [
  ['a missing word', '/deploy', /^app is missing \(the app\)$/m],
  ['a word too many', '/deploy shop v2 v3', /^"v3" is one word too many$/m],
  ['an option without its value', '/deploy shop --env', /^--env needs a value$/m],
  ['an option followed by an option', '/deploy shop --env --force', /^--env needs a value$/m],
  ['a value that looks like an option', '/deploy shop --image -x', /^--image needs a value$/m],
  ['an option twice', '/deploy shop --env prod --env=prod', /^--env is given twice$/m],
  ['an option and its opposite', '/deploy shop --cache --no-cache', /^--cache is given twice$/m],
  ['a value for a negated flag', '/deploy shop --no-cache=1', /^--no-cache takes no value$/m],
  [
    'a flag that is neither yes nor no',
    '/deploy shop --force=maybe',
    /^--force "maybe" is neither yes nor no$/m,
  ],
  ['a negated option that is no flag', '/deploy shop --no-env', /^there is no option --no-env/m],
  ['a number that is text', '/deploy shop --max-wait 0x10', /^--max-wait "0x10" is not a number$/m],
  ['a number out of range', '/deploy shop --max-wait 61', /^--max-wait "61": must be at most 60$/m],
  ['half a number', '/deploy shop --max-wait 1.5', /^--max-wait "1.5": must be a whole number$/m],
  ['a number beyond all', `/say --times ${'9'.repeat(400)}`, /^--times "9+…"/m],
  ['a list that ends with a comma', '/deploy shop --to a,', /^--to "": a host name/m],
  ['an empty place in a list', '/deploy shop --to a,,b', /^--to "": a host name/m],
  [
    'a word written as an option',
    '/deploy --app shop',
    /^app is a word, not an option: write it without --app$/m,
  ],
  ['one dash', '/deploy shop -f', /^"-f" is not an option: options start with two dashes/m],
  ['an open quote', '/deploy "shop v2', /^the quote at character 9 is never closed: "shop v2$/m],
  ['an app called -x', '/deploy -x', /^"-x" is not an option/m],
  ['an app called -x in quotes', '/deploy "-x"', /^app "-x": an app name is/m],
  ['an app called ..', '/deploy ..', /^app "\.\.": an app name is/m],
  ['an app called $(rm)', '/deploy $(rm)', /^app "\$\(rm\)": an app name is/m],
  ['an app with a slash', '/deploy ../shop', /^app "\.\.\/shop": an app name is/m],
  ['an app on two lines', '/deploy "shop\nv2"', /^app "shop v2": an app name is/m],
  ['an app in other letters that look alike', '/deploy shоp', /^app "shоp": an app name is/m],
  ['a ref that starts with a dash', '/deploy shop --  --upload-pack=x', /^ref "--upload-pack=x": a ref is/m],
  ['a ref that climbs', '/deploy shop a..b', /^ref "a\.\.b": /m],
  ['the prototype as an option', '/deploy shop --__proto__=1', /^there is no option --__proto__$/m],
  ['an inherited name as an option', '/deploy shop --toString', /^there is no option --toString$/m],
  [
    'an inherited name as a value',
    '/deploy constructor --env toString',
    /^--env "toString": must be prod or staging$/m,
  ],
  ['a direction mark', '/deploy shop\u202e v2', /hidden character \(U\+202E\) at character 13/],
  ['a zero-width space', '/deploy sh\u200bop', /hidden character \(U\+200B\)/],
  ['a terminal escape', '/deploy \x1b[31mshop', /hidden character \(U\+001B\)/],
  ['a null', '/deploy shop\0', /hidden character \(U\+0000\)/],
  ['half of a surrogate pair', '/deploy \ud83d', /hidden character \(U\+D83D\)/],
  ['the prototype as a command', '/__proto__', /^There is no \/__proto__\.$/m],
  ['an inherited name as a command', '/constructor', /^There is no \/constructor\.$/m],
];
for (const [what, line, expected] of problems) {
  test(`${what} gets a reply: ${JSON.stringify(line.slice(0, 60))}`, () => {
    const text = reply(line);
    assert.match(text, expected);
    assert.match(text.split('\n').at(-1)!, /^See \/help/);
    assert.doesNotMatch(text, /[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
  });
}

test('a line may have as many characters as a message, and no more', () => {
  const line = (length: number) => `/deploy shop --image ${'x'.repeat(length - 21)}`;
  assert.equal((input(line(MAX_LINE)).image as string).length, MAX_LINE - 21);
  assert.match(reply(line(MAX_LINE + 1)), /^That line has 4097 characters, and 4096 is the most/);
  assert.equal(read('x'.repeat(MAX_LINE + 1)).kind, 'ignore');
});

test('a line with more problems than fit a message says the first ones and how many there are', () => {
  const text = reply(`/deploy shop ${'--x '.repeat(1_000)}`);
  assert.ok(text.length < 1_000);
  assert.match(text, /^(?:there is no option --x\n){10}and 990 more\nUsage: /);
});

test('a name that another object holds does not reach the input', () => {
  const parsed = input('/deploy shop --force');
  assert.equal(Object.getPrototypeOf(parsed), Object.prototype);
  assert.deepEqual(({} as Record<string, unknown>).force, undefined);
});

test('a schema that throws, or that has to wait, gets a reply', () => {
  const answer = async () => ({ text: '' });
  const about = () => ({ summary: '', fields: {} });
  const common = { about, examples: [], risk: 'read', scope: () => 'cloud', answer } as const;
  const odd = catalogue([
    defineCommand({
      ...common,
      name: 'throw',
      input: z.object({
        a: z.string().transform((): string => {
          throw new Error('from a schema');
        }),
      }),
      words: ['a'],
    }),
    defineCommand({
      ...common,
      name: 'wait',
      input: z.object({ a: z.string().refine(async () => true) }),
      words: ['a'],
    }),
  ]);
  for (const line of ['/throw x', '/wait x']) {
    const parsed = parse(line, { catalogue: odd, prefix: 'required' });
    assert.ok(parsed.kind === 'reply' && parsed.code === 'internal', line);
  }
});

/** A small seeded generator (mulberry32), so that a failure can be seen again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test('whatever 20,000 random lines hold, each is a valid command, a short reply or nothing', () => {
  const pieces = [
    '/',
    '/deploy',
    '/say',
    '/schedule add',
    'build base',
    '@OurBot',
    '@x',
    ' ',
    ' ',
    ' ',
    '\n',
    '\u00a0',
    '--',
    '--to',
    '--env=',
    '--no-',
    '--force',
    '--dry-run',
    '—',
    '-',
    '=',
    ',',
    '"',
    "'",
    '“',
    '”',
    '‘',
    '’',
    '«',
    '\\',
    'shop',
    'web-1',
    'prod',
    '3',
    '__proto__',
    'constructor',
    '$(rm)',
    '..',
    '\0',
    '\u202e',
    '\ud800',
    '👩‍💻',
    'é',
    'x'.repeat(700),
    '*',
    '\t',
  ];
  const next = random(20_260_101);
  const seen = { command: 0, reply: 0, ignore: 0 };
  for (let round = 0; round < 20_000; round += 1) {
    const start = next(3) === 0 ? '' : `/${samples[next(samples.length)]!.name} `;
    const line =
      start +
      Array.from({ length: next(12) }, () => pieces[next(pieces.length)]).join(next(2) === 0 ? '' : ' ');
    const prefix = next(2) === 0 ? 'required' : 'optional';
    const parsed = parse(line, { catalogue: known, bot: 'OurBot', prefix, quiet: next(2) === 0 });
    seen[parsed.kind] += 1;
    if (parsed.kind === 'reply') {
      assert.ok(parsed.text.length > 0 && parsed.text.length <= 4_096, JSON.stringify(line));
      assert.notEqual(parsed.code, 'internal', JSON.stringify(line));
    }
    if (parsed.kind === 'command')
      assert.ok(parsed.command.input.safeParse(parsed.input).success, JSON.stringify(line));
  }
  for (const [kind, count] of Object.entries(seen))
    assert.ok(count > 500, `only ${count} lines were ${kind}`);
});
