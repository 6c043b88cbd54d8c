/**
 * A folder of its own for each life of a client, `spool/LIFE/STREAM`: containers may share one volume. Whoever has one listens on a
 * socket in it, `live`, as long as it lives; what lies in the folder of one that does not is taken over by who comes next.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

const SOCKET = 'live';

export class Claim {
  readonly folder: string;
  /** The streams that lay there already, and those of lives that have ended. */
  readonly left: readonly string[];
  readonly #server: Server | undefined;

  private constructor(folder: string, left: readonly string[], server: Server | undefined) {
    this.folder = folder;
    this.left = left;
    this.#server = server;
  }

  /** Makes one, and takes over what is nobody's any more, unless `alone`. Rejects where the folder cannot be written to. */
  static async make(spool: string, { alone = false } = {}): Promise<Claim> {
    mkdirSync(spool, { recursive: true, mode: 0o700 });
    const name = randomBytes(8).toString('hex');
    // Nobody looks at it before it is held.
    const draft = join(spool, `.${name}`);
    mkdirSync(draft, { mode: 0o700 });
    const server = await hold(draft);
    const folder = join(spool, name);
    renameSync(draft, folder);
    const left: string[] = [];
    if (!alone)
      for (const other of names(spool))
        if (other !== name && !other.startsWith('.') && !(await isHeld(join(spool, other))))
          left.push(...takeOver(join(spool, other), other, folder));
    return new Claim(folder, left, server);
  }

  /** Gives it up; what is left in it is for who comes next. */
  release(): void {
    this.#server?.close();
    rmSync(join(this.folder, SOCKET), { force: true });
    removeEmpty(this.folder);
  }
}

/** Where sockets cannot be, nobody sees that it is held, and a line may be sent twice, which the hub sees. */
async function hold(folder: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy()).unref();
  const isUp = await within(folder, (path) => {
    return new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(path, () => resolve(true));
    });
  });
  return isUp ? server : undefined;
}

/** Whether somebody lives who holds it, as far as can be seen. */
function isHeld(folder: string): Promise<boolean> {
  return within(
    folder,
    (path) =>
      new Promise<boolean>((resolve) => {
        const socket = connect(path);
        socket.once('connect', () => {
          socket.destroy();
          resolve(true);
        });
        socket.once('error', ({ code }: NodeJS.ErrnoException) =>
          resolve(code !== 'ENOENT' && code !== 'ECONNREFUSED'),
        );
      }),
  ).catch(() => true);
}

/** Has `use` know the socket of a folder by a path that is short enough for one, however long the folder's is. */
async function within<T>(folder: string, use: (path: string) => Promise<T>): Promise<T> {
  const fd = openSync(folder, 'r');
  try {
    return await use(`/proc/self/fd/${fd}/${SOCKET}`);
  } finally {
    closeSync(fd);
  }
}

/** Moves streams to a folder; another one may be quicker, stream by stream. A stream that is nobody's is of a client from before. */
function takeOver(other: string, name: string, folder: string): string[] {
  const found = names(other);
  const streams = found.some((one) => one.endsWith('.ndjson'))
    ? [[name, other] as const]
    : found.filter((one) => one !== SOCKET).map((one) => [one, join(other, one)] as const);
  const taken = streams.flatMap(([stream, path]) => {
    try {
      renameSync(path, join(folder, stream));
      return [stream];
    } catch {
      return [];
    }
  });
  rmSync(join(other, SOCKET), { force: true });
  removeEmpty(other);
  return taken;
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is not empty, or gone.
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
