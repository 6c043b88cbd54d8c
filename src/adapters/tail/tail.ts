/**
 * Reads one file of a host as it is written, line by line: also while it is renamed and made anew, copied and cut off, or removed, and
 * where its number is given to another one. What a renamed file still gets is read, too.
 */
import { basename, dirname } from 'node:path/posix';
import { beginsAs, type Files, type Piece, printOf } from './files.ts';
import { type Cut, cut } from './lines.ts';
import { finish, notBefore, type Opened, type Place, type Seen, START, same } from './place.ts';

export interface FileBatch {
  lines: Cut['lines'];
  /** How far the file was taken with these. */
  place: Place;
  /** What was written to a file that is gone was not all read. */
  lost?: true;
}

/** How long a renamed file must get nothing more until it counts as read, ms: whoever writes to it may not know yet. */
const QUIET_MS = 3_000;
/** Bytes of one piece. */
const PIECE = 2 * 1024 * 1024;
/** Pieces of one file that are read before the others have their turn. */
const ROUNDS = 1;
/** Pieces that are read at once. */
const AT_ONCE = 4;
/** Names of compressed files: what is in them cannot be gone on with. */
const PACKED = /\.(?:gz|xz|bz2|zst|lz4|zip)$/;
/** From so many bytes on, two files that begin alike are one and its copy. */
const TELLING = 32;
const EMPTY = printOf(Buffer.alloc(0));

export class FileTail {
  readonly #path: string;
  readonly #files: Files;
  readonly #now: () => number;
  #place: Place;
  /** What a file was last known to hold, and since when it got nothing, by number. */
  readonly #last = new Map<string, { size: number; at: number }>();
  #lost = false;

  /** `now` gives milliseconds. */
  constructor(path: string, files: Files, place: Place = START, now: () => number = Date.now) {
    this.#path = path;
    this.#files = files;
    this.#place = place;
    this.#now = now;
  }

  /**
   * Takes what is new, given what the name names now; gives whether there may be more at once. Every batch is handed over
   * before the next is read.
   */
  async poll(
    named: Seen | undefined,
    onBatch: (batch: FileBatch) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const current = this.#place.open.at(-1);
    if (!current && !named) return false;
    if (current && named && same(current, named)) {
      if (named.size === 0 && current.print.bytes === 0 && named.written !== current.written)
        await this.#emptied(current, named, undefined, signal);
    } else if (named) await this.#renamed(named, await this.#files.beside(this.#path, signal), signal);
    const alone = named && this.#place.open.length === 1;
    const beside = alone ? [] : await this.#files.beside(this.#path, signal);
    // Of two of one number, the one that was seen first is gone.
    for (const [at, file] of this.#place.open.entries())
      if (this.#place.open.some((later, place) => place > at && same(later, file))) this.#gone(file);
    let more = false;
    const wanted: { file: Opened; path: string; last: boolean; unread: boolean }[] = [];
    for (const file of this.#place.open) {
      const last = file === this.#place.open.at(-1);
      const seen = named && same(file, named) ? named : beside.find((one) => same(one, file));
      if (!seen) {
        if (!last || named) this.#gone(file);
        continue;
      }
      const unread = this.#unread(file);
      const quiet = this.#quiet(file, seen.size);
      if (seen.size < file.offset) {
        await this.#cutOff(file, unread, signal);
        more = true;
      } else if (seen.size > file.offset)
        wanted.push({ file, path: seen.path, last: !last && quiet, unread });
      else if (!last && quiet) this.#place = finish(this.#place, file);
    }
    const now = wanted.slice(0, AT_ONCE);
    const pieces = await this.#files.read(
      now.map(({ path, file }) => ({ path, offset: file.offset, limit: PIECE })),
      signal,
    );
    for (const [index, one] of now.entries())
      if (await this.#takeAll({ ...one, piece: pieces[index] }, onBatch, signal)) more = true;
    return more || wanted.length > AT_ONCE;
  }

  /** Takes a piece of a file and those that follow it; gives whether there may be more. */
  async #takeAll(
    wanted: { file: Opened; path: string; last: boolean; unread: boolean; piece: Piece | undefined },
    onBatch: (batch: FileBatch) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<boolean> {
    let { file, piece } = wanted;
    for (let round = 0; piece && same(piece, file); round += 1) {
      if (piece.size < file.offset || !beginsAs(piece.head, file.print)) {
        await this.#cutOff(file, wanted.unread, signal);
        return true;
      }
      const end = file.offset + piece.bytes.length;
      if (file.print.bytes === 0) {
        if (file === this.#place.open.at(-1)) file = await this.#emptied(file, piece, piece.head, signal);
        // Its number is a copy's by now, which is found by what it is a copy of.
        else if (this.#isKnown(piece.head)) {
          this.#gone(file);
          return true;
        }
      }
      file = await this.#take(file, piece, wanted.last, onBatch);
      if (piece.size <= end) return false;
      if (round === ROUNDS) return true;
      const next = { path: wanted.path, offset: file.offset, limit: PIECE };
      [piece] = await this.#files.read([next], signal);
    }
    return false;
  }

  /** The name is another file's: those that had it in between, and whatever had it last, are read to their ends. */
  async #renamed(named: Seen, beside: readonly Seen[], signal?: AbortSignal): Promise<void> {
    const { open, done } = this.#place;
    const current = open.at(-1);
    const candidates = current ? this.#candidates(beside, current, named) : [];
    const heads = await this.#heads([...candidates, named], signal);
    const now = heads.at(-1);
    // A machine that starts anew may number its devices otherwise.
    if (
      current &&
      now &&
      current.inode === named.inode &&
      current.print.bytes > 0 &&
      beginsAs(now.head, current.print)
    ) {
      this.#replace(current, { device: named.device });
      return;
    }
    const between = this.#between(candidates, heads);
    this.#place = { open: [...open, ...between, openedAt(named, Buffer.alloc(0))], done };
  }

  /**
   * The file was empty when it was seen last: what it held between then and now was put aside. `own` is how it begins, where
   * that was read; else it is read last: a copy of anything else is whole by then.
   */
  async #emptied(file: Opened, { written }: Pick<Seen, 'written'>, own?: Buffer, signal?: AbortSignal) {
    const beside = await this.#files.beside(this.#path, signal);
    const candidates = this.#candidates(beside, file, file);
    const heads = await this.#heads([...candidates, { path: this.#path }], signal);
    const now: Opened = { ...file, written };
    this.#insert(file, [...this.#between(candidates, heads, own ?? heads.at(-1)?.head), now]);
    return now;
  }

  #heads(seen: readonly Pick<Seen, 'path'>[], signal?: AbortSignal): Promise<(Piece | undefined)[]> {
    return this.#files.read(
      seen.map(({ path }) => ({ path, offset: 0, limit: 0 })),
      signal,
    );
  }

  /** Files that may have been put aside since one was seen last. */
  #candidates(beside: readonly Seen[], { written }: Opened, named: Pick<Seen, 'device' | 'inode'>): Seen[] {
    return beside.filter(
      (one) => isOlder(this.#path, one.path) && !same(one, named) && notBefore(one.written, written),
    );
  }

  /** Those of them that nobody has read, oldest first; `own` is how the file begins of which there may be a copy by now. */
  #between(candidates: readonly Seen[], heads: readonly (Piece | undefined)[], own?: Buffer): Opened[] {
    const isKnown = (seen: Seen, head: Buffer): boolean =>
      (own !== undefined && beginAlike(own, head)) ||
      this.#place.open.some((known) => same(known, seen) && known.print.bytes === 0) ||
      this.#isKnown(head, seen);
    return candidates
      .flatMap((seen, at) => {
        const piece = heads[at];
        return piece && same(piece, seen) && !isKnown(seen, piece.head) ? [openedAt(seen, piece.head)] : [];
      })
      .sort((one, other) => (notBefore(one.written, other.written) ? 1 : -1));
  }

  /** Whether a file that begins so is one that was read, or a copy of one; of `seen` also where little tells. */
  #isKnown(head: Buffer, seen?: Seen): boolean {
    const { open, done } = this.#place;
    return [...open, ...done].some(
      (known) =>
        ((seen && same(known, seen)) || known.print.bytes >= TELLING) &&
        known.print.bytes > 0 &&
        beginsAs(head, known.print),
    );
  }

  #insert(file: Opened, by: readonly Opened[]): void {
    this.#place = {
      ...this.#place,
      open: this.#place.open.flatMap((one) => (one === file ? by : [one])),
    };
  }

  /** A file begins anew: where it was copied before, the rest is in the copy; it may have been copied and cut off since. */
  async #cutOff(file: Opened, unread: boolean, signal?: AbortSignal): Promise<void> {
    const beside = (await this.#files.beside(this.#path, signal)).filter((one) => !same(one, file));
    const older = beside.filter((one) => isOlder(this.#path, one.path));
    const last = file === this.#place.open.at(-1);
    // The file itself is asked for last: a copy that is not of what it holds then is whole.
    const paths = [...older.map(({ path }) => path), ...(last ? [this.#path] : [])];
    const heads = await this.#files.read(
      paths.map((path) => ({ path, offset: 0, limit: 0 })),
      signal,
    );
    const own = last ? heads.at(-1)?.head : undefined;
    const isCopy = (one: Piece | undefined, at: number): boolean =>
      (older[at]?.size ?? -1) >= file.offset && one !== undefined && beginsAs(one.head, file.print);
    const at = file.print.bytes > 0 ? heads.findIndex(isCopy) : -1;
    const copy = older[at];
    if (!copy) this.#lost ||= unread;
    this.#last.delete(file.inode);
    const anew: Opened = { ...file, offset: 0, print: EMPTY };
    const old: Opened[] = copy
      ? [{ ...openedAt(copy, Buffer.alloc(0)), offset: file.offset, print: file.print }]
      : [];
    const candidates = last ? this.#candidates(older, file, copy ?? file) : [];
    const between = this.#between(
      candidates,
      candidates.map((one) => heads[older.indexOf(one)]),
      own,
    );
    this.#insert(file, [...old, ...between, anew]);
  }

  async #take(
    file: Opened,
    piece: Piece,
    last: boolean,
    onBatch: (batch: FileBatch) => Promise<void>,
  ): Promise<Opened> {
    const head = printOf(piece.head);
    const print = head.bytes > file.print.bytes ? head : file.print;
    let now = this.#replace(file, { print, written: piece.written });
    for (const { lines, end } of cut(piece.bytes, last)) {
      now = this.#replace(now, { offset: file.offset + end });
      const lost = this.#lost;
      this.#lost = false;
      await onBatch({ lines, place: this.#place, ...(lost && { lost }) });
    }
    return now;
  }

  #replace(file: Opened, change: Partial<Opened>): Opened {
    const changed = { ...file, ...change };
    const open = this.#place.open.map((one) => (one === file ? changed : one));
    this.#place = { ...this.#place, open };
    return changed;
  }

  #gone(file: Opened): void {
    this.#lost ||= this.#unread(file);
    this.#last.delete(file.inode);
    this.#place = finish(this.#place, file);
  }

  #unread = (file: Opened): boolean => (this.#last.get(file.inode)?.size ?? file.offset) > file.offset;

  /** Whether it has got nothing for a while. */
  #quiet(file: Opened, size: number): boolean {
    const now = this.#now();
    const last = this.#last.get(file.inode);
    if (last?.size !== size) this.#last.set(file.inode, { size, at: now });
    return last !== undefined && last.size === size && now - last.at >= QUIET_MS;
  }
}

/** Whether a name is one that a file gets when it is put aside: `shop.log.1`, `shop.log-20260101`, `shop-2026-01-01.log`. */
export function isOlder(path: string, other: string): boolean {
  const [name, aside] = [basename(path), basename(other)];
  if (dirname(path) !== dirname(other) || aside === name || PACKED.test(aside)) return false;
  if (aside.startsWith(`${name}.`) || aside.startsWith(`${name}-`)) return true;
  const stem = name.replace(/\.[^.]*$/, '');
  return stem !== '' && aside.startsWith(stem) && /^[.-]\d/.test(aside.slice(stem.length));
}

/** Whether one of two begins as the other does. */
const beginAlike = (one: Buffer, other: Buffer): boolean => {
  const bytes = Math.min(one.length, other.length);
  return bytes > 0 && one.subarray(0, bytes).equals(other.subarray(0, bytes));
};

const openedAt = ({ device, inode, written }: Seen, head: Buffer): Opened => ({
  device,
  inode,
  written,
  offset: 0,
  print: printOf(head),
});
