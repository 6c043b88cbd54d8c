/** An image that has all cloud-init and what Muster puts into images: one of them configures the machine. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MACHINE, run } from './sh.ts';

const BOOT = 'http://10.77.0.1:8080/v1/boots/T';

test('Muster leaves a machine to cloud-init where that was told to ask it, and only there', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-cloud-init-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  /** The units that are masked at the early one of three places, which is all that is written. */
  const masked = async (words: string) => {
    const own = await mkdtemp(join(folder, 'boot-'));
    await writeFile(join(own, 'line'), `quiet ${words}\n`);
    const script = 'cd "$1" && mkdir normal early late && exec dash "$2" normal early late';
    const args = [own, `${MACHINE}/systemd/generator`];
    const { code } = await run('dash', script, { LINE_FILE: join(own, 'line') }, args);
    assert.equal(code, 0, words);
    const names = await readdir(join(own, 'early'));
    for (const name of names) assert.equal(await readlink(join(own, 'early', name)), '/dev/null');
    assert.deepEqual((await readdir(own)).sort(), ['early', 'late', 'line', 'normal']);
    return names.sort();
  };
  const all = ['muster-configure.service', 'muster-lease.service', 'muster-up.service'];
  assert.deepEqual(await masked(`muster.boot=${BOOT} ds=nocloud-net;s=${BOOT}/nocloud/`), all);
  assert.deepEqual(await masked(`ds=nocloud;s=${BOOT}/nocloud/ muster.boot=${BOOT}`), all);
  for (const words of [
    `muster.boot=${BOOT}`,
    `muster.boot=${BOOT} ds=nocloud;s=http://10.0.0.9/`,
    `muster.boot=${BOOT} ds=none;s=${BOOT}/nocloud/`,
    'ds=nocloud;s=/seed/',
  ])
    assert.deepEqual(await masked(words), [], words);
});
