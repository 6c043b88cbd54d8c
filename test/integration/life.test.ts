/** The life of one `muster start`: how it is talked to, how it ends, and how what it did goes on when it is back. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { AuditRecord } from '../../src/jobs/audit.ts';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { TestRepository } from '../repository.ts';
import { appFiles, letGo, oneHost, UNTIL_GO, waitingBuild } from './app.ts';
import { ended, openMuster, type TestMuster } from './muster.ts';
import { Typing } from './typing.ts';
import { markedBy } from './wait.ts';

describe('muster start', { skip: lacksEngine('docker-compose', 'git', 'redis-server') }, () => {
  let engine: TestEngine;
  let muster: TestMuster;
  let running: ChildProcess | undefined;

  before(async () => {
    engine = await startEngine();
    muster = await openMuster({});
    const hello = new TestRepository(join(muster.folder, 'hello'));
    hello.commit('main', appFiles());
    hello.commit('slow', appFiles({ build: UNTIL_GO }));
    hello.commit('late', appFiles({ health: 'test -e /go', retries: 1_000 }));
    await muster.configure(oneHost(muster, engine, { hello: '' }));
  });
  afterEach(async () => {
    if (!running) return;
    running.kill('SIGTERM');
    await ended(running);
    running = undefined;
  });
  after(async () => {
    await muster?.stop();
    await engine?.stop();
  });

  const start = async (stdin?: 'ignore' | 'pipe') => {
    running = await muster.start(stdin);
    return running;
  };
  const stop = async (child: ChildProcess, signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended(child);
  };
  const records = async (run: string): Promise<AuditRecord[]> => {
    const { stdout } = await muster.run('audit', 'export');
    const all = stdout.trim().split('\n');
    return all.map((line) => JSON.parse(line) as AuditRecord).filter((record) => record.run === run);
  };
  const outcomes = async (run: string) =>
    (await records(run)).filter(({ kind }) => kind === 'outcome').map(({ status }) => status);

  test('takes lines from a pipe, with or without a slash, and shows the whole story of a run', async () => {
    const typing = new Typing(await start('pipe'));
    typing.line('/status');
    await typing.until(/● 1 host · 0 of 1 app live/);
    typing.line('deploy hello');
    await typing.until(/● hello main \([0-9a-f]{7}\) is live on local/);
    typing.line('/deplyo hello');
    await typing.until(/Did you mean \/deploy/);
  });

  test('goes on when the input has ended, and answers muster say', async () => {
    const child = await start('pipe');
    const typing = new Typing(child);
    typing.line('/deploy hello');
    typing.end();
    await typing.until(/is live on local/);
    const { exit, result } = await muster.say('/status');
    assert.equal(exit, 0);
    assert.match(result.text, /1 of 1 app live/);
    assert.equal(child.exitCode, null);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`ends with 0 on ${signal}, also where it has no input at all`, async () => {
      const child = await start('ignore');
      assert.equal((await muster.say('/hosts')).exit, 0);
      assert.equal(await stop(child, signal), 0);
    });
  }

  test('is refused where another one has the state folder', async () => {
    const first = await start();
    const second = await muster.run('start');
    assert.equal(second.exit, 1);
    assert.match(second.stderr, /Muster already runs with the state folder .*\n.*muster say.*--state/);
    assert.equal(first.exitCode, null);
    assert.equal((await muster.say('/status')).exit, 0);
  });

  test('Ctrl-C in the middle of a build ends what runs, and the same job goes on at the next start', async () => {
    const typing = new Typing(await start('pipe'));
    typing.line('/deploy hello slow');
    const [, run = ''] = await typing.until(/\/cancel (r-\w+)/);
    const first = await waitingBuild(engine);
    assert.notDeepEqual(await markedBy(run), []);

    assert.equal(await stop(running as ChildProcess, 'SIGINT'), 0);
    assert.match(typing.text, /Stopping; 1 running step has 10 s to end/);
    assert.deepEqual(await markedBy(run), []);
    assert.deepEqual(await outcomes(run), []);
    assert.deepEqual(await markedBy(run), [], 'reading the audit starts nothing');

    const again = new Typing(await start());
    const second = await waitingBuild(engine, first);
    assert.match((await muster.say('/jobs')).result.text, new RegExp(`◐ ${run} hello slow`));
    await letGo(engine, second);
    await again.until(/● hello slow \([0-9a-f]{7}\) is live on local/);
    assert.deepEqual(await outcomes(run), ['succeeded']);
    assert.deepEqual(await markedBy(run), []);
    assert.equal(again.text.match(/is live on local/g)?.length, 1);
  });

  test('SIGTERM while it waits for health: the wait goes on at the next start', async () => {
    const typing = new Typing(await start('pipe'));
    typing.line('/deploy hello late');
    const [, run = ''] = await typing.until(/\/cancel (r-\w+)[\s\S]*◐ healthy/);
    assert.equal(await stop(running as ChildProcess, 'SIGTERM'), 0);
    assert.deepEqual(await outcomes(run), []);
    const again = new Typing(await start());
    const [web] = (await engine.docker('ps', '--quiet', '--filter', 'label=muster.app=hello')).split('\n');
    await letGo(engine, web as string);
    await again.until(/● hello late \([0-9a-f]{7}\) is live on local/);
    assert.deepEqual(await outcomes(run), ['succeeded']);
  });
});
