/** The manifest of a version as it lies beside its blobs: JSON, and its signature in a file of its own. */
import type { KeyObject } from 'node:crypto';
import { MusterError } from './errors.ts';
import { type ImageVersion, Manifest, PARTS } from './image.ts';
import { publicLine, signed, verified } from './minisign.ts';

/** A manifest as it is written: the same facts always give the same bytes. */
export function manifestText(manifest: Manifest): string {
  const { version, image, architecture, at, key, parts, packages, kernelLine } = manifest;
  const sorted = PARTS.flatMap((part) => {
    const blob = parts[part];
    return blob ? [[part, { sha256: blob.sha256, bytes: blob.bytes }]] : [];
  });
  const facts = { version, image, architecture, at, key, kernelLine, parts: Object.fromEntries(sorted) };
  return `${JSON.stringify({ ...facts, packages }, null, 1)}\n`;
}

/** What lies beside a manifest, as `.minisig`: `minisign -V` verifies it. */
export const manifestSignature = (text: string, version: ImageVersion, key: KeyObject): string =>
  signed(text, key, {
    untrusted: `signature of an image by Muster, public key ${publicLine(key)}`,
    trusted: trustedComment(version),
  });

/** The signature's own words: nobody can give a manifest out as that of another version. */
const trustedComment = (version: ImageVersion): string => `version:${version}`;

/**
 * The manifest of a version, where the key (`RW…`) signed it as this version. Rejects with `image.forged` where a byte of it or of its
 * signature differs, or it is of another version.
 */
export function verifyManifest(
  version: ImageVersion,
  { text, signature, publicKey }: { text: string; signature: string; publicKey: string },
): Manifest {
  if (verified(text, signature, publicKey) !== trustedComment(version))
    throw new MusterError('image.forged', { version });
  const { data } = Manifest.safeParse(JSON.parse(text));
  if (data?.version !== version) throw new MusterError('image.forged', { version });
  return data;
}
