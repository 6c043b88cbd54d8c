/** Key pairs for logging in, in OpenSSH's own format. */
import ssh2 from 'ssh2';

/** A new ed25519 key pair: the private half as a file holds it, without a passphrase. */
export function newKeyPair(comment: string): string {
  for (;;) {
    const { private: text } = ssh2.utils.generateKeyPairSync('ed25519', { comment });
    // ssh2 writes one key of 256 a byte short: it drops a zero at its beginning, and nobody can read it.
    if (publicHalf(text) !== undefined) return text;
  }
}

/** The public half of a private key of this format, as `TYPE BASE64`; undefined where it is none that can be read without a passphrase. */
export function publicHalf(privateKey: string): string | undefined {
  const parsed = ssh2.utils.parseKey(privateKey);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || key instanceof Error || !key.isPrivateKey()) return undefined;
  return `${key.type} ${key.getPublicSSH().toString('base64')}`;
}
