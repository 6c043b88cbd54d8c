/** Who this container is: what was mounted, or what the hub gave since, whichever was made later. */
import { createPrivateKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubPlace } from '../hub.ts';
import { HUB_FILES } from '../hub-place.ts';

export interface Identity {
  key: string;
  certificate: string;
  token: string;
  place: HubPlace;
  /** Since and until when the certificate holds, ms. */
  since: number;
  until: number;
}

/** Where what the hub gave is kept between two starts. */
const OWN = 'identity.json';
/** Files that are just being changed do not fit together for a moment: how often they are read at most. */
const TRIES = 5;

/** Whether anything is mounted. */
export function isMounted(folder: string): boolean {
  try {
    return statSync(join(folder, HUB_FILES.place)).isFile();
  } catch {
    return false;
  }
}

export class Identities {
  readonly #folder: string;
  readonly #state: string | undefined;
  #current: Identity;
  #seen: number;

  /** `state` is a folder of its own, if there is one. Throws where what is mounted cannot be used. */
  constructor(folder: string, state: string | undefined) {
    this.#folder = folder;
    this.#state = state;
    this.#seen = this.#age();
    this.#current = this.#best();
  }

  get current(): Identity {
    return this.#current;
  }

  /** Looks whether something newer was mounted; true where it was. What cannot be read changes nothing. */
  refresh(): boolean {
    const age = this.#age();
    if (age === this.#seen) return false;
    try {
      const before = this.#current.certificate;
      this.#current = this.#best();
      this.#seen = age;
      return this.#current.certificate !== before;
    } catch {
      return false;
    }
  }

  /** A new key: its public half, and what takes the certificate that was made for it. */
  renewal(): { key: string; take(given: { certificate: string; token: string }): void } {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    return {
      key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      take: ({ certificate, token }) => {
        const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
        this.#current = fit({ key, certificate, token, place: this.#current.place });
        this.#keep({ key, certificate, token });
      },
    };
  }

  #best(): Identity {
    const mounted = this.#mounted();
    const own = this.#own(mounted.place);
    return own && own.since > mounted.since ? own : mounted;
  }

  #mounted(): Identity {
    const read = (name: keyof typeof HUB_FILES) => readFileSync(join(this.#folder, HUB_FILES[name]), 'utf8');
    for (let left = TRIES; ; left -= 1) {
      try {
        const place = JSON.parse(read('place')) as HubPlace;
        return fit({
          key: read('key'),
          certificate: read('certificate'),
          token: read('token').trim(),
          place,
        });
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  }

  /** What the hub gave before, if it gave it to the same caller. */
  #own(place: HubPlace): Identity | undefined {
    if (this.#state === undefined) return undefined;
    try {
      const kept = JSON.parse(readFileSync(join(this.#state, OWN), 'utf8'));
      if (JSON.stringify(kept.caller) !== JSON.stringify(place.caller)) return undefined;
      return fit({ ...kept, place });
    } catch {
      return undefined;
    }
  }

  #keep(own: { key: string; certificate: string; token: string }): void {
    if (this.#state === undefined) return;
    const file = join(this.#state, OWN);
    try {
      const text = JSON.stringify({ ...own, caller: this.#current.place.caller });
      const draft = `${file}.${randomBytes(6).toString('hex')}`;
      writeFileSync(draft, text, { mode: 0o600 });
      renameSync(draft, file);
    } catch {
      // It is asked for once more after the next start.
    }
  }

  /** When what is mounted was changed last. */
  #age(): number {
    try {
      return statSync(join(this.#folder, HUB_FILES.certificate)).mtimeMs;
    } catch {
      return 0;
    }
  }
}

/** Throws where the key is not the certificate's. */
function fit({ key, certificate, token, place }: Omit<Identity, 'since' | 'until'>): Identity {
  const read = new X509Certificate(certificate);
  if (!read.checkPrivateKey(createPrivateKey(key))) throw new Error(HUB_FILES.key);
  return {
    key,
    certificate,
    token,
    place,
    since: Date.parse(read.validFrom),
    until: Date.parse(read.validTo),
  };
}
