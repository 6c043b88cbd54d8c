/** What is to be run over there, and what is told of it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Host } from '../../../src/config/config.ts';
import type { EnrolledHost } from '../../../src/config/enrolled.ts';
import type { Added } from '../../../src/jobs/enrolment/enrolments.ts';
import { installLine, keyLine } from '../../../src/jobs/enrolment/lines.ts';
import { drawNews } from '../../../src/jobs/enrolment/news.ts';

const entry = (more: object) => Host.parse({ link: 'icp', address: '192.0.2.11', ...more }) as Added['entry'];
const KEYS = [`SHA256:${'a'.repeat(43)}`, `SHA256:${'b'.repeat(43)}`];

test('the line says what is not as usual, and nothing else', () => {
  const line = (more: object, trust = ['SHA256:k']) => installLine({ trust, token: 't', entry: entry(more) });
  const start = 'muster agent install --trust SHA256:k --token t';
  assert.equal(line({}), start);
  assert.equal(line({ port: 5000 }), `${start} --port 5000`);
  assert.equal(line({ guardian: { address: '192.0.2.11' } }), `${start} --guardian`);
  assert.equal(
    line({ guardian: { address: '192.0.2.11', port: 5001 } }),
    `${start} --guardian --guardian-port 5001`,
  );
  assert.equal(line({}, KEYS), `muster agent install --trust ${KEYS.join(' ')} --token t`);
});

test('the line for ssh adds each key in a line of its own', () => {
  assert.match(
    keyLine(['ssh-ed25519 AAAA', 'ssh-ed25519 BBBB']),
    /'ssh-ed25519 AAAA muster' 'ssh-ed25519 BBBB muster' >>/,
  );
});

test('the line for ssh spoils no key that is there already, also where the file ends without a new line', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'muster-home-'));
  t.after(() => rm(home, { recursive: true }));
  await mkdir(join(home, '.ssh'));
  const file = join(home, '.ssh', 'authorized_keys');
  await writeFile(file, 'ssh-ed25519 CCCC reem');
  const env = { ...process.env, HOME: home };
  // The rest of the line shows the keys of this machine's own sshd, which may have none.
  await promisify(execFile)('sh', ['-c', keyLine(['ssh-ed25519 AAAA', 'ssh-ed25519 BBBB'])], { env }).catch(
    () => {},
  );
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  assert.deepEqual(lines, ['ssh-ed25519 CCCC reem', 'ssh-ed25519 AAAA muster', 'ssh-ed25519 BBBB muster']);
});

test('a host that answers is told of with its whole keys, and trusted by a button short enough for every service', () => {
  const host = { seen: { host: KEYS[0], guardian: KEYS[1] } } as EnrolledHost;
  const { lines, buttons } = drawNews('web-2', host, { kind: 'answered' });
  for (const key of KEYS) assert.ok(lines[0]?.includes(key));
  assert.equal(lines[1], `Next: /host trust web-2 ${KEYS.join(' ')}`);
  const one = drawNews('web-2', { seen: { host: KEYS[0] } } as EnrolledHost, { kind: 'answered' });
  assert.ok(Buffer.byteLength(one.buttons[0]?.line ?? '') <= 64, one.buttons[0]?.line);
  for (const { line } of [...buttons, ...one.buttons]) assert.match(line, /^\/host trust web-2 SHA256:a{20}/);
  assert.deepEqual(drawNews('web-2', host, { kind: 'lapsed' }).buttons, []);
  assert.deepEqual(drawNews('web-2', host, { kind: 'stranger', fingerprint: 'SHA256:x' }).buttons, []);
});
