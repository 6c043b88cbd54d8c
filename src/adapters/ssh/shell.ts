/** The link to a host without an agent: one SSH connection, opened when first needed. */
import type { Shell } from '../../shell.ts';
import { Channels } from './channels.ts';
import { Connection, type Login } from './connection.ts';
import { Groups } from './groups.ts';
import { runProgram } from './program.ts';
import { readSurvivors, sweepArgv } from './scripts.ts';
import { connectSocket } from './socket.ts';

/** How long a sweep or the ending of groups may take in all, ms: its turn for a session and seven seconds of work. */
const END_MS = 20_000;

/** A shell on another host. It connects when first used, and again after the connection was lost. */
export function sshShell(login: Login): Shell {
  const { host, user } = login;
  const [connection, spare] = [new Connection(login), new Connection(login)];
  const channels = new Channels(connection, spare);
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  // What ends programs goes on while the shell closes.
  const ending = { host, user, channels, closing: new AbortController().signal };
  const groups = new Groups(async (argv) => (await runProgram(argv, { timeout: END_MS }, ending)).stdout);
  const place = { ...ending, closing: closing.signal, groups };
  const test = async (...words: string[]) =>
    (await runProgram(['test', ...words], { accept: [0, 1] }, place)).code === 0;
  const view = (mark: Record<string, string>): Shell => ({
    host,
    run(argv, options = {}) {
      const result = runProgram(argv, { ...options, env: { ...options.env, ...mark } }, place);
      running.add(result);
      return result.finally(() => running.delete(result));
    },
    connect: (path) => connectSocket(connection, path, test),
    marked: (name) => view({ MUSTER_MARK: name }),
    async sweep(name) {
      const { stdout } = await runProgram(sweepArgv(name), { timeout: END_MS }, ending);
      return readSurvivors(stdout).map(({ pid, command }) => ({ pid, command }));
    },
    async close() {
      closing.abort();
      await Promise.allSettled(running);
      await Promise.all([connection.close(), spare.close()]);
    },
  });
  return view({});
}
