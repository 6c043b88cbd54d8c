/** The link to a host without an agent: one SSH connection, opened when first needed. */
import type { Duplex } from 'node:stream';
import type { Shell } from '../../shell.ts';
import { Channels, unless } from './channels.ts';
import { Connection, type Login } from './connection.ts';
import { Groups } from './groups.ts';
import { runProgram } from './program.ts';
import { readSurvivors, sweepArgv } from './scripts.ts';

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
  const view = (mark: Record<string, string>): Shell => ({
    host,
    run(argv, options = {}) {
      const result = runProgram(argv, { ...options, env: { ...options.env, ...mark } }, place);
      running.add(result);
      return result.finally(() => running.delete(result));
    },
    connect: (path) => connectSocket(connection, path),
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

/** A stream to a unix socket on the host; rejects with `ECONNREFUSED` where the server opens none. */
async function connectSocket(connection: Connection, path: string): Promise<Duplex> {
  const { client, lost } = await connection.open();
  const opened = new Promise<Duplex>((resolve, reject) => {
    client.openssh_forwardOutStreamLocal(path, (error, channel) => {
      if (error) reject(Object.assign(error, { code: 'ECONNREFUSED' }));
      else resolve(channel);
    });
  });
  const stream = await unless(lost, opened, (late) => late.destroy());
  // Otherwise the loss looks as if the service at the socket had hung up.
  const tell = () => stream.emit('error', lost.reason);
  lost.addEventListener('abort', tell, { once: true });
  stream.once('close', () => lost.removeEventListener('abort', tell));
  // Whoever has let go of the stream need not hear of it.
  stream.on('error', () => {});
  return stream;
}
