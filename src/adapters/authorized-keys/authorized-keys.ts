/** The keys that may log in as a user of one host: a file that others write to as well. */
import { createHash } from 'node:crypto';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Shell } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import { type Account, ENDED, MAX_FILE, readArgv, selfArgv, userArgv, writeArgv } from './scripts.ts';

/** How often a file that others write to at the same time is read again. */
const TRIES = 10;
const ENVIRONMENT = { LC_ALL: 'C' };
/** Base64 takes four characters for three bytes, and a newline a line. */
const KEEP = 2 * MAX_FILE;

interface Found {
  home: string;
  account: Account | undefined;
}

interface File {
  /** Absent where there is no file. */
  bytes?: Buffer;
  /** Whether sshd would refuse it for its mode or owner. */
  loose: boolean;
}

export const authorizedKeys = defineAdapter({
  name: 'authorizedKeys',
  about: 'who may log in by key',
  options: noOptions,
  open: ({ shell }) => {
    const homes = new Map<string, Promise<Found>>();
    const home = (user: string): Promise<Found> => {
      const found = homes.get(user) ?? find(shell, user);
      homes.set(user, found);
      return found;
    };
    return {
      /**
       * Replaces the file's text in one step by what `edit` makes of it, for the user alone to write; nothing is done where that
       * is the same. The text is a character a byte, empty where there is no file; `edit` is called again where others wrote
       * meanwhile. Rejects with `keys.user`, `keys.file` or `host.denied`.
       */
      async edit(
        user: string,
        edit: (text: string) => string | Promise<string>,
        signal?: AbortSignal,
      ): Promise<void> {
        const found = await home(user);
        for (let tries = 0; tries < TRIES; tries += 1) {
          const { bytes, loose } = await read(shell, user, found, signal);
          const before = bytes?.toString('latin1') ?? '';
          const after = await edit(before);
          if (after === before && !loose) return;
          const sum = bytes === undefined ? 'absent' : createHash('sha256').update(bytes).digest('hex');
          const stdin = Buffer.from(after, 'latin1');
          const { code } = await shell.run(writeArgv(found.home, sum, found.account), {
            stdin,
            signal,
            cwd: '/',
            env: ENVIRONMENT,
            accept: [0, ...Object.values(ENDED)],
          });
          if (code === 0) return;
          if (code !== ENDED.changed) throw problem(shell, user, code);
        }
        throw new MusterError('keys.file', {
          host: shell.host,
          user,
          message: messages().reasons.keys.busy,
        });
      },
    };
  },
});

/** Where the user's home is, and as whom to write there. */
async function find(shell: Shell, user: string): Promise<Found> {
  const { code, stdout } = await shell.run(userArgv(user), { accept: [0, 2] });
  const [, , uid, gid, , home] = stdout.trimEnd().split(':');
  if (code !== 0 || uid === undefined || gid === undefined || !home?.startsWith('/'))
    throw new MusterError('keys.user', { host: shell.host, user });
  const own = (await shell.run(selfArgv())).stdout.trim();
  if (own === uid) return { home, account: undefined };
  if (own === '0') return { home, account: { uid, gid } };
  throw denied(shell, user);
}

async function read(
  shell: Shell,
  user: string,
  { home, account }: Found,
  signal?: AbortSignal,
): Promise<File> {
  const { code, stdout } = await shell.run(readArgv(home, account), {
    signal,
    cwd: '/',
    env: ENVIRONMENT,
    keep: KEEP,
    accept: [0, ...Object.values(ENDED)],
  });
  if (code !== 0) throw problem(shell, user, code);
  const end = stdout.indexOf('\n');
  const state = stdout.slice(0, end);
  if (state === 'absent') return { loose: false };
  return { bytes: Buffer.from(stdout.slice(end), 'base64'), loose: state === 'loose' };
}

const denied = (shell: Shell, user: string): MusterError =>
  new MusterError('host.denied', { host: shell.host, message: messages().reasons.keys.denied({ user }) });

function problem(shell: Shell, user: string, code: number): MusterError {
  if (code === ENDED.denied) return denied(shell, user);
  const words = messages().reasons.keys;
  const said: Readonly<Record<number, string>> = {
    [ENDED.outside]: words.outside,
    [ENDED.noHome]: words.noHome,
    [ENDED.large]: words.large,
    [ENDED.failed]: words.failed,
  };
  return new MusterError('keys.file', { host: shell.host, user, message: said[code] ?? words.failed });
}
