/** Whether a host reaches an address by one of its interfaces, and by no other. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shell } from './shell.ts';

/** How long an answer may take to come, ms: a network that was only just made needs a while. */
const PATIENCE_MS = 20_000;
const PAUSE_MS = 300;

/** One echo request through an interface (ping(8) of iputils). */
export const pingArgv = (device: string, address: string): string[] => [
  'ping',
  '-n',
  '-c',
  '1',
  '-W',
  '2',
  '-I',
  device,
  '--',
  address,
];

/** The round trip in ms of the first answer; undefined where none came in time. */
export async function ping(
  shell: Shell,
  { device, address, patience = PATIENCE_MS }: { device: string; address: string; patience?: number },
  signal?: AbortSignal,
): Promise<number | undefined> {
  const deadline = performance.now() + patience;
  for (;;) {
    const { code, stdout } = await shell.run(pingArgv(device, address), {
      signal,
      timeout: 10_000,
      accept: [0, 1, 2],
      env: { LC_ALL: 'C' },
    });
    if (code === 0) return Number(/ time[=<]([\d.]+) ms/.exec(stdout)?.[1] ?? 0);
    if (performance.now() > deadline) return undefined;
    await sleep(PAUSE_MS, undefined, { signal });
  }
}
