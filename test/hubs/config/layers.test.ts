import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MusterError } from '../../../src/errors.ts';
import { changesOf, dependsOn, type Layer, merge, titleOf } from '../../../src/hubs/config/layers.ts';

const layer = (kind: Layer['kind'], data: object, name?: string): Layer => ({
  kind,
  name,
  data: data as Layer['data'],
});
const codeOf = (layers: Layer[]): string => {
  try {
    merge(layers);
  } catch (error) {
    assert.ok(error instanceof MusterError, String(error));
    return error.code;
  }
  return assert.fail('it did not fail');
};
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('data in layers', () => {
  test('is merged map by map; lists and texts are replaced; what is nearer wins, in whatever order they come', () => {
    const layers = [
      layer('app', { db: { host: 'db.shop' }, ports: [1] }, 'shop'),
      layer('site', { db: { host: 'db', port: 5432 }, ports: [80, 443], name: 'hel' }),
      layer('secret', { db: { password: 's3cret' } }),
      layer('host', { name: null }, 'web-1'),
    ];
    const { data, from } = merge(layers);
    assert.deepEqual(plain(data), {
      db: { host: 'db.shop', port: 5432, password: 's3cret' },
      ports: [1],
      name: null,
    });
    const origins = Object.fromEntries([...from].map(([name, one]) => [name, titleOf(one)]));
    assert.deepEqual(origins, {
      'db.host': 'app shop',
      'db.port': 'site',
      'db.password': 'secret',
      ports: 'app shop',
      name: 'host web-1',
    });
  });

  test('changes nothing in the layers themselves', () => {
    const site = layer('site', { a: { b: [1] } });
    const merged = merge([site, layer('host', { a: { c: 1 } })]);
    ((merged.data.a as { b: number[] }).b as number[]).push(2);
    assert.deepEqual(site.data, { a: { b: [1] } });
  });

  test('is refused where a name is a map in one layer and not in another', () => {
    assert.equal(codeOf([layer('site', { db: { host: 'x' } }), layer('app', { db: 'x' })]), 'data.shape');
    assert.equal(codeOf([layer('site', { db: 'x' }), layer('app', { db: { host: 'x' } })]), 'data.shape');
    const { data, from } = merge([layer('site', { db: { host: 'x' } }), layer('app', { db: null })]);
    assert.deepEqual([data.db, [...from.keys()]], [null, ['db']]);
    assert.deepEqual(plain(merge([layer('site', { db: null }), layer('app', { db: { host: 'x' } })]).data), {
      db: { host: 'x' },
    });
  });

  test('has no names that a template could not use, or that mean something to the machine', () => {
    for (const key of ['a.b', '', ' ', '#a', 'a}b', '__proto__', 'fn'])
      assert.equal(codeOf([layer('site', JSON.parse(`{${JSON.stringify(key)}: 1}`))]), 'data.name', key);
    assert.deepEqual(plain(merge([layer('site', { a: { fn: 1 }, 'with-dash': 2, ä: 3 })]).data), {
      a: { fn: 1 },
      'with-dash': 2,
      ä: 3,
    });
  });

  test('ends where it goes too deep', () => {
    let data: object = {};
    for (let depth = 0; depth < 200; depth += 1) data = { in: data };
    assert.equal(codeOf([layer('site', data)]), 'data.deep');
  });
});

describe('a change of data', () => {
  test('is told by the names that differ', () => {
    const before = { a: { b: 1, c: 2 }, list: [1], gone: true, empty: {} };
    const after = { a: { b: 1, c: 3 }, list: [1, 2], fresh: { x: 1 }, empty: {} };
    assert.deepEqual(changesOf(before, after), ['a.c', 'fresh.x', 'gone', 'list']);
    assert.deepEqual(changesOf(after, after), []);
  });

  test('concerns the files that used it, what is above it or what is in it, and no others', () => {
    const used = new Set(['db.host', 'apps']);
    assert.ok(dependsOn(used, ['db.host']));
    assert.ok(dependsOn(used, ['db']));
    assert.ok(dependsOn(used, ['apps.0.name']));
    assert.ok(!dependsOn(used, ['db.port', 'db.hostname', 'app']));
    assert.ok(dependsOn(new Set(['']), ['anything']));
  });
});
