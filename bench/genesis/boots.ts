/** Boots of a real image in QEMU, without KVM: beside a set-up by hand, beside a hostile DHCP server, and with a byte that is another one. */
import { copyFile, link, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { localShell } from '../../src/adapters/local/shell.ts';
import type { Bootable } from '../../src/boot.ts';
import { library } from '../../src/image.ts';
import { buildTiny } from '../../test/tiny-image.ts';
import { type Area, none } from '../figure.ts';
import { startBootHost } from './boot-host.ts';
import { startHandMade } from './hand-made.ts';
import { startHostile } from './hostile.ts';
import { type Lan, macOf, openLan } from './lan.ts';

/** So many at once beside the hostile server, and so many whose image is bad. */
const MACHINES = 4;
const BAD = 2;
const FIRMWARES = [
  { firmware: 'bios', rounds: 3 },
  { firmware: 'uefi', rounds: 2 },
] as const;
const MOST = 1.1;
const TOLD_MS = 5_000;
/** How long machines may take, ms: emulated, and four of them at once on two processors. */
const PATIENCE_MS = 8 * 60_000;

interface Scene {
  lan: Lan;
  /** Of its own for each. */
  folder: string;
  root: string;
  bootable: Bootable;
}

/** At small size nothing: a boot takes half a minute, and the tests boot one anyway. */
export const boots: Area = async function* ({ small }) {
  if (small) return;
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-boots-'));
  const shell = localShell({ host: 'local' });
  let lan: Lan | undefined;
  try {
    const bootable = await buildTiny(shell, folder);
    lan = await openLan(MACHINES);
    const scene = { lan, folder, root: folder, bootable };
    yield* beside(scene);
    yield* hostile(scene);
    yield* corrupt(scene);
  } finally {
    await lan?.close();
    await shell.close();
    await rm(folder, { recursive: true, force: true });
  }
};

/** Muster and what is set up by hand take turns: the quickest of each counts, as whatever else the machine does only adds to it. */
async function* beside({ lan, folder, root, bootable }: Scene): ReturnType<Area> {
  const own = async (firmware: 'bios' | 'uefi') => {
    const host = await startBootHost(lan.host.name, { root, bootable });
    return timed(lan, firmware, async () => host.up.size > 0).finally(host.stop);
  };
  let turn = 0;
  const byHand = async (firmware: 'bios' | 'uefi') => {
    turn += 1;
    const hand = await startHandMade(lan.host.name, { folder: join(folder, `hand-${turn}`), root, bootable });
    return timed(lan, firmware, async () => (await hand.up()) > 0).finally(hand.stop);
  };
  for (const { firmware, rounds } of FIRMWARES) {
    const [ownMs, handMs]: number[][] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      if (round % 2 === 0) ownMs!.push(await own(firmware));
      handMs!.push(await byHand(firmware));
      if (round % 2 === 1) ownMs!.push(await own(firmware));
    }
    const [measured, value] = [Math.min(...ownMs!), Math.min(...handMs!)];
    yield {
      ...{ name: `power-on to call-home, ${firmware}`, goal: `<= ${MOST} x by hand`, unit: 'ms', measured },
      ...{ peer: { name: 'dnsmasq + nginx', value }, ok: measured <= MOST * value },
    };
  }
}

/** Ms from power-on until it is so. */
async function timed(lan: Lan, firmware: 'bios' | 'uefi', done: () => Promise<boolean>): Promise<number> {
  const began = performance.now();
  const off = lan.switchOn(0, firmware);
  const came = await within(done);
  const ms = performance.now() - began;
  await off();
  if (!came) throw new Error(`a machine with ${firmware} never called home`);
  return ms;
}

/** Four at once, with a second server that gives out other addresses and a file that leads nowhere. */
async function* hostile({ lan, root, bootable }: Scene): ReturnType<Area> {
  const other = await startHostile(lan.other.name);
  const host = await startBootHost(lan.host.name, { root, bootable }).catch(async (error) => {
    await other.stop();
    throw error;
  });
  const began = performance.now();
  const offs = Array.from({ length: MACHINES }, (_, index) => lan.switchOn(index, 'bios'));
  await within(async () => host.up.size === MACHINES);
  const ms = performance.now() - began;
  for (const off of offs) await off();
  await host.stop();
  await other.stop();
  const measured = host.up.size;
  yield {
    ...{ name: `of ${MACHINES} at once beside a hostile DHCP server, up`, goal: `${MACHINES}`, unit: '' },
    ...{ measured, ok: measured === MACHINES },
  };
  yield {
    name: 'addresses that it gave away meanwhile',
    goal: '>= 0',
    unit: '',
    measured: other.given(),
    ok: true,
  };
  yield {
    ...{
      name: 'until the last of them was up',
      goal: `<= ${PATIENCE_MS / 60_000} min`,
      unit: 'ms',
      measured: ms,
    },
    ok: ms <= PATIENCE_MS,
  };
}

/** One byte of the root file system is another: each check of it refuses it, and the desk hears of that. */
async function* corrupt({ lan, folder, bootable }: Scene): ReturnType<Area> {
  const root = join(folder, 'corrupt');
  await flip(folder, root, bootable);
  const host = await startBootHost(lan.host.name, { root, bootable });
  const checked: number[][] = [];
  const offs = Array.from({ length: BAD }, (_, index) =>
    lan.switchOn(index, 'bios', (line) => {
      // What it prints as soon as the sums differ, before it tells anybody.
      if (/muster: (refused|sha256): got/.test(line))
        checked[index] = [...(checked[index] ?? []), Date.now()];
    }),
  );
  const failed = () => host.news.filter(({ news }) => news.stage === 'root' && news.outcome === 'failed');
  await within(async () => new Set(failed().map(({ mac }) => mac)).size === BAD);
  for (const off of offs) await off();
  await host.stop();
  const used = host.news.filter(({ news }) => news.stage === 'root' && news.outcome === 'reached').length;
  yield none('machines that used a corrupt image', used + host.up.size);
  const refusals = host.news.filter(({ news }) => news.cause === 'sha256');
  const all = checked.flat().length;
  yield none('refusals that nobody was told of', all === 0 ? BAD : Math.max(0, all - refusals.length));
  const delays = checked.flatMap((times, index) => {
    const told = refusals.filter(({ mac }) => mac === macOf(index)).map(({ at }) => at);
    return times.map((time, nth) => Math.max(0, (told[nth] ?? Number.POSITIVE_INFINITY) - time));
  });
  const measured = Math.max(...delays);
  yield {
    ...{
      name: `from a check to its event, the latest of ${all}`,
      goal: `<= ${TOLD_MS / 1_000} s`,
      unit: 'ms',
    },
    ...{ measured, ok: measured <= TOLD_MS },
  };
}

/** A library with the same image, of whose root file system a byte in the middle is another. */
async function flip(from: string, to: string, { kernel, initrd, root }: Bootable): Promise<void> {
  await mkdir(join(library(to).folder, 'blobs'), { recursive: true });
  for (const { sha256 } of [kernel, initrd]) await link(library(from).blob(sha256), library(to).blob(sha256));
  await copyFile(library(from).blob(root.sha256), library(to).blob(root.sha256));
  const file = await open(library(to).blob(root.sha256), 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, root.bytes >> 1);
  byte[0]! ^= 1;
  await file.write(byte, 0, 1, root.bytes >> 1);
  await file.close();
}

/** Whether it came about in time. */
async function within(done: () => Promise<boolean>): Promise<boolean> {
  for (const late = performance.now() + PATIENCE_MS; performance.now() < late; await sleep(20))
    if (await done()) return true;
  return false;
}
