/** Files of one host that others may write to as well: read, replaced in one step, removed; never through a link. */
import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path/posix';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Shell } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import {
  dropArgv,
  ENDED,
  keepArgv,
  keptArgv,
  MAX_FILE,
  readArgv,
  reloadArgv,
  removeArgv,
  restartArgv,
  type Spot,
  signalArgv,
  stageArgv,
  takeArgv,
} from './scripts.ts';

/** A file as it is. */
export interface HostFile {
  bytes: Buffer;
  /** SHA-256 of the bytes. */
  sum: string;
  /** Octal, like `0644`. */
  mode: string;
  /** Names, as the host knows them, and numbers. */
  owner: string;
  group: string;
  uid: string;
  gid: string;
}

/** The SHA-256 of no file. */
export const ABSENT = 'absent';

const ENVIRONMENT = { LC_ALL: 'C' };

export const hostFiles = defineAdapter({
  name: 'hostFiles',
  about: 'Single files, replaced in one step',
  options: noOptions,
  open: ({ shell }) => {
    const run = async (path: string, argv: readonly string[], stdin?: Buffer) => {
      const accept = [0, ...Object.values(ENDED)];
      const options = { accept, env: ENVIRONMENT, cwd: '/', keep: 4 * MAX_FILE, stdin };
      const { code, stdout } = await shell.run(argv, options);
      if (code !== 0) throw problem(shell, path, code);
      return stdout;
    };
    return {
      /** The file; undefined where there is none. Rejects with `files.path`. */
      async read(path: string): Promise<HostFile | undefined> {
        const stdout = await run(path, readArgv(spotOf(path)));
        const end = stdout.indexOf('\n');
        const head = stdout.slice(0, end);
        if (head === ABSENT) return undefined;
        const [mode = '', owner = '', group = '', uid = '', gid = ''] = head.split(' ');
        const bytes = Buffer.from(stdout.slice(end), 'base64');
        return { bytes, sum: sumOf(bytes), mode: mode.padStart(4, '0'), owner, group, uid, gid };
      },
      /** Writes beside the file what is to take its place, on disk when this resolves; gives where that is. Rejects with `files.path`. */
      async stage(
        path: string,
        bytes: Buffer,
        manner: { mode: string; owner?: string; group?: string },
      ): Promise<string> {
        const spot = spotOf(path);
        await run(path, stageArgv(spot, manner), bytes);
        return `${spot.folder === '/' ? '' : spot.folder}/${spot.next}`;
      },
      /** Puts it in the file's place, in one step, if the file is still what it was. Rejects with `files.path`, or `files.drift` where it is not. */
      take: (path: string, sum: string) => run(path, takeArgv(spotOf(path), sum)),
      /** Removes what was written beside it. */
      drop: (path: string) => run(path, dropArgv(spotOf(path))),
      /** Removes the file, if it is still what it was. Rejects as `take` does. */
      remove: (path: string, sum: string) => run(path, removeArgv(spotOf(path), sum)),
      /** Writes a small file of Muster's own, which nobody else may read, in one step. */
      keep: (path: string, text: string) => run(path, keepArgv(path), Buffer.from(text)),
      /** The texts of such files; undefined where one is not there. */
      async kept(...paths: string[]): Promise<(string | undefined)[]> {
        const lines = (await run(paths[0] ?? '', keptArgv(paths))).split('\n');
        return paths.map((_, index) =>
          lines[index] ? Buffer.from(lines[index], 'base64').toString() : undefined,
        );
      },
      /** Removes files of Muster's own. */
      forget: (...paths: string[]) => shell.run(['rm', '--force', '--', ...paths], { env: ENVIRONMENT }),
      signal: (signal: string, pid: string) => shell.run(signalArgv(signal, pid), { env: ENVIRONMENT }),
      reload: (unit: string) => shell.run(reloadArgv(unit), { env: ENVIRONMENT }),
      restart: (unit: string) => shell.run(restartArgv(unit), { env: ENVIRONMENT }),
    };
  },
});

export type HostFiles = ReturnType<typeof hostFiles.open>;

export const sumOf = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** The same name whenever the same path is written: what a crash left is written over. */
function spotOf(path: string): Spot {
  return { folder: dirname(path), name: basename(path), next: `.muster.${sumOf(path).slice(0, 16)}` };
}

function problem(shell: Shell, path: string, code: number): MusterError {
  const facts = { host: shell.host, path };
  if (code === ENDED.changed) return new MusterError('files.drift', facts);
  const words = messages().files.reasons;
  const said: Readonly<Record<number, string>> = {
    [ENDED.link]: words.link,
    [ENDED.folder]: words.folder,
    [ENDED.notFile]: words.notFile,
    [ENDED.large]: words.large,
    [ENDED.owner]: words.owner,
    [ENDED.denied]: words.denied,
  };
  return new MusterError('files.path', { ...facts, message: said[code] ?? words.failed });
}
