/** Public keys for tests, made here: nobody has their private halves. */
import { randomBytes } from 'node:crypto';
import { keyFingerprint } from '../src/public-key.ts';

const PREFIX = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');

/** A new key of type ed25519, as `TYPE BASE64`. */
export const newKey = (): string =>
  `ssh-ed25519 ${Buffer.concat([PREFIX, randomBytes(32)]).toString('base64')}`;

/** Its fingerprint, `SHA256:…`. */
export const fingerprintOf = (line: string): string => keyFingerprint({ data: line.split(' ')[1] as string });
