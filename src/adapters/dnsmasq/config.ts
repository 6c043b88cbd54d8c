/** Files of dnsmasq: gives machines their addresses, or only tells them beside another server what to boot. See dnsmasq(8). */
import { Mac } from '../../boot.ts';
import { base, ipv4, loader, netOf, path, word } from './values.ts';

/** The programs that firmware loads by TFTP; undefined where there is none for a kind of firmware. */
export interface Loaders {
  bios?: string;
  x64?: string;
  arm64?: string;
}

/** A machine whose address is always the same. */
export interface Fixed {
  name: string;
  macs: readonly string[];
  address: string;
}

export interface Net {
  /** The network interface, and this host's address there. */
  interface: string;
  address: string;
  /** Where scripts are, like `http://10.77.0.1:8080`. */
  base: string;
  dhcp:
    | {
        mode: 'authoritative';
        /** `10.77.0.50-10.77.0.150` of `10.77.0.0/24`. */
        range: string;
        network: string;
        router?: string;
        dns: readonly string[];
        /** ms. */
        lease: number;
      }
    | { mode: 'proxy'; network: string };
  loaders: Loaders;
  /** Where the loaders are, readable for everybody. */
  tftp: string;
  /** Files: who has which address, and whose is always the same. */
  leases: string;
  hosts: string;
}

/** The settings for a network. Throws a `TypeError` where a value would be more than one. */
export function dnsmasqConfig(net: Net): string {
  const { dhcp } = net;
  return [
    '# Written by Muster: changes are lost.',
    // No DNS, and nothing of what this host has besides.
    'port=0',
    'no-resolv',
    'no-hosts',
    `interface=${word(net.interface, /^[A-Za-z0-9_.-]{1,15}$/)}`,
    'bind-interfaces',
    'except-interface=lo',
    'user=nobody',
    'group=nogroup',
    'pid-file=',
    'log-dhcp',
    'log-facility=-',
    // It would look for 3 s whether somebody has an address already, one machine after the other.
    'no-ping',
    `dhcp-leasefile=${path(net.leases)}`,
    `dhcp-hostsfile=${path(net.hosts)}`,
    'enable-tftp',
    `tftp-root=${path(net.tftp)}`,
    'tftp-max=500',
    'dhcp-match=set:ipxe,175',
    'dhcp-userclass=set:ipxe,iPXE',
    ...ARCHITECTURES.map(([tag, number]) => `dhcp-match=set:${tag},option:client-arch,${number}`),
    ...(dhcp.mode === 'authoritative' ? authoritative(net, dhcp) : proxy(net, dhcp)),
    '',
  ].join('\n');
}

/** DHCP option 93, see IANA's list of processor architecture types. The tags are names of `Firmware`. */
const ARCHITECTURES = [
  ['bios', 0],
  ['efi-x64', 7],
  ['efi-x64', 9],
  ['efi-arm64', 11],
  ['efi-x64-http', 16],
  ['efi-arm64-http', 19],
] as const;

function authoritative(net: Net, dhcp: Extract<Net['dhcp'], { mode: 'authoritative' }>): string[] {
  const [first, last] = dhcp.range.split('-').map(ipv4);
  const { mask } = netOf(dhcp.network);
  const { bios, x64, arm64 } = net.loaders;
  const boot = (tags: string, file: string | undefined) =>
    file === undefined ? [] : [`dhcp-boot=${tags},${file}`];
  // An offer that says of itself that it is one of PXE, and that its file is to be taken without asking further: firmware of UEFI prefers
  // it to all that only name a file, whichever came first. See "PXE Specification" 2.1, option 43.6, and PxeBcSelectDhcp4Offer() of EDK II.
  const preferred = (tag: string, file: string | undefined) =>
    file === undefined
      ? []
      : [
          `dhcp-option-force=tag:!ipxe,tag:${tag},60,PXEClient`,
          `dhcp-option-force=tag:!ipxe,tag:${tag},vendor:PXEClient,6,8b`,
        ];
  const http = (tag: string, file: string | undefined) =>
    file === undefined
      ? []
      : [
          `dhcp-boot=tag:!ipxe,tag:${tag},${base(net.base)}/loaders/${loader(file)}`,
          // UEFI takes the answer for one to HTTP boot by this alone.
          `dhcp-option-force=tag:${tag},60,HTTPClient`,
        ];
  return [
    'dhcp-authoritative',
    'dhcp-lease-max=10000',
    `dhcp-range=${first},${last},${mask},${Math.max(120, Math.round(dhcp.lease / 1_000))}`,
    `dhcp-option=option:router,${ipv4(dhcp.router ?? net.address)}`,
    `dhcp-option=option:dns-server${dhcp.dns.map((one) => `,${ipv4(one)}`).join('')}`,
    ...boot('tag:!ipxe,tag:bios', bios && loader(bios)),
    ...boot('tag:!ipxe,tag:efi-x64', x64 && loader(x64)),
    ...boot('tag:!ipxe,tag:efi-arm64', arm64 && loader(arm64)),
    ...preferred('efi-x64', x64),
    ...preferred('efi-arm64', arm64),
    ...http('efi-x64-http', x64),
    ...http('efi-arm64-http', arm64),
    ...boot('tag:ipxe', `${base(net.base)}/boot.ipxe`),
    // iPXE then waits for nobody else, and takes this answer where another server gives one, too.
    'dhcp-option-force=tag:ipxe,encap:175,176,1b',
    'dhcp-option-force=tag:ipxe,encap:175,1,64b',
  ];
}

function proxy(net: Net, { network }: Extract<Net['dhcp'], { mode: 'proxy' }>): string[] {
  const { first, mask } = netOf(network);
  const { bios, x64, arm64 } = net.loaders;
  const service = (kind: string, file: string | undefined) =>
    file === undefined ? [] : [`pxe-service=tag:!ipxe,${kind},"Muster",${loader(file)}`];
  const http = (tag: string, file: string | undefined) =>
    file === undefined
      ? []
      : [`dhcp-boot=tag:!ipxe,tag:${tag},${base(net.base)}/loaders/${loader(file)},,${ipv4(net.address)}`];
  return [
    `dhcp-range=${first},proxy,${mask}`,
    // Firmware that boots by HTTP is answered as it names itself.
    'dhcp-pxe-vendor=PXEClient,HTTPClient',
    ...service('x86PC', bios),
    ...service('X86-64_EFI', x64),
    ...service('BC_EFI', x64),
    ...service('ARM64_EFI', arm64),
    ...http('efi-x64-http', x64),
    ...http('efi-arm64-http', arm64),
    // Without the address at the end iPXE of a BIOS has nothing to boot.
    `dhcp-boot=tag:ipxe,${base(net.base)}/boot.ipxe,,${ipv4(net.address)}`,
  ];
}

/** Lines of the file of fixed addresses; dnsmasq reads it again at SIGHUP. */
export const hostsFile = (fixed: readonly Fixed[]): string =>
  fixed
    .filter(({ macs }) => macs.length > 0)
    .map(({ name, macs, address }) =>
      [
        ...macs.map((mac) => Mac.parse(mac)),
        ipv4(address),
        word(name, /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/),
      ].join(','),
    )
    .map((line) => `${line}\n`)
    .join('');
