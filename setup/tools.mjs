/** The system's programs that Muster and its tests use: where they come from in Debian, and why they are needed. */
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Program -> Debian package and reason. `anyOf` names files that do instead of a program on PATH.
 * @type {Record<string, {package: string, why: string, anyOf?: string[]}>}
 */
export const TOOLS = {
  'redis-server': { package: 'redis-server', why: "Muster's memory: runs, queues, audit" },
  git: { package: 'git', why: 'reads the repositories of apps' },
  ssh: { package: 'openssh-client', why: 'git over ssh' },
  dockerd: { package: 'docker.io', why: 'the tests deploy on a real engine' },
  'docker-compose': {
    package: 'docker-compose',
    why: 'the tests run real compose projects',
    anyOf: [
      '/usr/libexec/docker/cli-plugins/docker-compose',
      '/usr/lib/docker/cli-plugins/docker-compose',
      '/usr/local/lib/docker/cli-plugins/docker-compose',
    ],
  },
  sshd: { package: 'openssh-server', why: 'the tests log in to a real sshd on loopback' },
  mmdebstrap: { package: 'mmdebstrap', why: 'the tests build a base image' },
  mksquashfs: { package: 'squashfs-tools', why: 'packs root file systems that machines boot from' },
  xz: { package: 'xz-utils', why: 'packs root file systems that are unpacked into memory' },
  dnsmasq: { package: 'dnsmasq-base', why: 'tells machines where they boot from' },
  ipxe: {
    package: 'ipxe',
    why: 'what machines load first to boot over the network',
    anyOf: ['/usr/lib/ipxe/undionly.kpxe'],
  },
  'qemu-system-x86_64': { package: 'qemu-system-x86', why: 'boots images before machines do' },
  ovmf: { package: 'ovmf', why: 'the UEFI of machines of QEMU', anyOf: ['/usr/share/OVMF/OVMF_CODE_4M.fd'] },
  'qemu-img': { package: 'qemu-utils', why: 'packer makes disks of virtual machines with it' },
  gpg: { package: 'gnupg', why: 'signs an archive of packages for the tests' },
  packer: { package: 'packer', why: 'the tests build an image by a template' },
  lb: { package: 'live-build', why: 'the benchmark of images runs beside it' },
  busybox: { package: 'busybox-static', why: 'the tests make tiny images without pulling any' },
  ip: { package: 'iproute2', why: 'the tests make network namespaces' },
  iptables: { package: 'iptables', why: 'the Docker engine of the tests needs it' },
  nft: { package: 'nftables', why: 'the tests filter packets in network namespaces' },
  ufw: { package: 'ufw', why: 'the tests show what ufw leaves open' },
  'systemd-nspawn': { package: 'systemd-container', why: 'the tests boot a machine with the shipped units' },
  wg: { package: 'wireguard-tools', why: 'the tests make overlay networks' },
  'wireguard-go': { package: 'wireguard-go', why: 'makes them where the kernel cannot' },
  ping: { package: 'iputils-ping', why: 'the tests reach hosts through packet filters and overlay networks' },
  rsyslogd: { package: 'rsyslog', why: 'the benchmark of logs runs beside it' },
  nginx: { package: 'nginx', why: 'the benchmark of downloads runs beside it' },
  minisign: { package: 'minisign', why: 'the tests verify the signatures of images with it' },
  ipmitool: { package: 'ipmitool', why: 'the tests switch machines by IPMI' },
  ipmi_sim: { package: 'openipmi', why: 'a controller that speaks IPMI, for the tests' },
  curl: { package: 'curl', why: 'the tests switch machines by Redfish' },
  libvirtd: { package: 'libvirt-daemon-system', why: 'the tests make virtual machines' },
  virsh: { package: 'libvirt-clients', why: 'the tests make virtual machines' },
  ps: { package: 'procps', why: 'the tests look for processes that were left behind' },
};

/** What `npm start` needs. */
export const START_TOOLS = ['redis-server', 'git', 'ssh'];
/** What `npm test` needs besides. */
export const TEST_TOOLS = Object.keys(TOOLS).filter((tool) => !START_TOOLS.includes(tool));

/** Users' PATHs often lack the system's own folders. */
const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The file of a program, or undefined. */
export function find(program, path = process.env.PATH ?? '') {
  const folders = [...path.split(':').filter(Boolean), ...SYSTEM_PATH];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

/** Those of the tools that this machine lacks. */
export function missing(tools) {
  return tools.filter((tool) => !find(tool) && !(TOOLS[tool].anyOf ?? []).some((file) => existsSync(file)));
}

/** The command line that installs tools on Debian. */
export function installCommand(tools, sudo = process.getuid?.() === 0 ? '' : 'sudo ') {
  const packages = tools.map((tool) => TOOLS[tool].package).join(' ');
  return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${packages}`;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
