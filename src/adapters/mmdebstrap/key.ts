/** A public key of OpenPGP as apt's sources hold it in themselves (`Signed-By`, sources.list(5)): the image then needs no file of it. */

const BEGIN = '-----BEGIN PGP PUBLIC KEY BLOCK-----';
const END = '-----END PGP PUBLIC KEY BLOCK-----';
const LINE = 64;

/** The key armoured, whichever way it was written; undefined where it is none. */
export function armoured(content: Buffer): string | undefined {
  const bytes = unarmoured(content);
  return bytes && armour(bytes);
}

/** Its packets, whichever way they were written; undefined where it is none (RFC 4880, 6.2 and 11.1). */
export function unarmoured(content: Buffer): Buffer | undefined {
  // A packet of a public key comes first: its tag is 6, in the old format or in the new one.
  const first = content[0] ?? 0;
  if ((first & 0xfc) === 0x98 || first === 0xc6) return content;
  const text = content.toString('latin1').replaceAll('\r', '');
  const from = text.indexOf(`${BEGIN}\n`);
  const to = text.indexOf(`\n${END}`);
  if (from < 0 || to < from) return undefined;
  const inner = text.slice(from + BEGIN.length + 1, to);
  const body = inner.slice(inner.startsWith('\n') ? 1 : inner.indexOf('\n\n') + 2);
  const base64 = body
    .split('\n')
    .filter((line) => !line.startsWith('='))
    .join('');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return ((bytes[0] ?? 0) & 0xfc) === 0x98 || bytes[0] === 0xc6 ? bytes : undefined;
}

function armour(bytes: Buffer): string {
  const body = bytes.toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return [BEGIN, '', ...body, `=${checksum(bytes)}`, END].join('\n');
}

/** CRC-24 of RFC 4880, 6.1. */
function checksum(bytes: Buffer): string {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) {
      crc <<= 1;
      if (crc & 0x1000000) crc ^= 0x1864cfb;
    }
  }
  return Buffer.from([(crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff]).toString('base64');
}

/** A source of packages (deb822). Its parts were checked; `key` is armoured. */
export function sourceEntry(source: {
  address: string;
  suite: string;
  components: readonly string[];
  key: string;
}): string {
  const key = source.key.split('\n').map((line) => ` ${line === '' ? '.' : line}`);
  return [
    'Types: deb',
    `URIs: ${source.address}`,
    `Suites: ${source.suite}`,
    // A suite that is a path has no components (sources.list(5)).
    ...(source.suite.endsWith('/') ? [] : [`Components: ${source.components.join(' ')}`]),
    'Signed-By:',
    ...key,
    '',
  ].join('\n');
}
