/** The library of a host, for steps that are carried out beside Redis. */
import { type ImageLibrary, imageLibrary } from '../../adapters/library/library.ts';
import { type Blob, library } from '../../image.ts';
import type { Here } from '../step.ts';

export interface Shelf {
  host: string;
  files: ImageLibrary;
  /** The folder on the host that belongs to Muster. */
  root: string;
}

/** The library of a host. Rejects with `config.unknown`, or with `host.agentonly` where only its agent runs programs there. */
export async function shelfOn(host: string, { place }: Pick<Here, 'place'>): Promise<Shelf> {
  const { shell, root } = await place(host);
  return { host, root, files: imageLibrary.open({ shell, options: {} }) };
}

/** Whether a library has a blob, and it is what its name says. */
export async function holds({ files, root }: Shelf, blob: Blob, signal?: AbortSignal): Promise<boolean> {
  const found = await files.content(library(root).blob(blob.sha256), signal);
  return found?.sha256 === blob.sha256 && found.bytes === blob.bytes;
}
