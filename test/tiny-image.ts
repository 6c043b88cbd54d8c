/** A real image that is small and quick to boot, built as the step does it: Debian's kernel for clouds, and what calls home. */
import { readFile } from 'node:fs/promises';
import type { Bootable } from '../src/boot.ts';
import { type Blob, type ImageVersion, rootOf } from '../src/image.ts';
import type { Blueprint } from '../src/jobs/image/blueprint.ts';
import { buildImage } from '../src/jobs/image/build.ts';
import { Candidate, candidateFile } from '../src/jobs/image/candidate.ts';
import type { Shell } from '../src/shell.ts';
import { desk } from './jobs/desk.ts';

/** What a machine without disks that only calls home can do without: emulated, each of them takes a second. */
const MASKED = [
  ...['e2scrub_reap.service', 'getty.target', 'systemd-journal-flush.service', 'systemd-random-seed.service'],
  ...['systemd-udev-trigger.service', 'systemd-udevd.service', 'systemd-udevd-control.socket'],
  ...[
    'systemd-udevd-kernel.socket',
    'systemd-update-utmp.service',
    'timers.target',
    'systemd-sysusers.service',
  ],
];
/** Once the initramfs has what it needs of the kernel, that of the image only has to be fetched. */
const SLIM =
  '#!/bin/sh\nrm -rf /usr/lib/modules /usr/share/zoneinfo /usr/share/locale /usr/share/perl /usr/lib/x86_64-linux-gnu/perl\n';

const BLUEPRINT: Blueprint = {
  ...{ image: 'tiny', builder: 'mmdebstrap', architecture: 'amd64', suite: 'bookworm', components: ['main'] },
  ...{ packages: ['linux-image-cloud-amd64'], sources: [], documentation: false, users: [] },
  files: [
    {
      ...{ path: '/etc/initramfs-tools/conf.d/quick', mode: 0o644, owner: 'root', group: 'root' },
      content: Buffer.from('COMPRESSLEVEL=1\n').toString('base64'),
    },
    {
      ...{ path: '/etc/initramfs/post-update.d/slim', mode: 0o755, owner: 'root', group: 'root' },
      content: Buffer.from(SLIM).toString('base64'),
    },
  ],
  services: { enable: [], disable: [], mask: MASKED },
  hooks: [],
  ...{ formats: ['squashfs'], gate: ['bios', 'uefi'], kernelLine: 'quiet' },
};

/** It, in the library. */
export interface Tiny extends Bootable {
  /** The archive of its root file system, where it was wanted, too. */
  archive?: Blob;
}

/** What makes another image of it. */
export interface TinyMore extends Partial<Blueprint> {
  /** Units that it has after all, like `systemd-udevd.service`. */
  unmask?: readonly string[];
}

/** Builds it into the library of a folder; `more` of packages, files, hooks, units that are masked no longer or other settings makes another one of it. With `tar.xz` among its formats, `archive` is that, too. */
export async function buildTiny(
  shell: Shell,
  folder: string,
  { packages = [], files = [], unmask = [], ...more }: TinyMore = {},
): Promise<Tiny> {
  const blueprint: Blueprint = {
    ...BLUEPRINT,
    packages: [...BLUEPRINT.packages, ...packages],
    files: [...BLUEPRINT.files, ...files],
    services: { ...BLUEPRINT.services, mask: MASKED.filter((unit) => !unmask.includes(unit)) },
    ...more,
  };
  const { image } = blueprint;
  const input = { host: shell.host, image, digest: '0'.repeat(64), keys: {}, blueprint };
  const { key } = await buildImage.perform(input, desk(shell, folder).context, {});
  const { parts, kernelLine } = Candidate.parse(
    JSON.parse(await readFile(candidateFile(folder, image, key), 'utf8')),
  );
  const { kernel, initrd, 'tar.xz': archive } = parts;
  const root = rootOf({ parts });
  if (!kernel || !initrd || !root) throw new Error('The image lacks a part.');
  const version: ImageVersion = `${image}@2026-11-21.1`;
  const { blob, format } = root;
  return { version, kernel, initrd, root: blob, format, kernelLine, ...(archive && { archive }) };
}
