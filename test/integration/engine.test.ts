/** An engine that fails under an app that is live: its disk is full, then it is gone. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { TestRepository } from '../repository.ts';
import { freePort, oneHost, pageAt, pageFiles } from './app.ts';
import { openMuster, type TestMuster } from './muster.ts';

const MEGABYTE = 1024 * 1024;

describe('an engine that fails', { skip: lacksEngine('docker-compose', 'git', 'redis-server') }, () => {
  const disk = mkdtempSync(join(tmpdir(), 'muster-full-'));
  const filler = join(disk, 'filler');
  let engine: TestEngine;
  let muster: TestMuster;
  let port: number;

  before(async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128m', 'tmpfs', disk]);
    engine = await startEngine(disk);
    muster = await openMuster({});
    port = await freePort();
    const page = new TestRepository(join(muster.folder, 'page'));
    page.commit('main', pageFiles('one', port));
    page.commit('large', pageFiles('large', port, 24));
    await muster.configure(oneHost(muster, engine, { page: '' }));
    await muster.start();
    const { exit, result } = await muster.say('/deploy page');
    assert.equal(exit, 0, result.text);
  });
  after(async () => {
    await muster?.stop();
    await engine?.stop();
    execFileSync('umount', [disk]);
    rmdirSync(disk);
  });

  test('with a full disk: the deploy says so, the live app answers on, and once there is space it succeeds', async () => {
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(bavail * bsize - 12 * MEGABYTE));
    const failed = await muster.say('/deploy page large');
    assert.deepEqual([failed.exit, failed.result.code], [1, 'host.diskfull'], JSON.stringify(failed.events));
    assert.equal(failed.result.text, 'the disk of local is full');
    assert.equal(await pageAt(port), 'one');
    rmSync(filler);
    const retried = await muster.say(`/retry ${failed.result.run}`);
    assert.equal(retried.exit, 0, retried.result.text);
    assert.equal(await pageAt(port), 'large');
  });

  test('by going away: the deploy, the rollback and the log say so, and what to type next', async () => {
    await engine.stop();
    for (const line of ['/deploy page', '/rollback page', '/logs page']) {
      const { exit, result, events } = await muster.say(line);
      assert.deepEqual([exit, result.code], [1, 'engine.down'], `${line}: ${JSON.stringify(events)}`);
      assert.match(result.text, /the Docker engine of local does not answer/);
      const ended = events.find((event) => event.type === 'ended');
      assert.match(ended?.next ?? '', /\/prepare local/);
    }
    assert.equal((await muster.run('doctor')).exit, 1);
  });
});
