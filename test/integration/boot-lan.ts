/** A whole Muster on a network of its own, as users run it: `muster start` with its boot server gives out addresses, loaders and images, and emulated machines boot from it. */
import type { ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { localShell } from '../../src/adapters/local/shell.ts';
import { connectRedis, type Redis } from '../../src/adapters/redis/connection.ts';
import { type Bootable, STAGES } from '../../src/boot.ts';
import { isFinal } from '../../src/events.ts';
import { Audit } from '../../src/jobs/audit.ts';
import { Events } from '../../src/jobs/event-stream.ts';
import { Ledger } from '../../src/jobs/ledger.ts';
import { bootsOf } from '../../src/jobs/machine/boots.ts';
import type { KeptBoot } from '../../src/jobs/machine/kept-boot.ts';
import { Runs } from '../../src/jobs/runs.ts';
import { RedisState } from '../../src/jobs/state.ts';
import { Scrubber } from '../../src/secret.ts';
import type { Shell } from '../../src/shell.ts';
import { openBootLibrary } from '../boot-library.ts';
import { type Lan, OWN, openLan } from '../lan.ts';
import { type SharedImage, takeImage } from '../shared-image.ts';
import { buildTiny, type Tiny, type TinyMore } from '../tiny-image.ts';
import { until } from '../until.ts';
import { addMachine, type LanMachine, type LanMachineParts } from './lan-machine.ts';
import { openMuster, type TestMuster } from './muster.ts';

/** Tools that it needs. */
export const LAN_NEEDS = [
  ...['root', 'ip', 'redis-server', 'dnsmasq', 'ipxe', 'qemu-system-x86_64', 'ovmf'],
  ...['mmdebstrap', 'mksquashfs'],
];
/** How long a boot may take, ms: emulated, on two processors, with other tests beside it. */
export const BOOT_MS = 8 * 60_000;
/** The `deadlines` of a profile whose machines may take as long for each stage. */
export const PATIENT = Object.fromEntries(STAGES.map((stage) => [stage, '8m']));

export interface BootLan extends Pick<Lan, 'host' | 'other'> {
  /** Runs on `host`. */
  muster: TestMuster;
  /** The folder of the host `local`: its library is below it. */
  root: string;
  machines: LanMachine[];
  /** Of the Muster that runs; there once it was started. */
  state: RedisState;
  runs: Runs;
  /** Writes the configuration: the least that boots, and what is given. */
  configure(more: object, files?: Record<string, string>): Promise<void>;
  /** Starts Muster, until its boot server answers; again after it was ended, too. With `pipe` lines can be typed to it. */
  start(stdin?: 'ignore' | 'pipe'): Promise<ChildProcess>;
  /** Has the small image in the library, as it comes. */
  image(): Promise<SharedImage>;
  /** Builds another one of it into the library. */
  build(more: TinyMore): Promise<Tiny>;
  /** Puts a version on record, whose blobs are in the library; with `promote` it is given out. */
  publish(bootable: Bootable, more?: { promote?: boolean }): Promise<void>;
  /** Types a line that becomes a run; resolves with its id at once. */
  begin(line: string): Promise<string>;
  /** Waits for the end of a run. */
  ended(run: string): Promise<{ status: string; summary: string }>;
  /** The newest boots of a machine. */
  boots(machine: string): Promise<KeptBoot[]>;
  close(): Promise<void>;
}

export interface BootLanParts {
  machines: LanMachineParts[];
  /** What is added to the environment of Muster. */
  environment?: Record<string, string>;
}

/** Lays the network for these machines, and makes ready what runs there; nothing runs yet. */
export async function openBootLan(parts: BootLanParts): Promise<BootLan> {
  const lan = await openLan(parts.machines.length);
  const { muster, root, machines } = await prepare(lan, parts).catch(async (error) => {
    await lan.close();
    throw error;
  });
  let redis: Redis | undefined;
  let runs: Runs | undefined;
  let state: RedisState | undefined;
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('Muster was not started yet.');
    return value;
  };
  return {
    ...{ muster, host: lan.host, other: lan.other, root, machines },
    get state() {
      return there(state);
    },
    get runs() {
      return there(runs);
    },
    async configure({ boot, ...more }: { boot?: object } = {}, files = {}) {
      const config = {
        people: { reem: { identities: { console: '*' }, roles: ['admin'] } },
        roles: { admin: { allow: [{ commands: ['*'] }] } },
        hosts: { local: { link: 'local', root, tools: { power: { pause: '50ms' } } } },
        ...more,
        boot: {
          ...{ host: 'local', interface: 'br0', address: OWN },
          dhcp: { mode: 'authoritative', network: '10.77.0.0/24', range: '10.77.0.50-10.77.0.99' },
          ...boot,
        },
      };
      await muster.configure({ 'muster.yml': JSON.stringify(config), ...files });
    },
    async start(stdin) {
      const manager = await muster.start(stdin);
      redis ??= connectRedis(join(muster.folder, 'var/redis/redis.sock'));
      state ??= new RedisState(redis);
      const [ledger, own] = [new Ledger(redis), redis];
      const audit = new Audit({ redis, ledger, scrubber: new Scrubber() });
      runs ??= new Runs({ redis, ledger, audit, events: new Events(redis, () => own.duplicate()) });
      const target = { address: OWN, port: 8_080 };
      await until(async () => (await lan.host.reach(target)) === 'open', 'the boot server listens', BOOT_MS);
      return manager;
    },
    image: () => builder((shell) => takeImage(shell, root)),
    build: (more) => builder((shell) => buildTiny(shell, root, more)),
    async publish(bootable, { promote = false } = {}) {
      const images = await openBootLibrary(root, there(state));
      await images.record(bootable);
      if (promote) await images.promote(bootable.version);
    },
    begin: (line) =>
      new Promise((resolve, reject) => {
        muster
          .say(line, (event) => event.type === 'run' && resolve(event.run))
          .then(({ result }) => reject(new Error(JSON.stringify(result))), reject);
      }),
    async ended(run) {
      const ended = async () => {
        const { status, summary = '' } = await there(runs).get(run);
        return isFinal(status) ? { status, summary } : undefined;
      };
      return await until(ended, `${run} ends`, BOOT_MS);
    },
    boots: (machine) => bootsOf(there(state), machine),
    async close() {
      try {
        await runs?.events.close();
        redis?.disconnect();
        await muster.stop();
      } finally {
        // With the machines that are on.
        await lan.close();
      }
    },
  };
}

/** Does something on this machine, whose own network reaches Debian's archive. */
async function builder<T>(act: (shell: Shell) => Promise<T>): Promise<T> {
  const shell = localShell({ host: 'genesis' });
  return await act(shell).finally(() => shell.close());
}

/** A Muster on the host, and the machines, with their files below the folder of the host `local`. */
async function prepare(
  lan: Lan,
  { machines, environment }: BootLanParts,
): Promise<Pick<BootLan, 'muster' | 'root' | 'machines'>> {
  const muster = await openMuster({}, environment, ['nsenter', `--net=/run/netns/${lan.host.name}`, '--']);
  try {
    const root = join(muster.folder, 'host');
    await mkdir(root);
    const made = machines.map((machine, index) => addMachine(lan, root, machine, index));
    return { muster, root, machines: await Promise.all(made) };
  } catch (error) {
    await muster.stop();
    throw error;
  }
}
