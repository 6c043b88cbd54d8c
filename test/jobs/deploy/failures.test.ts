import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { lacksEngine } from '../../engine.ts';
import { Stage } from './stage.ts';

describe('a deploy that fails or is cancelled', { skip: lacksEngine('git', 'docker-compose') }, () => {
  let stage: Stage;
  const compose = (service: string, more: string) => ({
    'compose.yaml': `services:\n  ${service}:\n    image: muster/base\n${more}`,
  });

  before(async () => {
    stage = await Stage.open();
    assert.equal((await stage.deploy('main')).error, undefined);
  });
  after(() => stage?.close());

  const untouched = async () => {
    assert.equal(await stage.page(), 'the second page');
    assert.equal((await stage.containers()).length, 1);
  };

  it('touches nothing where the build fails, and leaves no container of it', async () => {
    stage.repository.commit('broken', { Dockerfile: 'FROM muster/base\nRUN echo it is broken; exit 3\n' });
    const { error, failed } = await stage.deploy('broken');
    assert.equal(failed, 'deploy.build');
    assert.equal(error?.code, 'shell.exit');
    assert.ok(error?.lines?.includes('it is broken'));
    await untouched();
  });

  it('touches nothing where the build is cancelled, and nothing of it survives', async () => {
    stage.repository.commit('slow', { Dockerfile: 'FROM muster/base\nRUN echo it is slow; sleep 600\n' });
    const control = new AbortController();
    const { error, failed } = await stage.deploy('slow', {
      run: 'r-slow',
      signal: control.signal,
      onLine: (line) => line === 'it is slow' && control.abort(),
    });
    assert.equal(failed, 'deploy.build');
    assert.equal(error?.code, 'shell.aborted');
    assert.deepEqual(await stage.place.shell.sweep('r-slow'), []);
    await untouched();
  });

  it('removes no container but its own, whatever the build prints', async () => {
    const id = (await stage.engine.docker('ps', '--quiet')).trim();
    const print = `RUN echo ' ---> Running in ${id}'; exit 1`;
    stage.repository.commit('lying', { Dockerfile: `FROM muster/base\n${print}\n` });
    const { lines } = await stage.deploy('lying');
    assert.ok(lines.includes(` ---> Running in ${id}`));
    await untouched();
  });

  it('names the base image, and how to get it, where it is not there', async () => {
    stage.repository.commit('based', { Dockerfile: 'FROM muster/base:none\nRUN true\n' });
    const { error } = await stage.deploy('based');
    assert.equal(error?.code, 'image.missing');
    assert.equal(error?.message, 'the image muster/base:none is not on local');
    assert.equal(error?.hint, '/build base');
  });

  it('names an image that cannot be pulled, before anything is touched', async () => {
    const image = '127.0.0.1:1/nothing';
    stage.repository.commit('pulled', { 'compose.yaml': `services:\n  web:\n    image: ${image}\n` });
    const { error, failed } = await stage.deploy('pulled');
    assert.equal(failed, 'deploy.build');
    assert.equal(error?.message, `the image ${image} is not on local`);
    await untouched();
  });

  it('says what cannot be started, and goes on as before', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const file = stage.example('compose.yaml').replace(`:${stage.port}:`, `:${port}:`);
    stage.repository.commit('taken', { 'compose.yaml': file });
    const { error, failed } = await stage.deploy('taken');
    await new Promise((resolve) => taken.close(resolve));
    assert.equal(failed, 'deploy.start');
    assert.equal(error?.code, 'app.unhealthy');
    assert.match(error?.message ?? '', /local: web: .*address already in use/);
    await untouched();
  });

  it('goes on as before where it is cancelled while it starts', async () => {
    const control = new AbortController();
    const { failed } = await stage.deploy('bad', {
      signal: control.signal,
      onLine: (_, step) => step === 'deploy.start' && control.abort(),
    });
    assert.equal(failed, 'deploy.start');
    await untouched();
  });

  it('goes on as before where it is cancelled while it waits, which ends at once', async () => {
    stage.repository.commit('waiting', {
      'compose.yaml': stage.example('compose.yaml').replace('interval: 2s', 'interval: 600s'),
    });
    const control = new AbortController();
    const { failed, error } = await stage.deploy('waiting', {
      signal: control.signal,
      onStep: (step) => step === 'deploy.healthy' && setTimeout(() => control.abort(), 500),
    });
    assert.equal(failed, 'deploy.healthy');
    assert.notEqual(error?.code, 'app.unhealthy');
    await untouched();
  });

  it('takes a job that ended badly for ill', async () => {
    stage.repository.commit('job', compose('job', '    command: [sh, -c, "echo did it; exit 3"]\n'));
    const { error } = await stage.deploy('job');
    assert.match(error?.message ?? '', /local: job: it ended with code 3$/);
    assert.deepEqual(error?.lines, ['did it']);
    await untouched();
  });

  it('notices what keeps restarting', async () => {
    const loop = '    restart: always\n    command: [sh, -c, "exit 7"]\n';
    stage.repository.commit('loop', compose('loop', loop));
    const { error } = await stage.deploy('loop');
    assert.match(error?.message ?? '', /loop: it keeps restarting \(it ended with code 7\)$/);
    await untouched();
  });

  it('says how long it waited where the time is up', async () => {
    const file = stage
      .example('compose.yaml')
      .replace('8080/"]', '1/"]')
      .replace('retries: 3', 'retries: 300');
    stage.repository.commit('late', { 'compose.yaml': file });
    const settings = stage.settings;
    stage.settings = { ...settings, healthy: 1_500 };
    const { error } = await stage.deploy('late');
    stage.settings = settings;
    assert.match(error?.message ?? '', /after 2 s, web: its healthcheck has not passed yet$/);
    await untouched();
  });

  it('says what is wrong with the compose file, and leaves all as it was', async () => {
    stage.repository.commit('typo', { 'compose.yaml': 'services: {web: {imag: x}}\n' });
    assert.equal((await stage.deploy('typo')).error?.code, 'compose.invalid');
    stage.repository.commit('none', { 'compose.yaml': null });
    const { error, failed } = await stage.deploy('none');
    assert.equal(failed, 'deploy.compose');
    assert.match(error?.message ?? '', /^hello has no compose\.yaml at [0-9a-f]{7}$/);
    await untouched();
  });

  it('says that the engine is down', async () => {
    const { tools } = stage.place;
    stage.place.tools = { docker: { socket: join(stage.engine.root, 'nowhere.sock') } };
    const { error, failed } = await stage.deploy('main');
    stage.place.tools = tools;
    assert.equal(failed, 'deploy.build');
    assert.equal(error?.code, 'engine.down');
    assert.equal(error?.hint, '/prepare local');
    await untouched();
  });

  it('says that the disk is full', async () => {
    const { root } = stage.place;
    const small = join(stage.engine.root, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]);
    try {
      stage.repository.commit('large', { large: randomBytes(400_000).toString('hex') });
      stage.place.root = small;
      const { error, failed } = await stage.deploy('large');
      assert.equal(failed, 'deploy.fetch');
      assert.equal(error?.code, 'host.diskfull');
    } finally {
      stage.place.root = root;
      execFileSync('umount', [small]);
    }
    await untouched();
  });

  it('says that it may not write its folder', async () => {
    const { root } = stage.place;
    const sealed = join(stage.engine.root, 'sealed');
    mkdirSync(sealed);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', sealed]);
    try {
      stage.place.root = sealed;
      const { error, failed } = await stage.deploy('main');
      assert.equal(failed, 'deploy.fetch');
      assert.equal(error?.code, 'host.denied');
      assert.match(error?.message ?? '', /^no permission on local: \S+ cannot be written$/);
    } finally {
      stage.place.root = root;
      execFileSync('umount', [sealed]);
    }
    await untouched();
  });

  it('takes a job that ended well for done', async () => {
    stage.repository.commit('job', compose('job', '    command: ["true"]\n'));
    assert.equal((await stage.deploy('job')).error, undefined);
  });

  it('says that the repository is gone', async () => {
    stage.repository.commit('main', { 'www/index.html': 'never seen' });
    const going = stage.deploy('main');
    rmSync(stage.repository.folder, { recursive: true, force: true });
    const { error, failed } = await going;
    assert.equal(failed, 'deploy.fetch');
    assert.equal(error?.code, 'git.unreachable');
  });
});
