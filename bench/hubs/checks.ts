/** Many checks while one provider takes connections and never answers: how late the others begin, and what it all takes. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { startRedis } from '../../test/redis.ts';
import { type Area, none, percentile } from '../figure.ts';
import type { ChecksDone, ChecksPart } from './checks-part.ts';

const PART = new URL('checks-part.ts', import.meta.url).pathname;
const LIBRARIES = new URL('../../node_modules', import.meta.url).pathname;
const PROVIDERS = 20;
const DRIFT_MS = 100;
const MEMORY_MB = 200;

export const checks: Area = async function* ({ small }) {
  const size = small
    ? { checks: 300, stuck: 30, every: 1_000, lasts: 2_500 }
    : { checks: 5_000, stuck: 500, every: 10_000, lasts: 35_000 };
  const redis = await startRedis();
  const servers = await Promise.all(Array.from({ length: PROVIDERS + 1 }, listen));
  const [hanging, ...ports] = servers.map((server) => (server.address() as AddressInfo).port) as [
    number,
    ...number[],
  ];
  const part: ChecksPart = { ...size, redis: redis.socket, hanging, ports };
  // Built, as the hub is: what would translate it while it runs takes as much memory as the hub itself.
  const folder = await mkdtemp(join(LIBRARIES, '.bench-'));
  const built = join(folder, 'checks-part.mjs');
  await build({
    ...{ entryPoints: [PART], outfile: built, bundle: true, platform: 'node', format: 'esm' },
    packages: 'external',
  });
  const child = fork(built, [JSON.stringify(part)], { execArgv: [] });
  try {
    const [done] = (await once(child, 'message')) as [ChecksDone];
    const what = `${size.checks} checks every ${size.every / 1_000} s, one provider hanging`;
    const drift = percentile(done.late, 0.99);
    yield {
      name: `health: ${what}: drift, p99`,
      goal: `<= ${DRIFT_MS} ms`,
      unit: 'ms',
      measured: drift,
      ok: drift <= DRIFT_MS,
    };
    const megabytes = done.memory / 1e6;
    yield {
      name: 'health: their memory',
      goal: `<= ${MEMORY_MB} MB`,
      unit: 'MB',
      measured: megabytes,
      ok: megabytes <= MEMORY_MB,
    };
    // The cloud is told, too; those that hang only once they failed twice.
    const untold = Math.max(0, size.checks - size.stuck + 1 - done.told);
    yield none('health: of those that answer, not told in Redis how they are', untold);
    yield none('health: of those that answer, not seen healthy', size.checks - size.stuck - done.healthy);
  } finally {
    child.kill();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
    for (const server of servers) server.close();
  }
};

async function listen(): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
