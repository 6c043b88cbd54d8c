/** The link to the machine Muster itself runs on. */
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Shell } from '../../shell.ts';
import { runProgram } from './program.ts';
import { sweepMarked } from './sweep.ts';

/** What Muster's own environment holds for itself: no program it starts may see it, as a compose file could print it. */
const PRIVATE = /^(?:MUSTER_.*|REDIS_URL|.*(?:TOKEN|SECRET|PASSWORD))$/;

/** A shell on this machine; `host` is its name in the configuration. */
export function localShell({
  host,
  environment = process.env,
}: {
  host: string;
  environment?: NodeJS.ProcessEnv;
}): Shell {
  const base = Object.fromEntries(Object.entries(environment).filter(([name]) => !PRIVATE.test(name)));
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const view = (mark: Record<string, string>): Shell => ({
    host,
    run(argv, options = {}) {
      const env = { ...base, ...options.env, ...mark };
      const result = runProgram(argv, options, { host, env, closing: closing.signal });
      running.add(result);
      return result.finally(() => running.delete(result));
    },
    connect: connectSocket,
    marked: (name) => view({ MUSTER_MARK: name }),
    sweep: (name) => sweepMarked(`MUSTER_MARK=${name}`),
    async close() {
      closing.abort();
      await Promise.allSettled(running);
    },
  });
  return view({});
}

/** A connection to a unix socket; rejects with the system's own error (`ENOENT`, `ECONNREFUSED`, `EACCES`). */
function connectSocket(path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
