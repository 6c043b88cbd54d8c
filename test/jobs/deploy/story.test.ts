import assert from 'node:assert/strict';
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { lacksEngine } from '../../engine.ts';
import { Stage } from './stage.ts';

const FIRST = /Hello from your own cloud/;

describe('an app, from its first deploy on', { skip: lacksEngine('git', 'docker-compose') }, () => {
  let stage: Stage;
  const app = (...path: string[]) => join(stage.place.root, 'apps/hello', ...path);
  const generations = () => readdirSync(app('generations')).sort();

  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage?.close());

  it('is not running where its first deploy fails', async () => {
    const { error, failed } = await stage.deploy('bad');
    assert.equal(failed, 'deploy.healthy');
    assert.equal(error?.code, 'app.unhealthy');
    assert.deepEqual(await stage.containers(), []);
    assert.equal(await stage.live(), undefined);
  });

  it('is built, started, waited for and kept', async () => {
    const { error, lines, shares } = await stage.deploy('v1', { run: 'r-first' });
    assert.equal(error, undefined);
    assert.ok(lines.some((line) => line.startsWith('Step 1/')));
    assert.ok(shares.length > 1 && shares.every((share) => share >= 0 && share <= 1));
    assert.match(await stage.page(), FIRST);
    assert.equal((await stage.live())?.current, 'r-first');
    assert.equal(readlinkSync(app('current')), 'generations/r-first');
    const id = (await stage.engine.docker('ps', '--quiet')).trim();
    const [{ Config }] = JSON.parse(await stage.engine.docker('inspect', id));
    assert.equal(Config.Image, 'muster-hello-web:r-first');
    for (const [label, value] of Object.entries({ app: 'hello', generation: 'r-first', run: 'r-first' }))
      assert.equal(Config.Labels[`muster.${label}`], value);
  });

  it('keeps what it runs to itself', () => {
    assert.equal(statSync(app('generations/r-first')).mode & 0o777, 0o700);
    assert.equal(statSync(app('generations/r-first/compose.yaml')).mode & 0o777, 0o600);
  });

  it('does not change when the same run is done again', async () => {
    const before = await stage.engine.docker('ps', '--quiet', '--no-trunc');
    assert.equal((await stage.deploy('v1', { run: 'r-first' })).error, undefined);
    assert.equal(await stage.engine.docker('ps', '--quiet', '--no-trunc'), before);
    assert.equal((await stage.live())?.list.length, 1);
  });

  it('goes on as it was where a new commit does not get healthy', async () => {
    const { error, failed, notes } = await stage.deploy('bad', { run: 'r-bad' });
    assert.equal(failed, 'deploy.healthy');
    assert.match(error?.message ?? '', /^hello did not get healthy on local: web: .*404 Not Found/);
    assert.equal(error?.hint, '/logs hello');
    assert.ok(error?.lines?.some((line) => line.includes('response:404')));
    assert.ok((error?.lines?.length ?? 0) <= 20);
    assert.ok(notes.some((note) => /^hello v1 \([0-9a-f]{7}\) is back on local$/.test(note)));
    assert.match(await stage.page(), FIRST);
    assert.equal((await stage.live())?.current, 'r-first');
    const [container, ...others] = await stage.containers();
    assert.match(container ?? '', /^\S+ Up .* \(healthy\)$/);
    assert.deepEqual(others, []);
  });

  it('uses again what a failed run left when that is tried again', async () => {
    const { failed, lines } = await stage.deploy('bad', { origin: 'r-bad' });
    assert.equal(failed, 'deploy.healthy');
    assert.ok(lines.filter((line) => line.includes('Using cache')).length >= 3);
    assert.match(await stage.page(), FIRST);
  });

  it('is replaced by a newer commit', async () => {
    assert.equal((await stage.deploy('main', { run: 'r-second' })).error, undefined);
    assert.equal(await stage.page(), 'the second page');
    assert.deepEqual(await stage.images(), ['muster-hello-web:r-first', 'muster-hello-web:r-second']);
    assert.deepEqual(generations(), ['r-first', 'r-second']);
  });

  it('is rolled back to the generation before', async () => {
    assert.equal((await stage.rollback()).error, undefined);
    assert.match(await stage.page(), FIRST);
    const live = await stage.live();
    assert.equal(live?.current, 'r-first');
    assert.deepEqual(
      live?.list.map((entry) => entry.generation),
      ['r-second', 'r-first'],
    );
    assert.equal(readlinkSync(app('current')), 'generations/r-first');
  });

  it('forgets what is too old: files, images and commits; never the live one or the one before', async () => {
    assert.equal((await stage.deploy('main', { run: 'r-third' })).error, undefined);
    assert.deepEqual(await stage.images(), ['muster-hello-web:r-first', 'muster-hello-web:r-third']);
    assert.deepEqual(generations(), ['r-first', 'r-third']);
    const refs = stage.repository.git('--git-dir', app('repo.git'), 'for-each-ref', 'refs/muster');
    assert.equal(refs.split('\n').length, 2);
  });

  it('says so where the generation to go back to is no longer there', async () => {
    await stage.engine.docker('rmi', 'muster-hello-web:r-first');
    const { error, failed } = await stage.rollback();
    assert.equal(failed, 'deploy.start');
    assert.equal(error?.code, 'app.gone');
    assert.equal(await stage.page(), 'the second page');
  });

  it('does not start again what a new commit has not changed', async () => {
    const compose = `${stage.example('compose.yaml')}  db:\n    image: muster/base\n    command: [sleep, "999"]\n    init: true\n`;
    stage.repository.commit('main', { 'compose.yaml': compose });
    assert.equal((await stage.deploy('main')).error, undefined);
    const db = () => stage.engine.docker('ps', '--quiet', '--filter', 'label=com.docker.compose.service=db');
    const before = await db();
    assert.notEqual(before, '');
    stage.repository.commit('main', { 'www/index.html': 'the third page' });
    assert.equal((await stage.deploy('main')).error, undefined);
    assert.equal(await stage.page(), 'the third page');
    assert.equal(await db(), before);
  });

  it('ends what a new commit no longer has', async () => {
    stage.repository.commit('main', { 'compose.yaml': stage.example('compose.yaml') });
    assert.equal((await stage.deploy('main')).error, undefined);
    assert.equal((await stage.containers()).length, 1);
  });
});
