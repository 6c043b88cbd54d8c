/** A host over ssh, through the program as users run it: deploys, logs and cancelling are as on the machine itself. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { SayEvent } from '../../src/bot/console/socket.ts';
import { unique } from './muster.ts';
import { lacksSshCloud, openSshCloud, type SshCloud } from './ssh-cloud.ts';
import { markedBy, waitFor } from './wait.ts';

describe('a host over ssh', { skip: lacksSshCloud() }, () => {
  let cloud: SshCloud;

  before(async () => {
    cloud = await openSshCloud();
    await cloud.configure(
      { web: cloud.host() },
      { hello: `{repository: ${cloud.repository}, hosts: [web]}` },
    );
    await cloud.muster.start();
  });
  after(() => cloud?.stop());

  test('"/deploy hello" exits 0, and the app answers over HTTP', async () => {
    const { exit, result } = await cloud.muster.say('/deploy hello');
    assert.equal(exit, 0, result.text);
    assert.match(result.text, /hello main \([0-9a-f]{7}\) is live on web/);
    assert.equal(await cloud.page(), 'one');
  });

  test('"/deploy hello bad" exits 1, says why, and the app still answers', async () => {
    const { exit, result } = await cloud.muster.say('/deploy hello bad');
    assert.equal(exit, 1);
    assert.equal(result.code, 'app.unhealthy');
    assert.match(result.text, /did not get healthy on web: web/);
    assert.equal(await cloud.page(), 'one');
  });

  test('"/rollback hello" brings the generation before the live one back', async () => {
    assert.equal((await cloud.muster.say('/deploy hello two')).exit, 0);
    assert.equal(await cloud.page(), 'two');
    assert.equal((await cloud.muster.say('/rollback hello')).exit, 0);
    assert.equal(await cloud.page(), 'one');
  });

  test('"/cancel" in the middle of a build ends it as cancelled, exit 1, with nothing of it left', async () => {
    const before = await cloud.running();
    const { run, said } = await cloud.begun('/deploy hello slow', 'begun');
    assert.notDeepEqual(await markedBy(run), []);
    assert.notEqual(await cloud.running(), before);
    assert.equal((await cloud.muster.say(`/cancel ${run}`)).exit, 0);
    const { exit, result } = await said;
    assert.deepEqual([exit, result.status, result.code], [1, 'cancelled', 'step.cancelled']);
    assert.deepEqual(await markedBy(run), []);
    assert.equal(await cloud.running(), before);
    assert.equal(await cloud.page(), 'one');
  });

  test('"/cancel" in the middle of the wait for health ends it as cancelled, and the old page is back', async () => {
    const { run, said } = await cloud.begun('/deploy hello pending', 'healthy');
    await waitFor('the new page', async () => (await cloud.page().catch(() => '')) === 'pending');
    assert.equal((await cloud.muster.say(`/cancel ${run}`)).exit, 0);
    const { exit, result } = await said;
    assert.deepEqual([exit, result.status, result.code], [1, 'cancelled', 'step.cancelled']);
    assert.deepEqual(await markedBy(run), []);
    assert.equal(await cloud.page(), 'one');
    await waitFor('the streams to the engine to close', async () => (await cloud.streams()) === 0);
  });

  test('"/logs hello --follow" streams what the app writes, until "/cancel"', async () => {
    const { run, said } = await following();
    assert.equal((await cloud.muster.say(`/cancel ${run}`)).exit, 0);
    const { exit, result } = await said;
    assert.deepEqual([exit, result.status], [1, 'cancelled']);
    await nothingFollows(run);
  });

  test('"/logs hello --follow" ends when whoever asked goes away', async () => {
    const away = new AbortController();
    const { run, said } = await following(away.signal);
    away.abort();
    await assert.rejects(said, /no result/);
    await nothingFollows(run);
    const state = async () => (await cloud.muster.say(`/job ${run}`)).result.text;
    await waitFor(`${run} to be cancelled`, async () => /cancelled/.test(await state()));
  });

  /** Follows the app's log until a line is there that was written meanwhile. */
  async function following(signal?: AbortSignal) {
    const lines: string[] = [];
    let run = '';
    const hear = (event: SayEvent) => {
      if (event.type === 'run') run = event.run;
      if (event.type === 'lines') lines.push(...event.lines);
    };
    const said = cloud.muster.say('/logs hello --follow', hear, signal);
    said.catch(() => {});
    await waitFor('the log to be read', async () => (await cloud.streams()) > 0);
    // The first may still be found in what was written before; the second is not.
    for (const path of [unique(), unique()]) {
      await cloud.page(path);
      await waitFor(`/${path} in the log`, () => lines.some((line) => line.endsWith(`url:/${path}`)));
    }
    return { run, said };
  }

  async function nothingFollows(run: string): Promise<void> {
    await waitFor('the streams to the engine to close', async () => (await cloud.streams()) === 0);
    assert.deepEqual(await markedBy(run), []);
  }
});
