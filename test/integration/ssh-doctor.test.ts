/** `muster doctor` on hosts over ssh: what each lacks, why one cannot be looked at, or that nothing is lacking. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Sshd, startSshd } from '../adapters/ssh/sshd.ts';
import { lacksSshCloud, openSshCloud, type SshCloud } from './ssh-cloud.ts';

/** All that the poor host has: what any Debian has. */
const BASICS = ['sh', 'cat', 'cut', 'df', 'id', 'ls', 'sed', 'setsid', 'test', 'tr'];

describe('muster doctor over ssh', { skip: lacksSshCloud('mmdebstrap') }, () => {
  let cloud: SshCloud;
  let poor: Sshd;

  before(async () => {
    cloud = await openSshCloud();
    const path = join(cloud.muster.folder, 'bin');
    mkdirSync(path);
    for (const name of BASICS) symlinkSync(`/usr/bin/${name}`, join(path, name));
    poor = await startSshd([`SetEnv PATH=${path} HOME=${cloud.engine.root}`]);
  });
  after(async () => {
    await poor?.close();
    await cloud?.stop();
  });

  /** What the doctor says of hosts that run the app, one line each. */
  async function doctor(hosts: Record<string, string>): Promise<{ exit: number; lines: string[] }> {
    const app = `{repository: ${cloud.repository}, hosts: [${Object.keys(hosts)}]}`;
    await cloud.configure(hosts, { hello: app });
    const { exit, stdout } = await cloud.muster.run('doctor');
    return { exit, lines: stdout.trim().split('\n') };
  }

  test('says that nothing is lacking, and exits 0', async () => {
    const { exit, lines } = await doctor({ web: cloud.host() });
    assert.equal(exit, 0, lines.join('\n'));
    assert.ok(lines.includes('● web: running Docker engine'));
    assert.equal(lines.at(-1), '1 host, nothing is lacking.');
  });

  test('names what a host lacks, each with what brings it, and exits 1', async () => {
    const { exit, lines } = await doctor({
      web: cloud.host({
        port: poor.port,
        keyFile: poor.keyFile,
        hostKey: poor.hostKeys.ed25519,
        tools: { docker: { socket: '/no/such.sock' } },
      }),
    });
    assert.equal(exit, 1);
    for (const what of ['git', 'Docker Compose', 'running Docker engine'])
      assert.ok(lines.includes(`✕ web: ${what}  ->  /prepare web`), lines.join('\n'));
  });

  test('names who may not log in with which key, and where that key belongs', async () => {
    const wrong = join(cloud.muster.folder, 'wrong');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', wrong]);
    const { exit, lines } = await doctor({ web: cloud.host({ keyFile: wrong }) });
    assert.equal(exit, 1);
    const { user } = cloud.sshd;
    assert.equal(
      lines[0],
      `✕ web: web does not let ${user} log in: it refused ${wrong}  ->  Put Muster's public key into ~/.ssh/authorized_keys of ${user} on web.`,
    );
  });

  test('says of each host why it cannot be looked at', async () => {
    const { exit, lines } = await doctor({
      alone: cloud.host({ port: 1 }),
      fresh: cloud.host({ hostKey: undefined }),
    });
    assert.equal(exit, 1);
    assert.match(
      lines[0] ?? '',
      /^✕ alone: alone does not answer: connect ECONNREFUSED 127\.0\.0\.1:1 {2}-> {2}Is /,
    );
    assert.ok(
      lines[1]?.endsWith(
        `  ->  If it is the right machine, add to its entry: hostKey: ${cloud.sshd.hostKeys.ed25519}`,
      ),
    );
  });
});
