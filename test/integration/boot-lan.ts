/** A whole Muster on a network of its own, as users run it: `muster start` with its boot server gives out addresses, loaders and images, and emulated machines boot from it. */
import type { ChildProcess } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Guest, startArgv } from '../../src/adapters/qemu/commands.ts';
import { connectRedis, type Redis } from '../../src/adapters/redis/connection.ts';
import type { Bootable } from '../../src/boot.ts';
import { isFinal } from '../../src/events.ts';
import { imageOf } from '../../src/image.ts';
import { Audit } from '../../src/jobs/audit.ts';
import { Events } from '../../src/jobs/event-stream.ts';
import { PROMOTIONS, VERSIONS } from '../../src/jobs/image/versions.ts';
import { Ledger } from '../../src/jobs/ledger.ts';
import { bootsOf } from '../../src/jobs/machine/boots.ts';
import type { KeptBoot } from '../../src/jobs/machine/kept-boot.ts';
import { Runs } from '../../src/jobs/runs.ts';
import { RedisState } from '../../src/jobs/state.ts';
import { Scrubber } from '../../src/secret.ts';
import { addNamespace, address, cable, type Namespace } from '../namespaces.ts';
import { until } from '../until.ts';
import { openMuster, type TestMuster } from './muster.ts';

/** The address of the host that machines boot from; that of somebody else's host on the same network. */
export const OWN = '10.77.0.1';
export const OTHER = '10.77.0.2';
/** Tools that it needs. */
export const LAN_NEEDS = [
  ...[
    'root',
    'redis-server',
    'mmdebstrap',
    'mksquashfs',
    'qemu-system-x86_64',
    'ovmf',
    'dnsmasq',
    'ipxe',
    'ip',
  ],
];
/** Emulated, on two processors, with other tests beside it. */
export const BOOT_MS = 8 * 60_000;

export interface LanMachine {
  name: string;
  mac: string;
  /** Its entry below `power` of the configuration. */
  power: object;
  /** What switches it: `on`, `off` and `status`. */
  program: string;
  /** Its console since the test began. */
  console(): Promise<string>;
  /** Whether its QEMU runs. */
  isOn(): Promise<boolean>;
  /** Switches it as a hand on its button does. */
  on(): Promise<void>;
  off(): Promise<void>;
}

export interface BootLan {
  muster: TestMuster;
  /** Where Muster runs: `br0` has `OWN`. */
  host: Namespace;
  /** Where somebody else may answer: its `eth0` has `OTHER`. */
  other: Namespace;
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

export interface LanMachineParts extends Partial<Pick<Guest, 'firmware' | 'memory'>> {
  name: string;
  /** MiB of a disk that it has, with nothing on it. */
  disk?: number;
  /** What is said to QEMU besides. */
  more?: readonly string[];
}

export interface BootLanParts {
  machines: LanMachineParts[];
  /** What is added to the environment of Muster. */
  environment?: Record<string, string>;
}

/** Lays the network for these machines, and makes ready what runs there; nothing runs yet. */
export async function openBootLan({ machines, environment = {} }: BootLanParts): Promise<BootLan> {
  const [host, other] = [await addNamespace(), await addNamespace()];
  await host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
  await address(host, 'br0', `${OWN}/24`);
  await cable(host, 'other', other, 'eth0');
  await host.run('ip', 'link', 'set', 'other', 'master', 'br0', 'up');
  await address(other, 'eth0', `${OTHER}/24`);
  const muster = await openMuster({}, environment, ['nsenter', `--net=/run/netns/${host.name}`, '--']);
  const root = join(muster.folder, 'host');
  await mkdir(root);
  const made = await Promise.all(machines.map((machine, index) => lay(host, root, machine, index)));
  let redis: Redis | undefined;
  let runs: Runs | undefined;
  let state: RedisState | undefined;
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('Muster was not started yet.');
    return value;
  };
  return {
    ...{ muster, host, other, root, machines: made },
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
      await until(async () => (await host.reach(target)) === 'open', 'the boot server listens');
      return manager;
    },
    async publish({ version, kernel, initrd, root: file, format, kernelLine }, { promote = false } = {}) {
      const at = new Date().toISOString();
      const parts = { kernel, initrd, [format]: file };
      const manifest = {
        ...{ version, image: imageOf(version), architecture: 'amd64', at, key: '0'.repeat(16), parts },
        ...{ packages: [], kernelLine },
      };
      const record = { manifest, host: 'local', run: 'r-1', by: 'reem', ms: 1, gate: [], publicKey: '' };
      await there(state).set(VERSIONS, version, record);
      if (!promote) return;
      const former = (await there(state).get(PROMOTIONS, imageOf(version))) as
        | { now: object; before: object[] }
        | undefined;
      const before = former ? [...former.before, former.now] : [];
      const now = { version, at, run: 'r-1', by: 'reem' };
      await there(state).set(PROMOTIONS, imageOf(version), { now, before, left: [] });
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
      for (const machine of made) await machine.off();
      await runs?.events.close();
      redis?.disconnect();
      await muster.stop();
      await other.remove();
      await host.remove();
    },
  };
}

/** A machine at a socket of the network, and the program that switches it. */
async function lay(
  { run }: Namespace,
  root: string,
  { name, firmware = 'bios', memory = 1_024, disk, more = [] }: LanMachineParts,
  index: number,
): Promise<LanMachine> {
  const [tap, mac] = [`tap${index}`, `52:54:00:77:01:0${index + 1}`];
  await run('ip', 'tuntap', 'add', 'dev', tap, 'mode', 'tap');
  await run('ip', 'link', 'set', tap, 'master', 'br0', 'up');
  const [file, pidFile, console] = ['power', 'pid', 'console'].map((kind) =>
    join(root, `${name}.${kind}`),
  ) as [...[string, string, string]];
  const argv = [...startArgv({ firmware, memory, cpus: 1, mac, tap, fast: false }), ...more];
  if (disk !== undefined) {
    const image = join(root, `${name}.disk`);
    await run('truncate', `--size=${disk}M`, image);
    argv.push('-drive', `file=${image},if=virtio,format=raw`);
  }
  const quoted = argv.map((word) => `'${word}'`);
  await writeFile(file, switchOf({ argv: quoted.join(' '), pidFile, console }));
  await chmod(file, 0o755);
  const status = async () => (await run(file, 'status')).trim() === 'on';
  return {
    ...{ name, mac, program: file },
    power: {
      ...{ kind: 'command', onArgv: [file, 'on'], offArgv: [file, 'off'], statusArgv: [file, 'status'] },
    },
    console: () => readFile(console, 'latin1').catch(() => ''),
    isOn: status,
    on: async () => void (await run(file, 'on')),
    off: async () => void (await run(file, 'off')),
  };
}

/** A program that switches a machine on and off, and tells whether it is on. */
const switchOf = ({
  argv,
  pidFile,
  console,
}: {
  argv: string;
  pidFile: string;
  console: string;
}): string => `#!/bin/sh
alive() { [ -s '${pidFile}' ] && kill -0 "$(cat '${pidFile}')" 2>/dev/null; }
case $1 in
  on) alive || { setsid ${argv} </dev/null >>'${console}' 2>&1 & echo $! >'${pidFile}'; } ;;
  off) if alive; then kill -9 "$(cat '${pidFile}')"; fi; while alive; do sleep 0.1; done; rm -f '${pidFile}' ;;
  status) if alive; then echo on; else echo off; fi ;;
esac
`;
