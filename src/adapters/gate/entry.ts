/** Who stands at the gate: looked at for each request, because certificates run out and managers change. */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { MusterError } from '../../errors.ts';
import { fingerprintOf } from '../../fingerprint.ts';
import type { Caller } from '../../hub.ts';
import type { Admitted, Authority } from './authority.ts';
import type { Route } from './route.ts';

export type Who =
  | { kind: 'container'; caller: Caller; since: number; name: string }
  | { kind: 'manager'; name: string };

/** What a connection has shown. */
type Shown = { admitted: Admitted } | { fingerprint: string };

export interface EntryParts {
  authority: Authority;
  /** Whether this is the key of a manager, or of a worker. */
  isManager(fingerprint: string): Promise<boolean>;
  /**
   * Whether a generation is live, or may become it; undefined where nobody can say. `since` is when its certificate was made, ms.
   */
  isLive(caller: Caller, since: number): Promise<boolean | undefined>;
}

export class Entry {
  readonly #parts: EntryParts;
  readonly #shown = new WeakMap<object, Shown>();

  constructor(parts: EntryParts) {
    this.#parts = parts;
  }

  /** Notes what a new connection shows; false where it shows nothing that could ever be let in. */
  greet(socket: TLSSocket): boolean {
    const certificate = socket.getPeerX509Certificate();
    if (!certificate) return false;
    const admitted = this.#parts.authority.admitted(certificate);
    this.#shown.set(socket, admitted ? { admitted } : { fingerprint: fingerprintOf(certificate.publicKey) });
    return true;
  }

  /** Who asks; throws `hub.stranger`, `hub.expired` or `hub.retired`. */
  async admit(request: IncomingMessage, route: Route): Promise<Who> {
    const shown = this.#shown.get(request.socket);
    if (!shown) throw new MusterError('hub.stranger', { reason: 'certificate' });
    if ('fingerprint' in shown) {
      const { fingerprint } = shown;
      if (!(await this.#parts.isManager(fingerprint)))
        throw new MusterError('hub.stranger', { reason: 'certificate' });
      if (route.for !== 'manager')
        throw new MusterError('hub.stranger', { reason: 'place', place: route.for });
      return { kind: 'manager', name: fingerprint };
    }
    const { caller, since } = shown.admitted;
    this.#parts.authority.check(shown.admitted, tokenOf(request));
    if (route.for !== 'container')
      throw new MusterError('hub.stranger', { reason: 'place', place: route.for });
    const live = route.retired || (await this.#parts.isLive(caller, since));
    if (live === false) throw new MusterError('hub.retired', { ...caller });
    if (live === undefined && route.surely) throw new MusterError('hub.busy', { reason: 'all' });
    return { kind: 'container', caller, since, name: JSON.stringify(caller) };
  }
}

const tokenOf = ({ headers }: IncomingMessage): string | undefined =>
  /^Bearer ([\w.-]+)$/.exec(headers.authorization ?? '')?.[1];
