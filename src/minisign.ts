/** Signatures that minisign(1) makes and verifies: Ed25519 over a BLAKE2b hash, and over a comment that thereby can be trusted; see its manual, "Signature format". */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** As `minisign` writes them: of a key, and of what was hashed before it was signed. */
const KEY = Buffer.from('Ed');
const HASHED = Buffer.from('ED');
const ID_BYTES = 8;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** What stands before the 32 bytes of a public key in its SubjectPublicKeyInfo (RFC 8410). */
const INFO = Buffer.from('302a300506032b6570032100', 'hex');

/** The public half of an Ed25519 key as one line, `RW…`: what `minisign -P` takes. The key's id is derived from it. */
export function publicLine(key: KeyObject): string {
  const raw = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(INFO.length);
  return Buffer.concat([KEY, idOf(raw), raw]).toString('base64');
}

/** Signs a text with an Ed25519 key: the content of its `.minisig`. Comments are one line each. */
export function signed(
  text: string | Buffer,
  key: KeyObject,
  comments: { untrusted: string; trusted: string },
): string {
  const [untrusted, trusted] = [comments.untrusted, comments.trusted].map(oneLine) as [string, string];
  const line = Buffer.from(publicLine(key), 'base64');
  const signature = sign(null, hashOf(text), key);
  const whole = sign(null, Buffer.concat([signature, Buffer.from(trusted)]), key);
  const first = Buffer.concat([HASHED, line.subarray(KEY.length, KEY.length + ID_BYTES), signature]);
  return [
    `untrusted comment: ${untrusted}`,
    first.toString('base64'),
    `trusted comment: ${trusted}`,
    whole.toString('base64'),
    '',
  ].join('\n');
}

/** The trusted comment of a signature, where the key (`RW…`) signed this text; undefined where anything about it is wrong. */
export function verified(text: string | Buffer, signature: string, publicKey: string): string | undefined {
  const [, first = '', comment = '', second = ''] = signature.split('\n');
  const [line, made, whole] = [publicKey, first, second].map((part) => Buffer.from(part, 'base64')) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  const trusted = /^trusted comment: (.*)$/.exec(comment)?.[1];
  const id = (bytes: Buffer) => bytes.subarray(KEY.length, KEY.length + ID_BYTES);
  if (
    trusted === undefined ||
    line.length !== KEY.length + ID_BYTES + KEY_BYTES ||
    made.length !== HASHED.length + ID_BYTES + SIGNATURE_BYTES ||
    whole.length !== SIGNATURE_BYTES ||
    !line.subarray(0, KEY.length).equals(KEY) ||
    !made.subarray(0, HASHED.length).equals(HASHED) ||
    !id(line).equals(id(made))
  )
    return undefined;
  const info = Buffer.concat([INFO, line.subarray(KEY.length + ID_BYTES)]);
  const key = createPublicKey({ key: info, format: 'der', type: 'spki' });
  const raw = made.subarray(HASHED.length + ID_BYTES);
  const isRight =
    verify(null, hashOf(text), key, raw) &&
    verify(null, Buffer.concat([raw, Buffer.from(trusted)]), key, whole);
  return isRight ? trusted : undefined;
}

const hashOf = (text: string | Buffer): Buffer => createHash('blake2b512').update(text).digest();

/** Which key it is, for people and programs that have several: no more than that depends on it. */
const idOf = (raw: Buffer): Buffer => createHash('blake2b512').update(raw).digest().subarray(0, ID_BYTES);

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');
