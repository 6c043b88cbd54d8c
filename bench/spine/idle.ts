/** (d) What `muster start` costs: until its first command is answered, and idle, with 1 and with 1,000 hosts. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis } from '../../src/adapters/redis/connection.ts';
import { type Area, percentile } from '../figure.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const PACKAGES = [
  'bullmq',
  'ioredis',
  'dockerode',
  'node-ssh',
  'zod',
  'pino',
  'yaml',
  'picomatch',
  'commander',
];

interface Sample {
  firstMs: number;
  megabytes: number;
  connections: number;
}

export const idle: Area = async function* ({ small }) {
  const rounds = small ? 1 : 5;
  const hosts = small ? 100 : 1_000;
  const bare: number[] = [];
  const one: Sample[] = [];
  const many: Sample[] = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await bareImport());
    one.push(await sample(1));
    many.push(await sample(hosts));
  }
  const median = (samples: Sample[], of: keyof Sample) =>
    percentile(
      samples.map((entry) => entry[of]),
      0.5,
    );
  const floor = percentile(bare, 0.5);
  for (const [count, samples] of [
    [1, one],
    [hosts, many],
  ] as const) {
    const first = median(samples, 'firstMs');
    yield {
      name: `cold start to first answer, ${count} host${count === 1 ? '' : 's'}`,
      goal: '<= 4 x bare import',
      unit: 'ms',
      measured: first,
      peer: { name: 'node importing the packages', value: floor },
      ok: first <= 4 * floor,
    };
  }
  const [small1, large] = [median(one, 'megabytes'), median(many, 'megabytes')];
  yield { name: 'idle memory, 1 host', goal: '<= 150 MB', unit: 'MB', measured: small1, ok: small1 <= 150 };
  yield {
    name: `idle memory, ${hosts} hosts`,
    goal: '<= 150 MB',
    unit: 'MB',
    measured: large,
    ok: large <= 150,
  };
  yield {
    name: `memory that ${hosts} idle hosts add`,
    goal: '<= 20 MB',
    unit: 'MB',
    measured: Math.max(0, large - small1),
    ok: large - small1 <= 20,
  };
  const extra = median(many, 'connections') - median(one, 'connections');
  yield {
    name: `Redis connections that ${hosts} idle hosts add`,
    goal: '0',
    unit: '',
    measured: extra,
    ok: extra <= 0,
  };
};

async function bareImport(): Promise<number> {
  const before = performance.now();
  const script = `await Promise.all(${JSON.stringify(PACKAGES)}.map((name) => import(name)));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await new Promise<void>((resolve, reject) =>
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`exit ${code}`)))),
  );
  return performance.now() - before;
}

async function sample(hosts: number): Promise<Sample> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-idle-'));
  const config = join(folder, 'config');
  await mkdir(config);
  const list = Array.from(
    { length: hosts },
    (_, index) => `  host-${index}: {link: ssh, address: 127.0.0.1, port: ${10_000 + index}}`,
  );
  await writeFile(
    join(config, 'muster.yml'),
    `people: {bench: {identities: {console: "*"}, roles: [all]}}\nroles: {all: {allow: [{commands: ["*"]}]}}\nhosts:\n${list.join('\n')}\n`,
  );
  const before = performance.now();
  const child = spawn(
    process.execPath,
    [
      join(ROOT, 'dist/main.js'),
      'start',
      '--config',
      config,
      '--state',
      join(folder, 'var'),
      '--log',
      join(folder, 'log'),
    ],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  try {
    child.stdin.write('/status\n');
    await saw(child, / open jobs?/);
    const firstMs = performance.now() - before;
    await sleep(3_000);
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
    const megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_000;
    const redis = connectRedis(join(folder, 'var/redis/redis.sock'));
    const connections = String(await redis.client('LIST'))
      .trim()
      .split('\n').length;
    redis.disconnect();
    return { firstMs, megabytes, connections };
  } finally {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
    await rm(folder, { recursive: true, force: true });
  }
}

async function saw(child: ChildProcessByStdio<Writable, Readable, null>, pattern: RegExp): Promise<void> {
  let text = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (pattern.test(text)) break;
  }
  if (!pattern.test(text)) throw new Error(`muster start said: ${text}`);
  child.stdout.resume();
}
