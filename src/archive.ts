/**
 * Writes tar archives (POSIX ustar) of a few small things: the same contents always give the same bytes. A name that ustar cannot
 * hold goes before its entry, as GNU tar has it: unlike the records of pax, that is understood by busybox's tar, too.
 */

/** Something in an archive; its path is relative, without `.` and `..`; a link's target is 100 bytes at most. Modes are bits, like 0o644. */
export type Archived =
  | { path: string; folder: true; mode: number }
  | { path: string; content: string | Buffer; mode: number }
  | { path: string; link: string };

const BLOCK = 512;
/** What an entry is called that only holds the name of the next one. */
const LONG_NAME = '././@LongLink';

/** An archive in which everything belongs to root and is as old as `time`, seconds since 1970. Throws a `TypeError` where a name is too long. */
export function archiveOf(entries: readonly Archived[], time: number): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = 'content' in entry ? Buffer.from(entry.content) : Buffer.alloc(0);
    const path = 'folder' in entry ? `${entry.path}/` : entry.path;
    const name = parted(path);
    const long = name ? [] : longName(path, time);
    return [...long, header(entry, name ?? start(path), content.length, time), content, filler(content)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

const filler = (content: Buffer): Buffer => Buffer.alloc(-content.length & (BLOCK - 1));

/** A path as the fields `prefix` and `name` hold it, 155 and 100 bytes, parted at a slash; undefined where they cannot. */
function parted(path: string): { prefix: string; name: string } | undefined {
  const fits = (text: string, most: number) => Buffer.byteLength(text) <= most;
  if (fits(path, 100)) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at > 0 && at < path.length - 1; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (fits(name, 100)) return fits(prefix, 155) ? { prefix, name } : undefined;
  }
  return undefined;
}

/** The entry that holds the name of the next one; and what stands in the next one's own field then. */
function longName(path: string, time: number): Buffer[] {
  const content = Buffer.from(`${path}\0`);
  const entry = { path: LONG_NAME, content, mode: 0o644 };
  return [
    header(entry, { prefix: '', name: LONG_NAME }, content.length, time, 'L'),
    content,
    filler(content),
  ];
}
const start = (path: string) => ({ prefix: '', name: path.slice(0, 20) });

/** The block before the content; see `ustar` in pax(1). */
function header(
  entry: Archived,
  { prefix, name }: { prefix: string; name: string },
  size: number,
  time: number,
  as?: string,
): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (text: string, at: number, most: number) => {
    if (Buffer.byteLength(text) > most) throw new TypeError(`too long for an archive: ${text}`);
    block.write(text, at);
  };
  const number = (value: number, at: number, digits: number) =>
    put(value.toString(8).padStart(digits, '0'), at, digits);
  const [type, mode] =
    'folder' in entry ? ['5', entry.mode] : 'link' in entry ? ['2', 0o777] : ['0', entry.mode];
  put(name, 0, 100);
  number(mode, 100, 7);
  number(0, 108, 7);
  number(0, 116, 7);
  number(size, 124, 11);
  number(time, 136, 11);
  block.fill(' ', 148, 156);
  put(as ?? type, 156, 1);
  put('link' in entry ? entry.link : '', 157, 100);
  put('ustar\x0000', 257, 8);
  put('root', 265, 32);
  put('root', 297, 32);
  put(prefix, 345, 155);
  number(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block[154] = 0;
  return block;
}
