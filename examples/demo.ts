/**
 * The whole story on this machine, for real: prepare a host, build the base image, deploy, break, roll back, cancel.
 * Prints the chat as it goes. Keeps everything, its own Docker engine too, under `var/demo`.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeExample } from '../setup/example.mjs';
import { engineFor } from '../src/adapters/dockerd/commands.ts';

const ROOT = new URL('../', import.meta.url).pathname;
const HOME = join(ROOT, 'var/demo');
const PLACES = ['--config', join(HOME, 'config'), '--state', join(HOME, 'state')];
const SOCKET = join(HOME, 'docker.sock');

const CONFIG = `people: {reem: {identities: {console: "*"}, roles: [admin]}}
roles: {admin: {allow: [{commands: ["*"]}]}}
hosts: {local: {link: local, root: ${join(HOME, 'host')}, tools: {docker: {socket: ${SOCKET}}}}}
apps: {hello: {repository: ../hello, hosts: [local]}}
`;

/** Runs `muster say`, prints what the chat shows, resolves with its exit code. */
async function say(line: string, want: number): Promise<void> {
  process.stdout.write(`\nreem: ${line}\n`);
  const code = await muster(['say', ...PLACES, line], 'inherit');
  if (code !== want) throw new Error(`${line} ended with ${code}, not ${want}`);
}

function muster(args: string[], stdio: 'inherit' | 'ignore'): Promise<number | null> {
  const child = spawn(process.execPath, [join(ROOT, 'dist/main.js'), ...args], {
    stdio: ['ignore', stdio, 'inherit'],
  });
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
}

/** What the app answers over HTTP. */
async function visit(): Promise<void> {
  const response = await fetch('http://127.0.0.1:8080/');
  process.stdout.write(
    `\n(http://127.0.0.1:8080 answers ${response.status}: ${/<h1>(.*)<.h1>/.exec(await response.text())?.[1]})\n`,
  );
  if (!response.ok) throw new Error('the app does not answer');
}

/** Starts a line and cancels its run in the middle. */
async function cancelled(line: string): Promise<void> {
  process.stdout.write(`\nreem: ${line}\n`);
  const child = spawn(process.execPath, [join(ROOT, 'dist/main.js'), 'say', '--json', ...PLACES, line], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let text = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes('"state":"running"')) break;
  }
  child.stdout.resume();
  const run = /"run":"(r-[a-z0-9]+)"/.exec(text)?.[1] as string;
  await sleep(2_000);
  await say(`/cancel ${run}`, 0);
  if ((await ended) !== 1) throw new Error('a cancelled run exits with 1');
  await say(`/job ${run}`, 0);
}

await mkdir(join(HOME, 'config'), { recursive: true });
await writeFile(join(HOME, 'config/muster.yml'), CONFIG);
await makeExample(join(HOME, 'hello'));
const start = spawn(
  process.execPath,
  [join(ROOT, 'dist/main.js'), 'start', ...PLACES, '--log', join(HOME, 'log')],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
for await (const chunk of start.stdout.iterator({ destroyOnReturn: false }))
  if (String(chunk).includes('Muster is up')) break;
start.stdout.resume();
try {
  await say('/help', 0);
  await say('/prepare local', 0);
  await cancelled('/build base');
  await say('/build base', 0);
  await say('/deploy hello v1', 0);
  await visit();
  await say('/deploy hello', 0);
  await visit();
  await say('/deploy hello bad', 1);
  await visit();
  await say('/rollback hello', 0);
  await visit();
  await say('/deploy helo', 2);
  await say('/audit --verify', 0);
  process.stdout.write('\nThat is the story. It all happened on this machine.\n');
} finally {
  const gone = new Promise((resolve) => start.once('exit', resolve));
  start.kill('SIGTERM');
  await gone;
  await leave();
}

/** Ends the demo's containers and engine, and removes what it made. */
async function leave(): Promise<void> {
  const quietly = (program: string, args: string[]) =>
    new Promise((resolve) =>
      spawn(program, args, { stdio: 'ignore' }).once('exit', resolve).once('error', resolve),
    );
  await quietly('docker', ['-H', `unix://${SOCKET}`, 'compose', '-p', 'hello', 'down', '-t', '1']);
  const pid = Number(await readFile(join(HOME, 'host/engine/dockerd.pid'), 'utf8').catch(() => '0'));
  if (pid > 0) {
    process.kill(pid, 'SIGTERM');
    for (let tries = 0; tries < 100; tries += 1) {
      try {
        process.kill(pid, 0);
        await sleep(100);
      } catch {
        break;
      }
    }
  }
  const { own } = engineFor({ socket: SOCKET, root: join(HOME, 'host') });
  if (own) await quietly('ip', ['link', 'delete', own.bridge]);
  await rm(join(HOME, 'state'), { recursive: true, force: true });
}
