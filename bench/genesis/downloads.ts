/** Twenty machines that fetch an image at the same time, from the boot server and from nginx in turn. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { library } from '../../src/image.ts';
import { type Area, percentile } from '../figure.ts';
import { startNginx } from './nginx.ts';

const MACHINES = 20;
const ENOUGH = 0.9;
const MOST_MB = 150;

export const downloads: Area = async function* ({ small }) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-genesis-'));
  const megabytes = small ? 2 : 200;
  const rounds = small ? 1 : 5;
  const ends: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const sha256 = await writeBlob(folder, megabytes);
    const server = await startServer(folder, sha256, megabytes * 1e6);
    ends.push(server.stop);
    const port = await freePort();
    const nginx = await startNginx(join(folder, 'nginx'), library(folder).folder, port);
    ends.push(nginx.stop);
    const paces: Record<'muster' | 'nginx', number[]> = { muster: [], nginx: [] };
    // The first round is for the page cache.
    for (let round = 0; round <= rounds; round += 1)
      for (const [name, at] of round % 2 ? ORDER(server.port, port) : ORDER(server.port, port).reverse()) {
        const seconds = await fetchAll(`http://127.0.0.1:${at}/blobs/${sha256}`);
        if (round > 0) paces[name].push((MACHINES * megabytes) / seconds);
      }
    const [own, peer] = [percentile(paces.muster, 0.5), percentile(paces.nginx, 0.5)];
    yield {
      ...{
        name: `${MACHINES} downloads of ${megabytes} MB at once`,
        goal: `>= ${ENOUGH} x nginx`,
        unit: 'MB',
      },
      ...{ measured: own, peer: { name: 'nginx', value: peer }, ok: own >= ENOUGH * peer },
    };
    const memory =
      Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1_024;
    yield {
      ...{ name: 'memory of the boot server meanwhile, at most', goal: `<= ${MOST_MB} MB`, unit: 'MB' },
      ...{ measured: memory, ok: memory <= MOST_MB },
    };
  } finally {
    for (const end of ends.reverse()) await end();
  }
};

const ORDER = (own: number, peer: number): ['muster' | 'nginx', number][] => [
  ['muster', own],
  ['nginx', peer],
];

/** Seconds until all have it. */
async function fetchAll(url: string): Promise<number> {
  const start = performance.now();
  await Promise.all(
    Array.from({ length: MACHINES }, async () => {
      const child = spawn('curl', ['--silent', '--fail', '--output', '/dev/null', url]);
      const [code] = await once(child, 'exit');
      if (code !== 0) throw new Error(`curl ended with ${code}`);
    }),
  );
  return (performance.now() - start) / 1_000;
}

async function writeBlob(folder: string, megabytes: number): Promise<string> {
  await mkdir(join(library(folder).folder, 'blobs'), { recursive: true });
  const hash = createHash('sha256');
  const chunks = Array.from({ length: megabytes }, () => randomBytes(1e6));
  for (const chunk of chunks) hash.update(chunk);
  const sha256 = hash.digest('hex');
  const file = await open(library(folder).blob(sha256), 'w');
  for (const chunk of chunks) await file.write(chunk);
  await file.close();
  return sha256;
}

/** A boot server in a process of its own. */
export async function startServer(root: string, sha256: string, bytes: number) {
  const part = { sha256, bytes };
  const bootable = {
    ...{ version: 'bench@2026-11-21.1', kernel: part, initrd: part, root: part },
    ...{ format: 'squashfs', kernelLine: '' },
  };
  const keeper = new URL('server-keeper.ts', import.meta.url).pathname;
  const argv = ['--import', 'tsx', keeper, JSON.stringify({ root, bootable })];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await firstLine(child);
  return {
    port: Number(line),
    pid: child.pid as number,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** What a program says first; rejects where it ends before it says anything. */
export async function firstLine(child: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${code}`)));
  const [line] = await Promise.race([once(lines, 'line'), ended]);
  ended.catch(() => {});
  return line;
}

/** A port of 127.0.0.1 that nobody has. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
