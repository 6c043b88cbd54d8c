/**
 * Who gives containers their identity: a certificate that names a caller, and a token of the same caller. Both hold only for a
 * while. The key that signs them is kept in the state folder and goes nowhere.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  type X509Certificate,
} from 'node:crypto';
import { certify } from '../../certificate.ts';
import { MusterError } from '../../errors.ts';
import { Caller, type Issued } from '../../hub.ts';
import { openIdentity } from '../../identity.ts';
import { readToken, signToken } from './token.ts';

/** How long before it was made a certificate holds already: the clock may be set back, ms. */
const SKEW_MS = 5 * 60_000;
const SCHEME = 'URI:muster://hub/';

export interface AuthorityParts {
  /** The folder of Muster's keys. */
  keys: string;
  /** How long what it gives holds, ms. */
  lifetime(): number;
  /** Where the hub is, as a container is told; without the caller. */
  place(): Omit<Issued['place'], 'caller'>;
  /** The time in ms; the real one by default. */
  now?(): number;
}

/** Whose a certificate is, since when and until when it holds, ms. */
export interface Admitted {
  caller: Caller;
  since: number;
  until: number;
}

export class Authority {
  readonly #parts: AuthorityParts;
  readonly #key: KeyObject;
  readonly #public: KeyObject;
  readonly #secret: Buffer;

  private constructor(parts: AuthorityParts, key: KeyObject) {
    this.#parts = parts;
    this.#key = key;
    this.#public = createPublicKey(key);
    const seed = key.export({ type: 'pkcs8', format: 'der' });
    this.#secret = Buffer.from(hkdfSync('sha256', seed, '', 'muster hub token', 32));
  }

  /** Its key is made where there is none yet; rejects with `icp.identity` where that cannot be used. */
  static async open(parts: AuthorityParts): Promise<Authority> {
    const { key } = await openIdentity(parts.keys, 'hub-authority');
    return new Authority(parts, createPrivateKey(key));
  }

  /** Everything that a caller needs, with a new key. */
  issue(caller: Caller): Issued {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { key, ...this.certify(caller, publicKey), place: this.place(caller) };
  }

  /** A certificate of a key that the caller has, and a token. */
  certify(caller: Caller, key: KeyObject): Pick<Issued, 'certificate' | 'token'> {
    const now = Math.floor(this.#now() / 1_000) * 1_000;
    const until = now + this.#parts.lifetime();
    const certificate = certify({
      key,
      name: 'muster container',
      issuer: { key: this.#key, name: 'muster hub' },
      from: new Date(now),
      until: new Date(until),
      uri: uriOf(caller),
    });
    return { certificate, token: signToken({ caller, until }, this.#secret) };
  }

  /** Where the hub is, as this caller is told. */
  place = (caller: Caller): Issued['place'] => ({ ...this.#parts.place(), caller });

  /** Whose certificate it is; undefined where it is none of this authority. */
  admitted(certificate: X509Certificate): Admitted | undefined {
    if (!certificate.verify(this.#public)) return undefined;
    const caller = callerOf(certificate.subjectAltName ?? '');
    return (
      caller && { caller, since: Date.parse(certificate.validFrom), until: Date.parse(certificate.validTo) }
    );
  }

  /** Throws `hub.expired` where it does not hold now, and `hub.stranger` or `hub.expired` where the token is not the same caller's. */
  check({ caller, since, until }: Admitted, token: string | undefined): void {
    const now = this.#now();
    if (now < since - SKEW_MS) throw expired('certificate', 'early', since);
    if (now > until) throw expired('certificate', 'late', until);
    const said = token === undefined ? undefined : readToken(token, this.#secret);
    if (!said || uriOf(said.caller) !== uriOf(caller))
      throw new MusterError('hub.stranger', { reason: 'token' });
    if (now > said.until) throw expired('token', 'late', said.until);
  }

  #now = (): number => this.#parts.now?.() ?? Date.now();
}

const expired = (what: string, reason: 'early' | 'late', at: number): MusterError =>
  new MusterError('hub.expired', { what, reason, at: new Date(at).toISOString() });

/** The caller as a URI: its parts, in order, with nothing in them that ends a part. */
function uriOf({ app, generation, service, host }: Caller): string {
  return `muster://hub/${[app, generation, service, host].map(encodeURIComponent).join('/')}`;
}

function callerOf(alternativeName: string): Caller | undefined {
  if (!alternativeName.startsWith(SCHEME)) return undefined;
  try {
    const [app, generation, service, host, ...more] = alternativeName
      .slice(SCHEME.length)
      .split('/')
      .map(decodeURIComponent);
    return more.length === 0 ? Caller.safeParse({ app, generation, service, host }).data : undefined;
  } catch {
    return undefined;
  }
}

/** The public key of a renewal: an Ed25519 SubjectPublicKeyInfo as base64. Throws `hub.request`. */
export function publicKeyOf(base64: string): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), type: 'spki', format: 'der' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below.
  }
  throw new MusterError('hub.request', { message: 'key' });
}
