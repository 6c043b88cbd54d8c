/** The Docker engine's own command line, dockerd(8). */
import { createHash } from 'node:crypto';
import { join } from 'node:path/posix';

/** Where the engine listens unless its host's settings say otherwise. */
export const SOCKET = '/var/run/docker.sock';

/** How to start an engine, and where it keeps what. */
export interface Engine {
  arguments: string[];
  pidFile: string;
  log: string;
  /** A network bridge that has to exist before it starts; absent for the usual engine, which makes its own. */
  bridge?: string;
}

/**
 * The engine for a socket. The usual socket gets the usual engine with its usual places; any other socket gets an
 * engine of its own under `root`, which shares neither data, containerd nor network bridge with the usual one.
 */
export function engineFor({ socket, root }: { socket: string; root: string }): Engine {
  const folder = join(root, 'engine');
  const log = join(folder, 'dockerd.log');
  if (socket === SOCKET) {
    const pidFile = '/var/run/docker.pid';
    return { arguments: ['--pidfile', pidFile], pidFile, log };
  }
  const pidFile = join(folder, 'dockerd.pid');
  const bridge = `mst-${createHash('sha256').update(socket).digest('hex').slice(0, 8)}`;
  const words = [
    ['--host', `unix://${socket}`],
    ['--data-root', join(folder, 'data')],
    ['--exec-root', join(folder, 'run')],
    ['--pidfile', pidFile],
    ['--bridge', bridge],
  ];
  return { arguments: words.flat(), pidFile, log, bridge };
}

/** Makes a network bridge; ends with 2 where there is one of that name. */
export const bridgeArgv = (name: string): string[] => ['ip', 'link', 'add', 'name', name, 'type', 'bridge'];

/** Looks the engine's program up on the PATH. */
export const findArgv = (): string[] => ['which', 'dockerd'];
