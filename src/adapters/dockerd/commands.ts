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
  /** What has to exist before it starts; absent for the usual engine, which has its own. */
  own?: { bridge: string; config: string };
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
  const name = `mst-${createHash('sha256').update(socket).digest('hex').slice(0, 8)}`;
  const config = join(folder, 'daemon.json');
  const words = [
    ['--host', `unix://${socket}`],
    ['--data-root', join(folder, 'data')],
    ['--exec-root', join(folder, 'run')],
    ['--pidfile', pidFile],
    // The host's own settings are for the usual engine.
    ['--config-file', config],
    // A containerd of the host's is used where it runs; in the usual namespace two engines would remove each other's containers.
    ['--containerd-namespace', name],
    ['--containerd-plugins-namespace', `${name}-plugins`],
    ['--bridge', name],
  ];
  return { arguments: words.flat(), pidFile, log, own: { bridge: name, config } };
}

/** Makes a network bridge; ends with 2 where there is one of that name. */
export const bridgeArgv = (name: string): string[] => ['ip', 'link', 'add', 'name', name, 'type', 'bridge'];

/** Looks the engine's program up on the PATH. */
export const findArgv = (): string[] => ['which', 'dockerd'];

/** Writes standard input to a file, and says nothing of it. */
export const writeArgv = (path: string): string[] => ['dd', `of=${path}`, 'status=none'];
