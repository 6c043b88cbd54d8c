/** The write-ahead file: what is acknowledged is here until a segment has it. */
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from './segment.ts';

export class WriteAhead {
  readonly path: string;
  readonly #file: FileHandle;
  /** Bytes that count; what is behind them does not. */
  size: number;

  private constructor(path: string, file: FileHandle, size: number) {
    this.path = path;
    this.#file = file;
    this.size = size;
  }

  /** Creates it, or goes on with one of which so many bytes count. */
  static async open(path: string, size = 0): Promise<WriteAhead> {
    const file = await open(path, size === 0 ? 'w' : 'r+', 0o600);
    await file.truncate(size);
    await file.sync();
    await syncFolder(dirname(path));
    return new WriteAhead(path, file, size);
  }

  /** Writes at its end, and returns once that is on disk. After a failure nothing of it counts. */
  async append(bytes: Buffer): Promise<void> {
    try {
      let done = 0;
      while (done < bytes.length) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.size + done);
        done += bytesWritten;
      }
      await this.#file.datasync();
    } catch (error) {
      // What was written in part is cut off when it is read, too, should this not help.
      await this.#file.truncate(this.size).catch(() => {});
      throw error;
    }
    this.size += bytes.length;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
