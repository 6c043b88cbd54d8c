/** Where Muster speaks Finnish, all that is wrong with a configuration is said in Finnish. */
import assert from 'node:assert/strict';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { Glob } from '../../src/config/checked.ts';
import { parseSource } from '../../src/config/document.ts';
import { writtenLanguage } from '../../src/config/language.ts';
import { readConfig } from '../../src/config/load.ts';
import { cronProblem } from '../../src/config/schedules.ts';
import { findSecret } from '../../src/config/secret-text.ts';
import { speak } from '../../src/messages/messages.ts';
import { folderOf, reading } from './folder.ts';

afterEach(() => speak('en'));

/** Words of English sentences that are none of Finnish ones, and no names in these problems. */
const ENGLISH = new Set(
  `absolute address all allowed already an and any are be called cannot character characters closing contains did empty end
  entry expected for from give group has have holds in invalid is it looks mean mend missing must no not number of one only or
  should space start starts syntax take text than that the there this time token too unexpected unknown unsupported value
  was with without`.split(/\s+/),
);

const isEnglish = (text: string): boolean =>
  (text.match(/[a-zäö]+/gi) ?? []).some((word) => ENGLISH.has(word.toLowerCase()));

/** A problem without its place. */
const told = (line: string): string => line.split(' ').slice(2).join(' ');

/** A configuration with as many kinds of mistakes as there are. */
const BROKEN: Record<string, string> = {
  'people.yml': [
    'people:',
    '  ada: {identities: {console: ada, telegram: 5}, roles: [operater], rolez: []}',
    '  bob: {identities: {console: ada}}',
    '  bob: {}',
    '  cat: {name: true, roles: {a: b}}',
    `  ${'d'.repeat(64)}: {name: ""}`,
    `  eve: {name: ${'e'.repeat(81)}, roles: }`,
    '',
  ].join('\n'),
  'roles.yml':
    "roles:\n  operator: {allow: [{commands: ['[a', '{x', 'x}', OK, 'a)', ''], colour: 1}]}\n  none: {allow: []}\nhost: {}\nzebra: {}\napps: [a]\n",
  'rest.yml': [
    'people: {ada: {}}',
    'hosts:',
    '  w1: {link: ssh, address: h, keyFile: nope, labels: docker, port: 0}',
    '  w2: {link: ssh, address: H, usr: x, port: 70000, user: "A", hostKey: x}',
    '  w3: {link: tcp}',
    '  w4: {}',
    '  W5: {link: local, labels: [docker, _], root: x}',
    '  w6: {link: ssh, address: " ", port: 1.5}',
    '  w7: {link: local, root: /x, tools: [1]}',
    'apps:',
    "  shop: {repository: a/b, hosts: [web-9, 'label:dockr', A], healthy: 5, compose: ../x, keep: 51}",
    "  blog: {repository: '--upload-pack=x', hosts: [], branch: -x, healthy: soon}",
    "  evil: {repository: 'ext::sh', hosts: [w1], branch: a..b}",
    'schedules:',
    "  x: {at: '0 0 31 2 *', zone: Mars/X, line: '', as: ad, missed: never}",
    "  y: {at: '0 0 1 * * *', line: '1', as: ada}",
    'approvals:',
    '  a: {commands: [deploy], from: [nobody], count: 11, within: x}',
    'platforms:',
    '  telegram: {token: "a b", mode: webhook, apiRoot: ftp://x}',
    '  irc: {}',
    '  slack: {botToken: env:X}',
    'channels:',
    '  ops: {platform: irc, chat: "a b", thread: x, posts: [news]}',
    '  out: {platform: slack, chat: ""}',
    'alerts:',
    '  a: {to: [opps], severities: [bad], quiet: {from: "7", to: 25:00, zone: X}}',
    'settings: {language: se, tempo: fast}',
    '',
  ].join('\n'),
  'torn.yml': 'apps:\n  q: "abc\n',
  'list.yml': '- a\n',
  'two.yml': 'roles:\n---\nroles:\n',
  'key.yml': 'roles: {[a]: 1, __proto__: 2}\n',
};

test('every problem is Finnish, and stands where the English one stands', async (t) => {
  const english = await reading(t, BROKEN);
  speak('fi');
  const finnish = await reading(t, BROKEN);
  const place = (line: string) => line.split(' ').slice(0, 2).join(' ');
  assert.deepEqual(finnish.problems.map(place), english.problems.map(place));
  assert.ok(english.problems.length > 70, `only ${english.problems.length} problems`);
  assert.deepEqual(finnish.problems.map(told).filter(isEnglish), []);
  assert.deepEqual(
    english.problems.map(told).filter((text) => !isEnglish(text)),
    [],
  );
});

/** Documents, lines of cron and globs that are none, each in another way. */
const UNREADABLE = [
  "a: 'x",
  'a: "x',
  '{a: b',
  '[a: b',
  'a: [b c: d',
  'a: [b, , c]',
  'a: b: c',
  ' a: b\nc: d',
  'a:\n  - b\n c: d',
  'a:\n\tb: c',
  'a: @x',
  'a: %x',
  'a: "\\q"',
  'a: !!nope x',
  'a: &x &y z',
  'a\nb: c',
  'a: - b',
  '%YAML 3\n---\na: b',
  '%FOO\n---\na: 1',
  'a: }',
  'a: [b]]',
  'a: {b: c}#x',
  'a: |x\n  b',
  'a: "x" y',
  "a: 'x' 'y'",
  'a: &',
  'a: {- b}',
  'a: !<x y',
  '- a\n- b: {',
];
const NO_CRON = [
  '61 * * * *',
  '* 25 * * *',
  '* * * 13 *',
  'a * * * *',
  '* * * * MONDAY',
  '5-3 * * * *',
  '*/0 * * * *',
  '/5 * * * *',
  '1-2-3 * * * *',
  '* * * * 1#9',
  '* * W * *',
  '1,,2 * * * *',
  '* * 1-5W * *',
  '* * * * +',
];
const NO_GLOB = ['[a', 'a]', '(a', 'a)', '{a', 'a}'];

for (const [what, texts, problemsOf] of [
  ['YAML', UNREADABLE, (text: string) => parseSource('a.yml', text).problems.map(({ message }) => message)],
  ['cron', NO_CRON, (text: string) => [cronProblem(text) ?? '']],
  [
    'globs',
    NO_GLOB,
    (text: string) => Glob.safeParse(text).error?.issues.map(({ message }) => message) ?? [],
  ],
] as const) {
  test(`what the parser of ${what} finds is Finnish`, () => {
    const english = texts.map(problemsOf);
    speak('fi');
    const finnish = texts.map(problemsOf);
    assert.deepEqual(
      finnish.map(({ length }) => length),
      english.map(({ length }) => length),
    );
    assert.deepEqual(finnish.flat().filter(isEnglish), []);
    for (const [index, found] of finnish.entries()) {
      assert.ok(found.length > 0 && !found.includes(''), `nothing is wrong with ${texts[index]}`);
      for (const text of found) assert.ok(!english[index]?.includes(text), `${texts[index]}: ${text}`);
    }
  });
}

test('files and folders that cannot be read are told in Finnish', async (t) => {
  speak('fi');
  const folder = await folderOf(t, { 'bytes.yml': Buffer.from([0xff, 0xfe, 0x41]) });
  await mkdir(join(folder, 'inner.yml'));
  await mkdir(join(folder, 'empty'));
  await symlink('nowhere', join(folder, 'link.yml'));
  const messages = async (path: string) => (await readConfig(path)).problems.map(({ message }) => message);
  assert.deepEqual(await messages(folder), [
    'tiedosto ei ole UTF-8-tekstiä',
    'se on kansio; vain tiedostot luetaan, joten anna sille toinen nimi',
    'linkin kohdetta ei ole',
  ]);
  assert.match(`${await messages(join(folder, 'empty'))}`, /^kansiossa ei ole yhtään \*\.yml-tiedostoa/);
  assert.match(`${await messages(join(folder, 'none'))}`, /^kansiota ei ole; luo se/);
  assert.match(`${await messages(join(folder, 'bytes.yml'))}`, /^se on tiedosto;/);
});

test('a secret that is not there is told in Finnish', async (t) => {
  speak('fi');
  const folder = await folderOf(t, { empty: '' });
  const from = { path: 'platforms.slack.botToken', folder, environment: {} };
  for (const [text, words] of [
    ['env:TOKEN', 'ympäristömuuttujaa TOKEN ei ole'],
    ['file:none', `tiedostoa ${join(folder, 'none')} ei voi lukea (ENOENT)`],
    ['file:empty', `tiedosto ${join(folder, 'empty')} on tyhjä`],
  ] as const)
    await assert.rejects(findSecret(text, from), {
      message: `salaisuus platforms.slack.botToken puuttuu: ${words}`,
    });
});

test('the language that is written is found whatever else is wrong', async (t) => {
  const written = async (text: string) => writtenLanguage(await folderOf(t, { 'a.yml': text }));
  assert.equal(await written('settings: {language: fi}\nnonsense: ['), 'fi');
  assert.equal(await written('settings: {language: se}'), undefined);
  assert.equal(await written('settings: 5'), undefined);
  assert.equal(await writtenLanguage('/nowhere'), undefined);
});
