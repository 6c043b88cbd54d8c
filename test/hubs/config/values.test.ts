/** What is set in chats: how it is read, kept in versions, and had back. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countOf, unified } from '../../../src/hubs/config/diff.ts';
import { layerOf, layerOfFile } from '../../../src/hubs/config/layer-id.ts';
import { maskLike, maskOf } from '../../../src/hubs/config/mask.ts';
import {
  changesBetween,
  dataOf,
  NO_VALUES,
  readValue,
  type ValueChange,
  type Values,
  valueProblem,
  valuesAt,
  withChanges,
} from '../../../src/hubs/config/values.ts';

describe('a value', () => {
  test('is JSON where it is JSON, a number only where it is written the same way again, else a text', () => {
    const read: [string, unknown][] = [
      ['10', 10],
      ['-1.5', -1.5],
      ['1.10', '1.10'],
      ['007', '007'],
      ['1e999', '1e999'],
      ['12345678901234567890', '12345678901234567890'],
      ['10.0.0.5', '10.0.0.5'],
      ['true', true],
      ['null', null],
      ['[80, "a"]', [80, 'a']],
      ['{"a": 1}', { a: 1 }],
      ['"5"', '5'],
      ['[broken', '[broken'],
      ['', ''],
    ];
    for (const [text, value] of read) assert.deepEqual(readValue(text), value, text);
  });

  test('is refused where no file could hold it as it is', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 120; depth += 1) deep = [deep];
    const problems: [string, unknown, string | undefined][] = [
      ['a.b', 1, undefined],
      ['a..b', 1, 'name'],
      ['fn.upper', 1, 'name'],
      ['a.__proto__', 1, 'name'],
      ['a', JSON.parse('{"__proto__": 1}'), 'name'],
      ['a', { 'b.c': 1 }, 'name'],
      ['a', { 'red\u001b[31m': 1 }, 'name'],
      ['a', { 'back\u202ewards': 1 }, 'name'],
      ['a', [Number.POSITIVE_INFINITY], 'number'],
      ['a', deep, 'deep'],
      ['a', 'x'.repeat(70_000), 'long'],
    ];
    for (const [name, value, problem] of problems) assert.equal(valueProblem(name, value), problem, name);
  });

  test('of a longer name goes over what is above it', () => {
    const data = dataOf({ db: { host: 'a', port: 1 }, 'db.host': 'b', 'x.y': 1, x: 5 });
    assert.deepEqual(JSON.parse(JSON.stringify(data)), { db: { host: 'b', port: 1 }, x: { y: 1 } });
  });
});

describe('versions', () => {
  const change = (name: string, before: unknown, after: unknown, layer = 'site') =>
    ({
      layer,
      name,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    }) as ValueChange;

  test('lead back to any of them', () => {
    const steps = [
      [change('a', undefined, 1)],
      [change('a', 1, 2), change('b', undefined, [1], 'app/shop')],
      [change('a', 2, undefined)],
    ];
    let now: Values = NO_VALUES;
    const states = [now.layers];
    const history = steps.map((changes, index) => {
      now = { ...withChanges(now, changes), version: index + 1 };
      states.push(now.layers);
      return { version: index + 1, changes, at: '', by: '', run: `${index}` };
    });
    for (const version of [0, 1, 2, 3])
      assert.deepEqual(
        JSON.parse(JSON.stringify(valuesAt(now, history, version).layers)),
        JSON.parse(JSON.stringify(states[version])),
      );
    assert.deepEqual(changesBetween(now, valuesAt(now, history, 1)), [
      { layer: 'app/shop', name: 'b', before: [1], after: undefined },
      { layer: 'site', name: 'a', before: undefined, after: 1 },
    ]);
  });
});

describe('a layer', () => {
  test('is named in chats and by its file', () => {
    assert.deepEqual(layerOf('app/shop'), { kind: 'app', of: 'app', name: 'shop' });
    assert.deepEqual(layerOf('secret/host/web-1'), { kind: 'secret', of: 'host', name: 'web-1' });
    for (const odd of ['', 'app', 'app/', 'app/../x', 'site/x', 'secret/x', 'app/Shop'])
      assert.equal(layerOf(odd), undefined);
    assert.equal(layerOfFile('secret-app-shop.yml'), 'secret/app/shop');
    assert.equal(layerOfFile('environment-production.json'), 'environment/production');
    for (const odd of ['shop.yml', 'app-.yml', 'app-shop.txt', 'site.yml.bak'])
      assert.equal(layerOfFile(odd), undefined);
  });
});

describe('a difference', () => {
  test('is told by lines, with those around', () => {
    const old = 'a\nb\nc\nd\ne\nf\ng\n';
    assert.deepEqual(unified(old, old), []);
    assert.deepEqual(
      unified(old, old.replace('d', 'D')),
      [' b', ' c', '-d', '+D', ' e', ' f', '@@'].toSpliced(0, 0, '@@'),
    );
    assert.deepEqual(unified('', 'a\n'), ['+a']);
    assert.deepEqual(unified('a', 'a\n'), ['-a\\', '+a']);
    assert.deepEqual(countOf(unified('a\nb\n', 'b\nc\nd\n')), { added: 2, removed: 1 });
  });

  test('shows no secret, also where others have changed the file', () => {
    const masked = `user me\npassword ${maskOf('db.password')};\n`;
    assert.equal(
      maskLike('user you\n  password old-one;\npassword: x\n', [masked]),
      `user you\npassword ${maskOf('db.password')};\npassword: x\n`,
    );
    // As many places as there are, and a line that is as long as it likes to be.
    const many = Array.from({ length: 12 }, (_, index) => maskOf(`s${index}`)).join('x');
    const long = 'x'.repeat(200_000);
    assert.equal(maskLike(`${long}y`, [`${many}x`]), `${long}y`);
    assert.equal(maskLike(long, [`${many}x`]), `${many}x`);
  });
});
