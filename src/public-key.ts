/**
 * Public keys of OpenSSH, read strictly: a type, the key itself, a comment, on one line (sshd(8), AUTHORIZED_KEYS FILE FORMAT).
 * What a stranger wrote into a key's line is never copied: of the key its bytes are kept and written anew, options and comments are not.
 */
import { createHash } from 'node:crypto';

/** A key as it stands in a file, with nothing around it. */
export interface PublicKey {
  type: string;
  /** Base64, as OpenSSH writes it. */
  data: string;
}

/** Why a line is no key that Muster would write. `options` is a line that begins with options, `weak` a key nobody should use any more. */
export type KeyProblem = 'line' | 'options' | 'type' | 'data' | 'weak';

/** A line is at most so long, characters: an RSA key of 16,384 bits has less than 3,000. */
const MAX_LINE = 4_096;
/** The shortest RSA key that OpenSSH takes from version 9.1 on when it is told to be careful, bits. */
const MIN_RSA = 2_048;
const MAX_RSA = 16_384;

/** Bytes of a point on each curve, uncompressed (RFC 5656). */
const CURVES: Readonly<Record<string, number>> = { nistp256: 65, nistp384: 97, nistp521: 133 };

/** Reads the fields after the type; true where they are what the type says, all of them and nothing more (RFC 4253, RFC 8709, PROTOCOL.u2f). */
const FIELDS: Readonly<Record<string, (fields: Buffer[]) => boolean | 'weak'>> = {
  'ssh-ed25519': ([point, ...rest]) => rest.length === 0 && point?.length === 32,
  'sk-ssh-ed25519@openssh.com': ([point, application, ...rest]) =>
    rest.length === 0 && point?.length === 32 && isApplication(application),
  'ssh-rsa': ([exponent, modulus, ...rest]) => {
    if (rest.length > 0 || !isPositive(exponent) || !isPositive(modulus)) return false;
    const bits = bitsOf(modulus);
    if (bits > MAX_RSA || exponent.length > 8 || (exponent.at(-1) as number) % 2 === 0) return false;
    return bits < MIN_RSA ? 'weak' : true;
  },
  ...Object.fromEntries(
    Object.entries(CURVES).map(([curve, length]) => [
      `ecdsa-sha2-${curve}`,
      ([name, point, ...rest]: Buffer[]) => rest.length === 0 && isPoint(curve, length, name, point),
    ]),
  ),
  'sk-ecdsa-sha2-nistp256@openssh.com': ([name, point, application, ...rest]) =>
    rest.length === 0 && isPoint('nistp256', 65, name, point) && isApplication(application),
};

/** The key of one line, and its comment; or what is wrong with the line. */
export function readKey(line: string): { key: PublicKey; comment: string } | KeyProblem {
  if (line.length > MAX_LINE || /[^\x20-\x7e\t\u00a0-\u{10ffff}]/u.test(line)) return 'line';
  const [, type, data, comment = ''] = /^([^ \t]+)[ \t]+([^ \t]+)(?:[ \t]+(.*))?$/.exec(line.trim()) ?? [];
  if (type === undefined || data === undefined) return 'line';
  if (type === 'ssh-dss' || type === 'ssh-dsa') return 'weak';
  const fit = Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  if (!fit) return startsWithOptions(line) ? 'options' : 'type';
  const bytes = Buffer.from(data, 'base64');
  // Whatever base64 has more than one way to write is written in ours only.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(data) || bytes.toString('base64') !== data) return 'data';
  const [name, ...fields] = split(bytes) ?? [];
  if (name?.toString('latin1') !== type) return 'data';
  const verdict = fit(fields);
  if (verdict !== true) return verdict === 'weak' ? 'weak' : 'data';
  return { key: { type, data }, comment: comment.trim() };
}

/** `SHA256:…`, as ssh-keygen -l shows it. */
export const keyFingerprint = ({ data }: Pick<PublicKey, 'data'>): string =>
  `SHA256:${createHash('sha256').update(Buffer.from(data, 'base64')).digest('base64').replace(/=+$/, '')}`;

/** A name as the comment of a key: one word of harmless letters, at most 80. */
export const commentOf = (name: string): string =>
  name.replace(/[^A-Za-z0-9@._:/+-]+/g, '_').slice(0, 80) || '_';

/** Whether a line that begins with no known type has a key further on. */
const startsWithOptions = (line: string): boolean =>
  Object.keys(FIELDS).some((type) => line.includes(`${type} `));

/** The strings of a key's bytes: a length of four bytes, then so many (RFC 4251). */
function split(bytes: Buffer): Buffer[] | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length || parts.length === 8) return undefined;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return undefined;
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return parts;
}

/** A positive number in as few bytes as it takes (RFC 4251, mpint). */
const isPositive = (number: Buffer | undefined): number is Buffer =>
  number !== undefined &&
  number.length > 0 &&
  (number[0] as number) < 0x80 &&
  (number[0] !== 0 || (number[1] as number) >= 0x80);

const bitsOf = (number: Buffer): number => {
  const [first = 0] = number;
  return first === 0 ? (number.length - 1) * 8 : (number.length - 1) * 8 + (32 - Math.clz32(first));
};

const isPoint = (curve: string, length: number, name?: Buffer, point?: Buffer): boolean =>
  name?.toString('latin1') === curve && point?.length === length && point[0] === 4;

/** `ssh:` and what follows it, in letters. */
const isApplication = (application: Buffer | undefined): boolean =>
  /^ssh:[\x20-\x7e]{0,200}$/.test(application?.toString('latin1') ?? '');
