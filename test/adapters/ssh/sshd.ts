/** A real OpenSSH server for one test file: own port, keys and folder, on loopback only. */
import { execFile, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { processesUnder } from '../../conformance/process-table.ts';

const execute = promisify(execFile);
const SSHD = '/usr/sbin/sshd';

/** Why the server cannot run here, for `skip`; false where it can. */
export const noSshd: string | false = await access(SSHD).then(
  () => false as const,
  () => 'needs sshd: apt-get install openssh-server',
);

export interface Sshd {
  port: number;
  user: string;
  folder: string;
  keyFile: string;
  /** `SHA256:…` of each host key, by kind. */
  hostKeys: { ed25519: string; rsa: string };
  /** The processes that serve connections, the listener left out. */
  serving(): Promise<number[]>;
  /** Ends the listener and all that serve connections, at once. */
  kill(): Promise<void>;
  /** Listens again on the same port, with the same or with new host keys. */
  start(options?: { newHostKeys?: boolean }): Promise<void>;
  /** Ends everything and removes the folder. */
  close(): Promise<void>;
}

export interface SshdOptions {
  /** The addresses it listens on, on one port. */
  addresses?: readonly string[];
  /** What starts it: a program that becomes the one that follows. Nothing by default. */
  starter?: readonly string[];
  /** Whether it listens, seen from where it is to be reached; from here by default. */
  accepts?: (port: number) => Promise<boolean>;
}

/** `extra` are more lines of its configuration. Whoever logs in as the user of the tests has an empty home. */
export async function startSshd(
  extra: readonly string[] = [],
  { addresses = ['127.0.0.1'], starter = [], accepts = listens }: SshdOptions = {},
): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-sshd-'));
  const { username: user, uid } = userInfo();
  if (uid === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const file = (name: string) => join(folder, name);
  const keygen = (kind: string, name: string) =>
    execute('ssh-keygen', [
      '-q',
      '-t',
      kind,
      ...(kind === 'rsa' ? ['-b', '2048'] : []),
      '-N',
      '',
      '-f',
      file(name),
    ]);
  const fingerprint = async (name: string) =>
    (await execute('ssh-keygen', ['-lf', file(`${name}.pub`)])).stdout.split(' ')[1] as string;
  const hostKeys = { ed25519: '', rsa: '' };
  const makeHostKeys = async () => {
    for (const kind of ['ed25519', 'rsa'] as const) {
      await Promise.all([rm(file(kind), { force: true }), rm(file(`${kind}.pub`), { force: true })]);
      await keygen(kind, kind);
      hostKeys[kind] = await fingerprint(kind);
    }
  };
  await Promise.all([makeHostKeys(), keygen('ed25519', 'id')]);
  await writeFile(file('authorized_keys'), await readFile(file('id.pub')), { mode: 0o600 });
  const port = await freePort();
  const environment = extra.flatMap((line) => line.match(/^SetEnv (.*)$/)?.[1]?.split(' ') ?? []);
  if (!environment.some((entry) => entry.startsWith('HOME='))) environment.push(`HOME=${file('home')}`);
  const config = [
    ...addresses.map((address) => `ListenAddress ${address}:${port}`),
    `HostKey ${file('ed25519')}`,
    `HostKey ${file('rsa')}`,
    `AuthorizedKeysFile ${file('authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'MaxStartups 100',
    ...extra,
    // What this user's own shell does at each start is no part of a test, and may take ten times as long as what is run.
    `Match User ${user}`,
    `SetEnv ${environment.join(' ')}`,
  ];
  await mkdir(file('home'));
  await writeFile(file('config'), `${config.join('\n')}\n`);

  let listener: number | undefined;
  const start = async ({ newHostKeys = false } = {}) => {
    if (newHostKeys) await makeHostKeys();
    const argv = [...starter, SSHD, '-D', '-f', file('config'), '-E', file('log')];
    const child = spawn(argv[0] as string, argv.slice(1), { stdio: 'ignore' });
    listener = child.pid;
    for (let tries = 0; !(await accepts(port)); tries += 1) {
      if (tries > 200 || child.exitCode !== null) {
        throw new Error(`sshd does not start: ${await readFile(file('log'), 'utf8').catch(() => '')}`);
      }
      await sleep(25);
    }
  };
  const serving = async () => (listener === undefined ? [] : processesUnder(listener, 'sshd'));
  const kill = async () => {
    if (listener === undefined) return;
    const all = [listener, ...(await serving())];
    listener = undefined;
    for (const pid of all) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
    while (await accepts(port)) await sleep(25);
  };
  await start();
  return {
    port,
    user,
    folder,
    keyFile: file('id'),
    hostKeys,
    serving,
    kill,
    start,
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('data', () => socket.destroy());
    setTimeout(() => socket.destroy(), 500).unref();
    socket.once('connect', () => socket.destroy());
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
