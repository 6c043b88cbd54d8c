/** The hashes of files, each made once for as long as the file is the same. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

const CHUNK = 1_024 * 1_024;
/** How many are kept in mind. */
const MOST = 256;

export class Hashes {
  readonly #known = new Map<string, Promise<string>>();

  /** The SHA-256 of an open file, hexadecimal; who asks meanwhile waits for the same one. */
  async of(file: FileHandle): Promise<string> {
    const { dev, ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true });
    const key = `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
    const known = this.#known.get(key) ?? hashOf(file);
    this.#known.delete(key);
    this.#known.set(key, known);
    known.catch(() => this.#known.delete(key));
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST) this.#known.delete(oldest as string);
    return known;
  }
}

async function hashOf(file: FileHandle): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK, at);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}
