import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildArgv } from '../../../src/adapters/mmdebstrap/commands.ts';
import type { Blueprint } from '../../../src/jobs/image/blueprint.ts';
import { lxdMetadata } from '../../../src/jobs/image/lxd.ts';
import { Heard } from '../../../src/jobs/image/reason.ts';
import { benchOf, keyOf, recipeOf } from '../../../src/jobs/image/recipe.ts';

const BLUEPRINT: Blueprint = {
  ...{ image: 'a', builder: 'mmdebstrap', architecture: 'amd64', suite: 'bookworm', components: ['main'] },
  ...{ packages: ['curl', 'busybox'], sources: [], documentation: true, users: [], hooks: [] },
  files: [
    { path: '/etc/motd', content: 'aGVsbG8=', mode: 0o644, owner: 'root', group: 'root' },
    { path: '/etc/initramfs-tools/modules', content: 'bG9vcA==', mode: 0o644, owner: 'root', group: 'root' },
  ],
  services: { enable: [], disable: [], mask: [] },
  ...{ formats: ['squashfs'], gate: ['bios'], kernelLine: '' },
};
const MACHINE = {
  packages: ['busybox', 'udev'],
  files: [{ path: 'usr/lib/muster/machine', content: '#!/bin/sh\n', mode: 0o755 }],
};

describe('the recipe of an image', () => {
  it('has what machines boot with, there before packages are', () => {
    const recipe = recipeOf(BLUEPRINT, MACHINE, "/w/it's $(x)");
    assert.deepEqual(recipe.packages, ['busybox', 'curl', 'udev']);
    const argv = buildArgv(recipe, '/w/root.tar', 'root');
    const hooks = argv.filter((word) => /^--(?:essential|customize)-hook=/.test(word));
    assert.deepEqual(hooks, [
      `--essential-hook=tar-in '/w/it'\\''s $(x)/bench.tar' /`,
      '--essential-hook=chroot "$1" tar --extract --file /muster-build/early.tar --directory / --no-same-owner --same-permissions --keep-directory-symlink',
      '--customize-hook=chroot "$1" /bin/sh /muster-build/setup',
      `--customize-hook=download /muster-build/kernel '/w/it'\\''s $(x)/kernel'`,
      `--customize-hook=download /muster-build/initrd '/w/it'\\''s $(x)/initrd'`,
      '--customize-hook=rm -rf "$1/muster-build"',
      '--customize-hook=download /var/lib/dpkg/status /w/status',
      '--customize-hook=rm -f "$1/etc/dpkg/dpkg.cfg.d/99muster-build"',
    ]);
    assert.ok(argv.includes('--architectures=amd64'));
    // What somebody wrote is in no word of it but among the packages.
    assert.ok(!argv.some((word) => word.includes('motd')));
  });

  it('has neither for what no machine boots', () => {
    const recipe = recipeOf({ ...BLUEPRINT, gate: [] }, MACHINE, '/w');
    assert.deepEqual(recipe.packages, ['busybox', 'curl']);
    assert.ok(!recipe.hooks.some((hook) => hook.startsWith('download')));
  });

  it('is as old as its packages', () => {
    const recipe = recipeOf({ ...BLUEPRINT, snapshot: '2026-11-21' }, MACHINE, '/w');
    assert.equal(recipe.epoch, Date.UTC(2026, 10, 21) / 1_000);
    assert.equal(recipe.archive?.snapshot, '2026-11-21');
  });
});

describe('the key of a build', () => {
  it('is another one as soon as anything is that goes into it', () => {
    const key = keyOf(BLUEPRINT, MACHINE, ['a 1']);
    assert.match(key, /^[0-9a-f]{16}$/);
    assert.equal(keyOf(structuredClone(BLUEPRINT), MACHINE, ['a 1']), key);
    const others = [
      keyOf(BLUEPRINT, MACHINE, ['a 2']),
      keyOf({ ...BLUEPRINT, kernelLine: 'quiet' }, MACHINE, ['a 1']),
      keyOf(BLUEPRINT, { ...MACHINE, packages: ['busybox'] }, ['a 1']),
      keyOf(BLUEPRINT, { ...MACHINE, files: [] }, ['a 1']),
      keyOf({ ...BLUEPRINT, files: BLUEPRINT.files.map((file) => ({ ...file, mode: 0o600 })) }, MACHINE, [
        'a 1',
      ]),
    ];
    assert.equal(new Set([key, ...others]).size, 6);
  });

  it('is another one where the same goes in by other programs', () => {
    const key = keyOf(BLUEPRINT, MACHINE, ['a 1']);
    assert.notEqual(keyOf({ ...BLUEPRINT, snapshot: '2026-11-21' }, MACHINE, ['a 1']), key);
    assert.ok(buildArgv(recipeOf(BLUEPRINT, MACHINE, '/'), '/root.tar', 'auto').length > 0);
  });

  it('comes of the same bytes each time', () => {
    assert.ok(benchOf(BLUEPRINT, MACHINE).equals(benchOf(structuredClone(BLUEPRINT), MACHINE)));
    assert.ok(lxdMetadata(BLUEPRINT, 1).equals(lxdMetadata(BLUEPRINT, 1)));
  });
});

describe('what a build says', () => {
  it('is kept from the step on that failed', () => {
    const heard = new Heard();
    for (const line of [
      'a',
      'muster: user ops',
      'b',
      'muster: hook x',
      'c',
      'muster: hook x failed with 2',
      'I: bye',
    ])
      heard.hear(line);
    assert.deepEqual(heard.lines, ['muster: hook x', 'c', 'muster: hook x failed with 2']);
    assert.deepEqual(heard.failed, { hook: 'hook x', status: '2' });
  });

  it('is bounded, however much it is', () => {
    const heard = new Heard();
    for (let index = 0; index < 2_000; index += 1) heard.hear(`${index}`);
    assert.equal(heard.lines.length, 500);
    assert.equal(heard.failed, undefined);
  });
});
