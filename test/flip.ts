/** Files with another byte than they should have. */
import { open } from 'node:fs/promises';

/** Changes a bit in the middle of a file. */
export async function flip(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const at = (await file.stat()).size >> 1;
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    byte[0]! ^= 1;
    await file.write(byte, 0, 1, at);
  } finally {
    await file.close();
  }
}
