/** What a build leaves becomes blobs and a candidate: files by their content first, and last what names them. */
import { join } from 'node:path/posix';
import type { ImageLibrary } from '../../adapters/library/library.ts';
import { type Blob, library, type Part } from '../../image.ts';
import type { Shell } from '../../shell.ts';
import { Candidate, candidateFile } from './candidate.ts';

/** Files of a build, by the part of the image that each is. */
export type PartFiles = Partial<Record<Part, string>>;

export interface Shelving {
  shell: Shell;
  files: ImageLibrary;
  /** The folder on the host that belongs to Muster. */
  root: string;
  signal: AbortSignal;
}

/** Moves finished files into the library of their host, each under the name of its content. What is there by that name is the same. */
export async function keepParts(
  parts: PartFiles,
  { shell, files, root, signal }: Shelving,
): Promise<Candidate['parts']> {
  const place = library(root);
  await shell.run(['mkdir', '--parents', '--', join(place.folder, 'blobs')]);
  const kept: Partial<Record<Part, Blob>> = {};
  // One file may be several parts, and is moved once.
  const moved = new Map<string, Blob>();
  for (const [part, file] of Object.entries(parts) as [Part, string][]) {
    kept[part] = moved.get(file);
    if (kept[part]) continue;
    // Whoever gives it to machines may read it, and it is on the disk before it has its name.
    await shell.run(['chmod', '644', '--', file]);
    await shell.run(['sync', '--', file], { signal });
    const content = await files.content(file, signal);
    if (!content) throw new TypeError(`${file} was there`);
    signal.throwIfAborted();
    await files.take(file, place.blob(content.sha256));
    kept[part] = content;
    moved.set(file, content);
  }
  return kept;
}

/** Writes a candidate, in one move, and down to the disk. */
export async function keepCandidate(candidate: Candidate, { files, root, signal }: Shelving): Promise<void> {
  const file = candidateFile(root, candidate.image, candidate.key);
  await files.take(await files.stage(file, JSON.stringify(candidate), signal), file);
}

/** A candidate all of whose blobs are there as it says; undefined where there is none. */
export async function knownCandidate(
  image: string,
  key: string,
  { files, root, signal }: Shelving,
): Promise<Candidate | undefined> {
  const text = await files.read(candidateFile(root, image, key));
  const candidate = text === undefined ? undefined : Candidate.safeParse(parsed(text)).data;
  if (!candidate) return undefined;
  for (const { sha256, bytes } of Object.values(candidate.parts)) {
    const found = await files.content(library(root).blob(sha256), signal);
    if (found?.sha256 !== sha256 || found.bytes !== bytes) return undefined;
  }
  return candidate;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
