/** How a key is known: whoever is told a fingerprint can tell by it whether the other end is the right one. */
import { createHash, type KeyObject } from 'node:crypto';

/** The fingerprint of a public key: SHA-256 of its SubjectPublicKeyInfo (RFC 5280), base64 without padding, as ssh writes such. */
export function fingerprintOf(key: KeyObject): string {
  const info = key.export({ type: 'spki', format: 'der' });
  return `SHA256:${createHash('sha256').update(info).digest('base64').replace(/=+$/, '')}`;
}
