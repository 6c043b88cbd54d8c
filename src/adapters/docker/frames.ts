/** A container's log as the engine keeps it: messages with their times, joined to lines. */
import { LONGEST_LINE } from '../../hub.ts';

/** One message of an engine's log: a line, or a piece of one where it was longer than the engine keeps in one. */
export interface Message {
  /** Nanoseconds since the epoch. */
  time: bigint;
  from: 'stdout' | 'stderr';
  /** Without its line end. */
  bytes: Buffer;
  /** Whether the next message of the same side goes on with it. */
  part: boolean;
}

const HEADER = 8;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/**
 * Takes the engine's stream apart: frames of a byte for the side, three of nothing, four for the length (Docker Engine API,
 * "Attach to a container"), a message each; what a container with a terminal printed comes without frames, a line each.
 */
export class Frames {
  readonly #tty: boolean;
  readonly #onMessage: (message: Message) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(tty: boolean, onMessage: (message: Message) => void) {
    this.#tty = tty;
    this.#onMessage = onMessage;
  }

  push(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (this.#tty)
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE)) {
        this.#take(bytes.subarray(0, end + 1), 'stdout');
        bytes = bytes.subarray(end + 1);
      }
    else
      while (bytes.length >= HEADER) {
        const end = HEADER + bytes.readUInt32BE(4);
        if (bytes.length < end) break;
        this.#take(bytes.subarray(HEADER, end), bytes[0] === 2 ? 'stderr' : 'stdout');
        bytes = bytes.subarray(end);
      }
    this.#rest = Buffer.from(bytes);
  }

  #take(bytes: Buffer, from: Message['from']): void {
    const space = bytes.indexOf(0x20);
    const time = space > 0 && space < 40 ? nanoseconds(bytes.toString('latin1', 0, space)) : undefined;
    // Without a time it is none of the engine's messages.
    if (time === undefined) return;
    const part = bytes[bytes.length - 1] !== NEWLINE;
    const end = part ? bytes.length : bytes.length - (bytes[bytes.length - 2] === RETURN ? 2 : 1);
    this.#onMessage({ time, from, bytes: bytes.subarray(space + 1, Math.max(end, space + 1)), part });
  }
}

let second: [text: string, nanoseconds: bigint] = ['', 0n];

/** RFC 3339 with up to nine digits of a second, in UTC; undefined where it is none. */
export function nanoseconds(text: string): bigint | undefined {
  const [, whole, fraction = ''] = STAMP.exec(text) ?? [];
  if (whole === undefined) return undefined;
  if (second[0] !== whole) second = [whole, BigInt(Date.parse(`${whole}Z`)) * 1_000_000n];
  return second[1] + BigInt(fraction.padEnd(9, '0'));
}

/** One line as a container printed it. */
export interface Printed {
  /** Nanoseconds since the epoch, decimal: when its first piece was written. */
  time: string;
  from: 'stdout' | 'stderr';
  text: string;
  /** The next line of the same side goes on with it. */
  part?: true;
}

/** Joins messages to lines; what is longer than `LONGEST_LINE` comes in parts, none of them cut inside a character. */
export class Joined {
  readonly #open: Partial<Record<Message['from'], { time: bigint; bytes: Buffer[]; size: number }>> = {};

  /** Whether a line is half here: where it is, what came so far must not count as taken. */
  get open(): boolean {
    return this.#open.stdout !== undefined || this.#open.stderr !== undefined;
  }

  /** The line, or the part of one, that a message completes. */
  add({ time, from, bytes, part }: Message): Printed | undefined {
    const open = this.#open[from];
    if (!open && !part) return { time: `${time}`, from, text: bytes.toString('utf8') };
    const line = open ?? { time, bytes: [], size: 0 };
    line.bytes.push(bytes);
    line.size += bytes.length;
    if (part && line.size < LONGEST_LINE) {
      this.#open[from] = line;
      return undefined;
    }
    delete this.#open[from];
    const text = Buffer.concat(line.bytes).toString('utf8');
    return { time: `${line.time}`, from, text, ...(part && { part }) };
  }

  /** What is half here, as parts. */
  force(): Printed[] {
    return (['stdout', 'stderr'] as const).flatMap((from) => {
      const line = this.#open[from];
      delete this.#open[from];
      if (!line) return [];
      return [{ time: `${line.time}`, from, text: Buffer.concat(line.bytes).toString('utf8'), part: true }];
    });
  }
}
