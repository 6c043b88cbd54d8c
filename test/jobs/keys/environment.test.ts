import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { environmentKey, environmentKeyFile } from '../../../src/jobs/keys/environment.ts';

let state: string;
before(async () => {
  state = await mkdtemp(join(tmpdir(), 'muster-environment-'));
});
after(() => rm(state, { recursive: true, force: true }));

test('an environment has one key pair, whoever asks for it first', async () => {
  const keys = await Promise.all(Array.from({ length: 20 }, () => environmentKey(state, 'build-7')));
  assert.equal(new Set(keys).size, 1);
  assert.equal(await environmentKey(state, 'build-7'), keys[0]);
  assert.notEqual(await environmentKey(state, 'build-8'), keys[0]);
  assert.deepEqual((await readdir(join(state, 'keys'))).sort(), [
    'environment-build-7',
    'environment-build-8',
  ]);
});

test('its private half is what ssh takes, and nobody else may read it', async () => {
  const key = await environmentKey(state, 'build-7');
  const file = environmentKeyFile(state, 'build-7');
  assert.equal((await stat(file)).mode & 0o7777, 0o600);
  assert.equal((await stat(join(state, 'keys'))).mode & 0o7777, 0o700);
  const shown = execFileSync('ssh-keygen', ['-yf', file], { encoding: 'utf8' });
  assert.deepEqual(shown.trim().split(' ').slice(0, 2).join(' '), key);
});

test('one that others may read, or that is something else, is not used', async () => {
  const file = environmentKeyFile(state, 'build-8');
  await chmod(file, 0o640);
  await assert.rejects(environmentKey(state, 'build-8'), {
    code: 'keys.environment',
    message: /others may read/,
  });
  await writeFile(environmentKeyFile(state, 'odd'), 'no key', { mode: 0o600 });
  await assert.rejects(environmentKey(state, 'odd'), {
    code: 'keys.environment',
    message: /not an ed25519 key/,
  });
  const rsa = environmentKeyFile(state, 'rsa');
  execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', rsa]);
  await assert.rejects(environmentKey(state, 'rsa'), { code: 'keys.environment' });
  assert.equal(await readFile(environmentKeyFile(state, 'odd'), 'utf8'), 'no key');
});
