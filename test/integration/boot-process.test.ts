/** The boot server as users run it: a process that muster start watches over, from which simulated machines boot, and kill -9 of both in the middle of roll-outs. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectRedis, type Redis } from '../../src/adapters/redis/connection.ts';
import { isFinal } from '../../src/events.ts';
import { Audit } from '../../src/jobs/audit.ts';
import { Events } from '../../src/jobs/event-stream.ts';
import { Ledger } from '../../src/jobs/ledger.ts';
import { assignments } from '../../src/jobs/machine/assignment.ts';
import { bootsOf } from '../../src/jobs/machine/boots.ts';
import { Runs } from '../../src/jobs/runs.ts';
import { RedisState } from '../../src/jobs/state.ts';
import { Scrubber } from '../../src/secret.ts';
import { type BootLibrary, openBootLibrary } from '../boot-library.ts';
import { Fleet } from '../fleet.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { freePort } from './app.ts';
import { ended, openMuster, type TestMuster } from './muster.ts';

const [V1, V2, V3] = [1, 2, 3].map((day) => `live@2026-11-2${day}.1` as const);
const MACHINES = 4;

describe('the boot server of muster start', { skip: needs(['redis-server', 'ipxe']) }, () => {
  let muster: TestMuster;
  let manager: ChildProcess;
  let fleet: Fleet;
  let redis: Redis;
  let runs: Runs;
  let state: RedisState;
  let images: BootLibrary;
  let port: number;
  let folder: string;
  const machines = Array.from({ length: MACHINES }, (_, index) => ({
    name: `node-${index + 1}`,
    mac: `52:54:00:00:01:0${index + 1}`,
  }));

  before(async () => {
    muster = await openMuster({});
    port = await freePort();
    folder = join(muster.folder, 'host');
    await mkdir(folder);
    const config = {
      people: { reem: { identities: { console: '*' }, roles: ['admin'] } },
      roles: { admin: { allow: [{ commands: ['*'] }] } },
      hosts: { local: { link: 'local', root: folder, tools: { power: { pause: '50ms' } } } },
      boot: { host: 'local', port },
      images: { live: {} },
      profiles: { worker: { image: 'live' } },
      machines: Object.fromEntries(
        machines.map(({ name, mac }) => [
          name,
          { mac: [mac], profile: 'worker', power: Fleet.power(folder, name) },
        ]),
      ),
    };
    await muster.configure({ 'muster.yml': JSON.stringify(config) });
    manager = await muster.start();
    redis = connectRedis(join(muster.folder, 'var/redis/redis.sock'));
    const ledger = new Ledger(redis);
    const audit = new Audit({ redis, ledger, scrubber: new Scrubber() });
    runs = new Runs({ redis, ledger, audit, events: new Events(redis, () => redis.duplicate()) });
    state = new RedisState(redis);
    images = await openBootLibrary(folder, state);
    fleet = new Fleet({ folder, port, machines });
  });
  after(async () => {
    await fleet?.close();
    await runs?.events.close();
    redis?.disconnect();
    await muster?.stop();
  });

  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`).then((response) => response.text());
  const serves = () =>
    get('/boot.ipxe').then(
      (text) => text.startsWith('#!ipxe\n'),
      () => false,
    );
  const versions = () => [...fleet.up.values()].join();
  const allUp = (version: string) =>
    until(() => versions() === Array(MACHINES).fill(version).join(), `all up with ${version}`);
  /** The processes of this Muster's boot server. */
  const servers = (): number[] =>
    execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => / boot --config /.test(line) && line.includes(join(muster.folder, 'var')))
      .map((line) => Number(line.trim().split(' ')[0]));

  /** Types a line, and gives its run once a step of it has begun; whoever typed it may see how Muster is killed. */
  async function begin(line: string): Promise<string> {
    const run = await new Promise<string>((resolve, reject) => {
      muster
        .say(line, (event) => event.type === 'run' && resolve(event.run))
        .then(({ result }) => reject(new Error(JSON.stringify(result))), reject);
    });
    await until(
      async () =>
        (await runs.history(run)).some((event) => event.type === 'step' && event.state === 'running'),
      'a step runs',
    );
    return run;
  }

  test('gives each machine its script, and is there again after kill -9', async () => {
    await until(serves, 'the boot server serves');
    const local = await get('/v1/script?mac=52-54-00-00-01-01&buildarch=i386&platform=pcbios');
    assert.match(local, /^#!ipxe\necho .*\nsleep 30\n/, 'no version is promoted yet');
    await images.publish(V1!);
    await images.promote(V1!);
    for (const { name } of machines) await mkdir(join(folder, `${name}.on`));
    await allUp(V1!);
    const [first] = servers();
    process.kill(first as number, 'SIGKILL');
    await until(
      async () => servers().length === 1 && servers()[0] !== first && (await serves()),
      'it is back',
    );
    const script = await get('/v1/script?mac=52-54-00-00-01-01&buildarch=i386&platform=pcbios');
    assert.match(script, /^#!ipxe\necho Muster boots node-1 with live@2026-11-21\.1\n/);
  });

  test('a second one that cannot have the address leaves what the first one follows alone', async () => {
    const [first] = servers();
    // It looks at nothing meanwhile, so that whoever takes something up is the other one.
    process.kill(first as number, 'SIGSTOP');
    try {
      await state.set('boots.wanted', 'node-2', { since: 0, run: 'r-none', patience: 60_000, over: true });
      const { exit, stderr } = await muster.run('boot');
      assert.equal(exit, 1);
      assert.match(stderr, /cannot listen/);
      assert.ok((await state.get('boots.wanted', 'node-2')) !== undefined);
    } finally {
      process.kill(first as number, 'SIGCONT');
    }
    await until(async () => (await state.get('boots.wanted', 'node-2')) === undefined, 'it goes on');
    assert.deepEqual(servers(), [first]);
  });

  test('a roll-out whose manager is killed in its first wave goes on with the next one', async () => {
    await images.publish(V2!);
    const run = await begin(`/image rollout ${V2} --waves 1,1,all`);
    manager.kill('SIGKILL');
    await ended(manager);
    await until(() => servers().length === 0, 'the boot server ends with its manager');
    manager = await muster.start();
    await until(async () => isFinal((await runs.get(run)).status), 'the roll-out ends');
    const { status, summary } = await runs.get(run);
    assert.equal(status, 'succeeded', summary);
    await allUp(V2!);
    const told = Object.values(await assignments(state)).map((assignment) => assignment.version);
    assert.deepEqual([...new Set(told)], [V2]);
    const ends = (await runs.history(run)).filter((event) => event.type === 'ended');
    assert.equal(ends.length, 1);
  });

  test('a roll-out goes on where its boot server is killed in the middle of boots', async () => {
    await until(serves, 'the boot server serves');
    await images.publish(V3!);
    const run = await begin(`/image rollout ${V3} --waves 1,all`);
    process.kill(servers()[0] as number, 'SIGKILL');
    await until(async () => isFinal((await runs.get(run)).status), 'the roll-out ends');
    const { status, summary } = await runs.get(run);
    assert.equal(status, 'succeeded', summary);
    await allUp(V3!);
    for (const { name } of machines) {
      const [last] = await bootsOf(state, name);
      assert.deepEqual([last?.version, last?.outcome], [V3, 'up'], name);
    }
  });

  test('nothing of it stays behind', async () => {
    await fleet.close();
    manager.kill('SIGTERM');
    assert.equal(await ended(manager), 0);
    await until(() => servers().length === 0, 'no process is left');
    assert.equal(await serves(), false);
    const log = await readFile(join(muster.folder, 'muster.log'), 'utf8');
    assert.ok(
      !/"level":(?:50|60|"error"|"fatal")/.test(
        log.replaceAll(/.*a service ended; it is started again.*\n/g, ''),
      ),
      log.match(/.*"level":50.*/g)?.join('\n'),
    );
    assert.deepEqual(
      (await readdir(folder)).filter((name) => /tmp|new/.test(name)),
      [],
    );
  });
});
