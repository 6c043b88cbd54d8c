/** What whoever asks gets to boot, and why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Asking } from '../../../src/boot.ts';
import type { Config } from '../../../src/config/config.ts';
import type { Assignment } from '../../../src/jobs/machine/assignment.ts';
import { decide } from '../../../src/jobs/machine/decide.ts';
import type { KeptBoot } from '../../../src/jobs/machine/kept-boot.ts';
import type { Choice, Scene } from '../../../src/jobs/machine/scene.ts';
import { asking, boot, config, imagesOf, known, MAC, V1, V2, V3 } from './known.ts';

interface Given {
  asking?: Partial<Asking>;
  config?: Config;
  assignment?: Assignment;
  boots?: KeptBoot[];
  images?: Scene['images'];
  now?: number;
}

const NOW = 10_000_000;
const chosen = (given: Given = {}): Promise<Choice> => {
  const of = given.config ?? config();
  return decide(asking(given.asking), {
    config: of,
    known: known(of),
    assignment: () => given.assignment,
    boots: () => given.boots ?? [],
    images: given.images ?? imagesOf([V1, V2]),
    now: given.now ?? NOW,
  });
};
const versionOf = (choice: Choice) => ('bootable' in choice ? choice.bootable.version : choice.kind);
const codes = (choice: Choice) => choice.because.map(({ code }) => code);
const failed = (version: string, began: number, code = 'root.sha256') =>
  boot({ version, began, ended: began + 1, outcome: 'failed', trouble: { code, facts: { stage: 'root' } } });
const up = (version: string, began: number) => boot({ version, began, ended: began + 1, outcome: 'up' });

test('a machine gets the promoted version of the image of its profile, and the kernel line of all three', async () => {
  const choice = await chosen({
    config: config({
      profiles: { worker: { image: 'live', kernelLine: 'console=ttyS0' } },
      machines: { 'node-7': { mac: [MAC], profile: 'worker', kernelLine: 'nomodeset' } },
    }),
  });
  assert.equal(versionOf(choice), V2);
  assert.deepEqual(codes(choice), ['matched.mac', 'profile.own', 'image.promoted.profile']);
  assert.ok(choice.kind === 'image');
  assert.equal(choice.bootable.kernelLine, 'quiet console=ttyS0 nomodeset');
});

test('a machine is known by its UUID or its serial number, too', async () => {
  const uuid = '4c4c4544-0042-3510-8054-b4c04f4e3232';
  const by = config({
    machines: { 'node-7': { uuid, profile: 'worker' }, 'node-8': { serial: 'XK-9', profile: 'worker' } },
  });
  const first = await chosen({ config: by, asking: { uuid: uuid.toUpperCase() } });
  assert.equal(first.kind === 'image' && first.machine, 'node-7');
  const second = await chosen({ config: by, asking: { serial: 'XK-9' } });
  assert.equal(second.kind === 'image' && second.machine, 'node-8');
});

test('what firmware says where its maker wrote nothing is nobody', async () => {
  const by = config({ machines: { 'node-7': { serial: 'To Be Filled By O.E.M.' } } });
  assert.deepEqual(
    codes(await chosen({ config: by, asking: { serial: 'To be filled by O.E.M.' } }))[0],
    'unknown',
  );
});

test('a MAC address that two machines have gets nothing, and both are named', async () => {
  const both = config({ machines: { a: { mac: [MAC] }, b: { mac: [MAC] } } });
  const choice = await chosen({ config: both });
  assert.equal(choice.kind, 'wait');
  assert.deepEqual(choice.kind === 'wait' && choice.twice, ['a', 'b']);
  assert.deepEqual(choice.because[0]?.facts, { value: MAC, one: 'a', other: 'b' });
});

test('a MAC address of one machine and the UUID of another are of nobody', async () => {
  const uuid = '4c4c4544-0042-3510-8054-b4c04f4e3232';
  const both = config({ machines: { a: { mac: [MAC] }, b: { uuid } } });
  assert.equal((await chosen({ config: both, asking: { uuid } })).kind, 'wait');
});

test('what was assigned counts before what is configured', async () => {
  const choice = await chosen({ assignment: { version: V1, since: 0, run: 'r-1' } });
  assert.equal(versionOf(choice), V1);
  assert.ok(codes(choice).includes('image.assigned'));
});

test('a version for one boot is for one boot', async () => {
  const assignment: Assignment = { version: V1, once: true, since: 100, run: 'r-1' };
  assert.equal(versionOf(await chosen({ assignment })), V1);
  assert.equal(versionOf(await chosen({ assignment, boots: [up(V1, 200)] })), V2);
  assert.equal(
    versionOf(
      await chosen({
        assignment: { ...assignment, afterwards: V3 },
        boots: [up(V1, 200)],
        images: imagesOf([V1, V3, V2]),
      }),
    ),
    V3,
  );
});

test('an assigned version that is gone gives way to what is configured', async () => {
  const choice = await chosen({ assignment: { version: 'live@2020-01-01.1', since: 0, run: 'r-1' } });
  assert.equal(versionOf(choice), V2);
  assert.ok(codes(choice).includes('image.gone'));
});

test('a version that did not boot gives way to the one before, until it is assigned anew', async () => {
  const boots = [failed(V3, 500)];
  const images = imagesOf([V1, V2, V3]);
  const choice = await chosen({ boots, images });
  assert.equal(versionOf(choice), V2);
  assert.equal(choice.kind === 'image' && choice.instead, V3);
  assert.deepEqual(choice.because.at(-1), {
    code: 'fallback',
    facts: { failed: V3, version: V2, cause: 'root.sha256' },
  });
  assert.equal(versionOf(await chosen({ boots: [...boots, up(V2, 600)], images })), V2);
  assert.equal(versionOf(await chosen({ boots: [...boots, failed(V2, 600)], images })), V1);
  const anew: Assignment = { version: V3, since: 1_000, run: 'r-2' };
  assert.equal(versionOf(await chosen({ boots, images, assignment: anew })), V3);
});

test('where no version boots, what is wanted is tried again', async () => {
  const choice = await chosen({ boots: [failed(V2, 1), failed(V1, 2)] });
  assert.equal(versionOf(choice), V2);
  assert.ok(codes(choice).includes('fallback.none'));
});

test('what is not the doing of an image does not make a machine fall back', async () => {
  for (const code of ['dhcp.foreign', 'kernel.unfetched', 'configured.files', 'root.fetch', 'replaced'])
    assert.equal(versionOf(await chosen({ boots: [failed(V2, 1, code)] })), V2, code);
});

test('a machine that boots in a loop is noticed at its third boot, and waits longer each time after that', async () => {
  const vain = (count: number) =>
    Array.from({ length: count }, (_, index) => failed(V1, NOW - 60_000 + index, 'kernel.stuck'));
  const images = imagesOf([V1]);
  const loop = async (count: number, now = NOW) => {
    const choice = await chosen({ boots: vain(count), images, now });
    return [
      choice.kind,
      'loop' in choice ? choice.loop : undefined,
      'seconds' in choice ? choice.seconds : 0,
    ];
  };
  assert.deepEqual(await loop(1), ['image', undefined, 0]);
  assert.deepEqual(await loop(2), ['image', 3, 0]);
  const [kind, count] = await loop(3, NOW - 50_000);
  assert.deepEqual([kind, count], ['wait', 4]);
  assert.deepEqual((await loop(5, NOW - 59_000))[2], 240);
  // Later it may try again.
  assert.equal((await loop(3, NOW + 60_000))[0], 'image');
  assert.equal((await loop(3, NOW + 600_000))[1], undefined);
});

test('a boot that came up ends a loop', async () => {
  const boots = [
    failed(V2, NOW - 4),
    failed(V2, NOW - 3),
    up(V2, NOW - 2),
    failed(V2, NOW - 1, 'kernel.stuck'),
  ];
  const choice = await chosen({ boots });
  assert.equal(choice.kind === 'image' && choice.loop, undefined);
});

test('a machine whose processor the image is not for waits, with the reason', async () => {
  const choice = await chosen({ asking: { firmware: 'efi-arm64' } });
  assert.equal(choice.kind, 'wait');
  assert.deepEqual(choice.because.at(-1), {
    code: 'architecture',
    facts: { version: V2, architecture: 'amd64', own: 'arm64' },
  });
});

test('a machine without an image starts its own disk, and one whose image has no version waits', async () => {
  assert.equal((await chosen({ config: config({ machines: { 'node-7': { mac: [MAC] } } }) })).kind, 'local');
  assert.equal((await chosen({ images: imagesOf([]) })).kind, 'wait');
});

test('a machine without a profile has that of the boot server', async () => {
  const choice = await chosen({
    config: config({ boot: { host: 'local', profile: 'worker' }, machines: { 'node-7': { mac: [MAC] } } }),
  });
  assert.equal(versionOf(choice), V2);
  assert.ok(codes(choice).includes('profile.default'));
});

test('a machine that nobody knows gets what the configuration says', async () => {
  const mac = '02:00:00:00:00:01';
  const unknown = (setting: object) =>
    chosen({ asking: { mac }, config: config({ boot: { host: 'local', ...setting } }) });
  const discovered = await unknown({ unknown: 'discover', discovery: 'discovery' });
  assert.equal(discovered.kind, 'discovery');
  const local = await unknown({ unknown: 'local' });
  assert.deepEqual([local.kind, local.kind === 'local' && local.announce], ['local', true]);
  const ignored = await unknown({ unknown: 'ignore' });
  assert.deepEqual([ignored.kind, ignored.kind === 'local' && ignored.announce], ['local', undefined]);
  // Without an image that could show it, it is told all the same.
  const bare = await chosen({
    asking: { mac },
    images: imagesOf([]),
    config: config({ boot: { host: 'local', unknown: 'discover', discovery: 'discovery' } }),
  });
  assert.equal(bare.kind === 'local' && bare.announce, true);
});
