/** Versions made of what was built, in folders of the test's own. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { after, before, beforeEach, test } from 'node:test';
import { library, Manifest } from '../../../src/image.ts';
import { candidateFile } from '../../../src/jobs/image/candidate.ts';
import { noteGate } from '../../../src/jobs/image/gates.ts';
import { promoteImage, rollBackImage } from '../../../src/jobs/image/promote.ts';
import { publishImage } from '../../../src/jobs/image/publish.ts';
import { promotionOf, versionIn, versionsIn } from '../../../src/jobs/image/versions.ts';
import { code, type Hall, KEY, openHall, sha256, write } from './hall.ts';

let hall: Hall;
before(async () => {
  hall = await openHall();
});
after(() => hall.close());
beforeEach(() => {
  hall.notes.length = 0;
});

const publish = (image: string, run: string, host = 'genesis') =>
  hall.perform(publishImage, publishImage({ host, to: 'genesis', image, keep: 5 }), run) as Promise<{
    version: string;
  }>;
const promote = (image: string, run: string, more: { version?: string; force?: boolean } = {}) =>
  hall.perform(promoteImage, promoteImage({ host: 'genesis', image, ...more }), run);
const place = () => library(hall.root('genesis'));

test('a version has its blobs, a bill of materials, and a manifest that minisign verifies', async () => {
  const image = 'whole';
  await hall.build('r-1', { kernel: 'kernel', squashfs: 'root' }, { image });
  const { version } = await publish(image, 'r-1');
  assert.equal(version, 'whole@2026-11-21.1');
  const record = await versionIn(hall.state, version);
  const file = place().manifest(version);
  const { status, stdout } = spawnSync('minisign', ['-V', '-P', record?.publicKey ?? '', '-m', file], {
    encoding: 'utf8',
  });
  assert.equal(status, 0);
  assert.match(stdout, /version:whole@2026-11-21\.1/);
  const manifest = Manifest.parse(JSON.parse(await readFile(file, 'utf8')));
  assert.deepEqual(manifest, record?.manifest);
  const named = manifest.parts.sbom?.sha256 ?? '';
  const sbom = await readFile(place().blob(named), 'utf8');
  assert.equal(sha256(sbom), named);
  assert.deepEqual(
    JSON.parse(sbom).components.map(({ name }: { name: string }) => name),
    ['curl', 'zlib1g'],
  );
  assert.match(hall.notes.join('\n'), /whole@2026-11-21\.1 built in 2 min 9 s/);
});

test('the same run again makes no second version, and the same build by another run is the version there is', async () => {
  const image = 'again';
  await hall.build('r-1', { squashfs: 'root' }, { image });
  const first = await publish(image, 'r-1');
  assert.deepEqual(await publish(image, 'r-1'), first);
  await hall.build('r-2', { squashfs: 'root' }, { image });
  assert.deepEqual(await publish(image, 'r-2'), first);
  assert.match(hall.notes.at(-1) ?? '', /nothing has changed/);
  await hall.build('r-3', { squashfs: 'other root' }, { image });
  assert.equal((await publish(image, 'r-3')).version, `${image}@2026-11-21.2`);
});

test('a run publishes nothing that another run has built', async () => {
  await hall.build('r-1', { squashfs: 'root' }, { image: 'foreign' });
  await assert.rejects(publish('foreign', 'r-2'), code('image.notbuilt'));
  await assert.rejects(publish('neverbuilt', 'r-2'), code('image.notbuilt'));
});

test('a blob with a byte that differs is not published, and nobody sees anything of the version', async () => {
  const image = 'flipped';
  const { parts } = await hall.build('r-1', { kernel: 'kernel', squashfs: 'the root' }, { image });
  await writeFile(place().blob(parts.squashfs?.sha256 ?? ''), 'the rooT');
  await assert.rejects(publish(image, 'r-1'), code('image.blob'));
  assert.deepEqual(await versionsIn(hall.state, image), []);
  assert.deepEqual(
    (
      await readdir(
        place()
          .manifest('x')
          .replace(/[^/]*$/, ''),
      )
    ).filter((name) => name.startsWith(image)),
    [],
  );
});

test('blobs are brought from the host that builds, whole, and only those that are missing', async () => {
  const image = 'carried';
  const host = 'builder';
  // Larger than what travels at once, and not a multiple of it.
  const root = randomBytes(9 * 1024 * 1024 + 13);
  const { parts } = await hall.build('r-1', { kernel: 'a kernel', squashfs: root }, { image, host });
  // A copy that was cut off has left this.
  await write(place().blob(`.${sha256(root)}.left`), root.subarray(0, 100));
  const { version } = await publish(image, 'r-1', host);
  assert.deepEqual(await readFile(place().blob(sha256(root))), root);
  assert.equal((await versionIn(hall.state, version))?.host, 'genesis');
  // What is there is not fetched again: the builder has lost it by now.
  await rm(library(hall.root(host)).blob(parts.squashfs?.sha256 ?? ''));
  await hall.build('r-2', { kernel: 'another kernel' }, { image, host, parts: { squashfs: parts.squashfs } });
  assert.equal((await publish(image, 'r-2', host)).version, `${image}@2026-11-21.2`);
});

test('bytes that change on the way are not taken', async () => {
  const image = 'mangled';
  const host = 'builder';
  const { parts } = await hall.build('r-1', { squashfs: 'a root to mangle' }, { image, host });
  const blob = parts.squashfs?.sha256 ?? '';
  await writeFile(library(hall.root(host)).blob(blob), 'a root, mangled!');
  await assert.rejects(publish(image, 'r-1', host), code('image.blob'));
  const left = await readdir(place().blob('').replace(/\/$/, ''));
  assert.deepEqual(
    left.filter((name) => name.includes(blob)),
    [],
  );
});

test('a run that is cancelled while it copies leaves nothing that anybody sees, and none of what it copied', async () => {
  const image = 'cancelled';
  const root = randomBytes(9 * 1024 * 1024);
  await hall.build('r-1', { squashfs: root }, { image, host: 'builder' });
  const abort = new AbortController();
  const planned = publishImage({ host: 'builder', to: 'genesis', image, keep: 5 });
  const onProgress = () => abort.abort(new Error('cancelled'));
  await assert.rejects(hall.perform(publishImage, planned, 'r-1', { signal: abort.signal, onProgress }));
  assert.deepEqual(await versionsIn(hall.state, image), []);
  const left = await readdir(place().blob('').replace(/\/$/, ''));
  assert.deepEqual(
    left.filter((name) => name.includes(sha256(root))),
    [],
  );
});

test('a disk that is full is said, and what there was of a blob is gone', async () => {
  const image = 'full';
  const root = randomBytes(3 * 1024 * 1024);
  await hall.build('r-1', { squashfs: root }, { image, host: 'builder' });
  const small = hall.root('small');
  await mkdir(small);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', small]);
  try {
    const planned = publishImage({ host: 'builder', to: 'small', image, keep: 5 });
    await assert.rejects(hall.perform(publishImage, planned, 'r-1'), code('host.diskfull'));
    assert.deepEqual(await readdir(`${small}/library/blobs`), []);
    assert.deepEqual(await versionsIn(hall.state, image), []);
  } finally {
    execFileSync('umount', [small]);
  }
});

test('a manager that is killed after the manifest and before the record goes on with the same number', async () => {
  const image = 'killed';
  await hall.build('r-1', { squashfs: 'root' }, { image });
  const { store } = hall;
  const publishRecord = store.publish.bind(store);
  store.publish = () => Promise.reject(new Error('killed'));
  await assert.rejects(publish(image, 'r-1'), /killed/);
  store.publish = publishRecord;
  assert.deepEqual(await versionsIn(hall.state, image), []);
  // Another run is not given what that one had.
  assert.equal(await store.numbers.next(image, 'r-2', '2026-11-21'), `${image}@2026-11-21.2`);
  assert.equal((await publish(image, 'r-1')).version, `${image}@2026-11-21.1`);
});

test('the manifest of a run that was cut off for good goes with the next version', async () => {
  const image = 'orphaned';
  await hall.build('r-1', { squashfs: 'root' }, { image });
  const { store } = hall;
  const publishRecord = store.publish.bind(store);
  store.publish = () => Promise.reject(new Error('killed'));
  await assert.rejects(publish(image, 'r-1'), /killed/);
  store.publish = publishRecord;
  const orphan = place().manifest(`${image}@2026-11-21.1`);
  await readFile(orphan);
  await hall.build('r-2', { squashfs: 'another root' }, { image });
  const { version } = await publish(image, 'r-2');
  assert.equal(version, `${image}@2026-11-21.2`);
  await readFile(place().manifest(version));
  for (const gone of [orphan, `${orphan}.minisig`]) await assert.rejects(readFile(gone), { code: 'ENOENT' });
  assert.deepEqual(await store.numbers.abandoned(image, 'r-3'), []);
});

test('a blob that lies there and belongs to nobody is young again before a version counts on it', async () => {
  const image = 'renewed';
  const root = 'a root that was there before';
  await write(place().blob(sha256(root)), root);
  const before = (await stat(place().blob(sha256(root)))).ctimeMs;
  await hall.build('r-1', { squashfs: root }, { image, host: 'builder' });
  await publish(image, 'r-1', 'builder');
  assert.ok((await stat(place().blob(sha256(root)))).ctimeMs > before);
});

test('two builds of the same have the same bill of materials', async () => {
  const [one, other] = ['same', 'same'];
  for (const [index, image] of [one, other].entries())
    await hall.build(
      `r-${index}`,
      { squashfs: `root ${index}` },
      { image, at: `2026-11-2${index}T00:00:00Z` },
    );
  await hall.build('r-1', { squashfs: 'root 0' }, { image: one });
  const first = await publish(one, 'r-1');
  await hall.build('r-2', { squashfs: 'root 1' }, { image: other, at: '2026-12-01T00:00:00.000Z' });
  const second = await publish(other, 'r-2');
  const sbomOf = async (version: string) =>
    (await versionIn(hall.state, version))?.manifest.parts.sbom?.sha256;
  assert.notEqual(first.version, second.version);
  assert.equal(await sbomOf(first.version), await sbomOf(second.version));
});

test('the card tells what is newer since the version that machines have', async () => {
  const image = 'newer';
  await hall.build('r-1', { squashfs: 'root' }, { image });
  await publish(image, 'r-1');
  await hall.build(
    'r-2',
    { squashfs: 'a larger root' },
    { image, packages: ['curl 7.88.1-10+deb12u12', 'jq 1.6-2.1', 'zlib1g 1:1.2.13.dfsg-1'] },
  );
  hall.notes.length = 0;
  await publish(image, 'r-2');
  assert.match(hall.notes.join('\n'), /13 B \(\+9 B\)/);
  assert.match(
    hall.notes.join('\n'),
    /1 package newer: curl 7\.88\.1-10\+deb12u12 · 1 package added: jq 1\.6-2\.1/,
  );
});

test('a version that did not boot, or was not tried, is promoted by force only', async () => {
  const image = 'gated';
  await hall.build('r-1', { squashfs: 'root' }, { image, gate: ['bios', 'uefi'] });
  const { version } = await publish(image, 'r-1');
  const passed = { outcome: 'passed', ms: 66_000, at: '2026-11-21T03:00:00.000Z', run: 'r-1' } as const;
  await assert.rejects(promote(image, 'r-1'), code('image.untried'));
  await noteGate(hall.state, version, 'bios', passed);
  await assert.rejects(promote(image, 'r-2', { version }), code('image.untried'));
  const failed = { ...passed, outcome: 'failed' as const, cause: 'kernel panic', console: ['Kernel panic'] };
  await noteGate(hall.state, version, 'uefi', failed);
  await assert.rejects(promote(image, 'r-2', { version }), code('image.gate'));
  assert.equal(await promotionOf(hall.state, image), undefined);
  await promote(image, 'r-2', { version, force: true });
  assert.equal((await promotionOf(hall.state, image))?.now.forced, true);
  await noteGate(hall.state, version, 'uefi', passed);
  await promote(image, 'r-3', { version });
});

test('what was changed after it was signed is not promoted', async () => {
  const image = 'forged';
  const { parts } = await hall.build('r-1', { squashfs: 'a good root' }, { image });
  const { version } = await publish(image, 'r-1');
  const file = place().manifest(version);
  const good = await readFile(file, 'utf8');
  const signature = await readFile(`${file}.minisig`, 'utf8');
  const attempt = () => promote(image, 'r-2', { version });
  await writeFile(file, good.replace(parts.squashfs?.sha256 ?? '', 'f'.repeat(64)));
  await assert.rejects(attempt(), code('image.forged'));
  await writeFile(file, good);
  await rm(`${file}.minisig`);
  await assert.rejects(attempt(), code('image.forged'));
  // The good signature of another version does not do.
  await hall.build('r-3', { squashfs: 'another root' }, { image });
  const other = place().manifest((await publish(image, 'r-3')).version);
  await writeFile(file, await readFile(other));
  await writeFile(`${file}.minisig`, await readFile(`${other}.minisig`));
  await assert.rejects(attempt(), code('image.forged'));
  await writeFile(file, good);
  await writeFile(`${file}.minisig`, signature);
  await writeFile(place().blob(parts.squashfs?.sha256 ?? ''), 'a baad root');
  await assert.rejects(attempt(), code('image.blob'));
  await writeFile(place().blob(parts.squashfs?.sha256 ?? ''), 'a good root');
  await attempt();
});

test('what was rolled back from is not promoted by the next night, and by name it is', async () => {
  const image = 'nightly';
  const versions: string[] = [];
  for (const [index, run] of ['r-1', 'r-2'].entries()) {
    await hall.build(run, { squashfs: `root ${index}` }, { image, key: `${KEY.slice(0, 15)}${index}` });
    versions.push((await publish(image, run)).version);
    await promote(image, run);
  }
  const [good, bad] = versions as [string, string];
  const now = async () => (await promotionOf(hall.state, image))?.now.version;
  assert.equal(await now(), bad);
  const back = rollBackImage({ host: 'genesis', image, to: good });
  await hall.perform(rollBackImage, back, 'r-back');
  assert.equal(await now(), good);
  // The night finds it unchanged.
  await hall.build('r-night', { squashfs: 'root 1' }, { image, key: `${KEY.slice(0, 15)}1` });
  await publish(image, 'r-night');
  await promote(image, 'r-night');
  assert.equal(await now(), good);
  assert.match(hall.notes.at(-1) ?? '', /was rolled back, and is not promoted by itself/);
  await promote(image, 'r-reem', { version: bad });
  assert.equal(await now(), bad);
});

test('a promotion is taken back where its run fails later, also twice', async () => {
  const image = 'undone';
  await hall.build('r-1', { squashfs: 'root' }, { image });
  const { version } = await publish(image, 'r-1');
  const planned = promoteImage({ host: 'genesis', image });
  await hall.perform(promoteImage, planned, 'r-1');
  assert.equal((await promotionOf(hall.state, image))?.now.version, version);
  for (const _ of [1, 2]) {
    await hall.perform(promoteImage, planned, 'r-1', { direction: 'undo' });
    assert.equal(await promotionOf(hall.state, image), undefined);
  }
});

test('what was built before is dropped from the host that builds, and what the next build finds unchanged stays', async () => {
  const image = 'cleared';
  const host = 'builder';
  const keys = ['0', '1'].map((digit) => `${KEY.slice(0, 15)}${digit}`) as [string, string];
  for (const [index, key] of keys.entries()) {
    await hall.build(`r-${index}`, { squashfs: `root ${index} to clear` }, { image, host, key });
    await publish(image, `r-${index}`, host);
  }
  const folder = candidateFile(hall.root(host), image, '').replace(/[^/]*$/, '');
  assert.deepEqual(await readdir(folder), [`${keys[1]}.json`]);
});
