/** Muster's own redis-server: a unix socket in the state folder, every write on disk before it is answered. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { connectRedis, type Redis } from './connection.ts';

/** Where Muster's own server of a state folder listens, while it runs. */
export const embeddedSocket = (state: string): string => join(state, 'redis', 'redis.sock');

/** Starts a daemon that outlives its starter; what `adapters/local` gives. */
export type Launch = (
  argv: readonly string[],
  options: { logFile: string; cwd?: string },
) => Promise<{ pid: number }>;

export interface EmbeddedRedis {
  /** The unix socket, for `connectRedis`. */
  address: string;
  /** Stops watching; ends the server unless somebody else uses it, too. */
  close(): Promise<void>;
}

const START_MS = 15_000;
const WATCH_MS = 500;

/**
 * Uses the server that already runs on this state folder, or starts one, and starts it again whenever it is gone.
 * Rejects with `setup.missing` without redis-server, `state.unreachable` where it does not come up.
 */
export async function embedRedis(options: {
  folder: string;
  launch: Launch;
  onRestart?: () => void;
}): Promise<EmbeddedRedis> {
  const folder = join(options.folder, 'redis');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const socket = embeddedSocket(options.folder);
  if (Buffer.byteLength(socket) > 100) {
    throw new MusterError('setup.missing', {
      what: messages().reasons.redis.folder,
      fix: messages().reasons.redis.shorter({ socket }),
    });
  }
  await ensure(folder, socket, options.launch);
  const stop = new AbortController();
  const { signal } = stop;
  const watch = (async () => {
    while (!signal.aborted) {
      await sleep(WATCH_MS, undefined, { ref: false, signal }).catch(() => {});
      if (signal.aborted || (await alive(folder, socket))) continue;
      options.onRestart?.();
      await ensure(folder, socket, options.launch).catch(() => {});
    }
  })();
  return {
    address: socket,
    async close() {
      stop.abort();
      await watch;
      await shutdown(socket);
    },
  };
}

async function ensure(folder: string, socket: string, launch: Launch): Promise<void> {
  if (await answers(socket)) return;
  if (!(await alive(folder, socket))) {
    const log = { logFile: join(folder, 'redis.log'), cwd: folder };
    const argv = [
      // The server holds this lock as long as it lives, so that two starters never put two servers on one append-only file.
      'flock',
      '--nonblock',
      '--no-fork',
      join(folder, 'redis.lock'),
      'redis-server',
      '--port',
      '0',
      '--unixsocket',
      socket,
      '--unixsocketperm',
      '700',
      '--dir',
      folder,
      '--appendonly',
      'yes',
      '--appendfsync',
      'always',
      '--maxmemory-policy',
      'noeviction',
      '--save',
      '',
      '--pidfile',
      join(folder, 'redis.pid'),
      '--daemonize',
      'no',
    ];
    try {
      // Says at once where the program is missing, which flock would only tell the log.
      await launch(['redis-server', '--version'], log);
      await launch(argv, log);
    } catch (error) {
      throw new MusterError(
        'setup.missing',
        { what: 'redis-server', fix: messages().reasons.redis.install },
        { cause: error },
      );
    }
  }
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (await answers(socket)) return;
    await sleep(20);
  }
  throw new MusterError('state.unreachable', {
    message: messages().reasons.redis.notUp({ log: join(folder, 'redis.log') }),
  });
}

/** Whether the server's process lives; it may still be loading its data. */
async function alive(folder: string, socket: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(join(folder, 'redis.pid'), 'utf8'));
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return command.includes('redis-server') && command.includes(socket);
  } catch {
    return answers(socket);
  }
}

/** Whether it serves commands now. */
async function answers(socket: string): Promise<boolean> {
  return once(socket, async (redis) => (await redis.ping()) === 'PONG').catch(() => false);
}

async function shutdown(socket: string): Promise<void> {
  await once(socket, async (redis) => {
    const clients = String(await redis.client('LIST'))
      .trim()
      .split('\n');
    if (clients.length <= 1) await redis.shutdown('NOSAVE');
  }).catch(() => {});
}

/** One short conversation that fails at once where nobody listens. */
async function once<T>(socket: string, talk: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = connectRedis(socket);
  redis.options.retryStrategy = () => null;
  redis.options.maxRetriesPerRequest = 0;
  try {
    return await talk(redis);
  } finally {
    redis.disconnect();
  }
}
