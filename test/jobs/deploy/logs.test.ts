import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { logsPlan } from '../../../src/jobs/plans/deploy.ts';
import { lacksEngine } from '../../engine.ts';
import { Stage } from './stage.ts';
import { walk } from './walk.ts';

describe('the log of an app', { skip: lacksEngine('git', 'docker-compose') }, () => {
  let stage: Stage;
  const read = (choice: Partial<Parameters<typeof logsPlan>[0]>, walking = {}) =>
    walk(logsPlan({ app: 'hello', hosts: ['local'], ...choice }), stage.nextRun(), stage.place, walking);

  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage?.close());

  it('is refused where the app is not deployed', async () => {
    assert.equal((await read({})).error?.code, 'app.notdeployed');
  });

  it('is that of all services in the order of time', async () => {
    const service = (name: string, seconds: number) =>
      `  ${name}:\n    image: muster/base\n    command: [sh, -c, "sleep ${seconds}; echo I am ${name}; echo Done"]\n`;
    const text = `services:\n${service('late', 1)}${service('early', 0)}`;
    stage.repository.commit('two', { 'compose.yaml': text });
    assert.equal((await stage.deploy('two')).error, undefined);
    const { lines } = await read({});
    assert.deepEqual(lines, ['early | I am early', 'early | Done', 'late | I am late', 'late | Done']);
  });

  it('is cut to the last lines, or to those that hold a word', async () => {
    assert.deepEqual((await read({ tail: 1 })).lines, ['late | Done']);
    assert.deepEqual((await read({ grep: 'i AM' })).lines, ['early | I am early', 'late | I am late']);
    assert.deepEqual((await read({ since: 1 })).lines, []);
    const none = await read({ grep: '(nothing' });
    assert.deepEqual(none.notes, ['hello wrote nothing that matches on local']);
  });

  it('is followed until that is stopped', async () => {
    assert.equal((await stage.deploy('main')).error, undefined);
    const control = new AbortController();
    const following = read(
      { follow: true, grep: 'response:404' },
      { signal: control.signal, onLine: () => control.abort() },
    );
    const ask = () => void fetch(`http://127.0.0.1:${stage.port}/followed`).catch(() => {});
    const asking = setInterval(ask, 200);
    const { lines } = await following.finally(() => clearInterval(asking));
    assert.match(lines[0] ?? '', /^web \| .*response:404/);
  });
});
