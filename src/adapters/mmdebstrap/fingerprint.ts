/** Names public keys of OpenPGP by their fingerprints, as their owners publish them. */
import { createHash } from 'node:crypto';

const [PUBLIC_KEY, VERSION] = [6, 4];

/** Fingerprints (SHA-1, 40 digits, upper case) of the primary keys of a file that is not armoured; undefined where it is not read to its end (RFC 4880, 4.2 and 12.2). */
export function fingerprintsOf(bytes: Buffer): string[] | undefined {
  const found: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const packet = packetAt(bytes, at);
    if (!packet) return undefined;
    const { tag, from, to } = packet;
    const body = bytes.subarray(from, to);
    if (tag === PUBLIC_KEY) {
      if (body[0] !== VERSION || body.length > 0xffff) return undefined;
      const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
      found.push(createHash('sha1').update(head).update(body).digest('hex').toUpperCase());
    }
    at = to;
  }
  return found;
}

/** The packet that begins there; undefined where it does not end in these bytes, or says no length. */
function packetAt(bytes: Buffer, at: number): { tag: number; from: number; to: number } | undefined {
  const first = bytes[at] ?? 0;
  if ((first & 0x80) === 0) return undefined;
  const fresh = (first & 0x40) !== 0;
  const tag = fresh ? first & 0x3f : (first >> 2) & 0x0f;
  const size = fresh ? freshSize(bytes, at + 1) : oldSize(bytes, at + 1, first & 0x03);
  if (!size) return undefined;
  const from = at + 1 + size.octets;
  const to = from + size.length;
  return to > bytes.length ? undefined : { tag, from, to };
}

interface Size {
  octets: number;
  length: number;
}

function oldSize(bytes: Buffer, at: number, kind: number): Size | undefined {
  const octets = 2 ** kind;
  if (kind === 3 || at + octets > bytes.length) return undefined;
  return { octets, length: bytes.readUIntBE(at, octets) };
}

function freshSize(bytes: Buffer, at: number): Size | undefined {
  const one = bytes[at] ?? 0;
  if (one < 192) return { octets: 1, length: one };
  if (one < 224) return { octets: 2, length: ((one - 192) << 8) + (bytes[at + 1] ?? 0) + 192 };
  // Parts of a packet are for data, never for keys.
  if (one !== 255 || at + 5 > bytes.length) return undefined;
  return { octets: 5, length: bytes.readUInt32BE(at + 1) };
}
