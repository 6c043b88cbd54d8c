/** A manifest, and a record of it, for tests that care for a part of them. */
import type { Manifest } from '../../../src/image.ts';
import type { ImageRecord } from '../../../src/jobs/image/versions.ts';

export const manifestOf = (some: Partial<Manifest> = {}): Manifest => ({
  version: 'debian-live@2026-11-21.1',
  image: 'debian-live',
  architecture: 'amd64',
  at: '2026-11-21T02:00:00.000Z',
  key: '0123456789abcdef',
  parts: {},
  packages: [],
  kernelLine: '',
  ...some,
});

/** A record of a version, published by a run of its own unless one is named. */
export function recordOf(version: string, some: Partial<ImageRecord> = {}): ImageRecord {
  const image = version.slice(0, version.indexOf('@'));
  return {
    manifest: manifestOf({ version, image }),
    host: 'genesis',
    run: `r-${version.replaceAll(/[^0-9a-z]/g, '')}`,
    by: 'reem',
    ms: 60_000,
    gate: [],
    publicKey: 'RW',
    leaving: false,
    ...some,
  };
}
