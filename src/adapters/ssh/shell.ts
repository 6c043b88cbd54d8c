/** The link to a host without an agent: one SSH connection, opened when first needed. */
import type { Duplex } from 'node:stream';
import type { Shell } from '../../shell.ts';
import { Channels, unless } from './channels.ts';
import { Connection, type Login } from './connection.ts';
import { runProgram } from './program.ts';
import { readSurvivors, sweepArgv } from './scripts.ts';

/** A shell on another host. It connects when first used, and again after the connection was lost. */
export function sshShell(login: Login): Shell {
  const { host, user } = login;
  const connection = new Connection({ agent: process.env.SSH_AUTH_SOCK, ...login });
  const channels = new Channels(connection);
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const place = { host, user, channels, closing: closing.signal };
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
      const { stdout } = await runProgram(sweepArgv(name), {}, { ...place, urgent: true });
      return readSurvivors(stdout);
    },
    async close() {
      closing.abort();
      await Promise.allSettled(running);
      await connection.close();
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
  return unless(lost, opened, (late) => late.destroy());
}
