/** A container's log as lines. */
import { LineSplitter } from '../../capture.ts';

export interface LogLine {
  text: string;
  stream: 'stdout' | 'stderr';
  /** When it was written, UTC with nanoseconds (RFC 3339), sortable as text. */
  at: string;
}

const HEADER = 8;

/**
 * Takes the engine's log stream apart: frames of a byte for the stream, three of nothing, four for the length
 * (Docker Engine API, "Attach to a container"); the log of a container with a terminal comes without frames.
 * Every line has to come with its time.
 */
export class LogReader {
  readonly #splitters: Record<LogLine['stream'], LineSplitter>;
  readonly #framed: boolean;
  #rest: Buffer = Buffer.alloc(0);

  constructor(tty: boolean, onLine: (line: LogLine) => void) {
    const take = (stream: LogLine['stream']) =>
      new LineSplitter((line) => {
        const [, at = '', text = line] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) ?(.*)$/s.exec(line) ?? [];
        onLine({ text, stream, at });
      });
    this.#framed = !tty;
    this.#splitters = { stdout: take('stdout'), stderr: take('stderr') };
  }

  push(chunk: Buffer): void {
    if (!this.#framed) {
      this.#splitters.stdout.push(chunk);
      return;
    }
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= HEADER) {
      const end = HEADER + bytes.readUInt32BE(4);
      if (bytes.length < end) break;
      this.#splitters[bytes[0] === 2 ? 'stderr' : 'stdout'].push(bytes.subarray(HEADER, end));
      bytes = bytes.subarray(end);
    }
    this.#rest = Buffer.from(bytes);
  }

  end(): void {
    this.#splitters.stdout.end();
    this.#splitters.stderr.end();
  }
}
