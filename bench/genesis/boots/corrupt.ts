/** Machines whose image is not the one that it should be: what they do with it, and how soon that is known. */
import { copyFile, link, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bootable } from '../../../src/boot.ts';
import { library } from '../../../src/image.ts';
import { flip } from '../../../test/flip.ts';
import { type Area, none } from '../../figure.ts';
import { startBootHost } from './boot-host.ts';
import { macOf } from './lan.ts';
import { type Scene, within } from './scene.ts';

/** So many machines; each checks three times. */
const BAD = 2;
const TOLD_MS = 5_000;

/** One byte of the root file system is another: each check of it refuses it, and the desk hears of that. */
export async function* corrupt({ lan, folder, root: whole, bootable }: Scene): ReturnType<Area> {
  const root = join(folder, 'corrupt');
  await copyBad(whole, root, bootable);
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
async function copyBad(from: string, to: string, { kernel, initrd, root }: Bootable): Promise<void> {
  await mkdir(join(library(to).folder, 'blobs'), { recursive: true });
  for (const { sha256 } of [kernel, initrd]) await link(library(from).blob(sha256), library(to).blob(sha256));
  await copyFile(library(from).blob(root.sha256), library(to).blob(root.sha256));
  await flip(library(to).blob(root.sha256));
}
