/** What one version of an image has that another has not: packages and sizes. */
import { byDebianVersion } from '../../debian-version.ts';
import { type Manifest, PARTS, type Part, rootOf } from '../../image.ts';

/** A package whose version differs. */
export interface Changed {
  name: string;
  before: string;
  after: string;
}

export interface Differences {
  /** `name version` each, sorted. */
  added: string[];
  removed: string[];
  newer: Changed[];
  older: Changed[];
  /** Parts whose content differs, bytes; one of the two sizes is missing where a version has no such part. */
  parts: { part: Part; before?: number; after?: number }[];
  /** What is added to the kernel's line, where that differs. */
  kernelLine?: { before: string; after: string };
}

/** From one manifest to the next. */
export function differences(before: Manifest, after: Manifest): Differences {
  const [was, is] = [byName(before.packages), byName(after.packages)];
  const changed = [...is].flatMap(([name, version]) => {
    const former = was.get(name);
    return former !== undefined && former !== version ? [{ name, before: former, after: version }] : [];
  });
  const direction = (change: Changed) => byDebianVersion(change.before, change.after);
  const only = (of: Map<string, string>, other: Map<string, string>) =>
    [...of].filter(([name]) => !other.has(name)).map(([name, version]) => `${name} ${version}`);
  return {
    added: only(is, was),
    removed: only(was, is),
    // Two spellings of one version differ, too, and neither is older.
    newer: changed.filter((change) => direction(change) <= 0),
    older: changed.filter((change) => direction(change) > 0),
    parts: PARTS.flatMap((part) => {
      const [one, other] = [before.parts[part], after.parts[part]];
      return one?.sha256 === other?.sha256 ? [] : [{ part, before: one?.bytes, after: other?.bytes }];
    }),
    ...(before.kernelLine !== after.kernelLine && {
      kernelLine: { before: before.kernelLine, after: after.kernelLine },
    }),
  };
}

/** How big an image is for people, bytes: what a machine fetches as its root file system, or all there is where it is none that boots. */
export function sizeOf(manifest: Pick<Manifest, 'parts'>): number {
  const all = Object.entries(manifest.parts).filter(([part]) => part !== 'sbom');
  return rootOf(manifest)?.blob.bytes ?? all.reduce((sum, [, { bytes }]) => sum + bytes, 0);
}

/** Packages of several architectures may be there under one name: then their versions are one text. */
function byName(packages: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of [...packages].sort()) {
    const [name = '', version = ''] = line.split(' ');
    const known = found.get(name);
    found.set(name, known === undefined ? version : `${known} ${version}`);
  }
  return found;
}
