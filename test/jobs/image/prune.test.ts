/** Versions that go, and blobs that only they had. */
import assert from 'node:assert/strict';
import { access, readdir, utimes } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { imageLibrary } from '../../../src/adapters/library/library.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { library } from '../../../src/image.ts';
import { promoteImage } from '../../../src/jobs/image/promote.ts';
import { pruneImage } from '../../../src/jobs/image/prune.ts';
import { publishImage } from '../../../src/jobs/image/publish.ts';
import { toRetire } from '../../../src/jobs/image/retire.ts';
import { sweepBlobs } from '../../../src/jobs/image/sweep.ts';
import { versionsIn } from '../../../src/jobs/image/versions.ts';
import { type Hall, KEY, openHall, sha256, write } from './hall.ts';

const shell = localShell({ host: 'genesis' });
const files = imageLibrary.open({ shell, options: {} });
let hall: Hall;
before(async () => {
  hall = await openHall();
});
after(async () => {
  await hall.close();
  await shell.close();
});

const root = () => hall.root('genesis');
const place = () => library(root());
const keyOf = (number: number) => `${KEY.slice(0, 14)}${String(number).padStart(2, '0')}`;
const blobOf = (content: string) => place().blob(sha256(content));
const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Publishes so many versions of an image, each with a root file system of its own and one kernel. */
async function made(image: string, count: number, keep = 100): Promise<string[]> {
  const versions: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const parts = { kernel: 'the one kernel', squashfs: `root ${number} of ${image}` };
    await hall.build(`r-${image}-${number}`, parts, { image, key: keyOf(number) });
    const planned = publishImage({ host: 'genesis', to: 'genesis', image, keep });
    const done = await hall.perform(publishImage, planned, `r-${image}-${number}`);
    versions.push((done as { version: string }).version);
  }
  return versions;
}
const there = async (image: string) =>
  (await versionsIn(hall.state, image)).map(({ manifest }) => manifest.version);
const promote = (image: string, version: string, run: string) =>
  hall.perform(promoteImage, promoteImage({ host: 'genesis', image, version }), run);

test('the newest stay, and the promoted, the one before it, and what machines boot or are to boot', async () => {
  const image = 'needed';
  const [a, b, c, d, e, f] = (await made(image, 6)) as [string, string, string, string, string, string];
  await promote(image, b, 'r-b');
  await promote(image, c, 'r-c');
  await hall.state.set('boots', 'node-7', { version: d, outcome: 'open' });
  const beside = { state: hall.state, config: hall.config };
  assert.deepEqual(await toRetire(image, 1, beside), [a, e]);
  const pinned = { machines: { 'node-1': { image: a } }, profiles: {} } as unknown as typeof hall.config;
  assert.deepEqual(await toRetire(image, 1, { ...beside, config: pinned }), [e]);
  assert.deepEqual(await toRetire(image, 6, beside), []);
  assert.deepEqual(await toRetire(image, 0, beside), [a, e, f]);
  const planned = pruneImage({ host: 'genesis', image, keep: 1, versions: [a] });
  await hall.perform(pruneImage, planned, 'r-prune');
  // Only what people agreed to.
  assert.deepEqual(await there(image), [b, c, d, e, f]);
  assert.equal(await isThere(place().manifest(a)), false);
  assert.equal(await isThere(`${place().manifest(a)}.minisig`), false);
  assert.equal(await isThere(place().manifest(b)), true);
});

test('what was promoted since people agreed stays', async () => {
  const image = 'since';
  const [a, b] = (await made(image, 2)) as [string, string];
  await promote(image, a, 'r-a');
  await hall.perform(pruneImage, pruneImage({ host: 'genesis', image, keep: 0, versions: [a, b] }), 'r-p');
  assert.deepEqual(await there(image), [a]);
});

test('a new version has the oldest go, beyond those that stay', async () => {
  const versions = await made('retained', 4, 2);
  assert.deepEqual(await there('retained'), versions.slice(2));
});

test('whoever is killed after nobody gets a version any more has the next one finish', async () => {
  const image = 'killed';
  const [a, b] = (await made(image, 2)) as [string, string];
  const by = { person: 'reem', platform: 'console', chat: 'console' };
  await hall.store.leave(a, { run: 'r-killed', by, summary: 'killed' });
  assert.equal(await isThere(place().manifest(a)), true);
  assert.deepEqual(await there(image), [b]);
  await hall.perform(pruneImage, pruneImage({ host: 'genesis', image, keep: 5, versions: [] }), 'r-next');
  assert.equal(await isThere(place().manifest(a)), false);
  assert.deepEqual(await hall.store.leaving(image), []);
});

test('blobs stay while a version or what was built names them, and go with the last that does', async () => {
  const image = 'swept';
  const [a, b] = (await made(image, 2)) as [string, string];
  await write(blobOf('of a build that goes on'), 'of a build that goes on');
  // By the file's own time it is old: what counts is when it came there.
  await utimes(blobOf('of a build that goes on'), 1, 1);
  await sweepBlobs(files, root());
  assert.equal(await isThere(blobOf('of a build that goes on')), true);
  await hall.perform(pruneImage, pruneImage({ host: 'genesis', image, keep: 0, versions: [a] }), 'r-p');
  await sweepBlobs(files, root(), 0);
  assert.equal(await isThere(blobOf('of a build that goes on')), false);
  assert.equal(await isThere(blobOf(`root 1 of ${image}`)), false);
  assert.equal(await isThere(blobOf(`root 2 of ${image}`)), true);
  assert.equal(await isThere(blobOf('the one kernel')), true);
  await hall.perform(pruneImage, pruneImage({ host: 'genesis', image, keep: 0, versions: [b] }), 'r-q');
  await sweepBlobs(files, root(), 0);
  // What was built last is what the next build finds unchanged.
  assert.equal(await isThere(blobOf(`root 2 of ${image}`)), true);
});

test('what a copy left that was cut off goes, and what is written of another Muster keeps its blobs', async () => {
  const left = place().blob(`.${sha256('half')}.0123456789ab`);
  await write(left, 'ha');
  await write(blobOf('of a later Muster'), 'of a later Muster');
  await write(
    place().manifest('later@2027-01-01.1'),
    JSON.stringify({ form: 2, all: [sha256('of a later Muster')] }),
  );
  const unnamed = place()
    .manifest('x')
    .replace(/[^/]*$/, '.half@2026-11-21.1.json.0123456789ab');
  await write(unnamed, '{');
  await sweepBlobs(files, root());
  assert.equal(await isThere(unnamed), true);
  await sweepBlobs(files, root(), 0);
  assert.equal(await isThere(left), false);
  assert.equal(await isThere(unnamed), false);
  assert.equal(await isThere(blobOf('of a later Muster')), true);
});

test('where what is written cannot be read, nothing goes', async () => {
  const broken = { ...files, written: () => Promise.reject(new Error('cannot be read')) };
  const before = await readdir(`${place().folder}/blobs`);
  await write(blobOf('nobody needs this'), 'nobody needs this');
  await assert.rejects(sweepBlobs(broken, root(), 0), /cannot be read/);
  assert.equal((await readdir(`${place().folder}/blobs`)).length, before.length + 1);
});

test('a library that is not there yet has nothing to sweep', async () => {
  assert.equal(await sweepBlobs(files, hall.root('nowhere'), 0), 0);
});
