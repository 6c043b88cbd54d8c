/** Machines, images and a desk for tests of what machines boot. */
import { randomBytes } from 'node:crypto';
import type { Alarm } from '../../../src/alarm.ts';
import type { Asking, Bootable } from '../../../src/boot.ts';
import { Config } from '../../../src/config/config.ts';
import type { ImageVersion } from '../../../src/image.ts';
import { Desk, type DeskParts } from '../../../src/jobs/machine/desk.ts';
import type { KeptBoot } from '../../../src/jobs/machine/kept-boot.ts';
import type { Known, Records } from '../../../src/jobs/machine/record.ts';
import type { Images } from '../../../src/jobs/machine/scene.ts';
import type { LiveState } from '../../../src/jobs/step.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { liveState } from '../live-state.ts';

export const MAC = '52:54:00:12:34:56';
export const [V1, V2, V3] = ['live@2026-11-20.1', 'live@2026-11-21.1', 'live@2026-11-22.1'] as const;

const blob = (of: string) => ({
  sha256: Buffer.from(of.padEnd(32).slice(0, 32)).toString('hex'),
  bytes: 1_000,
});
export const bootable = (version: ImageVersion): Bootable => ({
  version,
  kernel: blob(`kernel ${version}`),
  initrd: blob(`initrd ${version}`),
  root: blob(`root ${version}`),
  format: 'squashfs',
  kernelLine: 'quiet',
});

/** Versions of `live`, the oldest first; the last one is promoted. */
export function imagesOf(
  versions: readonly ImageVersion[],
  architecture: 'amd64' | 'arm64' = 'amd64',
): Images {
  const at = (index: number) => (versions[index] === undefined ? undefined : bootable(versions[index]));
  return {
    promoted: async (image) =>
      image === 'live' || image === 'discovery' ? at(versions.length - 1) : undefined,
    bootable: async (version) => at(versions.indexOf(version)),
    before: async (version) => at(versions.indexOf(version) - 1),
    architecture: async () => architecture,
  };
}

export const config = (raw: unknown = {}): Config => ({
  ...Config.parse({
    boot: { host: 'local' },
    profiles: { worker: { image: 'live' } },
    machines: { 'node-7': { mac: [MAC], profile: 'worker' } },
    ...(raw as object),
  }),
  folder: '/nowhere',
});

export const known = (of: Config): Known[] =>
  Object.entries(of.machines).map(([name, machine]) => ({ name, machine, from: 'config' }));

export const asking = (more: Partial<Asking> = {}): Asking => ({
  mac: MAC,
  firmware: 'bios',
  address: '10.77.0.50',
  ...more,
});

export const boot = (more: Partial<KeptBoot> = {}): KeptBoot => ({
  token: randomBytes(16).toString('hex'),
  machine: 'node-7',
  began: 0,
  reached: {},
  outcome: 'open',
  notes: [],
  ...more,
});

/** A desk over live state in memory; time stands still until a test moves it. */
export async function openDesk(
  parts: Partial<Omit<DeskParts, 'config' | 'now'>> & {
    config?: Config;
    versions?: readonly ImageVersion[];
    at?: number;
  } = {},
) {
  const state: LiveState = parts.state ?? liveState();
  const clock = { now: parts.at ?? 1_000_000 };
  const alarms = new Map<string, Alarm>();
  const current = {
    config: parts.config ?? config(),
    versions: parts.versions ?? [V1, V2],
    records: {} as Records,
  };
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const desk = new Desk({
    state,
    config: () => current.config,
    records: async () => current.records,
    images: parts.images ?? {
      promoted: (image) => imagesOf(current.versions).promoted(image),
      bootable: (version) => imagesOf(current.versions).bootable(version),
      before: (version) => imagesOf(current.versions).before(version),
      architecture: async () => 'amd64',
    },
    given: parts.given ?? { files: async () => Buffer.from('archive'), cloudInit: async () => 'document' },
    alerts: parts.alerts ?? {
      raise: async (alarm) => void alarms.set(alarm.key, alarm),
      clear: async (key) => void alarms.delete(key),
    },
    log,
    now: () => clock.now,
  });
  await desk.start();
  return {
    desk,
    state,
    alarms,
    current,
    /** So many ms later. */
    async later(ms: number) {
      clock.now += ms;
      await desk.sweep();
    },
  };
}
