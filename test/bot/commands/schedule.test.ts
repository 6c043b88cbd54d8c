import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { startHouse, type TestHouse } from '../../house.ts';

const config = (commands: string) => `
people:
  reem: {identities: {test: "7"}, roles: [operator]}
  max: {identities: {test: "8"}, roles: [clock]}
roles:
  operator: {allow: [{commands: [${commands}]}]}
  clock: {allow: [{commands: [schedule-run]}]}
hosts: {local: {link: local}}
`;

describe('a schedule', () => {
  let muster: TestHouse;
  const deployed: string[] = [];
  before(async () => {
    muster = await startHouse(config('"*"'), { shop: async () => void deployed.push('shop') });
    await muster.house.start();
    assert.equal((await muster.say('/schedule add nightly "0 2 * * *" /deploy shop')).kind, 'reply');
  });
  after(() => muster.stop());

  /** The runs that schedules started, once none of them is open. */
  const scheduled = async () => {
    const { runs } = muster.house.state;
    while ((await runs.open()).length > 0) await sleep(10);
    return (await runs.latest(50)).filter((run) => run.by.platform === 'schedule');
  };

  test('that is due runs its line in the name of its person, however often that is told', async () => {
    const redis = muster.server.connect();
    const queue = new Queue('schedules', { connection: redis, prefix: '{muster}' });
    // As if Muster had not been running for two days.
    const long = Date.now() - 2 * 86_400_000;
    await redis.hset('{muster}:schedule:through', 'nightly', `${long} 0 2 * * * UTC`);
    for (const jobId of ['due', 'again']) {
      await queue.add('nightly', { name: 'nightly' }, { jobId });
      while ((await queue.getJobState(jobId)) !== 'completed') await sleep(10);
    }
    await queue.close();
    const [run, ...more] = await scheduled();
    assert.deepEqual([run?.by.person, run?.status, more.length], ['reem', 'succeeded', 0]);
    assert.deepEqual(deployed.splice(0), ['shop']);
  });

  test('is run at once by whoever may, once a line', async () => {
    const before = (await scheduled()).length;
    for (const id of ['same', 'same']) {
      const outcome = await muster.say('/schedule run nightly', '8', id);
      assert.match((outcome as { text: string }).text, /Started r-/);
    }
    assert.equal((await scheduled()).length, before + 1);
    assert.deepEqual(deployed.splice(0), ['shop']);
  });

  test('cannot run schedules, itself for example', async () => {
    await muster.say('/schedule add loop "0 2 * * *" /schedule run loop');
    const outcome = await muster.say('/schedule run loop');
    assert.match((outcome as { text: string }).text, /A schedule cannot run schedules/);
    await muster.say('/schedule remove loop');
  });

  test('says its times in its own zone, and what it ran before where a name is used again', async () => {
    const text = async (line: string) => ((await muster.say(line)) as { text: string }).text;
    await text('/schedule add tea "0 4 * * *" --zone Europe/Helsinki /deploy shop');
    assert.match(await text('/schedule list'), /^tea · 0 4 .* next \d{4}-\d\d-\d\d 04:00 Europe\/Helsinki$/m);
    const again = await text('/schedule add tea "0 5 * * *" /status');
    assert.match(
      again,
      /^tea runs \/status next at \d{4}-\d\d-\d\d 05:00 UTC\. It ran \/deploy shop at 0 4 \* \* \* Europe\/Helsinki before\.$/m,
    );
    await text('/schedule remove tea');
  });

  test('of the configuration is named as it is written when somebody wants to remove it', async () => {
    await muster.write(`${config('"*"')}schedules: {weekly: {at: "0 2 * * 1", line: /status, as: reem}}\n`);
    await muster.say('/reload');
    const outcome = await muster.say('/schedule remove weekly');
    assert.match((outcome as { text: string }).text, /^weekly is set in the configuration/);
  });

  test('runs no more when its person may no longer, or is gone', async () => {
    await muster.configure(config('schedule-*'));
    const outcome = await muster.say('/schedule run nightly', '8');
    assert.match((outcome as { text: string }).text, /may not: deploy on app\/shop/);
    await muster.configure(config('"*"').replace(/^ {2}reem.*\n/m, ''));
    const gone = await muster.say('/schedule run nightly', '8');
    assert.match((gone as { text: string }).text, /do not know you \(schedule reem\)/);
    assert.deepEqual(deployed, []);
  });
});
