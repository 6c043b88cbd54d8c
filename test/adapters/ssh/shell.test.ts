import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Login } from '../../../src/adapters/ssh/connection.ts';
import { sshShell } from '../../../src/adapters/ssh/shell.ts';
import type { MusterError } from '../../../src/errors.ts';
import type { Shell } from '../../../src/shell.ts';
import { commandLines } from '../../conformance/process-table.ts';
import { rejectsWith, shellConformance } from '../../conformance/shell.ts';
import { noSshd, type Sshd, startSshd } from './sshd.ts';

const login = (sshd: Sshd, other: Partial<Login> = {}): Login => ({
  host: 'there',
  address: '127.0.0.1',
  port: sshd.port,
  user: sshd.user,
  keyFile: sshd.keyFile,
  hostKey: sshd.hostKeys.ed25519,
  ...other,
});

const servers: Sshd[] = [];
const server = async (extra?: readonly string[]) => {
  const sshd = await startSshd(extra);
  servers.push(sshd);
  return sshd;
};
after(() => Promise.all(servers.map((sshd) => sshd.close())));

shellConformance('the ssh link', { processes: true, skip: noSshd }, async () => {
  const shell = sshShell(login(servers[0] ?? (await server())));
  return { shell, close: () => shell.close() };
});

describe('the ssh link', { skip: noSshd, timeout: 60_000 }, () => {
  let sshd: Sshd;
  const shells: Shell[] = [];
  const open = (other: Partial<Login> = {}) => {
    const shell = sshShell(login(sshd, other));
    shells.push(shell);
    return shell;
  };
  before(async () => {
    sshd = await server();
  });
  after(() => Promise.all(shells.map((shell) => shell.close())));

  test('a host key that is not pinned is refused and shown', async () => {
    const error = await rejectsWith('host.key.unknown', open({ hostKey: undefined }).run(['true']));
    assert.equal(error.facts.fingerprint, sshd.hostKeys.ed25519);
    assert.ok(error.hint.includes(`hostKey: ${sshd.hostKeys.ed25519}`));
  });

  test('another host key than the pinned one is refused', async () => {
    const hostKey = `SHA256:${'A'.repeat(43)}`;
    const error = await rejectsWith('host.key.changed', open({ hostKey }).run(['true']));
    assert.equal(error.facts.fingerprint, sshd.hostKeys.ed25519);
  });

  test('any of the host keys may be pinned', async () => {
    assert.equal((await open({ hostKey: sshd.hostKeys.rsa }).run(['true'])).code, 0);
  });

  test('a refused login says who and with what', async () => {
    const wrong = await rejectsWith('host.login', open({ user: 'muster-nobody' }).run(['true']));
    assert.match(wrong.message, /does not let muster-nobody log in/);
    const missing = await rejectsWith('host.login', open({ keyFile: '/no/such/key' }).run(['true']));
    assert.match(missing.message, /\/no\/such\/key cannot be read/);
    const file = join(sshd.folder, 'not-a-key');
    await writeFile(file, 'hello');
    const garbage = await rejectsWith('host.login', open({ keyFile: file }).run(['true']));
    assert.match(garbage.message, /is not a private key/);
    const none = await rejectsWith('host.login', open({ keyFile: undefined, agent: '' }).run(['true']));
    assert.match(none.message, /neither a keyFile nor an agent/);
  });

  test('an agent may hold the key', async (t) => {
    const agent = join(sshd.folder, 'agent.sock');
    const child = spawn('ssh-agent', ['-D', '-a', agent], { stdio: 'ignore' });
    t.after(() => child.kill('SIGKILL'));
    while (!existsSync(agent)) await sleep(20);
    const without = await rejectsWith('host.login', open({ keyFile: undefined, agent }).run(['true']));
    assert.match(without.message, /refused the agent's keys/);
    const environment = { ...process.env, SSH_AUTH_SOCK: agent };
    await promisify(execFile)('ssh-add', ['-q', sshd.keyFile], { env: environment });
    assert.equal((await open({ keyFile: undefined, agent }).run(['echo', 'in'])).stdout, 'in\n');
  });

  test('a port where nobody listens is unreachable', async () => {
    const error = await rejectsWith('host.unreachable', open({ port: 1 }).run(['true']));
    assert.match(error.hint, /127\.0\.0\.1:1/);
  });

  test('all runs share one connection, and it shows no key', async () => {
    const shell = open();
    await Promise.all([shell.run(['true']), shell.marked('r-1').run(['true']), shell.run(['true'])]);
    const seen: string[] = [];
    const { stdout } = await shell.run(['sh', '-c', 'echo $SSH_CONNECTION']);
    const again = await shell.run(['sh', '-c', 'echo $SSH_CONNECTION']);
    assert.equal(stdout, again.stdout);
    seen.push(await commandLines());
    assert.ok(!seen.join().includes(sshd.keyFile));
  });

  test('what the login shell prints by itself is not taken for output', async () => {
    const quiet = await server([`SetEnv BASH_ENV=${join(sshd.folder, 'noisy')}`]);
    await writeFile(join(sshd.folder, 'noisy'), 'echo welcome; echo careful >&2\n');
    const shell = open(login(quiet));
    assert.deepEqual(await shell.run(['echo', 'x']), { code: 0, stdout: 'x\n', stderr: '' });
  });

  test('a server that allows fewer sessions only makes programs wait', async () => {
    const small = await server(['MaxSessions 2']);
    const shell = open(login(small));
    const runs = Array.from({ length: 6 }, (_, index) => shell.run(['sh', '-c', `sleep 0.1; echo ${index}`]));
    assert.deepEqual(
      (await Promise.all(runs)).map(({ stdout }) => Number(stdout)),
      [0, 1, 2, 3, 4, 5],
    );
  });

  test('a server that allows one session still lets programs be ended', async () => {
    const small = await server(['MaxSessions 1']);
    const shell = open(login(small));
    await rejectsWith('shell.timeout', shell.run(['sleep', '600'], { timeout: 500 }));
    assert.equal((await shell.run(['echo', 'next'])).stdout, 'next\n');
  });
});

describe('an ssh link whose host fails', { skip: noSshd, timeout: 60_000 }, () => {
  let sshd: Sshd;
  let shell: Shell;
  before(async () => {
    sshd = await server();
    shell = sshShell(login(sshd, { keepalive: { interval: 300, count: 2 }, connectTimeout: 1_500 }));
  });
  after(() => shell?.close());

  /** Starts a program, waits for its first line, then lets the server fail; gives the error. */
  const failing = (fail: () => Promise<void>) =>
    new Promise<MusterError>((resolve, reject) => {
      const onLine = () => void fail().catch(reject);
      shell
        .run(['sh', '-c', 'echo started; exec sleep 20'], { onLine })
        .then(() => reject(new Error('it ended')), resolve);
    });

  test('a server that is killed ends running programs with host.unreachable, and is reached again when it is back', async () => {
    assert.equal((await failing(() => sshd.kill())).code, 'host.unreachable');
    await rejectsWith('host.unreachable', shell.run(['true']));
    await sshd.start();
    assert.equal((await shell.run(['echo', 'back'])).stdout, 'back\n');
  });

  test('a server that freezes ends running programs with host.silent, also those that are being aborted', async () => {
    const abort = new AbortController();
    let frozen: number[] = [];
    const freeze = async () => {
      // One that served the connection before may be just going.
      frozen = (await sshd.serving()).filter((pid) => signalled(pid, 'SIGSTOP'));
      assert.ok(frozen.length > 0);
      abort.abort();
    };
    const aborted = shell
      .run(['sleep', '20'], { signal: abort.signal })
      .catch((error: MusterError) => error.code);
    assert.equal((await failing(freeze)).code, 'host.silent');
    assert.equal(await aborted, 'host.silent');
    for (const pid of frozen) signalled(pid, 'SIGKILL');
    assert.equal((await shell.run(['echo', 'back'])).stdout, 'back\n');
  });

  test('a host that does not even greet is unreachable', async () => {
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const other = sshShell(login(sshd, { port, connectTimeout: 500 }));
    await rejectsWith('host.unreachable', other.run(['true']));
    await other.close();
    mute.close();
  });

  test('a server with a new host key is refused after the connection was lost', async () => {
    await shell.run(['true']);
    const old = sshd.hostKeys.ed25519;
    await sshd.kill();
    await sshd.start({ newHostKeys: true });
    const error = await rejectsWith('host.key.changed', shell.run(['true']));
    assert.notEqual(sshd.hostKeys.ed25519, old);
    assert.equal(error.facts.fingerprint, sshd.hostKeys.ed25519);
  });
});

/** Sends a signal; whether the process was still there. */
function signalled(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
