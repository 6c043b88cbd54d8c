import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { stepNamed } from '../../src/jobs/catalog.ts';
import { startRedis, type TestRedis } from '../redis.ts';
import { type Hall, openHall, workStep } from './hall.ts';

describe('a plan of another version of Muster', () => {
  let server: TestRedis;
  let hall: Hall;
  const undone: string[] = [];
  const work = workStep({}, undone);
  before(async () => {
    server = await startRedis();
    hall = openHall(server, (name) => (name === work.name ? work : stepNamed(name)));
  });
  after(async () => {
    await hall.close();
    await server.stop();
  });
  const step = (name: string, act: string) => ({
    step: name,
    host: 'web-1',
    title: act,
    input: { host: 'web-1', act },
  });

  test('whose step is not known here fails, is taken back, and lets go of its locks', async () => {
    const stages = [
      { name: 'one', steps: [step(work.name, 'known')] },
      { name: 'two', steps: [step('deploy.teleport', 'unknown')] },
    ];
    const end = await hall.ended(await hall.submit(stages, { locks: ['app/shop'] }));
    assert.equal(end.status, 'failed');
    assert.equal(end.error?.code, 'step.unknown');
    assert.match(end.summary, /no step called deploy\.teleport/);
    assert.deepEqual(undone, ['known']);
    assert.equal(await hall.runs.holder('app/shop'), undefined);
  });

  test('cannot name what every object has', async () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      await assert.rejects(stepNamed(name).perform({ host: 'web-1' }, {} as never, {}), {
        code: 'step.unknown',
      });
  });
});
