/** The files of a store: `NUMBER.wal`, `NUMBER.seg`, `NUMBER.streams`, and what was found damaged. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const WIDTH = 10;

export class Folder {
  readonly path: string;
  segments: number[] = [];
  wals: number[] = [];
  streams: number[] = [];
  /** Files that were put aside, with their paths. */
  damaged: string[] = [];

  private constructor(path: string) {
    this.path = path;
  }

  /** Looks at what is there; what was begun and not finished is removed. */
  static async open(path: string): Promise<Folder> {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const folder = new Folder(path);
    const names = await readdir(path);
    for (const name of names) if (name.endsWith('.new')) await rm(join(path, name), { force: true });
    const numbers = (kind: string) =>
      names
        .filter((name) => /^\d+\.[a-z]+$/.test(name) && name.endsWith(`.${kind}`))
        .map((name) => Number.parseInt(name, 10))
        .sort((a, b) => a - b);
    folder.segments = numbers('seg');
    folder.wals = numbers('wal');
    folder.streams = numbers('streams');
    folder.damaged = names.filter((name) => name.endsWith('.damaged')).map((name) => join(path, name));
    return folder;
  }

  file(number: number, kind: 'wal' | 'seg' | 'streams'): string {
    return join(this.path, `${`${number}`.padStart(WIDTH, '0')}.${kind}`);
  }

  /** Puts a file aside that cannot be read, for people to look at; gives its new name. */
  async putAside(path: string): Promise<string> {
    await rename(path, `${path}.damaged`);
    return `${path}.damaged`;
  }

  remove(number: number, kind: 'wal' | 'seg' | 'streams'): Promise<void> {
    return rm(this.file(number, kind), { force: true });
  }
}
