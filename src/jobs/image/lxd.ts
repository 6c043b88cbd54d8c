/** The metadata that makes a squashfs an image of LXD and Incus: documentation.ubuntu.com/lxd, "Image format". Pure. */
import { archiveOf } from '../../archive.ts';
import type { Blueprint } from './blueprint.ts';

/** By what uname(1) calls the processors. */
const MACHINES: Record<Blueprint['architecture'], string> = { amd64: 'x86_64', arm64: 'aarch64' };

/** The archive for `lxc image import METADATA ROOT.squashfs`; `epoch` is the age that it tells, seconds since 1970. */
export function lxdMetadata(
  { image, architecture, suite }: Pick<Blueprint, 'image' | 'architecture' | 'suite'>,
  epoch: number,
): Buffer {
  const metadata = {
    architecture: MACHINES[architecture],
    creation_date: epoch,
    properties: { architecture, os: 'debian', release: suite, description: image, name: image },
    // Containers are called by their own names.
    templates: {
      '/etc/hostname': { when: ['create', 'copy'], template: 'hostname.tpl' },
    },
  };
  return archiveOf(
    [
      // JSON is YAML.
      { path: 'metadata.yaml', content: `${JSON.stringify(metadata)}\n`, mode: 0o644 },
      { path: 'templates/hostname.tpl', content: '{{ container.name }}\n', mode: 0o644 },
    ],
    epoch,
  );
}
