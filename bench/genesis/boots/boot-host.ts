/** A boot server with DHCP, TFTP and HTTP in a network namespace, and what its desk hears. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Bootable } from '../../../src/boot.ts';
import type { Happening } from '../../../src/hubs/boot/fixed-desk.ts';
import { OWN } from '../../../test/lan.ts';
import { until } from '../../../test/until.ts';
import { end } from './hand-made.ts';

export interface BootHost {
  /** What machines said of themselves, in order. */
  news: Extract<Happening, { kind: 'news' }>[];
  /** The cards of those that called home. */
  up: Set<string>;
  stop(): Promise<void>;
}

/** Starts it as a process of its own, with the image that is in the library of `root` for whoever asks; resolves once all of it listens. */
export async function startBootHost(
  namespace: string,
  { root, bootable }: { root: string; bootable: Bootable },
): Promise<BootHost> {
  const folder = `/run/muster-bench-${randomBytes(6).toString('hex')}`;
  const settings = {
    ...{ interface: 'br0', address: OWN, port: 8_080, downloads: 64 },
    dhcp: {
      ...{ mode: 'authoritative', range: '10.77.0.50-10.77.0.99', network: '10.77.0.0/24' },
      ...{ dns: [], lease: 3_600_000 },
    },
  };
  const file = new URL('../../../test/hubs/boot/boot-host.ts', import.meta.url).pathname;
  const child = spawn(
    'nsenter',
    [
      ...[`--net=/run/netns/${namespace}`, '--', process.execPath, '--import', 'tsx', file],
      JSON.stringify({ settings, bootable, root, folder }),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const news: BootHost['news'] = [];
  const up: BootHost['up'] = new Set();
  let ready = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as Happening | { kind: 'ready' };
    if (said.kind === 'ready') ready = true;
    if (said.kind !== 'news') return;
    news.push(said);
    if (said.news.stage === 'up' && said.news.outcome === 'reached') up.add(said.mac);
  });
  const stop = async () => {
    await end(child);
    for (const path of [folder, `${folder}.leases`]) await rm(path, { recursive: true, force: true });
  };
  await until(() => {
    if (child.exitCode !== null) throw new Error(`the boot server ended with ${child.exitCode}`);
    return ready;
  }, 'the boot server listens').catch(async (error) => {
    await stop();
    throw error;
  });
  return { news, up, stop };
}
