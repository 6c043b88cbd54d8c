/** A real Docker engine of a test's own: it shares neither data nor networks nor packet filter with any other engine. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TestEngine {
  /** Where it listens. */
  socket: string;
  /** A folder of the test's own, gone after `stop`; the engine's files are in `engine/`. */
  root: string;
  /** The docker command line on this engine; resolves with what it printed. */
  docker(...words: string[]): Promise<string>;
  /** Ends the engine with its containers, and starts it again on the same data; between the two, and while it starts, something else. */
  restart(between?: () => Promise<void>, meanwhile?: () => Promise<void>): Promise<void>;
  /** Removes all containers and networks, ends the engine, and removes the folder. */
  stop(): Promise<void>;
}

/** Why no engine can be started here; false where it can. For `describe(…, { skip: lacksEngine() })`. */
export function lacksEngine(...more: string[]): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  const programs = ['dockerd', 'docker', 'ip', 'nsenter', 'busybox', 'tar', ...more];
  const missing = programs.filter((program) => spawnSync('which', [program]).status !== 0);
  return (
    missing.length > 0 &&
    `lacks ${missing.join(', ')}: apt-get install docker.io docker-compose iproute2 busybox-static git`
  );
}

/**
 * Starts an engine that has the image `muster/base`: busybox, a shell, and a user `app`. Takes a second or two.
 * Its folder is made in `within`, which may be a small file system. In a network namespace (by its name) it does what an
 * engine does on a host of its own: it filters packets, translates addresses and knows IPv6.
 */
export async function startEngine(within = tmpdir(), netns?: string): Promise<TestEngine> {
  const root = await mkdtemp(join(within, 'muster-engine-'));
  const folder = join(root, 'engine');
  const socket = join(root, 'docker.sock');
  const name = `mt${randomBytes(5).toString('hex')}`;
  const subnet = `10.${randomInt(16, 256)}.${16 * randomInt(16)}`;
  await mkdir(folder);
  await writeFile(join(folder, 'daemon.json'), '{}');
  if (netns === undefined) {
    await run('ip', ['link', 'add', 'name', name, 'type', 'bridge']);
    await run('ip', ['address', 'add', `${subnet}.1/26`, 'dev', name]);
  }
  // Each start listens to it.
  const log = createWriteStream(join(folder, 'log')).setMaxListeners(0);
  const launch = (): ChildProcess => {
    const started = spawn(
      'nsenter',
      [
        [...(netns === undefined ? [] : [`--net=/run/netns/${netns}`]), '--', 'dockerd'],
        ['--host', `unix://${socket}`],
        ['--data-root', join(folder, 'data')],
        ['--exec-root', join(folder, 'run')],
        ['--pidfile', join(folder, 'pid')],
        ['--config-file', join(folder, 'daemon.json')],
        ['--containerd-namespace', name, '--containerd-plugins-namespace', `${name}p`],
        ['--default-address-pool', `base=${subnet}.0/20,size=26`],
        ...(netns === undefined
          ? [
              ['--bridge', name],
              // Published ports are served by docker-proxy, so the machine's packet filter stays as it is.
              ['--iptables=false', '--ip6tables=false', '--ip-masq=false', '--ip-forward=false'],
            ]
          : []),
        ['--shutdown-timeout', '2'],
      ].flat(),
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [started.stdout, started.stderr]) {
      stream?.pipe(log, { end: false });
      // On a disk that a test has filled, the log ends; the engine has to go on.
      log.once('error', () => stream?.resume());
    }
    return started;
  };
  let daemon = launch();
  log.on('error', () => {});
  const lastResort = () => void daemon.kill('SIGTERM');
  process.once('exit', lastResort);
  const docker = async (...words: string[]) =>
    (await run('docker', ['--host', `unix://${socket}`, ...words], { maxBuffer: 64 * 1024 * 1024 })).stdout;
  const restart: TestEngine['restart'] = async (between, meanwhile) => {
    await end(daemon, folder);
    await between?.();
    daemon = launch();
    await Promise.all([answering(docker, daemon, join(folder, 'log')), meanwhile?.()]);
  };
  const stop = async () => {
    process.off('exit', lastResort);
    await clear(docker).catch(() => {});
    await end(daemon, folder);
    log.end();
    await unmountUnder(root);
    if (netns === undefined) await run('ip', ['link', 'delete', name]).catch(() => {});
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await answering(docker, daemon, join(folder, 'log'));
    await importBase(docker, join(folder, 'base'));
    return { socket, root, docker, restart, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Docker = TestEngine['docker'];

async function answering(docker: Docker, daemon: ChildProcess, log: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (daemon.exitCode !== null) break;
    if (await docker('version').catch(() => undefined)) return;
    await sleep(50);
  }
  throw new Error(
    `dockerd did not start:\n${(await readFile(log, 'utf8')).split('\n').slice(-20).join('\n')}`,
  );
}

/** An image small enough to be made for each test: the real one is built by `/build base`. */
async function importBase(docker: Docker, folder: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await mkdir(join(folder, 'etc'));
  await mkdir(join(folder, 'tmp'), { mode: 0o1777 });
  const { stdout } = await run('which', ['busybox']);
  await run('cp', ['--dereference', stdout.trim(), join(folder, 'bin/busybox')]);
  for (const applet of ['sh', 'cat', 'echo', 'mkdir', 'sleep', 'test', 'true', 'false']) {
    await symlink('busybox', join(folder, 'bin', applet));
  }
  await writeFile(
    join(folder, 'etc/passwd'),
    'root:x:0:0:root:/:/bin/sh\napp:x:1000:1000:app:/tmp:/bin/sh\n',
  );
  await run('tar', ['-C', folder, '-cf', `${folder}.tar`, '.']);
  await docker('import', '--change', 'CMD ["sh"]', `${folder}.tar`, 'muster/base:latest');
}

async function clear(docker: Docker): Promise<void> {
  const containers = (await docker('ps', '--all', '--quiet')).split('\n').filter(Boolean);
  if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers);
  await docker('network', 'prune', '--force');
}

/** The engine first, which ends its containerd; then containerd, should it have stayed. */
async function end(daemon: ChildProcess, folder: string): Promise<void> {
  const containerd = Number(
    await readFile(join(folder, 'run/containerd/containerd.pid'), 'utf8').catch(() => '0'),
  );
  const gone = new Promise((resolve) => daemon.once('exit', resolve));
  if (daemon.exitCode === null && daemon.signalCode === null) {
    daemon.kill('SIGTERM');
    const timer = setTimeout(() => daemon.kill('SIGKILL'), 15_000);
    await gone;
    clearTimeout(timer);
  }
  for (let tries = 0; tries < 50 && containerd > 0 && alive(containerd); tries += 1) {
    if (tries === 0) process.kill(containerd, 'SIGTERM');
    if (tries === 40) process.kill(containerd, 'SIGKILL');
    await sleep(100);
  }
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function unmountUnder(root: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${root}/`));
  for (const path of mounts.reverse()) await run('umount', ['--lazy', path]).catch(() => {});
}
