/** The commands around a job: looking at it, stopping it, trying it again, running it by the clock. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { TestRepository } from '../repository.ts';
import { appFiles, freePort, oneHost, pageAt, pageFiles, UNTIL_GO, waitingBuild } from './app.ts';
import { openMuster, type TestMuster } from './muster.ts';
import { outcomes } from './outcomes.ts';
import { markedBy, waitFor } from './wait.ts';

describe('around a job', { skip: lacksEngine('docker-compose', 'git', 'redis-server') }, () => {
  let engine: TestEngine;
  let muster: TestMuster;
  let port: number;

  before(async () => {
    engine = await startEngine();
    muster = await openMuster({});
    port = await freePort();
    const hello = new TestRepository(join(muster.folder, 'hello'));
    hello.commit('main', appFiles({ build: 'echo the build says hello', run: 'echo up; sleep 100000' }));
    hello.commit('slow', appFiles({ build: UNTIL_GO }));
    new TestRepository(join(muster.folder, 'page')).commit('main', pageFiles('one', port));
    await muster.configure(oneHost(muster, engine, { hello: '', page: '' }));
    await muster.start();
  });
  after(async () => {
    await muster?.stop();
    await engine?.stop();
  });

  /** The whole answer to a line. */
  const answer = async (line: string, exit = 0): Promise<string> => {
    const said = await muster.say(line);
    assert.equal(said.exit, exit, JSON.stringify(said.events));
    const [event] = said.events;
    return event?.type === 'reply' ? event.text : said.result.text;
  };

  test('/jobs, /job, /logs and /why tell what happened, and take the beginning of an id', async () => {
    const { result } = await muster.say('/deploy hello');
    const run = result.run as string;
    const title = /hello main \([0-9a-f]{7}\) on local/;
    assert.match(
      await answer('/jobs'),
      new RegExp(`^● ${run} ${title.source} · reem · succeeded .* ago`, 'm'),
    );
    assert.match(
      await answer(`/job ${run.slice(0, 8)}`),
      new RegExp(`is live on local[^]*${run} · /deploy hello · plan`),
    );
    assert.match(await answer(`/logs ${run}`), /the build says hello/);
    assert.equal(await answer(`/logs ${run} --grep "no such line"`), 'No lines.');
    assert.match(await answer(`/why ${run}`), /was asked for by reem: \/deploy hello\nIt succeeded/);
    assert.match(await answer('/why'), /^\/logs r-\w+ --grep .* was allowed by/);
    const logs = await muster.say('/logs hello');
    assert.ok(logs.events.some((event) => event.type === 'lines' && event.lines.includes('web | up')));
  });

  test('/cancel stops a build: nothing of it runs on, and what was live stays', async () => {
    const live = (await engine.docker('ps', '--quiet')).trim();
    let run = '';
    const said = muster.say('/deploy hello slow', (event) => {
      if (event.type === 'run') run = event.run;
    });
    await waitingBuild(engine);
    assert.match(await answer(`/why ${run}`), /It is running/);
    assert.match(await answer(`/cancel ${run}`), /^Stopping r-\w+ \(hello slow/);
    const { exit, result } = await said;
    assert.deepEqual([exit, result.status, result.text], [1, 'cancelled', 'cancelled by reem']);
    assert.deepEqual(await markedBy(run), []);
    assert.equal((await engine.docker('ps', '--quiet')).trim(), live);
    assert.match(await answer(`/cancel ${run}`, 2), /^r-\w+ was already cancelled\nSee \/job/);
    assert.match(await answer(`/why ${run}`), /It was cancelled: cancelled by reem/);
    assert.deepEqual((await outcomes(muster))[run], ['cancelled']);
  });

  test('/retry goes on from the stage that failed, once its cause is mended', async () => {
    const intruder = createServer().listen(port, '127.0.0.1');
    const failed = await muster.say('/deploy page');
    assert.deepEqual([failed.exit, failed.result.code], [1, 'app.unhealthy'], failed.result.text);
    assert.match(failed.result.text, /web: .*(?:port is already allocated|address already in use)/);
    const run = failed.result.run as string;
    assert.match(await answer(`/why ${run}`), new RegExp(`It failed: [^]*Next: /retry ${run}`));

    await new Promise((resolve) => intruder.close(resolve));
    const { exit, result, events } = await muster.say(`/retry ${run}`);
    assert.equal(exit, 0, result.text);
    assert.equal(await pageAt(port), 'one');
    const steps = events.flatMap((event) =>
      event.type === 'step' && event.state === 'done' ? [event.step] : [],
    );
    assert.deepEqual(steps, ['deploy.start', 'deploy.healthy', 'deploy.keep']);
    assert.match(await answer(`/retry ${result.run}`, 2), /^r-\w+ has already succeeded/);
  });

  test('/schedule adds a line, lists it, runs it in its name, and removes it', async () => {
    assert.match(
      await answer('/schedule add nightly "0 2 * * *" --zone Europe/Helsinki /deploy hello'),
      /^nightly runs \/deploy hello next at \d{4}-\d\d-\d\d 02:00 Europe\/Helsinki\./,
    );
    assert.match(
      await answer('/schedule list'),
      /^nightly · 0 2 \* \* \* Europe\/Helsinki · \/deploy hello · as reem, chat · next \d{4}-/,
    );
    const started = await answer('/schedule run nightly');
    const [, run = ''] = /^Started (r-\w+): hello main/.exec(started) ?? [];
    await waitFor(`${run} to end`, async () => (await answer(`/job ${run}`)).startsWith('● hello main'));
    assert.deepEqual((await outcomes(muster))[run], ['succeeded']);
    assert.match(await answer('/schedule remove nightly'), /nightly is gone/);
    assert.match(await answer('/schedule list'), /Nothing is scheduled/);
    assert.match(await answer('/schedule run nightly', 2), /no schedule called nightly/);
    assert.match(
      await answer('/schedule add never "61 2 * * *" /deploy hello', 2),
      /Invalid value for minute: 61/,
    );
  });
});
