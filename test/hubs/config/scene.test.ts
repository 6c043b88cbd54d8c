/** What files come to, by templates, data and what was set. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Config } from '../../../src/config/config.ts';
import { MusterError } from '../../../src/errors.ts';
import { problemsOf } from '../../../src/hubs/config/checked.ts';
import { configFor } from '../../../src/hubs/config/container.ts';
import { Scene } from '../../../src/hubs/config/scene.ts';
import { readTexts, type Texts, treeOf } from '../../../src/hubs/config/tree.ts';
import { NO_VALUES, type ValueChange, withChanges } from '../../../src/hubs/config/values.ts';
import { Secret } from '../../../src/secret.ts';

const APP = { repository: '/nowhere', hosts: ['label:a'] };
const HOSTS = { 'web-1': { link: 'local', labels: ['a'] }, 'web-2': { link: 'local', labels: ['a'] } };

const sceneOf = (files: object, texts: Texts, changes: ValueChange[] = []): Scene => {
  const config = Config.parse({ hosts: HOSTS, apps: { shop: APP }, files });
  return new Scene({ tree: treeOf(texts), config, values: withChanges(NO_VALUES, changes) });
};
const file = (template: string, ...targets: string[]) => ({ template, path: `/etc/${template}`, targets });
const failing = (act: () => unknown): MusterError => {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof MusterError, String(error));
    return error;
  }
  return assert.fail('it did not fail');
};
const masked = (scene: Scene): Record<string, string> =>
  Object.fromEntries(scene.placed.map((placed) => [placed.id, scene.masked(placed)]));
const set = (layer: string, name: string, after: unknown): ValueChange =>
  ({ layer, name, after }) as ValueChange;

describe('a scene', () => {
  test('has a file for each host and app that its targets name, once, with the data of each', () => {
    const scene = sceneOf(
      { a: file('a', 'label/a', 'host/web-1'), b: file('b', 'app/shop/web') },
      {
        'templates/a': '{{target.host}} {{n}}',
        'templates/b': '{{target.app}}@{{target.host}} {{n}}',
        'data/site.yml': 'n: 1',
        'data/host-web-2.json': '{"n": 2}',
        'data/app-shop.yml': 'n: 3',
      },
    );
    assert.deepEqual(masked(scene), {
      'a host/web-1': 'web-1 1',
      'a host/web-2': 'web-2 2',
      'b app/shop/web@web-1': 'shop@web-1 3',
      'b app/shop/web@web-2': 'shop@web-2 3',
    });
  });

  test('puts what was set over the file of its layer, key by key, and not over nearer layers', () => {
    const texts = {
      'templates/a': '{{db.host}} {{db.port}}',
      'data/site.yml': 'db: { host: site, port: 1 }',
      'data/host-web-1.yml': 'db: { host: file }',
    };
    const changes = [set('site', 'db.host', 'set'), set('site', 'db.port', 2)];
    assert.deepEqual(masked(sceneOf({ a: file('a', 'label/a') }, texts, changes)), {
      'a host/web-1': 'file 2',
      'a host/web-2': 'set 2',
    });
  });

  test('names the files that depend on what was changed, and renders no others again', () => {
    const texts = {
      'templates/a': '{{x}}',
      'templates/b': '{{#list}}{{.}}{{/list}}',
      'data/site.yml': 'x: 1\nlist: [1]',
    };
    const scene = sceneOf({ a: file('a', 'label/a'), b: file('b', 'host/web-1') }, texts);
    const ids = (changes: ValueChange[]) =>
      scene.with(withChanges(NO_VALUES, changes)).dependents.map(({ id }) => id);
    assert.deepEqual(ids([set('site', 'x', 2)]), ['a host/web-1', 'a host/web-2']);
    assert.deepEqual(ids([set('host/web-2', 'x', 2)]), ['a host/web-2']);
    assert.deepEqual(ids([set('host/web-1', 'list', [2])]), ['b host/web-1']);
    assert.deepEqual(ids([set('site', 'nobody', 2), set('app/shop', 'x', 2)]), []);
  });

  test('lets a change mend a file that could not be made, and is not held up by one that still cannot', () => {
    const texts = { 'templates/a': '{{gone}}', 'templates/b': '{{never}}' };
    const scene = sceneOf({ a: file('a', 'host/web-1'), b: file('b', 'host/web-1') }, texts);
    const { scene: next, dependents } = scene.with(withChanges(NO_VALUES, [set('site', 'gone', 'here')]));
    assert.deepEqual(
      dependents.map((one) => next.masked(one)),
      ['here'],
    );
  });

  test('has secrets only in the file itself, and asks for those that it takes', async () => {
    const texts = {
      'templates/a': '{{db.user}}:{{db.password}} {{#fn.base64}}{{db.password}}{{/fn.base64}}',
      'data/site.yml': 'db: { user: me }',
      'data/secret.yml': 'db: { password: "env:PW" }\nother: "env:OTHER"',
    };
    const scene = sceneOf({ a: file('a', 'host/web-1') }, texts);
    const asked: string[] = [];
    const made = await scene.make(scene.placed[0]!, async (text, path) => {
      asked.push(`${text} ${path}`);
      return new Secret('pässi');
    });
    assert.equal(made.text, `me:pässi ${Buffer.from('pässi').toString('base64')}`);
    assert.ok(made.masked.startsWith('me:[masked:db.password] '));
    assert.deepEqual(asked, ['env:PW data/secret db.password']);
  });

  test('gives a container its own files, under a name that changes with them alone', async () => {
    const texts = { 'templates/a': '{{x}}', 'templates/b': '{{y}}', 'data/site.yml': 'x: 1\ny: 1' };
    const files = {
      a: { ...file('a', 'app/shop/web'), apply: { signal: 'HUP' } },
      b: { ...file('b', 'app/shop/job'), apply: 'restart' },
    };
    const caller = { app: 'shop', host: 'web-1', service: 'web' };
    const find = () => Promise.reject(new Error('no secrets here'));
    const [one, two, three] = await Promise.all(
      [[], [set('site', 'y', 2)], [set('site', 'x', 2)]].map((changes) =>
        configFor(sceneOf(files, texts, changes), caller, find),
      ),
    );
    assert.deepEqual(
      one?.files.map(({ path, content }) => [path, Buffer.from(content, 'base64').toString()]),
      [['/etc/a', '1']],
    );
    assert.deepEqual(one?.apply, { signal: 'SIGHUP' });
    assert.equal(one?.version, two?.version);
    assert.notEqual(one?.version, three?.version);
  });
});

describe('a JSON Schema of the data', () => {
  const schema = JSON.stringify({
    required: ['db'],
    properties: {
      db: { required: ['port'], properties: { port: { type: 'integer' }, password: { minLength: 8 } } },
    },
  });
  const files = { a: { ...file('a', 'host/web-1'), schema: 'a.schema.json' } };
  const texts = { 'templates/a': 'x', 'templates/a.schema.json': schema };

  test('refuses what does not fit, by name and by what is expected, never by value', () => {
    const scene = sceneOf(files, { ...texts, 'data/site.yml': 'db: { port: verysecret }' });
    const error = failing(() => masked(scene));
    assert.equal(error.code, 'schema.data');
    assert.match(error.message, /db\.port must be integer/);
    assert.ok(!error.message.includes('verysecret'));
  });

  test('looks at secrets only once they are there', async () => {
    const with_ = { 'data/site.yml': 'db: { port: 1 }', 'data/secret.yml': 'db: { password: "env:P" }' };
    const scene = sceneOf(files, { ...texts, ...with_ });
    assert.deepEqual(masked(scene), { 'a host/web-1': 'x' });
    const short = scene.make(scene.placed[0]!, async () => new Secret('tiny'));
    await assert.rejects(
      short,
      (error: MusterError) => error.code === 'schema.data' && !error.message.includes('tiny'),
    );
    assert.equal((await scene.make(scene.placed[0]!, async () => new Secret('long enough'))).text, 'x');
  });

  test('is held against what no template takes, too, before that is in force', () => {
    const scene = sceneOf(files, { ...texts, 'data/site.yml': 'db: { port: 1 }' });
    const change = (after: unknown) => scene.with(withChanges(scene.values, [set('site', 'db.port', after)]));
    assert.deepEqual(masked(scene), { 'a host/web-1': 'x' });
    assert.deepEqual(change(2).dependents, []);
    const { scene: next, dependents } = change('none');
    assert.equal(failing(() => dependents.map((one) => next.plan(one))).code, 'schema.data');
  });

  test('gets its time and no more, and may compare maps', () => {
    const withSchema = (properties: object, data: string) =>
      sceneOf(files, {
        ...texts,
        'templates/a.schema.json': JSON.stringify({ properties }),
        'data/site.yml': data,
      });
    const same = { db: { const: { host: 'a' } }, list: { uniqueItems: true } };
    const scene = withSchema(same, 'db: { host: a }\nlist: [{ valueOf: 1 }, { valueOf: 2 }]');
    assert.deepEqual(failing(() => masked(scene)).code, 'schema.bad');
    assert.deepEqual(masked(withSchema(same, 'db: { host: a }\nlist: [{ n: 1 }, { n: 2 }]')), {
      'a host/web-1': 'x',
    });
    const slow = withSchema({ n: { pattern: '^(a+)+$' } }, `n: ${'a'.repeat(40)}!`);
    const error = failing(() => masked(slow));
    assert.equal(error.code, 'schema.bad');
    // It is not asked again for each of many files, while all others wait.
    for (let file = 0; file < 40; file += 1)
      assert.equal(
        failing(() => masked(slow)),
        error,
      );
  });

  test('has to be one', () => {
    for (const bad of [
      '{',
      '{"type": 5}',
      '{"$ref": "https://example.org/x"}',
      '{"$async": true}',
      '{"allOf": [{"$ref": "#"}]}',
    ])
      assert.equal(
        failing(() => masked(sceneOf(files, { ...texts, 'templates/a.schema.json': bad }))).code,
        'schema.bad',
        bad,
      );
  });
});

describe('bad templates and data', () => {
  const problems = (texts: Texts, files: object = {}) =>
    problemsOf(treeOf(texts), Config.parse({ hosts: HOSTS, apps: { shop: APP }, files })).map(
      ({ file: name, line, message }) => `${name}:${line} ${message}`,
    );

  test('are told all at once, with file and line', () => {
    assert.deepEqual(
      problems({
        'templates/a': 'x\n{{#open}}',
        'data/site.yml': 'a: 1\na: 2',
        'data/nobody.yml': 'a: 1',
        'data/secret.yml': 'pw: { clear: text }',
        'data/app-shop.yml': 'big: 12345678901234567890',
        'data/host-web-1.json': '{"x": 1e999}',
      }).map((text) => text.split(' ')[0]),
      [
        'data/site.yml:2',
        'data/nobody.yml:0',
        'data/secret.yml:1',
        'data/app-shop.yml:1',
        'data/host-web-1.json:1',
        'templates/a:2',
      ],
    );
    assert.deepEqual(problems({ 'templates/a': 'x\n\n{{gone}}' }, { a: file('a', 'label/a') }), [
      'templates/a:3 a:3: the data has no gone',
    ]);
    assert.match(problems({}, { a: file('a', 'label/a') })[0] ?? '', /there is no template a/);
  });

  test('end: partials that hold each other, loops in loops, data 100 levels deep', () => {
    const circle = { 'templates/a': '{{> b}}', 'templates/b': '{{> a}}' };
    assert.match(
      problems(circle, { a: file('a', 'host/web-1') })[0] ?? '',
      /partials hold each other without end/,
    );
    const bomb = {
      'templates/a': `${'{{#l}}'.repeat(9)}x${'{{/l}}'.repeat(9)}`,
      'data/site.yml': `l: [${'1, '.repeat(30)}1]`,
    };
    assert.match(problems(bomb, { a: file('a', 'host/web-1') })[0] ?? '', /becomes too large/);
    const inside = {
      'templates/a': `${'{{#l}}'.repeat(20_000)}x${'{{/l}}'.repeat(20_000)}`,
      'data/site.yml': 'l: true',
    };
    assert.match(problems(inside, { a: file('a', 'host/web-1') })[0] ?? '', /becomes too large/);
    const deep = { 'data/site.json': `${'{"a":'.repeat(100)}1${'}'.repeat(100)}` };
    assert.match(problems(deep)[0] ?? '', /too deep/);
    const worse = { 'data/site.json': `${'['.repeat(100_000)}` };
    assert.equal(problems(worse).length > 0, true);
  });

  test('are read no further than there is room for them, which is told', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-tree-'));
    try {
      await mkdir(join(folder, 'templates'));
      await writeFile(join(folder, 'templates/0'), 'x'.repeat(1024 * 1024));
      for (let index = 1; index <= 70; index += 1)
        await symlink(join(folder, 'templates/0'), join(folder, `templates/${index}`));
      const { texts, problems: found } = await readTexts(folder);
      assert.equal(Object.keys(texts).length, 64);
      assert.match(found.map(({ message }) => message).join(), /64 MiB together/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('have no names that mean something to the machine', () => {
    assert.match(problems({ 'data/site.json': '{"__proto__": {"polluted": 1}}' })[0] ?? '', /__proto__/);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    const scene = sceneOf(
      { a: file('a', 'host/web-1') },
      { 'templates/a': '{{constructor.name}}', 'data/site.yml': 'x: 1' },
    );
    assert.equal(failing(() => masked(scene)).code, 'template.missing');
  });
});
