/** Where files go: an entry of the configuration, for each host and app that its targets name. */
import type { Config } from '../../config/config.ts';
import { type DeliveredFile, type Target, targetOf } from '../../config/delivered.ts';
import { hostsOf } from '../../config/hosts.ts';
import type { Machine } from '../../config/machines.ts';
import { suggest } from '../../suggest.ts';

/** One file at one place. */
export interface Placed {
  /** Its own: `nginx host/web-1`, `shop app/shop@web-1`. */
  id: string;
  /** Its name in the configuration. */
  file: string;
  settings: DeliveredFile;
  /** Of a machine its name. */
  host: string;
  /** Where it is given to a machine that boots: what its data is chosen by, and what templates know of it. */
  machine?: PlacedMachine;
  app?: string;
  /** The only service of the app that gets it; all by default. */
  service?: string;
}

/** A machine as files see it. */
export interface PlacedMachine {
  labels: readonly string[];
  profile?: string;
  /** Whether its address is fixed: only then it has one here. */
  fixed: boolean;
  /** Without the length of its prefix. */
  address?: string;
  mac?: string;
}

export type Cloud = Pick<Config, 'files' | 'hosts' | 'apps'> &
  Partial<Pick<Config, 'machines' | 'profiles' | 'boot'>>;

/** Every file at every place, in the order of the configuration; each place of a file once. */
export function placedFiles(config: Cloud): Placed[] {
  const found = new Map<string, Placed>();
  for (const [file, settings] of Object.entries(config.files)) {
    for (const text of settings.targets) {
      const target = targetOf(text);
      for (const placed of target ? placesOf(config, file, settings, target) : [])
        if (!found.has(placed.id)) found.set(placed.id, placed);
    }
  }
  return [...found.values()];
}

/** A file as a machine gets it while it boots. */
export function placedAt(
  file: string,
  settings: DeliveredFile,
  name: string,
  machine: PlacedMachine,
): Placed {
  // Its data depends on all of this: what was made for another state of the machine is another file.
  return { id: `${file} machine/${name} ${JSON.stringify(machine)}`, file, settings, host: name, machine };
}

/** Files of profiles for each machine that the configuration has with one. */
export function machineFiles(config: Cloud): Placed[] {
  const { machines = {}, profiles = {}, boot } = config;
  return Object.entries(machines).flatMap(([name, { labels, profile = boot?.profile, address, mac }]) => {
    const { files = [] } =
      (profile !== undefined && Object.hasOwn(profiles, profile) && profiles[profile]) || {};
    const known = files.filter((file) => Object.hasOwn(config.files, file));
    return known.map((file) =>
      placedAt(file, config.files[file]!, name, placedMachine({ labels, profile, address, mac })),
    );
  });
}

/** What files see of a machine's settings. */
export const placedMachine = ({
  labels,
  profile,
  address,
  mac,
}: Pick<Machine, 'labels' | 'profile' | 'address' | 'mac'>): PlacedMachine => ({
  labels,
  fixed: address !== undefined,
  ...(profile !== undefined && { profile }),
  ...(address !== undefined && { address: address.replace(/\/.*$/, '') }),
  ...(mac[0] !== undefined && { mac: mac[0] }),
});

function placesOf(config: Cloud, file: string, settings: DeliveredFile, target: Target): Placed[] {
  if (target.kind !== 'app') {
    const hosts = hostsOf(config, [target.kind === 'label' ? `label:${target.name}` : target.name]);
    return hosts.map((host) => ({ id: `${file} host/${host}`, file, settings, host }));
  }
  const { name: app, service } = target;
  const known = Object.hasOwn(config.apps, app) ? config.apps[app] : undefined;
  const what = service === undefined ? app : `${app}/${service}`;
  return hostsOf(config, known?.hosts ?? []).map((host) => ({
    ...{ id: `${file} app/${what}@${host}`, file, settings, host, app },
    ...(service !== undefined && { service }),
  }));
}

/** What a person names to look at files: `cloud` for all, a target, or a file by its name. */
export function chosenFiles(all: readonly Placed[], config: Cloud, text: string): Placed[] | undefined {
  if (text === 'cloud') return [...all];
  if (Object.hasOwn(config.files, text)) return all.filter(({ file }) => file === text);
  const target = targetOf(text);
  if (!target) return undefined;
  const { kind, name } = target;
  if (kind === 'label') {
    const hosts = hostsOf(config, [`label:${name}`]);
    return all.filter(({ host, app }) => app === undefined && hosts.includes(host));
  }
  if (kind === 'host')
    return Object.hasOwn(config.hosts, name)
      ? all.filter(({ host, app }) => app === undefined && host === name)
      : undefined;
  if (!Object.hasOwn(config.apps, name)) return undefined;
  const service = target.kind === 'app' ? target.service : undefined;
  return all.filter(
    (one) =>
      one.app === name && (service === undefined || one.service === undefined || one.service === service),
  );
}

/** What may have been meant by a target that there is not. */
export const nearTarget = (config: Cloud, text: string): string | undefined =>
  suggest(text, [
    'cloud',
    ...Object.keys(config.files),
    ...Object.keys(config.hosts).map((name) => `host/${name}`),
    ...Object.keys(config.apps).map((name) => `app/${name}`),
  ]);
