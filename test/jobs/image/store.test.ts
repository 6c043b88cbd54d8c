/** Numbers, records and promotions of images, over a real Redis and with two managers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { key } from '../../../src/adapters/redis/connection.ts';
import { MusterError } from '../../../src/errors.ts';
import { Audit } from '../../../src/jobs/audit.ts';
import { gatesOf, noteGate } from '../../../src/jobs/image/gates.ts';
import { ImageStore } from '../../../src/jobs/image/store.ts';
import { bootables, promotionOf, versionIn, versionsIn } from '../../../src/jobs/image/versions.ts';
import { Ledger } from '../../../src/jobs/ledger.ts';
import { RedisState } from '../../../src/jobs/state.ts';
import { Scrubber } from '../../../src/secret.ts';
import { startRedis, type TestRedis } from '../../redis.ts';
import { manifestOf, recordOf } from './manifest.ts';

let server: TestRedis;
before(async () => {
  server = await startRedis('everysec');
});
after(() => server.stop());

/** A manager of its own, over a connection of its own. */
function manager() {
  const redis = server.connect();
  const ledger = new Ledger(redis);
  const audit = new Audit({ redis, ledger, scrubber: new Scrubber() });
  return { store: new ImageStore({ redis, ledger, audit }), state: new RedisState(redis), audit, redis };
}

const deed = (run: string) => ({
  run,
  by: { person: 'reem', platform: 'console', chat: 'console' },
  summary: run,
});
const code = (expected: string) => (error: unknown) =>
  error instanceof MusterError && error.code === expected;

/** Versions of an image of this name, on record. */
async function published(image: string, numbers: readonly number[], store: ImageStore): Promise<string[]> {
  const versions = numbers.map((number) => `${image}@2026-11-21.${number}`);
  for (const version of versions) await store.publish(recordOf(version), deed('r-made'));
  return versions;
}

test('two managers give each run one number, and no number twice', async () => {
  const [one, other] = [manager(), manager()];
  const runs = Array.from({ length: 40 }, (_, index) => `r-${index}`);
  const asked = runs.flatMap((run) =>
    [one, other, one].map(({ store }) => store.numbers.next('busy', run, '2026-11-21')),
  );
  const given = await Promise.all(asked);
  assert.equal(new Set(given).size, runs.length);
  for (const [index] of runs.entries())
    assert.equal(new Set(given.slice(3 * index, 3 * index + 3)).size, 1, `run ${index}`);
  const numbers = [...new Set(given)].map((version) => Number(version.split('.')[1])).sort((a, b) => a - b);
  assert.deepEqual(
    numbers,
    runs.map((_, index) => index + 1),
  );
});

test('numbers begin anew with each day, go on where the clock went back, and are not given again once a version is gone', async () => {
  const { store } = manager();
  assert.equal(await store.numbers.next('daily', 'r-1', '2026-11-21'), 'daily@2026-11-21.1');
  assert.equal(await store.numbers.next('daily', 'r-2', '2026-11-22'), 'daily@2026-11-22.1');
  assert.equal(await store.numbers.next('daily', 'r-3', '2026-11-20'), 'daily@2026-11-22.2');
  await store.publish(recordOf('daily@2026-11-22.2', { run: 'r-3' }), deed('r-3'));
  await store.leave('daily@2026-11-22.2', deed('r-4'));
  await store.forget('daily@2026-11-22.2');
  assert.equal(await store.numbers.next('daily', 'r-5', '2026-11-22'), 'daily@2026-11-22.3');
});

test('a version is published once, by one run, and is audited with the run', async () => {
  const { store, state, audit } = manager();
  const record = recordOf('once@2026-11-21.1', { run: 'r-once' });
  await Promise.all([store.publish(record, deed('r-once')), store.publish(record, deed('r-once'))]);
  await assert.rejects(store.publish({ ...record, run: 'r-other' }, deed('r-other')), code('image.taken'));
  assert.equal((await versionIn(state, 'once@2026-11-21.1'))?.run, 'r-once');
  const records = await audit.latest(10, ({ run }) => run === 'r-once');
  assert.deepEqual(
    records.map(({ kind, scope, person }) => [kind, scope, person]),
    [['image', ['image/once'], 'reem']],
  );
});

test('rollbacks go back one version each, and end at the first', async () => {
  const { store, state } = manager();
  const [a, b, c] = (await published('back', [1, 2, 3], store)) as [string, string, string];
  for (const version of [a, b, c]) await store.promote(version, deed(`r-${version}`));
  assert.equal(await store.rollBack('back', b, deed('r-b1')), c);
  // Started again after a crash.
  assert.equal(await store.rollBack('back', b, deed('r-b1')), c);
  assert.equal(await store.rollBack('back', a, deed('r-b2')), b);
  await assert.rejects(store.rollBack('back', a, deed('r-b3')), code('image.moved'));
  const promotion = await promotionOf(state, 'back');
  assert.equal(promotion?.now.version, a);
  assert.deepEqual(promotion?.left, [c, b]);
  // Whoever promotes it by name wants it.
  await store.promote(b, deed('r-again'));
  assert.deepEqual((await promotionOf(state, 'back'))?.left, [c]);
});

test('two rollbacks at once go back one version, and the second is refused', async () => {
  const [one, other] = [manager(), manager()];
  const [a, b, c] = (await published('twice', [1, 2, 3], one.store)) as [string, string, string];
  for (const version of [a, b, c]) await one.store.promote(version, deed(`r-${version}`));
  const ends = await Promise.allSettled([
    one.store.rollBack('twice', b, deed('r-1')),
    other.store.rollBack('twice', b, deed('r-2')),
  ]);
  assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal((await promotionOf(one.state, 'twice'))?.now.version, b);
});

test('a run takes back what it promoted, once, and nothing that another has promoted since', async () => {
  const { store, state } = manager();
  const [a, b] = (await published('undo', [1, 2], store)) as [string, string];
  const now = async () => (await promotionOf(state, 'undo'))?.now.version;
  await store.promote(a, deed('r-a'));
  assert.equal(await store.takeBack('undo', deed('r-a')), undefined);
  assert.equal(await now(), undefined);
  await store.promote(a, deed('r-a'));
  assert.deepEqual(await store.promote(b, deed('r-b')), { before: a, changed: true });
  assert.deepEqual(await store.promote(b, deed('r-b')), { before: a, changed: true });
  assert.deepEqual(await store.promote(b, deed('r-c')), { before: b, changed: false });
  await store.takeBack('undo', deed('r-c'));
  assert.equal(await now(), b);
  assert.equal(await store.takeBack('undo', deed('r-b')), a);
  assert.equal(await store.takeBack('undo', deed('r-b')), undefined);
  assert.equal(await now(), a);
});

test('what is promoted cannot leave, and what leaves cannot be promoted, whoever comes first', async () => {
  for (let round = 0; round < 10; round += 1) {
    const [one, other] = [manager(), manager()];
    const [a, b] = (await published(`race-${round}`, [1, 2], one.store)) as [string, string];
    await one.store.promote(a, deed('r-a'));
    const [promoted, left] = await Promise.allSettled([
      one.store.promote(b, deed('r-b')),
      other.store.leave(b, deed('r-leave')),
    ]);
    const hasLeft = left.status === 'fulfilled' && left.value;
    assert.notEqual(promoted.status === 'fulfilled', hasLeft, `round ${round}`);
    const now = (await promotionOf(one.state, `race-${round}`))?.now.version;
    assert.equal(now, hasLeft ? a : b);
    assert.equal((await versionIn(one.state, b)) === undefined, hasLeft);
  }
});

test('a version that is leaving is given to nobody, until it is forgotten with all that is known of it', async () => {
  const { store, state, redis } = manager();
  const [a, b] = (await published('leave', [1, 2], store)) as [string, string];
  const outcome = { outcome: 'passed', ms: 66_000, at: '2026-11-21T03:00:00.000Z', run: 'r-1' } as const;
  await Promise.all([noteGate(state, a, 'bios', outcome), noteGate(state, a, 'uefi', outcome)]);
  assert.deepEqual(Object.keys(await gatesOf(state, a)), ['bios', 'uefi']);
  assert.equal(await store.leave(a, deed('r-x')), true);
  assert.deepEqual(
    (await versionsIn(state, 'leave')).map(({ manifest }) => manifest.version),
    [b],
  );
  assert.deepEqual(await store.leaving('leave'), [a]);
  await assert.rejects(store.promote(a, deed('r-y')), code('image.unknown'));
  await store.forget(a);
  await store.forget(a);
  assert.deepEqual(await store.leaving('leave'), []);
  assert.deepEqual(await gatesOf(state, a), {});
  assert.equal(await store.leave(a, deed('r-z')), false);
  assert.equal(await redis.hexists(key('state', 'images'), a), 0);
});

test('machines get the promoted version, and the one before it where it does not boot', async () => {
  const { store, state } = manager();
  const blob = (letter: string) => ({ sha256: letter.repeat(64), bytes: 7 });
  const parts = { kernel: blob('a'), initrd: blob('b'), squashfs: blob('c') };
  const versions = [1, 2, 3].map((number) => `boots@2026-11-21.${number}`);
  const [a, b, c] = versions as [string, string, string];
  for (const version of versions) {
    const manifest = manifestOf({ version, image: 'boots', parts, kernelLine: 'quiet' });
    await store.publish(recordOf(version, { manifest }), deed('r-made'));
  }
  const boots = bootables(state);
  assert.equal(await boots.promoted('boots'), undefined);
  assert.equal(await boots.before(b), undefined);
  await store.promote(a, deed('r-a'));
  await store.promote(b, deed('r-b'));
  assert.equal((await boots.promoted('boots'))?.version, b);
  assert.equal((await boots.before(b))?.version, a);
  // One that was never promoted is a canary's: it falls back to what the others have.
  assert.equal((await boots.before(c))?.version, b);
  assert.equal(await boots.before(a), undefined);
  assert.deepEqual(await boots.bootable(c), {
    version: c,
    kernel: parts.kernel,
    initrd: parts.initrd,
    root: parts.squashfs,
    format: 'squashfs',
    kernelLine: 'quiet',
  });
  const [plain] = await published('container', [1], store);
  assert.equal(await boots.bootable(plain as string), undefined);
});
