/** A host with an agent, through the program as users run it: deploys, logs and cancelling are as on the machine itself, and either end may be killed. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Cloud, lacksCloud, openCloud } from './cloud.ts';
import { ended, type TestAgent } from './muster.ts';
import { markedBy, waitFor } from './wait.ts';

describe('a host with an agent', { skip: lacksCloud() }, () => {
  let cloud: Cloud;
  let agent: TestAgent;
  let manager: ChildProcess;

  const configure = (other: Record<string, unknown> = {}) =>
    cloud.configure(
      { web: cloud.entry({ link: 'icp', address: '127.0.0.1', port: agent.port, key: agent.key, ...other }) },
      { hello: `{repository: ${cloud.repository}, hosts: [web]}` },
    );

  before(async () => {
    cloud = await openCloud();
    agent = await cloud.muster.agent();
    await configure();
    manager = await cloud.muster.start();
  });
  after(() => cloud?.stop());

  test('"/deploy hello" exits 0, the app answers over HTTP, and "/hosts" says how the host is reached', async () => {
    const { exit, result } = await cloud.muster.say('/deploy hello');
    assert.equal(exit, 0, result.text);
    assert.match(result.text, /hello main \([0-9a-f]{7}\) is live on web/);
    assert.equal(await cloud.page(), 'one');
    assert.match(
      (await cloud.muster.say('/hosts')).result.text,
      new RegExp(`web · icp 127\\.0\\.0\\.1:${agent.port}`),
    );
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
    assert.equal((await cloud.muster.say(`/cancel ${run}`)).exit, 0);
    const { exit, result } = await said;
    assert.deepEqual([exit, result.status, result.code], [1, 'cancelled', 'step.cancelled']);
    assert.deepEqual(await markedBy(run), []);
    assert.equal(await cloud.running(), before);
    assert.equal(await cloud.page(), 'one');
  });

  test('"/logs hello" reads what the app wrote', async () => {
    await cloud.page('some-path');
    const { exit, events } = await cloud.muster.say('/logs hello');
    assert.equal(exit, 0);
    const lines = events.flatMap((event) => (event.type === 'lines' ? event.lines : []));
    assert.ok(
      lines.some((line) => line.endsWith('url:/some-path')),
      lines.join('\n'),
    );
  });

  test('"muster doctor" looks at it through its agent', async () => {
    const { exit, stdout } = await cloud.muster.run('doctor');
    assert.equal(exit, 0, stdout);
    assert.match(stdout, /● web: /);
  });

  test('kill -9 of the agent in the middle of a build: nothing of it is left, and the build begins again', async () => {
    const { run, said } = await cloud.begun('/deploy hello slow', 'begun');
    agent.process.kill('SIGKILL');
    await ended(agent.process);
    agent = await cloud.muster.agent();
    await waitFor('the build to begin again', async () => (await markedBy(run)).length > 0);
    assert.equal((await cloud.muster.say(`/cancel ${run}`)).exit, 0);
    const { exit, result } = await said;
    assert.deepEqual([exit, result.status], [1, 'cancelled']);
    assert.deepEqual(await markedBy(run), []);
    assert.equal(await cloud.page(), 'one');
  });

  test('kill -9 of the manager in the middle of the wait for health: the agent goes on, and the next manager hears how it ended', async () => {
    const { run } = await cloud.begun('/deploy hello pending', 'healthy');
    await waitFor('the new page', async () => (await cloud.page().catch(() => '')) === 'pending');
    const gone = ended(manager);
    manager.kill('SIGKILL');
    await gone;
    const [container] = (
      await cloud.engine.docker('ps', '--quiet', '--filter', 'label=com.docker.compose.service=web')
    ).split('\n');
    await writeFile(join(cloud.muster.folder, 'go'), '');
    await cloud.engine.docker('cp', join(cloud.muster.folder, 'go'), `${container}:/go`);
    manager = await cloud.muster.start();
    const job = async () => (await cloud.muster.say(`/job ${run}`)).result.text;
    await waitFor('the end of the job', async () => /is live on web/.test(await job()));
    assert.equal(await cloud.page(), 'pending');
    assert.match((await cloud.muster.run('audit', 'verify')).stdout, /intact|whole|no record/i);
  });

  test('is refused where its key is not pinned or another one, and where it does not trust Muster: each with what to do', async () => {
    for (const [other, code, text] of [
      [{ key: undefined }, 'host.key.unknown', agent.key],
      [{ key: `SHA256:${'A'.repeat(43)}` }, 'host.key.changed', agent.key],
    ] as const) {
      await configure(other);
      await cloud.muster.say('/reload');
      const { exit, result } = await cloud.muster.say('/deploy hello two');
      assert.deepEqual([exit, result.code], [1, code]);
      assert.ok(result.text.includes(text), result.text);
    }
    await configure();
    await cloud.muster.say('/reload');
    const trusted = join(cloud.muster.folder, 'agent', 'trusted');
    await writeFile(trusted, '# nobody\n');
    const key = (await cloud.muster.run('key')).stdout.trim();
    await waitFor('the connection to be let go', async () => {
      const { result } = await cloud.muster.say('/deploy hello two');
      return result.code === 'icp.stranger';
    });
    await writeFile(trusted, `${key} this Muster\n`);
    assert.equal((await cloud.muster.say('/deploy hello two')).exit, 0);
  });
});
