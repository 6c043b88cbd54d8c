/** Where the hub is, as it tells managers and workers over Redis, and how they ask it. Key family `state` of `hub`. */
import { generateKeyPairSync } from 'node:crypto';
import { HubClient } from '../../adapters/gate/client.ts';
import { certify } from '../../certificate.ts';
import type { Config } from '../../config/config.ts';
import { MusterError } from '../../errors.ts';
import { type Caller, HubPlace, type Issued } from '../../hub.ts';
import type { LiveState } from '../../jobs/step.ts';
import { ownIdentity } from '../../links.ts';

const Place = HubPlace.omit({ caller: true });
type Place = Omit<HubPlace, 'caller'>;

/** How long a stand-in for an identity says that it holds, ms: it counts nowhere. */
const STAND_IN_MS = 86_400_000;

/** Tells where the hub is. */
export const publishHub = (state: LiveState, place: Place): Promise<void> => state.set('hub', 'place', place);

/** One connection to the hub, wherever it is; opened when first needed, and anew where the hub has moved. */
export class HubWay {
  readonly #parts: { state: string; live: Pick<LiveState, 'get'>; config: () => Pick<Config, 'hub'> };
  #open: { place: string; client: HubClient } | undefined;

  /** `state` is the state folder. */
  constructor(parts: { state: string; live: Pick<LiveState, 'get'>; config: () => Pick<Config, 'hub'> }) {
    this.#parts = parts;
  }

  /** Whether the configuration has a hub. */
  get configured(): boolean {
    return this.#parts.config().hub.address !== undefined;
  }

  /** Rejects with `hub.none` where there is no hub, `hub.never` where it was never up. */
  async client(): Promise<HubClient> {
    if (!this.configured) throw new MusterError('hub.none');
    const place = await this.#place();
    if (!place) throw new MusterError('hub.never');
    const text = JSON.stringify(place);
    if (this.#open?.place === text) return this.#open.client;
    const identity = await ownIdentity(this.#parts.state);
    this.close();
    const client = new HubClient({ place, identity });
    this.#open = { place: text, client };
    return client;
  }

  /**
   * What a container shows as long as nobody could ask the hub for it: it knows where the hub is, keeps what it prints for it, and
   * is turned away until it has its identity. Undefined where the hub was never up.
   */
  async standIn(caller: Caller): Promise<Issued | undefined> {
    const place = await this.#place();
    if (!place) return undefined;
    const { privateKey } = generateKeyPairSync('ed25519');
    const name = 'muster stand-in';
    const [from, until] = [new Date(), new Date(Date.now() + STAND_IN_MS)];
    return {
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      certificate: certify({ key: privateKey, name, issuer: { key: privateKey, name }, from, until }),
      token: 'none',
      place: { ...place, caller },
    };
  }

  #place = async (): Promise<Place | undefined> =>
    Place.safeParse(await this.#parts.live.get('hub', 'place')).data;

  close(): void {
    this.#open?.client.close();
    this.#open = undefined;
  }
}
