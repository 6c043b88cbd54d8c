/** Power-on to call-home with Muster's boot server, and with one set up by hand, with the same image in the same network. */
import { join } from 'node:path';
import type { Area } from '../../figure.ts';
import { startBootHost } from './boot-host.ts';
import { startHandMade } from './hand-made.ts';
import type { Lan } from './lan.ts';
import { type Scene, within } from './scene.ts';

const FIRMWARES = [
  { firmware: 'bios', rounds: 2 },
  { firmware: 'uefi', rounds: 2 },
] as const;
const MOST = 1.1;

/** Muster and what is set up by hand take turns: the quickest of each counts, as whatever else the machine does only adds to it. */
export async function* beside({ lan, folder, root, bootable }: Scene): ReturnType<Area> {
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
