/**
 * Reads one file of a host as it is written, line by line: also while it is renamed and made anew, copied and cut off, or removed, and
 * where its number is given to another one. What a renamed file still gets is read, too.
 */
import { beginAlike, candidatesOf, isOlder, listAside } from './aside.ts';
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
    } else if (named) await this.#renamed(named, signal);
    const alone = named && this.#place.open.length === 1;
    let beside = alone ? [] : await this.#files.beside(this.#path, signal);
    // One that is renamed while names are listed may stand under neither.
    if (!alone && this.#place.open.some((file) => !beside.some((one) => same(one, file))))
      beside = [...beside, ...(await this.#files.beside(this.#path, signal))];
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
      if (!last && (seen.size < file.offset || (file.offset === 0 && !isOlder(this.#path, seen.path))))
        this.#gone(file);
      else if (seen.size < file.offset) {
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
        if (file === this.#place.open.at(-1)) await this.#cutOff(file, wanted.unread, signal);
        else this.#gone(file, wanted.unread);
        return true;
      }
      const end = file.offset + piece.bytes.length;
      if (file.print.bytes === 0) {
        if (file === this.#place.open.at(-1)) file = await this.#emptied(file, piece, piece.head, signal);
        // Its number is a copy's by now, which is found by what it is a copy of.
        else if (this.#isKnown(piece.head)) {
          this.#gone(file, wanted.unread);
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
  async #renamed(named: Seen, signal?: AbortSignal): Promise<void> {
    const { open, done } = this.#place;
    const current = open.at(-1);
    const { aside, heads, own: now } = await listAside(this.#files, this.#path, signal);
    // A machine that starts anew may number its devices otherwise.
    if (
      current &&
      now?.inode === named.inode &&
      current.inode === named.inode &&
      current.print.bytes > 0 &&
      beginsAs(now.head, current.print)
    ) {
      this.#replace(current, { device: named.device });
      return;
    }
    const between = current ? this.#between(candidatesOf(aside, current, named), heads) : [];
    this.#place = { open: [...open, ...between, openedAt(named, Buffer.alloc(0))], done };
  }

  /**
   * The file was empty when it was seen last: what it held between then and now was put aside. `own` is how it begins, where
   * that was read; else it is read last: a copy of anything else is whole by then.
   */
  async #emptied(file: Opened, { written }: Pick<Seen, 'written'>, own?: Buffer, signal?: AbortSignal) {
    const { aside, heads, own: found } = await listAside(this.#files, this.#path, signal);
    const now: Opened = { ...file, written };
    this.#insert(file, [...this.#between(candidatesOf(aside, file, file), heads, own ?? found?.head), now]);
    return now;
  }

  /** Those of them that nobody has read, oldest first; `own` is how the file begins of which there may be a copy by now. */
  #between(candidates: readonly Seen[], heads: ReadonlyMap<Seen, Piece>, own?: Buffer): Opened[] {
    const isKnown = (seen: Seen, head: Buffer): boolean =>
      (own !== undefined && beginAlike(own, head)) ||
      this.#place.open.some((known) => same(known, seen) && known.print.bytes === 0) ||
      this.#isKnown(head, seen);
    return candidates
      .flatMap((seen) => {
        const piece = heads.get(seen);
        return piece && !isKnown(seen, piece.head) ? [openedAt(seen, piece.head)] : [];
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

  /** The file that has the name begins anew: where it was copied before, the rest is in the copy; it may have been copied and cut off since. */
  async #cutOff(file: Opened, unread: boolean, signal?: AbortSignal): Promise<void> {
    const { aside, heads, own } = await listAside(this.#files, this.#path, signal);
    const isCopy = (one: Seen): boolean => {
      const head = heads.get(one)?.head;
      return !same(one, file) && one.size >= file.offset && head !== undefined && beginsAs(head, file.print);
    };
    const copy = file.print.bytes > 0 ? aside.find(isCopy) : undefined;
    if (!copy) this.#lost ||= unread;
    this.#last.delete(file.inode);
    const anew: Opened = { ...file, offset: 0, print: EMPTY };
    const old: Opened[] = copy
      ? [{ ...openedAt(copy, Buffer.alloc(0)), offset: file.offset, print: file.print }]
      : [];
    const candidates = candidatesOf(aside, file, copy ?? file).filter((one) => !same(one, file));
    const between = this.#between(candidates, heads, own?.head);
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

  /** Its number is nobody's by now, or another file's. */
  #gone(file: Opened, unread = this.#unread(file)): void {
    this.#lost ||= unread;
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

const openedAt = ({ device, inode, written }: Seen, head: Buffer): Opened => ({
  device,
  inode,
  written,
  offset: 0,
  print: printOf(head),
});
