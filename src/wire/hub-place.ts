/** Where the hub is, as it tells managers and workers over Redis, and how they ask it. Key family `state` of `hub`. */
import { HubClient } from '../adapters/gate/client.ts';
import type { Config } from '../config/config.ts';
import { MusterError } from '../errors.ts';
import { HubPlace } from '../hub.ts';
import type { LiveState } from '../jobs/step.ts';
import { ownIdentity } from '../links.ts';

const Place = HubPlace.omit({ caller: true });
type Place = Omit<HubPlace, 'caller'>;

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
    const place = Place.safeParse(await this.#parts.live.get('hub', 'place')).data;
    if (!place) throw new MusterError('hub.never');
    const text = JSON.stringify(place);
    if (this.#open?.place === text) return this.#open.client;
    const identity = await ownIdentity(this.#parts.state);
    this.close();
    const client = new HubClient({ place, identity });
    this.#open = { place: text, client };
    return client;
  }

  close(): void {
    this.#open?.client.close();
    this.#open = undefined;
  }
}
