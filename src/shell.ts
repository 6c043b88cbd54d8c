/** The one way to run a program on a host; links (`local`, `ssh`, `icp`) implement it, one conformance suite holds them to it. */
import type { Duplex, Readable } from 'node:stream';

export interface RunOptions {
  /** What the program reads; nothing (end of file at once) by default. */
  stdin?: string | Buffer | Readable;
  /** The working folder on the host. */
  cwd?: string;
  /** Added to the host's environment. Never visible in a process list. No newlines in values. */
  env?: Record<string, string>;
  /** Called once a line, in order within a stream, without its line end; longer than 16 KiB comes in pieces. */
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Aborting ends the whole process group on the host (TERM, after two seconds KILL) and rejects with `shell.aborted`. */
  signal?: AbortSignal;
  /** Milliseconds until the process group is ended and the call rejects with `shell.timeout`. */
  timeout?: number;
  /** Bytes of each stream that `Output` keeps: the last ones. 1 MiB by default. */
  keep?: number;
  /** Exit codes that are not an error; `[0]` by default. */
  accept?: readonly number[];
}

/** What a program left behind; a stream longer than `keep` has lost its beginning. */
export interface Output {
  code: number;
  stdout: string;
  stderr: string;
}

/** A process that carries a mark and is still alive. */
export interface Survivor {
  pid: number;
  command: string;
}

export interface Shell {
  /** The configured name of the host this shell reaches. */
  readonly host: string;
  /**
   * Runs a program, never through a shell: `argv[0]` is looked up on the host's PATH, the rest is passed as it is.
   * Rejects with `shell.notfound`, `shell.exit` (code not accepted; carries the last lines), `shell.signal`,
   * `shell.timeout`, `shell.aborted`, `host.unreachable` or `host.silent`.
   */
  run(argv: readonly string[], options?: RunOptions): Promise<Output>;
  /** A byte stream to a unix socket on the host (the Docker engine's, say). Where the link is lost, its error is a `MusterError`. */
  connect(socketPath: string): Promise<Duplex>;
  /** The same shell, whose processes carry `mark` in their environment (`MUSTER_MARK`), so that `sweep` finds them, also after a crash. */
  marked(mark: string): Shell;
  /** Ends every process on the host that carries the mark, wherever it went; resolves with those that are still alive after five seconds. */
  sweep(mark: string): Promise<Survivor[]>;
  /** Lets go of connections; running programs are ended. */
  close(): Promise<void>;
}

/** A word as POSIX sh reads it back unchanged: for the links that must speak to a remote shell, and for showing commands. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Control and format characters, separators of lines, Hangul fillers, tags, and halves of characters. */
const HIDDEN =
  /[\0-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Surrogate}]/gu;

/**
 * Control characters and what is not seen shown as `\x1b`, so that output of a host cannot drive a terminal, forge a line or look
 * like another name. Tabs become spaces. Half of a character, which no chat service takes, becomes U+FFFD.
 */
export function printable(text: string): string {
  return text
    .replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replaceAll('\t', '  ')
    .replace(HIDDEN, (c) =>
      /^\p{Surrogate}$/u.test(c) ? '\ufffd' : `\\x${c.codePointAt(0)!.toString(16).padStart(2, '0')}`,
    );
}
