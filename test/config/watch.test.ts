/** A reload takes what is good, and keeps the old where it is bad. */
import assert from 'node:assert/strict';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ConfigSource } from '../../src/config/watch.ts';
import type { MusterError } from '../../src/errors.ts';
import { folderOf } from './folder.ts';

async function open(t: TestContext) {
  const folder = await folderOf(t, { 'a.yml': 'hosts: {one: {link: local}, two: {link: local}}\n' });
  const source = await ConfigSource.open(folder);
  t.after(() => source.close());
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  return { folder, source, write };
}

test('a reload says what is new, gone and different', async (t) => {
  const { source, write } = await open(t);
  await write('a.yml', 'hosts: {one: {link: local, labels: [x]}, three: {link: local}}\n');
  await write('b.yml', 'people: {ada: {}}\n');
  assert.deepEqual(await source.reload(), { changed: ['people: +ada', 'hosts: +three -two ~one'] });
  assert.deepEqual(await source.reload(), { changed: [] });
  assert.deepEqual(Object.keys(source.current.hosts), ['one', 'three']);
});

test('a bad reload says why and keeps the old configuration', async (t) => {
  const { source, write } = await open(t);
  const before = source.current;
  await write('a.yml', 'hosts: {one: {link: carrier-pigeon}}\n');
  await assert.rejects(source.reload(), { code: 'config.invalid' });
  assert.equal(source.current, before);
  await write('a.yml', 'hosts: {one: {link: local}}\n');
  assert.deepEqual(await source.reload(), { changed: ['hosts: -two'] });
});

test('reloads at once come to the same end', async (t) => {
  const { source, write } = await open(t);
  await write('a.yml', 'hosts: {one: {link: local}}\n');
  const all = await Promise.all([source.reload(), source.reload(), source.reload()]);
  assert.deepEqual(
    all.map(({ changed }) => changed.length),
    [1, 0, 0],
  );
});

test('changed files are noticed, bad ones too, also when an editor replaces the file', async (t) => {
  const { folder, source, write } = await open(t);
  let wake = () => {};
  const seen: (string[] | MusterError)[] = [];
  const next = async () => {
    while (seen.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return seen.shift();
  };
  // What is heard keeps nothing alive; the test itself has to.
  const alive = setInterval(() => {}, 1_000);
  t.after(() => clearInterval(alive));
  const hear = (what: string[] | MusterError) => {
    seen.push(what);
    wake();
  };
  source.watch(hear, hear);
  await write('b.yml', 'people: {ada: {}}\n');
  assert.deepEqual(await next(), ['people: +ada']);
  await write('b.yml', 'people: {ada: {rolez: []}}\n');
  assert.equal(((await next()) as MusterError).code, 'config.invalid');
  assert.deepEqual(source.current.people.ada, { identities: {}, roles: [] });
  await write('b.tmp', 'people: {bob: {}}\n');
  await rename(join(folder, 'b.tmp'), join(folder, 'b.yml'));
  assert.deepEqual(await next(), ['people: +bob -ada']);
  await rm(join(folder, 'b.yml'));
  assert.deepEqual(await next(), ['people: -bob']);
});

test('opening a bad folder is refused', async (t) => {
  const folder = await folderOf(t, { 'a.yml': 'x: 1\n' });
  await assert.rejects(ConfigSource.open(folder), { code: 'config.invalid' });
});
