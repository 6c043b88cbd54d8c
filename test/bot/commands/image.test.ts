/** What the chat says of versions of images, and what it lets people do with them: over real files, signed with the manager's own key. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Outcome } from '../../../src/bot/dispatch.ts';
import { openKey } from '../../../src/identity.ts';
import { library, type Manifest } from '../../../src/image.ts';
import { stepNamed } from '../../../src/jobs/catalog.ts';
import { noteGate } from '../../../src/jobs/image/gates.ts';
import { promotionOf, versionsIn } from '../../../src/jobs/image/versions.ts';
import { publicLine } from '../../../src/minisign.ts';
import { manifestSignature, manifestText } from '../../../src/signed-manifest.ts';
import { startHouse, type TestHouse } from '../../house.ts';
import { sha256, write } from '../../jobs/image/hall.ts';
import { manifestOf, recordOf } from '../../jobs/image/manifest.ts';
import { until } from '../../until.ts';

const IMAGE = 'debian-live';
const V = (number: number) => `${IMAGE}@2026-11-21.${number}`;

describe('/image', { timeout: 60_000 }, () => {
  let folder: string;
  let muster: TestHouse;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-image-'));
    const config = `
people:
  reem: {identities: {test: "7"}, roles: [all]}
  kim: {identities: {test: "8"}, roles: [reader]}
roles:
  all: {allow: [{commands: ["*"]}]}
  reader: {allow: [{commands: ["image-list", "image-show"], on: ["image/debian-live"]}]}
hosts:
  genesis: {link: local, root: ${join(folder, 'root')}}
boot: {host: genesis}
images:
  debian-live: {suite: bookworm, packages: [curl], keep: 2}
  empty: {suite: bookworm}
`;
    muster = await startHouse(config, {}, [], [], { step: stepNamed, state: join(folder, 'var') });
    await add(1, { squashfs: 'root 1' }, { packages: ['curl 7.88.1-10+deb12u9', 'jq 1.6-2.1'] });
    await add(2, { squashfs: 'root two' }, { packages: ['curl 7.88.1-10+deb12u12', 'zstd 1.5.4'] });
    await add(3, { squashfs: 'root three' }, { packages: ['curl 7.88.1-10+deb12u12', 'zstd 1.5.4'] });
  });
  after(async () => {
    await muster.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Puts a version there, as a build does. */
  async function add(number: number, parts: Record<string, string>, some: Partial<Manifest>): Promise<void> {
    const place = library(join(folder, 'root'));
    const key = await openKey(join(folder, 'var', 'keys'), 'images');
    const blobs: Manifest['parts'] = {};
    for (const [part, content] of Object.entries(parts)) {
      blobs[part as 'squashfs'] = { sha256: sha256(content), bytes: content.length };
      await write(place.blob(sha256(content)), content);
    }
    const manifest = manifestOf({ version: V(number), image: IMAGE, parts: blobs, ...some });
    const text = manifestText(manifest);
    await write(place.manifest(V(number)), text);
    await write(`${place.manifest(V(number))}.minisig`, manifestSignature(text, V(number), key));
    const record = recordOf(V(number), { manifest, publicKey: publicLine(key), gate: ['bios', 'uefi'] });
    const by = { person: 'reem', platform: 'test', chat: 'test' };
    await muster.house.state.images.publish(record, { run: record.run, by, summary: 'published' });
  }

  const text = (outcome: Outcome): string => ('text' in outcome ? outcome.text : outcome.kind);
  const say = async (line: string, user?: string) => text(await muster.say(line, user));
  const passed = { outcome: 'passed' as const, ms: 66_000, at: '2026-11-21T03:00:00.000Z', run: 'r-1' };
  const bothPass = async (version: string) => {
    for (const firmware of ['bios', 'uefi'] as const)
      await noteGate(muster.house.state.state, version, firmware, passed);
  };
  /** Says a line whose run has to succeed; one that asks is agreed to. */
  async function done(line: string): Promise<void> {
    const outcome = await muster.say(line);
    if (outcome.kind === 'asked') await muster.say(`/confirm ${outcome.request.id}`);
    else assert.equal(outcome.kind, 'run', text(outcome));
    const id = outcome.kind === 'asked' ? outcome.request.id : outcome.kind === 'run' ? outcome.run.id : '';
    const run = await until(async () => {
      const found = await muster.house.state.runs.find(id);
      return found?.ended !== undefined && found;
    }, line);
    assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
  }
  const promoted = async () => (await promotionOf(muster.house.state.state, IMAGE))?.now.version;

  test('refuses to promote what was not tried, what failed, and what there is not', async () => {
    assert.match(await say(`/image promote ${V(1)}`), /nobody has tried to boot .*@2026-11-21\.1 with BIOS/i);
    await bothPass(V(1));
    const failed = { ...passed, outcome: 'failed' as const, cause: 'kernel panic', console: ['Oops: 0002'] };
    await noteGate(muster.house.state.state, V(1), 'uefi', failed);
    assert.match(await say(`/image promote ${V(1)}`), /did not boot with UEFI: kernel panic/);
    assert.match(await say(`/image promote ${IMAGE}@2026-01-01.1`), /there is no version/i);
    assert.match(await say('/image promote ../../etc@2026-01-01.1'), /version of an image looks like/);
    assert.match(await say(`/image show ${V(1)}`), /UEFI ✕ kernel panic[\s\S]*Oops: 0002/);
    assert.equal(await promoted(), undefined);
    await bothPass(V(1));
  });

  test('promotes, rolls back twice, and refuses to go back further', async () => {
    assert.match(await say(`/image rollback ${IMAGE}`), /was promoted before/);
    await done(`/image promote ${V(1)}`);
    await done(`/image promote ${V(2)} --force`);
    await bothPass(V(3));
    await done(`/image promote ${V(3)}`);
    assert.equal(await promoted(), V(3));
    assert.match(await say(`/image promote ${V(3)}`), /is promoted already/);
    await done(`/image rollback ${IMAGE}`);
    assert.equal(await promoted(), V(2));
    await done(`/image rollback ${IMAGE}`);
    assert.equal(await promoted(), V(1));
    assert.match(await say(`/image rollback ${IMAGE}`), /no version .* was promoted before/i);
    await done(`/image promote ${V(3)}`);
  });

  test('lists every image with its versions, newest first, and what became of each', async () => {
    const list = await say('/image list');
    const lines = list.split('\n');
    assert.match(lines[0] ?? '', /^● debian-live@2026-11-21\.3 {2}10 B · BIOS ● UEFI ● · .* · promoted$/);
    assert.match(lines[1] ?? '', /^○ debian-live@2026-11-21\.2 {2}8 B · BIOS ○ UEFI ○ · .* · rolled back$/);
    assert.match(lines[2] ?? '', /^○ debian-live@2026-11-21\.1 .* · promoted before$/);
    assert.match(lines[3] ?? '', /^○ empty: no version yet$/);
    assert.match(await say('/image list debian-liv'), /did you mean debian-live\?/i);
    assert.match(await say('/image list empty', '8'), /[Yy]ou may not/);
  });

  test('shows what the promoted version consists of, and with which key it is signed', async () => {
    const shown = await say(`/image show ${IMAGE}`, '8');
    assert.match(shown, /^● debian-live@2026-11-21\.3 {2}promoted by reem/);
    assert.ok(shown.includes(`squashfs 10 B ${sha256('root three')}`), shown);
    const key = await openKey(join(folder, 'var', 'keys'), 'images');
    assert.ok(shown.includes(`signed with ${publicLine(key)}`), shown);
    assert.match(shown, /amd64 · 2 packages/);
    assert.match(await say('/image show empty'), /no version of empty yet/i);
    assert.match(await say('/image show nothing'), /no image called nothing/i);
  });

  test('compares two versions, and one with the promoted one', async () => {
    assert.equal(
      await say(`/image diff ${V(1)} ${V(2)}`),
      [
        `${V(1)} → ${V(2)}`,
        '↑ curl 7.88.1-10+deb12u9 → 7.88.1-10+deb12u12',
        '+ zstd 1.5.4',
        '- jq 1.6-2.1',
        'squashfs: 6 B → 8 B',
        `Next: /image show ${V(2)}`,
      ].join('\n'),
    );
    assert.match(await say(`/image diff ${V(2)}`), new RegExp(`^${V(3)} → ${V(2)}\nsquashfs: 10 B → 8 B`));
    assert.match(await say(`/image diff ${V(1)} hashios@2026-11-21.1`), /versions of two images/i);
  });

  test('removes old versions once somebody agreed to which, and says so where none has to go', async () => {
    assert.match(await say(`/image prune ${IMAGE} --keep 3`), /No version of debian-live has to go/);
    const plan = await say(`/image prune ${IMAGE} --keep 1 --dry-run`);
    assert.match(plan, /- debian-live@2026-11-21\.2/);
    assert.doesNotMatch(plan, /2026-11-21\.[13]/);
    await done(`/image prune ${IMAGE} --keep 1`);
    const left = await versionsIn(muster.house.state.state, IMAGE);
    assert.deepEqual(
      left.map(({ manifest }) => manifest.version),
      [V(1), V(3)],
    );
  });

  test('a version whose file system was changed is not promoted, and the one before stays', async () => {
    await write(library(join(folder, 'root')).blob(sha256('root 1')), 'r00t 1');
    const outcome = await muster.say(`/image promote ${V(1)}`);
    assert.ok(outcome.kind === 'run', text(outcome));
    const run = await until(async () => {
      const found = await muster.house.state.runs.find(outcome.run.id);
      return found?.ended !== undefined && found;
    });
    assert.deepEqual([run.status, run.error?.code], ['failed', 'image.blob']);
    assert.equal(await promoted(), V(3));
  });
});
