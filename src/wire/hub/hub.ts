/** A whole hub: the gate, and what containers and managers reach behind it. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authority } from '../../adapters/gate/authority.ts';
import { type Gate, openGate } from '../../adapters/gate/gate.ts';
import { identityRoutes } from '../../adapters/gate/identities.ts';
import type { HubSettings } from '../../config/hub.ts';
import { loadConfig } from '../../config/load.ts';
import { ConfigSource } from '../../config/watch.ts';
import { MusterError } from '../../errors.ts';
import { hostAndPort } from '../../host-port.ts';
import { openIdentity } from '../../identity.ts';
import { hostKeyPins } from '../../jobs/machine/host-key.ts';
import { overlayAddresses } from '../../jobs/networks.ts';
import { Links, ownIdentity } from '../../links.ts';
import { managerKeys, ownKeys } from '../enrolment.ts';
import { knownHosts } from '../known.ts';
import { KnownSecrets } from '../secrets.ts';
import { openState, type WireOptions } from '../state.ts';
import { beatFor } from '../watch.ts';
import { openFiles } from './files.ts';
import { openHealth } from './health.ts';
import { openRenewals } from './identities.ts';
import { Liveness } from './liveness.ts';
import { openLogHub } from './log.ts';
import type { HubPart, HubWire } from './part.ts';
import { publishHub } from './place.ts';
import { takePlace } from './turn.ts';

/** How long what is known of managers' keys counts, ms. */
const KEYS_MS = 1_000;

/** The parts of the hub, in the order in which they are opened; each folder under `hubs/` has its own. */
const PARTS: readonly ((wire: HubWire) => Promise<HubPart>)[] = [
  openLogHub,
  openHealth,
  openRenewals,
  openFiles,
];

export interface Hub {
  /** The port it listens on. */
  port: number;
  settings: HubSettings;
  close(): Promise<void>;
}

/** Opens a hub. Rejects with `hub.none` where the configuration has none, `hub.taken` where there is one already. */
export async function openHub(options: WireOptions): Promise<Hub> {
  const { log } = options;
  const { hub } = await loadConfig(options.config, undefined, await knownHosts(options));
  if (hub.address === undefined) throw new MusterError('hub.none');
  const ends: (() => unknown)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const state = await openState(options);
    ends.push(() => state.close());
    const config = await ConfigSource.open(options.config, undefined, state.hosts);
    ends.push(() => config.close());
    const keys = join(options.state, 'keys');
    const [identity, own] = await Promise.all([openIdentity(keys, 'hub'), ownIdentity(options.state)]);
    const name = `hub/${identity.fingerprint.replace(/[^A-Za-z0-9]/g, '').slice(6, 26)}`;
    await takePlace(state.seen, name);
    const heart = beatFor(options, state, name, { keys: await ownKeys(options.state) });
    ends.push(() => heart.stop());
    // Lines of apps are told in alerts: what they were given is not.
    const { scrubber, environment = {} } = options;
    const secrets = await KnownSecrets.open({ config: () => config.current, environment, scrubber, log });
    ends.push(() => secrets.close());
    const links = new Links(
      () => config.current,
      options.state,
      () => overlayAddresses(state.state),
      () => hostKeyPins(state.state),
    );
    ends.push(() => links.close());
    const place = () => ({
      address: config.current.hub.address ?? (hub.address as string),
      pins: [identity.fingerprint],
      language: config.current.settings.language,
    });
    const authority = await Authority.open({ keys, place, lifetime: () => config.current.hub.identity });
    const wire: HubWire = { options, state, config, links, authority, folder: join(options.state, 'hub') };
    const routes = identityRoutes(authority);
    for (const open of PARTS) {
      const part = await open(wire);
      ends.push(() => part.close());
      routes.push(...part.routes);
    }
    const known = knownKeys(() => state.seen.all().then((signs) => managerKeys(signs).agent));
    const liveness = new Liveness(state.state);
    const gate: Gate = await openGate(
      {
        identity,
        authority,
        routes,
        isManager: async (fingerprint) =>
          fingerprint === own.fingerprint || (await known()).includes(fingerprint),
        isLive: (caller, since) => liveness.isLive(caller, since),
        log,
      },
      hostAndPort(hub.listen) as { host: string; port: number },
    );
    ends.push(() => gate.close());
    await publishHub(state.state, place());
    config.watch(
      (changed) => {
        log.info({ changed }, 'configuration reloaded');
        void secrets.look();
        publishHub(state.state, place()).catch((err) =>
          log.warn({ err }, 'the place of the hub could not be told'),
        );
        if (config.current.hub.listen !== hub.listen)
          log.warn('the hub listens elsewhere only after it was started again');
      },
      (error) => log.error({ problems: error.facts.problems }, 'the configuration is bad; the old one stays'),
    );
    return { port: gate.port, settings: hub, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Asks for the keys of managers once in a while; while Redis is away, those that were known last count. */
function knownKeys(ask: () => Promise<string[]>): () => Promise<string[]> {
  let known: string[] = [];
  let at = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - at < KEYS_MS) return known;
    at = performance.now();
    const late = sleep(KEYS_MS, undefined, { ref: false });
    known = (await Promise.race([ask().catch(() => undefined), late])) ?? known;
    return known;
  };
}
