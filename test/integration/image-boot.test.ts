import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, link, mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { localShell } from '../../src/adapters/local/shell.ts';
import type { Bootable } from '../../src/boot.ts';
import { library } from '../../src/image.ts';
import { gateArgv } from '../../src/jobs/image/gate.ts';
import { TrialNews, type TrialOrder } from '../../src/jobs/image/trial.ts';
import { flip } from '../flip.ts';
import { needs } from '../needs.ts';
import { takeImage } from '../shared-image.ts';
import { until } from '../until.ts';

const NEEDED = ['root', 'mmdebstrap', 'mksquashfs', 'qemu-system-x86_64', 'ovmf', 'dnsmasq', 'ipxe', 'ip'];

describe('an image that was built', { skip: needs(NEEDED), concurrency: true }, () => {
  let folder = '';
  let bootable: Bootable;
  const shell = localShell({ host: 'genesis' });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-boots-'));
    ({ bootable } = await takeImage(shell, folder));
  });
  after(async () => {
    await shell.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Tries it as the step does, and gathers what is said. */
  async function tried(firmware: TrialOrder['firmware'], root = folder) {
    const order: TrialOrder = { root, bootable, firmware, fast: false };
    const news: TrialNews[] = [];
    await shell.run(gateArgv(), {
      stdin: JSON.stringify(order),
      onLine: (line, stream) => {
        if (stream === 'stdout') news.push(TrialNews.parse(JSON.parse(line)));
      },
    });
    const end = news.at(-1);
    assert.ok(end?.kind === 'end');
    const told = news.flatMap((one) => (one.kind === 'news' ? [one.news] : []));
    return { end, told, stages: news.flatMap((one) => (one.kind === 'stage' ? [one.stage] : [])) };
  }

  test('boots from a BIOS until it calls home', async () => {
    const { end, stages } = await tried('bios');
    assert.equal(end.failure, undefined, end.console.join('\n'));
    // QEMU's card has iPXE in it: it needs none by TFTP.
    assert.deepEqual(stages, ['dhcp', 'script', 'kernel', 'initrd', 'root', 'configured', 'up']);
  });

  test('boots from UEFI until it calls home', async () => {
    const { end, stages } = await tried('uefi');
    assert.equal(end.failure, undefined, end.console.join('\n'));
    assert.deepEqual(stages, ['dhcp', 'loader', 'script', 'kernel', 'initrd', 'root', 'configured', 'up']);
  });

  test('is refused by the machine where one byte of it is another', async () => {
    const other = join(folder, 'other');
    const [from, to] = [library(folder).blob, library(other).blob];
    await mkdir(join(other, 'library', 'blobs'), { recursive: true });
    for (const { sha256 } of [bootable.kernel, bootable.initrd]) await link(from(sha256), to(sha256));
    await copyFile(from(bootable.root.sha256), to(bootable.root.sha256));
    await flip(to(bootable.root.sha256));
    const { end, told } = await tried('bios', other);
    assert.deepEqual(
      told.map(({ stage, outcome, cause }) => [stage, outcome, cause]),
      ['retried', 'retried', 'failed'].map((outcome) => ['root', outcome, 'sha256']),
    );
    const { stage, code, cause, detail } = end.failure ?? {};
    assert.deepEqual([stage, code, cause], ['root', 'told', 'sha256']);
    assert.match(detail ?? '', new RegExp(`^got [0-9a-f]{64} want ${bootable.root.sha256}$`));
    // The console is there to be read.
    assert.ok(
      end.console.some((line) => line.includes('sha256')),
      end.console.join('\n'),
    );
  });

  test('leaves nothing behind where whoever tried it is killed', async () => {
    const parent = spawn(process.execPath, ['-e', PARENT, JSON.stringify(gateArgv())], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    parent.stdout.on('data', (text) => {
      said += text;
    });
    parent.stdin.end(JSON.stringify({ root: folder, bootable, firmware: 'bios', fast: false }));
    const started = await until(async () => {
      const found = await within(parent);
      return said.includes('SeaBIOS') && found.length >= 4 ? found : undefined;
    }, 'a machine that is on');
    parent.kill('SIGKILL');
    await until(async () => (await alive(started)).length === 0, 'none of it is left');
  });
});

/** Starts what it is told, with its own standard input, and waits. */
const PARENT = `
const [program, ...words] = JSON.parse(process.argv[1]);
require('node:child_process').spawn(program, words, { stdio: 'inherit', detached: true });
`;

/** Those that a process started, and they in turn. */
async function within({ pid }: ChildProcess): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = / \S (\d+) /.exec(stat.slice(stat.lastIndexOf(')')))?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const below = (one: number): number[] =>
    [...parents].filter(([, parent]) => parent === one).flatMap(([child]) => [child, ...below(child)]);
  return below(pid as number);
}

const alive = async (pids: readonly number[]): Promise<number[]> => {
  const found = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/exe`).catch(() => undefined)));
  return pids.filter((_, index) => found[index] !== undefined);
};
