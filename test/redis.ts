/** A Redis server of the test's own: a unix socket in a folder of its own, ended by pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectRedis, type Redis } from '../src/adapters/redis/connection.ts';

export interface TestRedis {
  socket: string;
  connect(): Redis;
  /** `kill -9` and a new server on the same data. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server; by default with the durability of the embedded one. */
export async function startRedis(appendfsync: 'always' | 'everysec' = 'always'): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-redis-'));
  const socket = join(folder, 'redis.sock');
  const connections: Redis[] = [];
  let server = await launch(folder, socket, appendfsync);
  return {
    socket,
    connect() {
      const redis = connectRedis(socket);
      connections.push(redis);
      return redis;
    },
    async crash() {
      await end(server, 'SIGKILL');
      server = await launch(folder, socket, appendfsync);
    },
    async stop() {
      for (const redis of connections) redis.disconnect();
      await end(server, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(folder: string, socket: string, appendfsync: string): Promise<ChildProcess> {
  const options = [
    '--port',
    '0',
    '--unixsocket',
    socket,
    '--dir',
    folder,
    '--appendonly',
    'yes',
    '--appendfsync',
    appendfsync,
  ];
  const server = spawn('redis-server', [...options, '--maxmemory-policy', 'noeviction', '--save', ''], {
    stdio: 'ignore',
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('spawn', resolve);
  });
  const probe = connectRedis(socket);
  await probe.ping();
  probe.disconnect();
  return server;
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill(signal);
  await gone;
}
