/** The command lines of virsh(1), and what it answers. Domains are named by their UUIDs: a domain called `7` would be taken for the seventh that runs. */
import type { PowerState } from '../../power.ts';

/** `--option=value` each, so that no value can be an option. */
const options = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

/** virsh opens what it reads by name, and what a link gives a program to read may be a socket, which has none: a pipe does. */
const reading = (argv: readonly string[]): string[] => [
  'sh',
  '-c',
  'cat | "$@"',
  'sh',
  ...argv,
  '--file=/dev/stdin',
];

/** Builders of argv for one libvirt, by its address like `qemu:///system`. */
export const virsh = (uri: string) => {
  const line = (...words: string[]): string[] => ['virsh', `--connect=${uri}`, '--quiet', ...words];
  return {
    version: () => line('version', '--daemon'),
    domains: () => line('list', '--all', '--name', '--uuid'),
    state: (uuid: string) => line('domstate', ...options({ domain: uuid })),
    start: (uuid: string) => line('start', ...options({ domain: uuid })),
    /** Asks the operating system by ACPI. */
    shutdown: (uuid: string) => line('shutdown', ...options({ domain: uuid, mode: 'acpi' })),
    /** Takes the power. */
    destroy: (uuid: string) => line('destroy', ...options({ domain: uuid })),
    /** What its owner wrote into its definition. */
    metadata: (uuid: string, uri: string) => line('metadata', ...options({ domain: uuid, uri })),
    definition: (uuid: string) => line('dumpxml', '--inactive', ...options({ domain: uuid })),
    /** The definition comes on standard input. */
    define: () => reading(line('define', '--validate')),
    undefine: (uuid: string) =>
      line('undefine', '--managed-save', '--snapshots-metadata', '--nvram', ...options({ domain: uuid })),
    capabilities: (type: string) => line('domcapabilities', ...options({ virttype: type })),
    networks: (which: 'all' | 'active') => line('net-list', '--name', ...(which === 'all' ? ['--all'] : [])),
    defineNetwork: () => reading(line('net-define')),
    startNetwork: (network: string) => line('net-start', ...options({ network })),
    autostartNetwork: (network: string) => line('net-autostart', ...options({ network })),
    pools: (which: 'all' | 'active') => line('pool-list', '--name', ...(which === 'all' ? ['--all'] : [])),
    definePool: (name: string, target: string) =>
      line('pool-define-as', ...options({ name, type: 'dir', target })),
    buildPool: (pool: string) => line('pool-build', ...options({ pool })),
    startPool: (pool: string) => line('pool-start', ...options({ pool })),
    autostartPool: (pool: string) => line('pool-autostart', ...options({ pool })),
    volumes: (pool: string) => line('vol-list', ...options({ pool })),
    /** Sparse: it takes no more than what is written to it. Other formats want qemu-img, which not each host has. */
    createVolume: (pool: string, name: string, bytes: number) =>
      line('vol-create-as', ...options({ pool, name, capacity: `${bytes}`, allocation: '0', format: 'raw' })),
    volumePath: (pool: string, vol: string) => line('vol-path', ...options({ pool, vol })),
    deleteVolume: (pool: string, vol: string) => line('vol-delete', ...options({ pool, vol })),
  };
};

/** Names, a line each. */
export const parseNames = (stdout: string): string[] =>
  stdout
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** UUIDs by name, out of `domains`. */
export function parseDomains(stdout: string): Map<string, string> {
  const found = parseNames(stdout).flatMap((line) => {
    const [, uuid, name] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) +(.*?) *$/.exec(line) ?? [];
    return uuid === undefined || name === undefined ? [] : [[name, uuid] as const];
  });
  return new Map(found);
}

/** Names of volumes, out of `volumes`: they come with their paths. */
export const parseVolumes = (stdout: string): string[] =>
  parseNames(stdout).flatMap((line) => /^\S+/.exec(line)?.[0] ?? []);

/** What `domstate` says; one that crashed is off, one that is paused has its power. */
export function parseState(stdout: string): PowerState {
  const state = stdout.trim();
  if (state === 'shut off' || state === 'crashed') return 'off';
  return ['running', 'idle', 'paused', 'in shutdown', 'pmsuspended'].includes(state) ? 'on' : 'unknown';
}

/** What virsh says went wrong: its last line. */
export const complaintIn = (lines: readonly string[]): string =>
  lines.findLast((line) => line.startsWith('error: '))?.slice('error: '.length) ?? lines.at(-1) ?? '';
