/** Writes tar archives (POSIX ustar) of a few small things: the same contents always give the same bytes. */

/** Something in an archive; its path is relative, without `.` and `..`, 100 bytes at most. Modes are bits, like 0o644. */
export type Archived =
  | { path: string; folder: true; mode: number }
  | { path: string; content: string | Buffer; mode: number }
  | { path: string; link: string };

const BLOCK = 512;

/** An archive in which everything belongs to root and is as old as `time`, seconds since 1970. Throws a `TypeError` where a name is too long. */
export function archiveOf(entries: readonly Archived[], time: number): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = 'content' in entry ? Buffer.from(entry.content) : Buffer.alloc(0);
    return [header(entry, content.length, time), content, Buffer.alloc(-content.length & (BLOCK - 1))];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

/** The block before the content; see `ustar` in pax(1). */
function header(entry: Archived, size: number, time: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (text: string, at: number, most: number) => {
    if (Buffer.byteLength(text) > most) throw new TypeError(`too long for an archive: ${text}`);
    block.write(text, at);
  };
  const number = (value: number, at: number, digits: number) =>
    put(value.toString(8).padStart(digits, '0'), at, digits);
  const [type, mode] =
    'folder' in entry ? ['5', entry.mode] : 'link' in entry ? ['2', 0o777] : ['0', entry.mode];
  put('folder' in entry ? `${entry.path}/` : entry.path, 0, 100);
  number(mode, 100, 7);
  number(0, 108, 7);
  number(0, 116, 7);
  number(size, 124, 11);
  number(time, 136, 11);
  block.fill(' ', 148, 156);
  put(type, 156, 1);
  put('link' in entry ? entry.link : '', 157, 100);
  put('ustar\x0000', 257, 8);
  put('root', 265, 32);
  put('root', 297, 32);
  number(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block[154] = 0;
  return block;
}
