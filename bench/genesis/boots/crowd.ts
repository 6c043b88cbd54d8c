/** Several machines at once, in a network where somebody else answers, too. */
import { HOSTILE, startOtherDhcp } from '../../../test/other-dhcp.ts';
import type { Area } from '../../figure.ts';
import { startBootHost } from './boot-host.ts';
import { PATIENCE_MS, type Scene, within } from './scene.ts';

/** So many at once. */
export const MACHINES = 4;

/** Four at once, two with either firmware, with a second server that gives out other addresses and a file that leads nowhere. */
export async function* crowd({ lan, root, bootable }: Scene): ReturnType<Area> {
  const other = await startOtherDhcp(lan, HOSTILE);
  const host = await startBootHost(lan.host.name, { root, bootable }).catch(async (error) => {
    await other.stop();
    throw error;
  });
  const began = performance.now();
  const offs = Array.from({ length: MACHINES }, (_, index) =>
    lan.switchOn(index, index % 2 ? 'uefi' : 'bios'),
  );
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
    ...{
      name: 'until the last of them was up',
      goal: `<= ${PATIENCE_MS / 60_000} min`,
      unit: 'ms',
      measured: ms,
    },
    ok: ms <= PATIENCE_MS,
  };
}
