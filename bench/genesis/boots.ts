/** Boots of a real image in QEMU, without KVM: beside a set-up by hand, beside a hostile DHCP server, and with a byte that is another one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localShell } from '../../src/adapters/local/shell.ts';
import { buildTiny } from '../../test/tiny-image.ts';
import type { Area } from '../figure.ts';
import { beside } from './boots/beside.ts';
import { corrupt } from './boots/corrupt.ts';
import { crowd, MACHINES } from './boots/crowd.ts';
import { type Lan, openLan } from './boots/lan.ts';

/** So that their consoles are heard. */
const HEARD = 'console=tty0 console=ttyS0,115200';

/** At small size nothing: a boot takes half a minute, and the tests boot one anyway. */
export const boots: Area = async function* ({ small }) {
  if (small) return;
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-boots-'));
  const shell = localShell({ host: 'local' });
  let lan: Lan | undefined;
  try {
    const built = await buildTiny(shell, folder);
    const bootable = { ...built, kernelLine: `${HEARD} ${built.kernelLine}` };
    lan = await openLan(MACHINES);
    const scene = { lan, folder, root: folder, bootable };
    yield* beside(scene);
    yield* crowd(scene);
    yield* corrupt(scene);
  } finally {
    await lan?.close();
    await shell.close();
    await rm(folder, { recursive: true, force: true });
  }
};
