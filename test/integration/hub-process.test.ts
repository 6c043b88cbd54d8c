/** The hub as users run it: a process that muster start watches over, and containers that live through its end. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { HubClient } from '../../src/adapters/gate/client.ts';
import type { Caller } from '../../src/hub.ts';
import { openIdentity } from '../../src/identity.ts';
import { Seen } from '../../src/jobs/alerts/seen.ts';
import { heardLine } from '../../src/log-asking.ts';
import { Container } from '../client/container.ts';
import { needs } from '../needs.ts';
import { startRedis } from '../redis.ts';
import { until } from '../until.ts';
import { ended, openMuster, type TestMuster } from './muster.ts';

const BUNDLE = new URL('../../dist/client/hub.js', import.meta.url).pathname;
const CALLER: Caller = { app: 'shop', generation: 'r-1-aaaa', service: 'web', host: 'web-1' };
const PEOPLE = `people: { root: { identities: { console: '*' }, roles: [admin] } }
roles: { admin: { allow: [{ commands: ['*'], on: ['*', '*/*'] }] } }
`;

describe('the hub', { skip: needs(['redis-server']) }, () => {
  let muster: TestMuster;
  let address: string;
  let hub: HubClient;
  let container: Container;
  let bundle: string;
  before(async () => {
    address = `127.0.0.1:${await freePort()}`;
    muster = await openMuster({
      'muster.yml': `${PEOPLE}hub: { address: '${address}', listen: '${address}' }\n`,
    });
    // As in an image, it is a file by itself.
    bundle = await mkdtemp(join(tmpdir(), 'muster-bundle-'));
    await copyFile(BUNDLE, join(bundle, 'hub.js'));
    container = await Container.create(join(bundle, 'hub.js'));
  });
  after(async () => {
    hub?.close();
    await container.stop();
    await rm(bundle, { recursive: true });
    await muster.stop();
  });
  const keys = () => join(muster.folder, 'var/keys');
  const logged = async () =>
    (await readFile(join(muster.folder, 'muster.log'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const ups = async () =>
    (await logged()).filter(({ msg, service }) => msg === 'a service is up' && service === 'hub').length;
  /** The process that listens, by what it is called with. */
  const pid = async (): Promise<number> => {
    const own = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
    const line = own.find(
      (one) => / hub /.test(one) && one.includes(join(muster.folder, 'var')) && one.includes('main.js'),
    );
    return Number(line?.trim().split(' ')[0]);
  };

  test('starts with its manager, and gives an identity to what a manager deploys', async () => {
    await muster.start();
    await until(async () => (await ups()) === 1, 'the hub is up');
    const identity = await openIdentity(keys(), 'muster');
    const { fingerprint } = await openIdentity(keys(), 'hub');
    hub = new HubClient({ place: { address, pins: [fingerprint] }, identity });
    const issued = await hub.issue(CALLER);
    assert.deepEqual(issued.place, { address, pins: [fingerprint], language: 'en', caller: CALLER });
    await container.mount(issued);
  });

  test('is killed again and again while a container prints: nothing is lost, and nothing is there twice', async () => {
    const running = container.sh(
      'i=0; while [ ! -e stop ]; do i=$((i+1)); echo line $i; sleep 0.005; done; echo last $i',
    );
    for (let round = 1; round <= 2; round += 1) {
      const length = running.stdout().length;
      await until(() => running.stdout().length > length + 300);
      process.kill(await pid(), 'SIGKILL');
      await until(async () => (await ups()) === round + 1, 'the hub is up again');
    }
    await writeFile(container.path('stop'), '');
    const { code, stdout } = await running.ended;
    assert.equal(code, 0);
    const printed = stdout.trimEnd().split('\n');
    const kept = async () => {
      const texts: string[] = [];
      for await (const line of hub.lines('/v1/logs', {
        query: { app: 'shop', limit: '100000', end: 'first' },
      }))
        texts.push(heardLine(line).message);
      return texts;
    };
    await until(async () => (await kept()).length >= printed.length, 'all lines are there');
    assert.deepEqual(await kept(), printed);
  });

  test('tells who reads the log that another one listens there already', async () => {
    const second = await openMuster({
      'muster.yml': `${PEOPLE}hub: { address: '${address}', listen: '${address}' }\n`,
    });
    try {
      const { exit, stderr } = await second.run('hub');
      assert.equal(exit, 1);
      assert.match(stderr, /something else listens on/);
    } finally {
      await second.stop();
    }
  });

  test('is one over one Redis: another one says where the first is', async () => {
    const redis = await startRedis('everysec');
    const open = async () => {
      const own = `127.0.0.1:${await freePort()}`;
      const files = { 'muster.yml': `${PEOPLE}hub: { address: '${own}', listen: '${own}' }\n` };
      return openMuster(files, { REDIS_URL: redis.socket });
    };
    const [first, second] = [await open(), await open()];
    try {
      const running = first.run('hub');
      const seen = new Seen(redis.connect());
      await until(async () => (await seen.all()).some(({ name }) => name.startsWith('hub/')));
      const { exit, stderr } = await second.run('hub');
      assert.equal(exit, 1);
      assert.match(stderr, /another hub is up over the same Redis: .*process \d+/);
      await first.stop();
      await running;
      assert.deepEqual(await seen.all(), []);
    } finally {
      await second.stop();
      await redis.stop();
    }
  });

  test('is not opened where the configuration has none', async () => {
    const second = await openMuster({ 'muster.yml': PEOPLE });
    try {
      const { exit, stderr } = await second.run('hub');
      assert.equal(exit, 1);
      assert.match(stderr, /there is no hub/);
    } finally {
      await second.stop();
    }
  });

  test('ends in order with its manager, also where that is killed, and is there again with the next one', async () => {
    const before = await pid();
    assert.ok(before > 0);
    const manager = Number(/^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${before}/status`, 'utf8'))?.[1]);
    process.kill(manager, 'SIGKILL');
    await until(() => gone(before), 'the hub is gone');
    const again = await muster.start();
    await until(async () => (await ups()) === 4, 'the hub is up with the next manager');
    const after = await pid();
    again.kill('SIGTERM');
    assert.equal(await ended(again), 0);
    await until(() => gone(after), 'the hub is gone with it');
    const ends = (await logged()).filter(({ msg }) => msg === 'stopped').length;
    assert.equal(ends, 3);
  });

  test('does not stay behind where its manager is killed before it is up', async () => {
    const manager = await muster.start();
    await until(async () => (await pid()) > 0, 'the hub is started');
    const early = await pid();
    manager.kill('SIGKILL');
    await until(() => gone(early), 'the hub is gone');
    assert.equal(await ups(), 4);
  });
});

function gone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    }),
  );
}
