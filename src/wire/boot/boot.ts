/** A whole boot server: DHCP, TFTP and HTTP, over what is known of machines and images. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fixed } from '../../adapters/dnsmasq/config.ts';
import { localShell } from '../../adapters/local/shell.ts';
import type { Alarms } from '../../alarm.ts';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../../config/load.ts';
import { ConfigSource } from '../../config/watch.ts';
import { MusterError } from '../../errors.ts';
import { openBoot } from '../../hubs/boot/boot.ts';
import { metadataRoutes } from '../../hubs/boot/metadata.ts';
import { bootables, versionIn } from '../../jobs/image/versions.ts';
import { Desk } from '../../jobs/machine/desk.ts';
import { type Known, knownMachines } from '../../jobs/machine/record.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import { knownHosts } from '../known.ts';
import { openState, type WireOptions } from '../state.ts';
import { openGiving } from './giving.ts';

/** How often it is looked whose address is fixed, ms. */
const LOOK_MS = 1_000;
const KEY = 'boot/dhcp';

export interface BootService {
  /** Where it gives out scripts and images. */
  address: string;
  port: number;
  close(): Promise<void>;
}

/** Opens it. Rejects with `boot.none` where the configuration has none, `boot.taken` where it cannot listen, `boot.loaders`. */
export async function openBootService(options: WireOptions): Promise<BootService> {
  const { log } = options;
  const before = await loadConfig(options.config, undefined, await knownHosts(options));
  placeOf(before);
  const ends: (() => unknown)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const state = await openState(options);
    ends.push(() => state.close());
    const config = await ConfigSource.open(options.config, undefined, state.hosts);
    ends.push(() => config.close());
    const current = () => config.current;
    const { host, root, address, port } = placeOf(current());
    const base = `http://${address}:${port}`;
    const shell = localShell({ host });
    ends.push(() => shell.close());
    const giving = openGiving({ options, state, config: current, base: () => base });
    const desk = new Desk({
      state: state.state,
      config: current,
      records: () => state.machines.all(),
      images: {
        ...bootables(state.state),
        architecture: async (version) => (await versionIn(state.state, version))?.manifest.architecture,
      },
      given: giving,
      alerts: state.alerts,
      log,
    });
    const known = async () => knownMachines(current(), await state.machines.all());
    let fixed = fixedOf(await known());
    const boot = await openBoot({
      ...{ desk, root, shell, log },
      settings: () => current().boot,
      fixed: () => fixed,
      // Nobody but root makes folders there, and nobody has to find it again: it is written anew.
      folder: `/run/muster-boot-${createHash('sha256').update(options.state).digest('hex').slice(0, 12)}`,
      leases: `${options.state}/boot.leases`,
      more: metadataRoutes(),
      // Not before it has the address: what another server follows is not to be changed by one that cannot serve.
      async begin() {
        await desk.start();
        ends.push(() => desk.close());
      },
      trouble: telling(state.alerts, log),
    });
    ends.push(() => boot.close());
    const looking = new AbortController();
    const looked = follow(looking.signal, log, async () => {
      fixed = fixedOf(await known());
      await boot.look();
    });
    ends.push(() => {
      looking.abort();
      return looked;
    });
    config.watch(
      (changed) => {
        log.info({ changed }, 'configuration reloaded');
        const now = current().boot;
        if (now.address !== address || now.port !== port)
          log.warn('the boot server listens elsewhere only after it was started again');
      },
      (error) => log.error({ problems: error.facts.problems }, 'the configuration is bad; the old one stays'),
    );
    return { address, port: boot.port, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Where it runs, and what it is called; throws `boot.none`. */
function placeOf({ boot, hosts }: Config): { host: string; root: string; address: string; port: number } {
  const { host, address, port } = boot;
  const entry = host !== undefined && Object.hasOwn(hosts, host) ? hosts[host] : undefined;
  if (host === undefined || !entry) throw new MusterError('boot.none');
  return { host, root: entry.root, address, port };
}

/** The machines whose address is always the same, by their cards. */
const fixedOf = (known: readonly Known[]): Fixed[] =>
  known.flatMap(({ name, machine: { mac, address } }) =>
    address === undefined || mac.length === 0
      ? []
      : [{ name, macs: mac, address: address.split('/')[0] as string }],
  );

/** Calls again and again until it is told to stop, one call after the other; gives what waits for the last one. */
function follow(signal: AbortSignal, log: Log, look: () => Promise<void>): Promise<void> {
  const go = async () => {
    for (;;) {
      await sleep(LOOK_MS, undefined, { signal });
      await look().catch((err) => log.warn({ err }, 'machines could not be looked at'));
    }
  };
  return go().catch(() => {});
}

/** Raises an alert while dnsmasq does not run. */
function telling(alerts: Alarms, log: Log): (error: MusterError | undefined) => void {
  const words = messages().boot.down;
  return (error) => {
    const done = error
      ? alerts.raise({
          ...{ key: KEY, severity: 'critical', cause: 'boot.dhcp', subject: KEY },
          ...{ summary: words.dhcp, over: words.dhcpOver, hint: words.dhcpHint },
          lines: [error.message, ...error.lines.slice(-3)],
        })
      : alerts.clear(KEY);
    void done.catch((err) => log.warn({ err }, 'an alert could not be raised'));
  };
}
