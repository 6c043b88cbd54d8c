import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { MusterError } from '../../../src/errors.ts';
import type { Escape } from '../../../src/hubs/config/escape.ts';
import { Templates } from '../../../src/hubs/config/template.ts';

const render = (text: string, data: object, format?: Escape, more: Record<string, string> = {}) =>
  new Templates({ ...more, 'app.conf': text }).render('app.conf', data, format).text;

const failing = (act: () => unknown): MusterError => {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof MusterError, String(error));
    return error;
  }
  return assert.fail('it did not fail');
};

describe('a template', () => {
  test('writes values as they are, as most files have no signs that mean something', () => {
    assert.equal(
      render('listen {{address}}:{{port}};', { address: '<::1>&', port: 80 }),
      'listen <::1>&:80;',
    );
    assert.equal(render('{{on}} {{zero}} "{{empty}}"', { on: false, zero: 0, empty: '' }), 'false 0 ""');
  });

  test('names the template, the line and the name of what is missing', () => {
    const error = failing(() => render('one\n\n  {{db.host}}\n', { db: { port: 1 } }));
    assert.equal(error.code, 'template.missing');
    assert.equal(error.message, 'app.conf:3: the data has no db.host');
    const within = failing(() =>
      render('{{#apps}}\n{{> app}}\n{{/apps}}', { apps: [{}] }, 'none', { app: '#\n{{name}}' }),
    );
    assert.equal(within.message, 'app:2: the data has no name');
  });

  test('takes no section for left out whose name is only mistyped', () => {
    assert.equal(failing(() => render('{{#tsl}}ssl on;{{/tsl}}', { tls: true })).code, 'template.missing');
    assert.equal(
      failing(() => render('{{^debgu}}quiet{{/debgu}}', { debug: true })).code,
      'template.missing',
    );
    assert.equal(render('{{#tls}}on{{/tls}}{{^tls}}off{{/tls}}', { tls: null }), 'off');
  });

  test('does not write lists, maps or nothing as if they were text', () => {
    for (const [value, code] of [
      [[1, 2], 'template.value'],
      [{ a: 1 }, 'template.value'],
      [null, 'template.missing'],
    ] as const)
      assert.equal(failing(() => render('{{it}}', { it: value })).code, code);
  });

  test('finds only what the data itself has', () => {
    for (const name of [
      'constructor',
      '__proto__',
      'toString',
      'list.map',
      'text.length',
      'hasOwnProperty.name',
    ])
      assert.equal(
        failing(() => render(`{{${name}}}`, { list: [1], text: 'x' })).code,
        'template.missing',
        name,
      );
    assert.equal(render('{{list.1}} of {{list.length}}', { list: ['a', 'b'] }), 'b of 2');
  });

  test('has functions from a list, and no others', () => {
    const data = { name: 'shop "1"', lines: 'a\n\nb' };
    assert.equal(render('{{#fn.upper}}{{name}}{{/fn.upper}}', data), 'SHOP "1"');
    assert.equal(render('{{#fn.json}}{{name}}{{/fn.json}}', data), '"shop \\"1\\""');
    assert.equal(render('{{#fn.indent}}{{lines}}{{/fn.indent}}', data), '  a\n\n  b');
    assert.equal(render('{{#fn.base64}}ö{{/fn.base64}} {{#fn.url}}a b{{/fn.url}}', data), 'w7Y= a%20b');
    const error = failing(() => render('\n{{#fn.exec}}id{{/fn.exec}}', data));
    assert.deepEqual(
      [error.code, error.message],
      ['template.function', 'app.conf:2: there is no function exec'],
    );
    assert.equal(
      failing(() => render('{{#fn.constructor}}{{/fn.constructor}}', {})).code,
      'template.function',
    );
  });

  test('says where it is not well formed', () => {
    for (const [text, place, said] of [
      ['a\n{{#open}}\n', 'app.conf:3', 'the section open is not closed'],
      ['a\n{{/closed}}', 'app.conf:2', 'the section closed is closed and was not opened'],
      ['{{#a}}\n{{/b}}', 'app.conf:2', 'the section a is not closed'],
      ['a {{name', 'app.conf:1', 'a {{ has no }}'],
      ['{{=x=}}', 'app.conf:1', 'one opening and one closing'],
    ] as const) {
      const error = failing(() => render(text, {}));
      assert.equal(error.code, 'template.syntax', text);
      assert.ok(error.message.startsWith(`${place}: `), error.message);
      assert.ok(error.message.endsWith(said), error.message);
    }
  });

  test('ends where partials hold each other for ever, and says which', () => {
    const error = failing(() => render('{{> a}}', {}, 'none', { a: '{{> b}}', b: '{{> a}}' }));
    assert.equal(error.code, 'template.deep');
    assert.match(error.message, /a > b > a/);
  });

  test('ends where lists in lists become too large', () => {
    const list = Array.from({ length: 1_000 }, (_, index) => index);
    const bomb = '{{#l}}{{#l}}{{#l}}{{#l}}0123456789{{/l}}{{/l}}{{/l}}{{/l}}';
    assert.equal(failing(() => render(bomb, { l: list })).code, 'template.large');
    const silent = '{{#l}}{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}{{/l}}';
    assert.equal(failing(() => render(silent, { l: list })).code, 'template.large');
  });

  test('goes through data as deep as JSON comes', () => {
    let data: object = { name: 'deep' };
    for (let depth = 0; depth < 100; depth += 1) data = { in: data };
    assert.equal(render(`{{${'in.'.repeat(100)}name}}`, data), 'deep');
  });

  test('says which of the data it depends on, and only on that', () => {
    const templates = new Templates({
      main: '{{site.name}}{{#apps}}{{name}} {{site.name}}{{#on}}x{{/on}}{{/apps}}{{^off}}{{/off}}{{> more}}',
      more: '{{db.host}}',
    });
    const data = {
      site: { name: 's' },
      apps: [{ name: 'a', on: true }],
      off: false,
      db: { host: 'h' },
      other: 1,
    };
    assert.deepEqual([...templates.render('main', data).used].sort(), [
      'apps',
      'db.host',
      'off',
      'site.name',
    ]);
    assert.deepEqual([...new Templates({ all: '{{#.}}x{{/.}}' }).render('all', data).used], ['']);
  });
});

describe('a value in a file', () => {
  const hostile = 'a"b\\c\nd\'e$(id)`<&>';
  test('stays one value of JSON', () => {
    assert.deepEqual(JSON.parse(render('{"v": "{{v}}"}', { v: hostile }, 'json')), { v: hostile });
  });

  test('stays one word of a shell', () => {
    const script = render('printf %s {{v}}', { v: hostile }, 'shell');
    assert.equal(execFileSync('sh', ['-c', script], { encoding: 'utf8' }), hostile);
  });

  test('ends with its line, or is refused', () => {
    assert.equal(render('key = {{v}}', { v: 'a b' }, 'ini'), 'key = a b');
    const error = failing(() => render('key = {{v}}', { v: 'a\nkey2 = b' }, 'ini'));
    assert.deepEqual(
      [error.code, error.message],
      ['template.value', 'app.conf:1: v cannot stand in a file of the format ini'],
    );
  });

  test('is written as it is where the template says so', () => {
    assert.equal(render('{{{v}}} {{&v}} {{v}}', { v: '<' }, 'html'), '< < &lt;');
  });
});
