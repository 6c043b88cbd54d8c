/** An image that has both cloud-init and what Muster puts into images: one of them configures the machine. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MACHINE, run, serving } from './sh.ts';

test('Muster leaves a machine to cloud-init where that was told to ask it, and only there', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-cloud-init-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const asked: string[] = [];
  const server = await serving((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  t.after(() => server.close());
  const boot = `${server.url}/v1/boots/T`;
  const line = join(folder, 'line');
  const does = async (verb: string, words: string) => {
    await writeFile(line, `quiet muster.boot=${boot} ${words}\n`);
    const env = { LINE_FILE: line, MUSTER_RUN: join(folder, 'own') };
    return (await run('dash', 'exec dash "$1" "$2"', env, [`${MACHINE}/machine`, verb])).code;
  };
  for (const verb of ['configure', 'up'])
    for (const name of ['nocloud', 'nocloud-net'])
      assert.equal(await does(verb, `ds=${name};s=${boot}/nocloud/`), 0, `${verb} ${name}`);
  assert.deepEqual(asked, []);
  // Nobody has configured it.
  for (const words of ['', 'ds=nocloud;s=http://10.0.0.9/', `ds=none;s=${boot}/nocloud/`])
    assert.equal(await does('up', words), 1, words);
});
