import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sshShell } from '../../../src/adapters/ssh/shell.ts';
import { logsPlan } from '../../../src/jobs/plans/deploy.ts';
import { noSshd, type Sshd, startSshd } from '../../adapters/ssh/sshd.ts';
import { lacksEngine } from '../../engine.ts';
import { Stage } from './stage.ts';
import { walk } from './walk.ts';

const skip = noSshd || lacksEngine('git', 'docker-compose');

describe('a deploy to a host that is reached over ssh', { skip }, () => {
  let sshd: Sshd;
  let stage: Stage;

  before(async () => {
    sshd = await startSshd();
    const { port, user, keyFile, hostKeys } = sshd;
    const login = { host: 'local', address: '127.0.0.1', port, user, keyFile, hostKey: hostKeys.ed25519 };
    stage = await Stage.open(sshShell(login));
  });
  after(async () => {
    await stage?.close();
    await sshd?.close();
  });

  it('goes the same way, the engine and its events included', async () => {
    assert.equal((await stage.deploy('v1')).error, undefined);
    assert.match(await stage.page(), /Hello from your own cloud/);
    const { failed, error } = await stage.deploy('bad');
    assert.equal(failed, 'deploy.healthy');
    assert.equal(error?.code, 'app.unhealthy');
    assert.match(await stage.page(), /Hello from your own cloud/);
  });

  it('ends a build that is cancelled, and all of it', async () => {
    stage.repository.commit('slow', { Dockerfile: 'FROM muster/base\nRUN echo it is slow; sleep 600\n' });
    const control = new AbortController();
    const { failed } = await stage.deploy('slow', {
      run: 'r-slow',
      signal: control.signal,
      onLine: (line) => line === 'it is slow' && control.abort(),
    });
    assert.equal(failed, 'deploy.build');
    assert.deepEqual(await stage.place.shell.sweep('r-slow'), []);
    assert.equal((await stage.containers()).length, 1);
  });

  it('reads logs', async () => {
    const plan = logsPlan({ app: 'hello', hosts: ['local'], tail: 2, grep: 'response:200' });
    const { lines } = await walk(plan, stage.nextRun(), stage.place);
    assert.equal(lines.length, 2);
  });
});
