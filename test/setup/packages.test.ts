/** Without root or apt, set-up says exactly what is missing and what to type, and nothing else. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { installCommand, missing, TEST_TOOLS } from '../../setup/tools.mjs';
import { needs } from '../needs.ts';

const SETUP = new URL('../../setup/', import.meta.url);

/** Runs the check for a program that no machine has, as somebody who is not root. */
function check(path: string) {
  const program = `
    process.getuid = () => 1000;
    const { TOOLS } = await import('${SETUP}tools.mjs');
    const { ensureTools } = await import('${SETUP}packages.mjs');
    const { runMain } = await import('${SETUP}say.mjs');
    TOOLS['no-such-tool'] = { package: 'no-such-package', why: 'the test asks for it' };
    await runMain(() => ensureTools(['no-such-tool']));
    console.log('went on');`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { PATH: path },
  });
}

test('without root, it names the package, the reason and the whole command line, and exits with 1', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-path-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'apt-get'), '#!/bin/sh\nexit 1\n');
  await chmod(join(folder, 'apt-get'), 0o755);
  const { status, stdout, stderr } = check(folder);
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /no-such-package +the test asks for it/);
  assert.match(
    stderr,
    /\n {2}sudo apt-get update && sudo apt-get install -y --no-install-recommends no-such-package\n/,
  );
  assert.doesNotMatch(stderr, /\n +at /);
});

test('a command line holds every package once, and sudo only for those who need it', () => {
  assert.equal(
    installCommand(['git', 'sshd'], ''),
    'apt-get update && apt-get install -y --no-install-recommends git openssh-server',
  );
  assert.ok(TEST_TOOLS.includes('mmdebstrap') && !TEST_TOOLS.includes('redis-server'));
});

test('a test says what it lacks; in CI it may not', (t) => {
  assert.deepEqual(missing(['git']), []);
  assert.equal(needs(['git']), false);
  const { CI } = process.env;
  const { getuid } = process;
  t.after(() => {
    process.getuid = getuid;
    if (CI === undefined) delete process.env.CI;
    else process.env.CI = CI;
  });
  process.getuid = () => 1000;
  delete process.env.CI;
  assert.equal(needs(['git', 'root']), 'needs root: run it with sudo');
  process.env.CI = 'true';
  assert.throws(() => needs(['root']), /CI allows no skipped test: needs root/);
});
