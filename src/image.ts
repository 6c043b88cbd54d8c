/** Images that machines boot from: what a version of one is, and where it lies on a host. */
import { join } from 'node:path/posix';
import { z } from 'zod';
import { messages } from './messages/messages.ts';
import { ImageName } from './names.ts';

/** One version of an image: `debian-live@2026-11-21.1`, the day (UTC) of its build and which of that day it is. */
export const ImageVersion = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?@\d{4}-\d\d-\d\d\.[1-9]\d{0,4}$/, {
    error: () => messages().names.version,
  });
export type ImageVersion = z.infer<typeof ImageVersion>;

/** `debian-live` of `debian-live@2026-11-21.1`. */
export const imageOf = (version: ImageVersion): string => version.slice(0, version.indexOf('@'));

/** Older versions first, whatever their images. */
export function byVersion(a: ImageVersion, b: ImageVersion): number {
  const parts = (version: string) => {
    const [, day = '', number = '0'] = /@([\d-]+)\.(\d+)$/.exec(version) ?? [];
    return { day, number: Number(number) };
  };
  const [one, other] = [parts(a), parts(b)];
  return one.day === other.day ? one.number - other.number : one.day < other.day ? -1 : 1;
}

/** SHA-256, 64 hexadecimal digits: the name of a blob. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The processors that images are built for, by Debian's names. */
export const ARCHITECTURES = ['amd64', 'arm64'] as const;
export type ImageArchitecture = (typeof ARCHITECTURES)[number];

/**
 * What an image may consist of. A machine boots `kernel` and `initrd` with `squashfs` or `tar.xz` as its root file system; `docker` is a
 * root file system for `docker import`; `lxd` is the metadata that makes the squashfs an image of LXD; `disk` is what packer made; `sbom` is CycloneDX (JSON).
 */
export const PARTS = ['kernel', 'initrd', 'squashfs', 'tar.xz', 'docker', 'lxd', 'disk', 'sbom'] as const;
export type Part = (typeof PARTS)[number];

const Blob = z.strictObject({ sha256: Sha256, bytes: z.number().int().nonnegative() });
export type Blob = z.infer<typeof Blob>;

/** What is signed of a version: everything it consists of. */
export const Manifest = z.strictObject({
  version: ImageVersion,
  image: ImageName,
  architecture: z.enum(ARCHITECTURES),
  /** When it was built, UTC, ISO 8601. */
  at: z.string(),
  /** Names what went in: the same definition and the same packages have the same key; 16 hexadecimal digits. */
  key: z.string().regex(/^[0-9a-f]{16}$/),
  parts: z.partialRecord(z.enum(PARTS), Blob),
  /** `name version` each, sorted. */
  packages: z.array(z.string()),
  /** What its definition adds to the kernel's line. */
  kernelLine: z.string().max(2_000),
});
export type Manifest = z.infer<typeof Manifest>;

/** The root file system that a machine fetches: squashfs where there is one. Undefined where the image is none that boots. */
export function rootOf({
  parts,
}: Pick<Manifest, 'parts'>): { format: 'squashfs' | 'tar.xz'; blob: Blob } | undefined {
  if (parts.squashfs) return { format: 'squashfs', blob: parts.squashfs };
  if (parts['tar.xz']) return { format: 'tar.xz', blob: parts['tar.xz'] };
  return undefined;
}

/** Where images lie below the folder that belongs to Muster on a host. Blobs are never changed; a version is there once its manifest is. */
export const library = (root: string) => ({
  folder: join(root, 'library'),
  /** A file of any part, named by its content. */
  blob: (sha256: string) => join(root, 'library', 'blobs', sha256),
  /** The manifest of a version (JSON), beside it `.minisig`, its signature. */
  manifest: (version: ImageVersion) => join(root, 'library', 'versions', `${version}.json`),
  /** What is being built by a run. */
  workshop: (name: string) => join(root, 'library', 'workshop', name),
});
