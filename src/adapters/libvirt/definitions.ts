/** The XML of libvirt's domains and networks (libvirt.org/formatdomain.html, formatnetwork.html). */

/** The name of what Muster writes into a definition: what carries it is Muster's. */
export const MACHINE = 'urn:muster:machine';
const NETWORK = 'urn:muster:network';

/** Whose a domain is. */
export interface Owner {
  machine: string;
  /** The run that made it; the first, where that was tried again. */
  run: string;
}

/** A virtual machine. */
export interface Domain extends Owner {
  uuid: string;
  mac: string;
  /** Bytes. */
  memory: number;
  cpus: number;
  firmware: 'uefi' | 'bios';
  /** Emulated where the processor cannot be used. */
  type: 'kvm' | 'qemu';
  /** A network of libvirt's. */
  network: string;
  /** The file of its disk, where it has one. */
  disk?: string;
  /** The file that takes what it says on its serial line. */
  console: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** A text as XML has it; what XML cannot have is a `TypeError`. */
export function escaped(text: string): string {
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\p{Surrogate}]/u.test(text)) throw new TypeError('not for XML');
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
}

/** It boots from the network first, each time, and then from its disk; no firmware that wants signatures, as iPXE has none. */
export function domainXml(domain: Domain): string {
  const { machine, run, uuid, mac, memory, cpus, firmware, type, network, disk, console } = domain;
  const e = escaped;
  const uefi = firmware === 'uefi';
  return `<domain type='${e(type)}'>
  <name>${e(machine)}</name>
  <uuid>${e(uuid)}</uuid>
  <metadata><muster:machine xmlns:muster='${MACHINE}' name='${e(machine)}' run='${e(run)}'/></metadata>
  <memory unit='KiB'>${Math.floor(memory / 1_024)}</memory>
  <vcpu>${cpus}</vcpu>
  <os${uefi ? " firmware='efi'" : ''}>
    <type machine='q35'>hvm</type>
    ${uefi ? "<firmware><feature enabled='no' name='secure-boot'/></firmware>" : ''}
    <boot dev='network'/>
    <boot dev='hd'/>
    ${uefi ? '' : "<bios useserial='yes'/>"}
  </os>
  <features><acpi/><apic/></features>
  <cpu mode='${type === 'kvm' ? 'host-passthrough' : 'maximum'}'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>restart</on_crash>
  <devices>
    ${
      disk === undefined
        ? ''
        : `<disk type='file' device='disk'>
      <driver name='qemu' type='raw' discard='unmap'/>
      <source file='${e(disk)}'/>
      <target dev='vda' bus='virtio'/>
    </disk>`
    }
    <interface type='network'>
      <mac address='${e(mac)}'/>
      <source network='${e(network)}'/>
      <model type='virtio'/>
    </interface>
    <serial type='pty'>
      <log file='${e(console)}' append='on'/>
      <target port='0'/>
    </serial>
    <console type='pty'><target type='serial' port='0'/></console>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
  </devices>
</domain>
`;
}

/** The owner in the answer to `metadata`; undefined where that is none of Muster's. */
export function ownerIn(xml: string): Owner | undefined {
  const attribute = (name: string) => new RegExp(`\\s${name}=["']([A-Za-z0-9-]{1,63})["']`).exec(xml)?.[1];
  const [machine, run] = [attribute('name'), attribute('run')];
  return machine === undefined || run === undefined ? undefined : { machine, run };
}

/** Whether a domain asks the network first when it boots, by its definition. */
export const bootsFromNetwork = (xml: string): boolean =>
  /<boot dev=['"](\w+)['"]/.exec(xml)?.[1] === 'network' ||
  /<interface\b(?:(?!<\/interface>)[\s\S])*<boot order=['"]1['"]/.test(xml);

/** A network that the configuration declares for a host. */
export type Declared =
  /** Only between machines of the host, which has the address there, like `10.99.0.1/24`. */
  | { kind: 'isolated'; address?: string; device?: string }
  /** The same with a way out, behind the address of the host. */
  | { kind: 'nat'; address: string; device?: string }
  /** A bridge that the host has. */
  | { kind: 'bridge'; device: string };

/** Nobody gives out addresses but the boot server: libvirt starts no dnsmasq of its own for such a network. */
export function networkXml(name: string, declared: Declared): string {
  const e = escaped;
  const lines = [
    `<name>${e(name)}</name>`,
    `<metadata><muster:network xmlns:muster='${NETWORK}'/></metadata>`,
  ];
  if (declared.kind === 'bridge')
    lines.push("<forward mode='bridge'/>", `<bridge name='${e(declared.device)}'/>`);
  else {
    if (declared.kind === 'nat') lines.push("<forward mode='nat'/>");
    const device = declared.device === undefined ? '' : ` name='${e(declared.device)}'`;
    lines.push(`<bridge${device} stp='off' delay='0'/>`, "<dns enable='no'/>");
    const [address, prefix] = declared.address?.split('/') ?? [];
    if (address !== undefined && prefix !== undefined)
      lines.push(`<ip address='${e(address)}' prefix='${e(prefix)}'/>`);
  }
  return `<network>\n  ${lines.join('\n  ')}\n</network>\n`;
}
