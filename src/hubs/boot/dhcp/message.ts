/** A DHCP message as it is on the wire, as far as it says who asks whom; see RFC 2131 and 2132. */

export interface DhcpMessage {
  kind: 'discover' | 'offer' | 'request' | 'acknowledge';
  /** Whose it is about. */
  mac: string;
  /** The server that is meant, or that says it. */
  server?: string;
  /** The address that is given, in an offer and an acknowledgement. */
  address?: string;
  /** Whether it says what to boot. */
  boots: boolean;
}

const KINDS: Readonly<Record<number, DhcpMessage['kind']>> = {
  1: 'discover',
  2: 'offer',
  3: 'request',
  5: 'acknowledge',
};
const COOKIE = 0x63825363;
const OPTION = { pad: 0, end: 255, message: 53, server: 54, vendor: 60, bootFile: 67 };

/** Reads one; undefined for anything else, and for all other kinds. A stranger's. */
export function parseDhcp(packet: Buffer): DhcpMessage | undefined {
  // Ethernet, and the cookie that tells DHCP from BOOTP.
  if (packet.length < 241 || packet[1] !== 1 || packet[2] !== 6 || packet.readUInt32BE(236) !== COOKIE)
    return undefined;
  const options = optionsOf(packet);
  const kind = KINDS[options.get(OPTION.message)?.[0] ?? 0];
  if (!kind) return undefined;
  const mac = [...packet.subarray(28, 34)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  const server = options.get(OPTION.server);
  const address = packet.subarray(16, 20);
  const vendor = options.get(OPTION.vendor)?.toString('latin1') ?? '';
  return {
    ...{ kind, mac },
    ...(server?.length === 4 && { server: [...server].join('.') }),
    ...(packet[0] === 2 && address.some((byte) => byte !== 0) && { address: [...address].join('.') }),
    boots: packet[108] !== 0 || options.has(OPTION.bootFile) || /^(?:PXE|HTTP)Client/.test(vendor),
  };
}

/** The options, the first of each; none where they are cut off. */
function optionsOf(packet: Buffer): Map<number, Buffer> {
  const options = new Map<number, Buffer>();
  for (let at = 240; at < packet.length; ) {
    const code = packet[at] as number;
    if (code === OPTION.end) break;
    if (code === OPTION.pad) {
      at += 1;
      continue;
    }
    const length = packet[at + 1];
    if (length === undefined || at + 2 + length > packet.length) break;
    if (!options.has(code)) options.set(code, packet.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return options;
}
