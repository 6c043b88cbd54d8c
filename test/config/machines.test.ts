/** Machines, profiles and the boot server of the configuration: whether they fit together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reading } from './folder.ts';

const MAC = '52:54:00:12:34:56';
const problems = async (t: Parameters<typeof reading>[0], raw: object) =>
  (await reading(t, { 'muster.yml': JSON.stringify(raw, undefined, 1) })).problems.map((line) =>
    line.replace(/^\S+ /, ''),
  );

test('a MAC address, UUID or serial number is one machine’s, however it is written', async (t) => {
  const uuid = '4c4c4544-0042-3510-8054-b4c04f4e3232';
  const found = await problems(t, {
    machines: {
      a: { mac: [MAC], uuid, serial: 'X-1' },
      b: { mac: ['52-54-00-12-34-56'], uuid: uuid.toUpperCase(), serial: 'X-1' },
      c: { mac: [MAC, MAC] },
    },
  });
  assert.equal(found.length, 5, found.join('\n'));
  assert.match(
    found[0] ?? '',
    /^machines\.b\.mac\[0\] 52:54:00:12:34:56 is a \(muster\.yml:\d+:\d+\) already$/,
  );
  assert.match(found[1] ?? '', /^machines\.b\.uuid /);
  assert.match(found[2] ?? '', /^machines\.b\.serial X-1 is a/);
});

test('what machines, profiles and the boot server name is there', async (t) => {
  const found = await problems(t, {
    hosts: { far: { link: 'ssh', address: '192.0.2.1' } },
    images: { live: {} },
    machines: { a: { profile: 'wroker', image: 'lvie', power: { kind: 'libvirt', on: 'fra' } } },
    profiles: {
      worker: { image: 'none@2026-11-21.1', logins: { root: ['nobody'] }, files: ['motd'], stack: 'shop' },
    },
    boot: { host: 'far', discovery: 'live', profile: 'none' },
  });
  const at = (path: string) => found.find((line) => line.startsWith(`${path} `)) ?? '';
  assert.match(at('machines.a.profile'), /worker/);
  assert.match(at('machines.a.image'), /live/);
  assert.match(at('machines.a.power.on'), /far/);
  for (const path of ['image', 'logins.root[0]', 'files[0]', 'stack'])
    assert.notEqual(at(`profiles.worker.${path}`), '', path);
  assert.match(at('boot.host'), /link: local/);
  assert.match(at('boot.discovery'), /discovery: true/);
  assert.notEqual(at('boot.profile'), '');
});

test('discovering needs an image that shows what is in a machine, or begins as one that does', async (t) => {
  const hosts = { local: { link: 'local' } };
  const boot = { host: 'local', unknown: 'discover' };
  assert.match((await problems(t, { hosts, boot })).join(), /boot\.unknown/);
  const images = { base: { discovery: true }, shows: { from: 'base' } };
  assert.deepEqual(await problems(t, { hosts, images, boot: { ...boot, discovery: 'shows' } }), []);
});

test('what is no way to switch a machine, no image and no kind of DHCP is said in words', async (t) => {
  const found = await problems(t, {
    machines: { a: { power: { kind: 'magic' }, image: 'Not An Image' } },
    boot: { dhcp: { mode: 'both' } },
  });
  assert.ok(
    found.some((line) => /ipmi, redfish, wake, libvirt or command/.test(line)),
    found.join('\n'),
  );
  assert.ok(
    found.some((line) => /debian-live@2026-11-21\.1/.test(line)),
    found.join('\n'),
  );
  assert.ok(
    found.some((line) => /authoritative/.test(line)),
    found.join('\n'),
  );
});

test('what a newcomer mistypes is told once, in words, with what there is', async (t) => {
  const { problems: found, warnings } = await reading(t, {
    'a.yml': [
      'profiles:',
      '  worker: {deadlines: {warp: 1m}}',
      'images:',
      '  live: {formats: [squashfs, iso], files: [{path: /a, from: ../../a}, {path: /b, from: b}]}',
      'machines:',
      `  node-1: {mac: "${MAC}"}`,
      '  node-2: {mac: []}',
      '  node-3:',
    ].join('\n'),
  });
  const at = (path: string) => found.filter((line) => line.includes(` ${path} `));
  assert.match(at('profiles.worker.deadlines.warp').join(), /unknown key; there are dhcp, loader, .*, up$/);
  assert.match(at('images.live.formats[1]').join(), /must be squashfs or tar\.xz or docker or lxd$/);
  assert.equal(at('images.live.files[0].from').length, 1, 'a path that leads out is no missing file, too');
  assert.match(at('images.live.files[1].from').join(), /images\/b cannot be used: there is no such file$/);
  assert.deepEqual(
    at('machines.node-1.mac').map((line) => line.split(' ').slice(2).join(' ')),
    ['must be a list, like [a, b], not text'],
  );
  assert.deepEqual(
    warnings.filter((line) => /cannot be told from others/.test(line)).map((line) => line.split(' ')[1]),
    ['machines.node-2', 'machines.node-3'],
  );
});
