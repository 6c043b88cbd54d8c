/** Lines of JSON in a file that is put aside when it is full, and lines of JSON on an output. */
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { asLines, failed, type Sink } from './sink.ts';

/** How many files are kept that were put aside. */
const KEPT = 5;

/** Writes to a file, on disk before it counts as taken. Half a line that a crash left is ended first. */
export function file({ path, size: most }: { path: string; size: number }): Sink {
  let handle: FileHandle | undefined;
  let size = 0;
  const begin = async (): Promise<FileHandle> => {
    await mkdir(dirname(path), { recursive: true, mode: 0o750 });
    const opened = await open(path, 'a+', 0o640);
    size = (await opened.stat()).size;
    const last = Buffer.alloc(1, '\n');
    try {
      if (size > 0) await opened.read(last, 0, 1, size - 1);
      if (last.toString() !== '\n') await opened.appendFile('\n');
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  };
  const putAside = async () => {
    await handle?.close();
    handle = undefined;
    for (let number = KEPT - 1; number > 0; number -= 1)
      await rename(`${path}.${number}`, `${path}.${number + 1}`).catch(() => {});
    await rename(path, `${path}.1`);
  };
  return {
    async send(lines) {
      try {
        handle ??= await begin();
        const text = asLines(lines);
        if (size > 0 && size + text.length > most) {
          await putAside();
          handle = await begin();
        }
        await handle.appendFile(text);
        await handle.datasync();
        size += Buffer.byteLength(text);
        return undefined;
      } catch (error) {
        await handle?.close().catch(() => {});
        handle = undefined;
        throw failed((error as NodeJS.ErrnoException).code ?? `${error}`, error);
      }
    },
    async close() {
      await handle?.close();
      handle = undefined;
    },
  };
}

/** Writes to an output, whose reader sets the pace. */
export const output = (stream: Writable): Sink => ({
  send: (lines, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => reject(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true });
      stream.write(asLines(lines), (error) => {
        signal.removeEventListener('abort', stop);
        if (error) reject(failed(error.message, error));
        else resolve(undefined);
      });
    }),
  close: async () => {},
});
