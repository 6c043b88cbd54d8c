/** Five hundred machines that poll their scripts: a whole boot server over Redis, and a machine each with a connection for every question. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImageRecord, Promotion } from '../../src/jobs/image/versions.ts';
import { PROMOTIONS, VERSIONS } from '../../src/jobs/image/versions.ts';
import { RedisState } from '../../src/jobs/state.ts';
import { startRedis } from '../../test/redis.ts';
import { type Area, none, percentile } from '../figure.ts';
import { firstLine, freePort } from './downloads.ts';

const MOST_MS = 20;
/** A machine asks so often, ms. */
const EVERY_MS = 1_000;
const VERSION = 'bench@2026-11-21.1';

export const polling: Area = async function* ({ small }) {
  const machines = small ? 20 : 500;
  const polls = small ? 2 : 20;
  const folder = await mkdtemp(join(tmpdir(), 'muster-polling-'));
  const redis = await startRedis();
  const ends: (() => Promise<unknown>)[] = [
    () => rm(folder, { recursive: true, force: true }),
    () => redis.stop(),
  ];
  try {
    await promote(new RedisState(redis.connect()));
    const port = await freePort();
    const server = await startService(folder, { redis: redis.socket, port, machines });
    ends.push(server.stop);
    // A server that has been up for a while; this one is of nobody.
    for (let stranger = 0; stranger < (small ? 5 : 500); stranger += 1) await ask(port, 65_535);
    const times: number[] = [];
    let failed = 0;
    await Promise.all(
      Array.from({ length: machines }, async (_, machine) => {
        // They were not switched on at the same moment.
        await sleep((machine / machines) * EVERY_MS);
        for (let poll = 0; poll < polls; poll += 1) {
          const start = performance.now();
          if (await ask(port, machine).catch(() => false)) times.push(performance.now() - start);
          else failed += 1;
          await sleep(Math.max(0, start + EVERY_MS - performance.now()));
        }
      }),
    );
    const measured = percentile(times, 0.99);
    yield {
      ...{ name: `${machines} machines poll scripts, p99`, goal: `<= ${MOST_MS} ms`, unit: 'ms' },
      ...{ measured, ok: measured <= MOST_MS },
    };
    yield none('of their questions that got no script', failed);
  } finally {
    for (const end of ends.reverse()) await end();
  }
};

const macOf = (machine: number): string =>
  `52:54:00:00:${[machine >> 8, machine & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`;

/** Whether a machine got a script. Each has an address of its own, and a connection for each question, like iPXE. */
function ask(port: number, machine: number): Promise<boolean> {
  const query = `mac=${macOf(machine)}&uuid=&serial=&buildarch=i386&platform=pcbios`;
  const localAddress = `127.1.${machine >> 8}.${Math.min(254, (machine & 255) + 1)}`;
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path: `/v1/script?${query}`, agent: false, localAddress },
      (response) => {
        let text = '';
        response.setEncoding('latin1').on('data', (chunk) => {
          text += chunk;
        });
        response.once('end', () => resolve(response.statusCode === 200 && text.startsWith('#!ipxe\n')));
        response.once('error', reject);
      },
    );
    asked.once('error', reject);
    asked.end();
  });
}

/** An image that they boot. */
async function promote(state: RedisState): Promise<void> {
  const blob = (digit: string) => ({ sha256: digit.repeat(64), bytes: 1_000 });
  const step = { version: VERSION, at: '2026-11-21T00:00:00Z', run: 'r-1', by: 'bench', forced: false };
  const record: ImageRecord = {
    manifest: {
      ...{ version: VERSION, image: 'bench', architecture: 'amd64', at: step.at, key: '0'.repeat(16) },
      parts: { kernel: blob('1'), initrd: blob('2'), squashfs: blob('3') },
      ...{ packages: [], kernelLine: 'quiet' },
    },
    ...{ host: 'genesis', run: 'r-1', by: 'bench', ms: 1, gate: [], publicKey: 'RW', leaving: false },
  };
  await state.set(VERSIONS, VERSION, record);
  await state.set(PROMOTIONS, 'bench', { now: step, before: [], left: [] } satisfies Promotion);
}

/** `muster boot` with so many machines in its configuration. */
async function startService(
  folder: string,
  { redis, port, machines }: { redis: string; port: number; machines: number },
) {
  await writeFile(
    join(folder, 'muster.yml'),
    JSON.stringify({
      people: { bench: { identities: { console: '*' }, roles: ['all'] } },
      roles: { all: { allow: [{ commands: ['*'] }] } },
      hosts: { genesis: { link: 'local', root: folder } },
      boot: { host: 'genesis', address: '127.0.0.1', port },
      profiles: { all: { image: VERSION } },
      machines: Object.fromEntries(
        Array.from({ length: machines }, (_, machine) => [
          `node-${machine}`,
          { mac: [macOf(machine)], profile: 'all' },
        ]),
      ),
    }),
  );
  await mkdir(join(folder, 'images'));
  await writeFile(join(folder, 'images', 'bench.yml'), 'packages: []\n');
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const places = ['--config', folder, '--state', join(folder, 'var'), '--log', join(folder, 'boot.log')];
  const child = spawn(process.execPath, ['--import', 'tsx', main, 'boot', ...places], {
    env: { ...process.env, REDIS_URL: redis },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await firstLine(child);
  return {
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}
