/** A machine that nobody knows: it waits to be adopted whether or not it can tell what is in it. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MACHINE, run, serving } from './sh.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-discover-'));
  for (const name of ['systemd-run', 'systemctl']) {
    await writeFile(join(folder, name), `#!/bin/sh\necho ${name} "$@" >>"$SAID"\n`);
    await chmod(join(folder, name), 0o755);
  }
});
after(() => rm(folder, { recursive: true, force: true }));

/** Has a machine call home; gives what it asked systemd for. */
async function up(url: string): Promise<string> {
  const own = await mkdtemp(join(folder, 'own-'));
  const [calls, line] = [join(own, 'calls'), join(own, 'cmdline')];
  await writeFile(line, `quiet muster.discover=1 muster.boot=${url}/v1/boots/x\n`);
  const env = {
    ...{ LINE_FILE: line, MUSTER_RUN: own, SAID: calls, CONSOLE: join(own, 'console') },
    PATH: `${folder}:${process.env.PATH}`,
  };
  await run('dash', `. ${MACHINE}/machine`, env, ['up']);
  return readFile(calls, 'utf8').catch(() => '');
}

test('waits to be adopted from before it tells what is in it, which may go wrong', async () => {
  const told: string[] = [];
  const server = await serving(async (request, response) => {
    told.push(`${request.url}`);
    response.end('ok');
  });
  const calls = await up(server.url);
  await server.close();
  assert.match(calls, /^systemd-run --quiet --no-block --unit=muster-wait \S+\/machine wait\n/);
  assert.deepEqual(told, ['/v1/boots/x/inventory', '/v1/boots/x/events']);
});
