/** What the environment of a container says to its client. */
import { HUB_FOLDER } from '../hub-place.ts';

export interface Settings {
  /** Where the deploy mounted who this container is. */
  folder: string;
  /** Where the client may keep things: the files that it fetched last, and lines that are not delivered. The first that can be written to. */
  states: readonly string[];
  /** How much may be kept for a hub that is away, bytes. */
  spool: number;
  /** How long the hub may take to give the files at the start, ms. */
  wait: number;
  /** Whether the command waits for its files where none are here and the hub is away. */
  required: boolean;
  /** How long delivering the last lines may take, ms. */
  drain: number;
  /** How long the container may take to end once it is told to, ms: it is killed then. */
  stop: number;
  /** A command of sh(1), or an address of http, that says how the app is; and how often it is asked, ms. */
  health?: string;
  healthEvery: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function settingsOf(environment: Environment, user: number | string): Settings {
  const seconds = (name: string, standard: number): number => 1_000 * positive(environment[name], standard);
  const { HUB_FOLDER: folder = HUB_FOLDER, HUB_STATE: state, HUB_HEALTH: health } = environment;
  const own = state ? [state] : ['/var/lib/muster/hub'];
  return {
    folder,
    states: [...own, `/tmp/muster-hub-${user}`, `/dev/shm/muster-hub-${user}`],
    spool: 1_000_000 * positive(environment.HUB_SPOOL_MB, 64),
    wait: seconds('HUB_WAIT', 5),
    required: environment.HUB_CONFIG === 'required',
    drain: seconds('HUB_DRAIN', 5),
    stop: seconds('HUB_STOP', 10),
    ...(health && { health }),
    healthEvery: Math.max(1_000, seconds('HUB_HEALTH_EVERY', 10)),
  };
}

const positive = (text: string | undefined, standard: number): number => {
  const number = Number(text);
  return text && number > 0 && Number.isFinite(number) ? number : standard;
};
