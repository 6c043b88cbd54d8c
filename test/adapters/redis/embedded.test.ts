import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchDaemon } from '../../../src/adapters/local/daemon.ts';
import { connectRedis, type Redis } from '../../../src/adapters/redis/connection.ts';
import { type EmbeddedRedis, embedRedis } from '../../../src/adapters/redis/embedded.ts';
import { MusterError } from '../../../src/errors.ts';
import { commandLines } from '../../conformance/process-table.ts';

describe('the embedded redis', () => {
  let folder: string;
  let opened: EmbeddedRedis[];
  let clients: Redis[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-embedded-'));
    opened = [];
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.disconnect();
    for (const embedded of opened) await embedded.close();
    await rm(folder, { recursive: true, force: true });
  });
  const open = async () => {
    const embedded = await embedRedis({ folder, launch: launchDaemon });
    opened.push(embedded);
    return embedded;
  };
  const connect = (embedded: EmbeddedRedis) => {
    const client = connectRedis(embedded.address);
    clients.push(client);
    return client;
  };
  const pid = async () => Number(await readFile(join(folder, 'redis/redis.pid'), 'utf8'));

  test('puts every write on disk before it answers, and never evicts', async () => {
    const redis = connect(await open());
    const settings = [
      'appendonly',
      'yes',
      'appendfsync',
      'always',
      'maxmemory-policy',
      'noeviction',
      'port',
      '0',
    ];
    for (let at = 0; at < settings.length; at += 2) {
      assert.deepEqual(await redis.config('GET', settings[at] as string), [settings[at], settings[at + 1]]);
    }
  });

  test('comes back by itself after kill -9, with everything that was written', async () => {
    const redis = connect(await open());
    await redis.set('kept', 'yes');
    const before = await pid();
    process.kill(before, 'SIGKILL');
    assert.equal(await redis.get('kept'), 'yes');
    assert.notEqual(await pid(), before);
  });

  test('is one server, however many start it at once', async () => {
    const [first] = await Promise.all([open(), open(), open(), open()]);
    const redis = connect(first as EmbeddedRedis);
    for (let round = 0; round < 3; round += 1) {
      process.kill(await pid(), 'SIGKILL');
      await redis.set('round', String(round));
    }
    await sleep(300);
    const lines = (await commandLines()).split('\n');
    const servers = lines.filter((line) => line.includes(`unixsocket:${folder}`));
    assert.equal(servers.length, 1, servers.join('\n'));
    assert.equal(await redis.get('round'), '2');
  });

  test('is shared by two processes on one folder, and ended by the last', async () => {
    const first = await open();
    const second = await open();
    const redis = connect(second);
    const server = await pid();
    await redis.ping();
    await first.close();
    assert.equal(await redis.ping(), 'PONG');
    redis.disconnect();
    await sleep(50);
    await second.close();
    for (let tries = 0; tries < 100 && alive(server); tries += 1) await sleep(50);
    assert.ok(!alive(server));
  });

  test('says what is missing where there is no redis-server', async () => {
    const launch = () => Promise.reject(new Error('not found'));
    await assert.rejects(
      embedRedis({ folder, launch }),
      (error) =>
        error instanceof MusterError &&
        error.code === 'setup.missing' &&
        /apt-get install redis-server/.test(error.hint),
    );
  });

  test('refuses a folder whose path is too long for a unix socket', async () => {
    const long = join(folder, 'x'.repeat(100));
    await assert.rejects(embedRedis({ folder: long, launch: launchDaemon }), /short enough path/);
  });
});

function alive(server: number): boolean {
  try {
    process.kill(server, 0);
    return true;
  } catch {
    return false;
  }
}
