/** What a host must have for what it is asked to do, as data: `/prepare` and the doctor read it. */

import type { Config } from '../../config/config.ts';
import { hostsOf } from '../../config/hosts.ts';

/** What can be needed of a host, in the order in which it is looked at. */
export const NEEDS = [
  'git',
  'engine',
  'compose',
  'builder',
  'wireguard',
  'tunnel',
  'ping',
  'ipmi',
  'redfish',
  'virtual',
  'dnsmasq',
  'ipxe',
  'emulator',
  'running',
  'space',
] as const;
export type NeedName = (typeof NEEDS)[number];

/** What shows that it is there and what brings it; what it is called is in the messages. */
export interface Need {
  /** Programs that show that it is there, any one of them: their command lines, which print a version. */
  probes: readonly (readonly string[])[];
  /** Packages that bring it, the best choice first; what a choice names has to be installed together. */
  packages: readonly (readonly string[])[];
  /** False for what is only worth a warning. */
  required: boolean;
}

/** The needs that programs and packages can meet; `running` and `space` are looked at in their own ways. */
export const NEED: Readonly<Record<NeedName, Need>> = {
  git: {
    probes: [['git', '--version']],
    packages: [['git', 'ca-certificates']],
    required: true,
  },
  engine: {
    probes: [
      ['dockerd', '--version'],
      ['/usr/sbin/dockerd', '--version'],
    ],
    packages: [['docker.io', 'docker-cli'], ['docker.io']],
    required: true,
  },
  compose: {
    probes: [
      ['docker', 'compose', 'version'],
      ['docker-compose', '--version'],
    ],
    packages: [['docker-compose-plugin'], ['docker-compose-v2'], ['docker-compose']],
    required: true,
  },
  builder: {
    probes: [['mmdebstrap', '--version']],
    packages: [['mmdebstrap', 'debian-archive-keyring', 'squashfs-tools', 'xz-utils']],
    required: true,
  },
  wireguard: { probes: [['wg', '--version']], packages: [['wireguard-tools']], required: true },
  // In the kernel, or beside it.
  tunnel: {
    probes: [
      ['modinfo', '--field=version', 'wireguard'],
      ['wireguard-go', '--version'],
    ],
    packages: [['wireguard-go']],
    required: true,
  },
  ping: { probes: [['ping', '-V']], packages: [['iputils-ping']], required: true },
  ipmi: { probes: [['ipmitool', '-V']], packages: [['ipmitool']], required: true },
  redfish: { probes: [['curl', '--version']], packages: [['curl', 'ca-certificates']], required: true },
  virtual: {
    probes: [['virsh', '--version']],
    packages: [['libvirt-daemon-system', 'libvirt-clients', 'qemu-system-x86', 'ovmf']],
    required: true,
  },
  dnsmasq: {
    probes: [
      ['dnsmasq', '--version'],
      ['/usr/sbin/dnsmasq', '--version'],
    ],
    packages: [['dnsmasq-base']],
    required: true,
  },
  // Files for firmware, of which no program tells.
  ipxe: {
    probes: [['dpkg-query', '--show', 'ipxe']],
    packages: [['ipxe']],
    required: true,
  },
  emulator: {
    probes: [['qemu-system-x86_64', '--version']],
    packages: [['qemu-system-x86', 'ovmf', 'ipxe-qemu']],
    required: true,
  },
  running: { probes: [], packages: [], required: true },
  space: { probes: [], packages: [], required: false },
};

/** What running apps takes. */
export const APP_NEEDS: readonly NeedName[] = ['git', 'engine', 'compose', 'running', 'space'];
/** What building images takes. */
export const BUILD_NEEDS: readonly NeedName[] = ['engine', 'builder', 'running', 'space'];

/** What machines boot from, which builds their images and tries them. */
export const BOOT_NEEDS: readonly NeedName[] = ['builder', 'dnsmasq', 'ipxe', 'emulator', 'space'];

/** The label that makes a host one that builds images; where no host carries it, all hosts that run apps build their own. */
export const BUILD_LABEL = 'build';

/** The hosts on which base images are built. */
export function buildHosts(config: Pick<Config, 'hosts' | 'apps'>): string[] {
  const labelled = hostsOf(config, [`label:${BUILD_LABEL}`]);
  return labelled.length > 0 ? labelled : appHosts(config);
}

/** What one host needs, by what the configuration asks of it; a host nobody asks anything of could still get an app. */
export function needsOf(
  config: Pick<Config, 'hosts' | 'apps'> & Partial<Pick<Config, 'machines' | 'boot'>>,
  host: string,
): NeedName[] {
  const builds = buildHosts(config).includes(host);
  const switches = powerNeeds(config, host);
  const boots = config.boot?.host === host;
  const idle = !builds && !boots && !switches.includes('virtual');
  const wanted = [
    ...(appHosts(config).includes(host) || idle ? APP_NEEDS : []),
    ...(builds ? BUILD_NEEDS : []),
    ...(boots ? BOOT_NEEDS : []),
    ...switches,
  ];
  return NEEDS.filter((need) => wanted.includes(need));
}

/** What switching machines and running virtual ones takes; a host with settings for libvirt is one for these. */
function powerNeeds(
  { hosts, machines = {}, boot }: Pick<Config, 'hosts'> & Partial<Pick<Config, 'machines' | 'boot'>>,
  host: string,
): NeedName[] {
  const powers = Object.values(machines).flatMap(({ power }) => (power ? [power] : []));
  const runs = powers.some((power) => power.kind === 'libvirt' && power.on === host);
  const virtual: NeedName[] = runs || hosts[host]?.tools.libvirt !== undefined ? ['virtual'] : [];
  if (boot?.host !== host) return virtual;
  const kinds: NeedName[] = powers.flatMap(({ kind }) =>
    kind === 'ipmi' || kind === 'redfish' ? [kind] : [],
  );
  return [...kinds, ...virtual];
}

const appHosts = (config: Pick<Config, 'hosts' | 'apps'>): string[] => [
  ...new Set(Object.values(config.apps).flatMap((app) => hostsOf(config, app.hosts))),
];
