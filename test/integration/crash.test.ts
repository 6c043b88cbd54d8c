/**
 * `kill -9` of the manager, of a worker and of Redis, at every step boundary and at random moments of real deploys:
 * eighteen times in all. Every run still reaches exactly one end within 30 s, and nothing is left behind.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis, type Redis } from '../../src/adapters/redis/connection.ts';
import { isFinal } from '../../src/events.ts';
import { Audit } from '../../src/jobs/audit.ts';
import { Events } from '../../src/jobs/event-stream.ts';
import { Ledger } from '../../src/jobs/ledger.ts';
import { Runs } from '../../src/jobs/runs.ts';
import { Scrubber } from '../../src/secret.ts';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { openMuster, type TestMuster } from './muster.ts';

const KILLS = 18;
const APPS = ['one', 'two', 'three'];
/** Steps of a deploy, each of which begins at a boundary. */
const BOUNDARIES = 6;

describe('after kill -9', { skip: lacksEngine('docker-compose', 'git', 'redis-server') }, () => {
  let engine: TestEngine;
  let muster: TestMuster;
  let manager: ChildProcess;
  let worker: ChildProcess;
  let redis: Redis;
  let runs: Runs;
  let audit: Audit;

  before(async () => {
    engine = await startEngine();
    muster = await openMuster({});
    const repository = join(muster.folder, 'app');
    await makeRepository(repository);
    const host = (name: string) =>
      `  ${name}: {link: local, root: ${join(muster.folder, name)}, tools: {docker: {socket: ${engine.socket}}}}`;
    const app = (name: string) =>
      `  ${name}: {repository: ${repository}, hosts: [host-${name}], healthy: 30s, keep: 2}`;
    await muster.configure({
      'muster.yml': [
        'people: {reem: {identities: {console: "*"}, roles: [all]}}',
        'roles: {all: {allow: [{commands: ["*"]}]}}',
        'hosts:',
        ...APPS.map((name) => host(`host-${name}`)),
        'apps:',
        ...APPS.map(app),
        '',
      ].join('\n'),
    });
    manager = await muster.start();
    // One of the three hosts is served by a worker of its own.
    worker = await muster.worker('host-three');
    redis = connectRedis(join(muster.folder, 'var/redis/redis.sock'));
    const ledger = new Ledger(redis);
    audit = new Audit({ redis, ledger, scrubber: new Scrubber() });
    runs = new Runs({ redis, ledger, audit, events: new Events(redis, () => redis.duplicate()) });
  });
  after(async () => {
    await runs?.events.close();
    redis?.disconnect();
    await muster?.stop();
    await engine?.stop();
  });

  test('at every step boundary and at random moments, each run ends once, and nothing is left behind', async (context) => {
    let killed = 0;
    let round = 0;
    const ends: Record<string, number> = {};
    while (killed < KILLS) {
      round += 1;
      // Every third deploy is of a version that never gets healthy, so that undoing is struck, too.
      const ref = ['v1', 'v2', 'bad'][round % 3] as string;
      const ids = await deployAll(ref);
      for (let blow = 0; blow < 5 && killed < KILLS; blow += 1) {
        if (killed % 2 === 0) await boundary(ids, 1 + ((killed / 2) % BOUNDARIES));
        else await sleep(50 + Math.random() * 1_500);
        await strike(killed % 3);
        killed += 1;
      }
      await allEnded(ids);
      for (const id of ids) {
        const history = await runs.history(id);
        assert.equal(history.filter((event) => event.type === 'ended').length, 1, id);
        const { status, summary } = await runs.get(id);
        assert.equal(status, ref === 'bad' ? 'failed' : 'succeeded', summary);
        ends[status] = (ends[status] ?? 0) + 1;
        await nothingRuns(id);
      }
      await onlyLiveGenerations();
      assert.equal((await audit.verify()).problem, undefined);
    }
    const outcomes = await audit.latest(10_000, (record) => record.kind === 'outcome');
    assert.equal(new Set(outcomes.map((record) => record.run)).size, outcomes.length, 'one outcome a run');
    context.diagnostic(`${killed} kills over ${round * APPS.length} deploys: ${JSON.stringify(ends)}`);
  });

  async function deployAll(ref: string): Promise<string[]> {
    const ids: string[] = [];
    // The clients stay until the runs end or Muster dies under them; only the run's id matters here.
    for (const app of APPS)
      void muster
        .say(`/deploy ${app} ${ref}`, (event) => event.type === 'run' && ids.push(event.run))
        .catch(() => {});
    await waitFor(() => ids.length === APPS.length, 30_000, 'the deploys to be accepted');
    return ids;
  }

  /** Until some run of these has begun so many steps, or all have ended. */
  async function boundary(ids: string[], steps: number): Promise<void> {
    const begun = async (id: string) => {
      const history = await runs.history(id);
      return (
        history.filter((event) => event.type === 'step' && event.state === 'running').length >= steps ||
        history.at(-1)?.type === 'ended'
      );
    };
    await waitFor(async () => (await Promise.all(ids.map(begun))).some(Boolean), 30_000, `step ${steps}`);
  }

  /** Kills the manager, the worker or Redis, and starts what does not come back by itself. */
  async function strike(target: number): Promise<void> {
    if (target === 0) {
      await kill(manager);
      manager = await muster.start();
    } else if (target === 1) {
      await kill(worker);
      worker = await muster.worker('host-three');
    } else {
      const pid = await muster.redisPid();
      process.kill(pid, 'SIGKILL');
      await waitFor(
        async () => (await muster.redisPid().catch(() => pid)) !== pid,
        20_000,
        'Redis to come back',
      );
      await redis.ping();
    }
  }

  async function allEnded(ids: string[]): Promise<void> {
    const ended = async (id: string) => isFinal((await runs.get(id)).status);
    await waitFor(
      async () => (await Promise.all(ids.map(ended))).every(Boolean),
      30_000,
      'the runs to end',
      async () => {
        const stories = await Promise.all(
          ids.map(async (id) => `${id} ${JSON.stringify((await runs.history(id)).slice(-5))}`),
        );
        return stories.join('\n');
      },
    );
  }

  /** No process on this machine carries the mark of a step of the run. */
  async function nothingRuns(id: string): Promise<void> {
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      assert.ok(!environment.includes(`MUSTER_MARK=${id}.`), `process ${pid} of ${id} is alive`);
    }
  }

  /** Each app has one running container, of the generation that is recorded as live, and none of another. */
  async function onlyLiveGenerations(): Promise<void> {
    for (const app of APPS) {
      const rows = (
        await engine.docker(
          'ps',
          '--all',
          '--filter',
          `label=muster.app=${app}`,
          '--format',
          '{{.Label "muster.generation"}} {{.State}}',
        )
      ).trim();
      const recorded = JSON.parse(
        (await redis.hget(`{muster}:state:generations/${app}`, `host-${app}`)) ?? '{}',
      ) as { current?: string };
      assert.equal(rows, recorded.current ? `${recorded.current} running` : '', app);
    }
  }
});

async function kill(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

async function waitFor(
  done: () => boolean | Promise<boolean>,
  ms: number,
  what: string,
  story?: () => Promise<string>,
): Promise<void> {
  for (const deadline = Date.now() + ms; !(await done()); ) {
    if (Date.now() > deadline) assert.fail(`waited ${ms / 1_000} s for ${what}\n${(await story?.()) ?? ''}`);
    await sleep(50);
  }
}

/** An app of one small service: tags v1 and v2, and bad, which never gets healthy. */
async function makeRepository(folder: string): Promise<void> {
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=test', '-c', 'user.email=test@localhost', ...words]);
  await mkdir(folder);
  git('init', '--quiet', '--initial-branch=main');
  await writeFile(
    join(folder, 'Dockerfile'),
    'FROM muster/base\nCOPY version /version\nCMD ["sleep", "100000"]\n',
  );
  const compose =
    'services:\n  web:\n    build: .\n    init: true\n    stop_grace_period: 1s\n    healthcheck: {test: ["CMD", "test", "-s", "/version"], interval: 1s, retries: 3}\n';
  await writeFile(join(folder, 'compose.yaml'), compose);
  for (const version of ['v1', 'v2', 'bad']) {
    await writeFile(join(folder, 'version'), version === 'bad' ? '' : version);
    git('add', '.');
    git('commit', '--quiet', '--message', version);
    git('tag', version);
  }
}
