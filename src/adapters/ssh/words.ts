/**
 * What is said to a remote shell: the only place that builds text for one. SSH carries a single string, which the
 * user's login shell reads and everyone sees in `ps`. Ours is a constant that reads one line from standard input; that
 * line holds the environment, the folder and the argument vector, quoted.
 */
import { quote, type RunOptions } from '../../shell.ts';

/** Replaces the login shell, which thereby stays the leader of the session that sshd made. */
export const COMMAND = `exec sh -c 'IFS= read -r muster_line; eval "$muster_line"'`;

/** What the remote shell says first on stderr, after the token: the group's number, or why nothing was started. */
export type Opening = { group: number } | { failed: 'folder' | 'notfound' | 'denied' };

/**
 * The line that starts a program: it says `TOKEN group N` on stderr and `TOKEN` on stdout, then becomes the program.
 * Where the folder or the program is missing it says so and ends.
 */
export function openingLine(
  argv: readonly string[],
  token: string,
  { env = {}, cwd }: Pick<RunOptions, 'env' | 'cwd'>,
): string {
  const exports = Object.entries(env).map(([name, value]) => `export ${name}=${word(value)}`);
  const commands = [
    `muster_newline=$(printf '\\nx')`,
    `muster_newline=\${muster_newline%x}`,
    `muster_say() { printf '%s %s\\n' ${token} "$1" >&2; }`,
    ...exports,
    ...(cwd === undefined ? [] : [`cd -- ${word(cwd)} 2>/dev/null || { muster_say folder; exit 1; }`]),
    `set -- ${argv.map(word).join(' ')}`,
    'muster_found=notfound',
    `muster_try() { if [ -f "$1" ]; then if [ -x "$1" ]; then muster_found=yes; elif [ $muster_found = notfound ]; then muster_found=denied; fi; fi; }`,
    `case $1 in */*) muster_try "$1";; *) set -f; IFS=:; for muster_folder in $PATH; do muster_try "$muster_folder/$1"; done;; esac`,
    `[ $muster_found = yes ] || { muster_say $muster_found; exit 1; }`,
    `IFS=' ' read -r muster_a muster_b muster_c muster_d muster_group muster_rest </proc/$$/stat`,
    `printf '%s\\n' ${token}`,
    'muster_say "group $$"',
    // OpenSSH made a session; where a server did not, we are no leader, so setsid(1) does not fork.
    `[ "$muster_group" = $$ ] && exec "$@"`,
    'exec setsid "$@"',
  ];
  return `${commands.join('; ')}\n`;
}

/** A word inside one line: `read` ends at a newline, hence newlines come out of a variable. */
const word = (text: string): string => quote(text).replaceAll('\n', `'"$muster_newline"'`);

/** Takes the opening off a stream; what a login shell's own files printed before it is dropped. */
export class OpeningReader {
  readonly #token: Buffer;
  #seen: Buffer = Buffer.alloc(0);

  constructor(token: string) {
    this.#token = Buffer.from(token);
  }

  /** The rest of the line after the token and the bytes that follow, once they are there. */
  push(chunk: Buffer): { line: string; rest: Buffer } | undefined {
    this.#seen = Buffer.concat([this.#seen, chunk]);
    const at = this.#seen.indexOf(this.#token);
    const end = at === -1 ? -1 : this.#seen.indexOf(0x0a, at);
    if (end === -1) {
      if (at === -1 && this.#seen.length > 65_536) this.#seen = this.#seen.subarray(-4_096);
      return undefined;
    }
    const line = this.#seen.toString('utf8', at + this.#token.length, end).trim();
    return { line, rest: this.#seen.subarray(end + 1) };
  }

  /** What came without a token: the words of a login shell that refuses, say. */
  get noise(): string {
    return this.#seen.toString('utf8').trim();
  }
}

/** The opening that stderr's first line tells. */
export function readOpening(line: string): Opening {
  const group = /^group (\d+)$/.exec(line)?.[1];
  if (group !== undefined) return { group: Number(group) };
  return { failed: line === 'folder' || line === 'denied' ? line : 'notfound' };
}
