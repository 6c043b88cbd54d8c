/** Every problem of the configuration is reported at once, with its place. */
import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig, readConfig } from '../../src/config/load.ts';
import { MusterError } from '../../src/errors.ts';
import { folderOf, reading } from './folder.ts';

const HOST = 'hosts: {local: {link: local, labels: [docker]}}\n';

test('sections are merged over files, with defaults, from the folder it was read from', async (t) => {
  const { config, problems } = await reading(t, {
    'a.yml': `${HOST}people:\n  ada:\n`,
    'b.yaml': 'people: {bob: {roles: [all]}}\nroles: {all: {allow: [{commands: ["*"]}]}}\n',
    '.hidden.yml': 'nonsense: 1\n',
    'notes.txt': 'not: yaml: at: all',
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(Object.keys(config!.people), ['ada', 'bob']);
  assert.deepEqual(config!.people.ada, { identities: {}, roles: [] });
  assert.deepEqual(config!.roles.all!.allow, [{ commands: ['*'], on: ['*', '*/*'] }]);
  assert.equal(config!.hosts.local!.root, '/var/lib/muster');
  assert.match(config!.folder, /^\/.*muster-config-/);
});

test('everything that is wrong is said at once, in the order of the files and lines', async (t) => {
  const { problems, config } = await reading(t, {
    'people.yml': [
      'people:',
      '  ada:',
      '    identities: {console: ada, telegram: 5}',
      '    roles: [operater]',
      '    rolez: []',
      '  bob: {identities: {console: ada}}',
      '  bob: {}',
      '',
    ].join('\n'),
    'roles.yml': "roles:\n  operator: {allow: [{commands: ['[a', '{x', OK], colour: 1}]}\nhost: {}\n",
    'rest.yml': [
      'people: {ada: {}}',
      'hosts:',
      '  w1: {link: ssh, address: h, keyFile: nope, labels: docker}',
      '  w2: {link: ssh, address: H, usr: x}',
      '  w3: {link: tcp}',
      '  w4: {}',
      '  W5: {link: local, labels: [docker]}',
      'apps:',
      "  shop: {repository: a/b, hosts: [web-9, 'label:dockr'], healthy: 5, compose: ../x}",
      "  blog: {repository: '--upload-pack=x', hosts: []}",
      "  evil: {repository: 'ext::sh', hosts: [w1]}",
      'schedules:',
      "  x: {at: '0 0 31 2 *', zone: Mars/X, line: '', as: ad}",
      "  y: {at: '0 0 1 * * *', line: /x, as: ada}",
      '',
    ].join('\n'),
    'torn.yml': 'apps:\n  q: "abc\n',
  });
  assert.equal(config, undefined);
  const expected = [
    'people.yml:3:42 people.ada.identities.telegram must be text',
    'people.yml:4:13 people.ada.roles[0] no role is called operater (did you mean operator?)',
    'people.yml:5:5 people.ada.rolez unknown key (did you mean roles?)',
    'people.yml:6:31 people.bob.identities.console console ada is already ada (people.yml:2:3)',
    'people.yml:7:3 people.bob bob is already set at people.yml:6:3',
    'rest.yml:1:10 people.ada ada is already set at people.yml:2:3',
    'rest.yml:3:40 hosts.w1.keyFile there is no readable file nope',
    'rest.yml:3:54 hosts.w1.labels must be a list, like [a, b], not text',
    'rest.yml:4:28 hosts.w2.address h port 22 is already w1 (rest.yml:3:3)',
    'rest.yml:4:31 hosts.w2.usr unknown key (did you mean user?)',
    'rest.yml:5:14 hosts.w3.link must be one of: local, ssh',
    'rest.yml:6:3 hosts.w4.link is missing',
    'rest.yml:7:3 hosts.W5 a host name is lower-case',
    'rest.yml:9:35 apps.shop.hosts[0] no host is called web-9',
    'rest.yml:9:42 apps.shop.hosts[1] no host has the label dockr (did you mean docker?)',
    'rest.yml:9:67 apps.shop.healthy must be text',
    'rest.yml:9:79 apps.shop.compose a path inside the repository',
    'rest.yml:10:22 apps.blog.repository a git address',
    'rest.yml:10:41 apps.blog.hosts must not be empty',
    'rest.yml:11:22 apps.evil.repository that transport of git runs programs',
    'rest.yml:13:11 schedules.x.at that is never due',
    'rest.yml:13:31 schedules.x.zone that is not a time zone',
    'rest.yml:13:45 schedules.x.line a line begins with a command',
    'rest.yml:13:53 schedules.x.as no person is called ad (did you mean ada?)',
    'rest.yml:14:11 schedules.y.at cron has five fields',
    'roles.yml:2:34 roles.operator.allow[0].commands[0] that is not a glob',
    'roles.yml:2:40 roles.operator.allow[0].commands[1] that is not a glob',
    'roles.yml:2:46 roles.operator.allow[0].commands[2] a glob has lower-case letters',
    'roles.yml:2:51 roles.operator.allow[0].colour unknown key; there are commands, on',
    'roles.yml:3:1 host unknown section (did you mean hosts?)',
    'torn.yml:2:6 apps.q must be a group',
    'torn.yml:3:1  missing closing "quote',
  ];
  const off = expected.filter((start, index) => !problems[index]?.startsWith(start));
  assert.deepEqual(off, [], problems.join('\n'));
  assert.equal(problems.length, expected.length, problems.join('\n'));
});

test('loadConfig throws config.invalid with the count and every problem', async (t) => {
  const folder = await folderOf(t, { 'a.yml': 'hosts: {a: {link: local, x: 1}}\nfoo: 1\n' });
  await assert.rejects(loadConfig(folder), (error: MusterError) => {
    assert.ok(error instanceof MusterError);
    assert.equal(error.code, 'config.invalid');
    assert.equal(error.facts.count, 2);
    assert.match(error.message, /2 problems[\s\S]*a\.yml:1:26 hosts\.a\.x[\s\S]*a\.yml:2:1 foo/);
    return true;
  });
});

test('a folder that is missing, empty or a file is one problem with a hint', async (t) => {
  const folder = await folderOf(t, { 'a.txt': '' });
  for (const [path, hint] of [
    [join(folder, 'none'), /no such folder; .*--config/],
    [folder, /no \*\.yml file; the sample/],
    [join(folder, 'a.txt'), /that is a file; --config takes the folder/],
  ] as const) {
    const { problems } = await readConfig(path);
    assert.equal(problems.length, 1);
    assert.match(problems[0]!.message, hint);
    assert.equal(problems[0]!.line, 0);
  }
});

test('a file that is too large, not text, a folder or a dead end is refused and the others are still checked', async (t) => {
  const folder = await folderOf(t, {
    'big.yml': `#${'x'.repeat(1024 * 1024)}`,
    'bytes.yml': Buffer.from([0x61, 0xff, 0xfe]),
    'last.yml': 'foo: 1\n',
  });
  await mkdir(join(folder, 'dir.yml'));
  const { problems } = await readConfig(folder);
  const found = problems.map(({ file, message }) => `${file.slice(folder.length + 1)} ${message}`);
  assert.match(found[0]!, /^big\.yml the file is larger than 1 MiB/);
  assert.match(found[1]!, /^bytes\.yml the file is not UTF-8/);
  assert.match(found[2]!, /^dir\.yml that is a folder/);
  assert.match(found[3]!, /^last\.yml unknown section/);
  assert.equal(found.length, 4);
});

test('aliases work, but a bomb of them does not', async (t) => {
  const fine = await reading(t, { 'a.yml': 'hosts:\n  a: &it {link: local, labels: [x]}\n  b: *it\n' });
  assert.deepEqual(fine.problems, []);
  assert.deepEqual(fine.config?.hosts.b, fine.config?.hosts.a);
  const levels = Array.from(
    { length: 12 },
    (_, n) =>
      `  l${n}: &l${n} [${Array(10)
        .fill(n ? `*l${n - 1}` : 'x')
        .join(', ')}]`,
  );
  const { problems } = await reading(t, { 'a.yml': `people:\n${levels.join('\n')}\n` });
  assert.ok(problems.some((problem) => problem.includes('more than 100 aliases')));
  const loop = await reading(t, { 'a.yml': 'hosts: &a\n  b: *a\n' });
  assert.notDeepEqual(loop.problems, []);
});

test('nesting without end is a problem, not a crash', async (t) => {
  const { problems } = await reading(t, { 'a.yml': `hosts: ${'['.repeat(20_000)}` });
  assert.notDeepEqual(problems, []);
});

test('keys that are parts of every object neither pollute nor name anything', async (t) => {
  const { problems, config } = await reading(t, {
    'a.yml': `${HOST}people: {__proto__: {roles: [x]}, constructor: {}}\n`,
  });
  assert.deepEqual(problems, ['a.yml:2:10 people no key is called __proto__']);
  assert.equal(config, undefined);
  assert.equal(({} as { roles?: unknown }).roles, undefined);
  const clean = await reading(t, { 'a.yml': HOST });
  assert.equal(clean.config!.people.constructor, undefined);
});

test('secrets in clear text are warned of without repeating them, and the configuration still loads', async (t) => {
  const { problems, warnings, config } = await reading(t, {
    'a.yml': `hosts: {local: {link: local, tools: {registry: {password: hunter22}}}}
apps: {shop: {repository: 'https://bot:sesame99@git.example.com/shop.git', hosts: [local]}}
`,
  });
  assert.deepEqual(problems, []);
  assert.ok(config);
  assert.deepEqual(
    warnings.map((warning) => warning.split(' this ')[0]),
    ['a.yml:1:59 hosts.local.tools.registry.password', 'a.yml:2:27 apps.shop.repository'],
  );
  assert.doesNotMatch(warnings.join(), /sesame|hunter/);
});

test('a role for an app that does not exist is a warning', async (t) => {
  const { problems, warnings } = await reading(t, {
    'a.yml': `${HOST}roles: {r: {allow: [{commands: [deploy], on: [app/shop, 'app/*', host/local]}]}}\n`,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(warnings, ['a.yml:2:47 roles.r.allow[0].on[0] no app is called shop']);
});

test('a key file is found relative to the configuration', async (t) => {
  const folder = await folderOf(t, {
    'a.yml': 'hosts: {web: {link: ssh, address: web.example.com, keyFile: keys/web}}\n',
  });
  assert.equal((await readConfig(folder)).problems.length, 1);
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'keys/web'), 'key');
  await chmod(join(folder, 'keys/web'), 0o600);
  assert.deepEqual((await readConfig(folder)).problems, []);
});
