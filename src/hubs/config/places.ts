/** Where files go: an entry of the configuration, for each host and app that its targets name. */
import type { Config } from '../../config/config.ts';
import { type DeliveredFile, type Target, targetOf } from '../../config/delivered.ts';
import { hostsOf } from '../../config/hosts.ts';
import { suggest } from '../../suggest.ts';

/** One file at one place. */
export interface Placed {
  /** Its own: `nginx host/web-1`, `shop app/shop@web-1`. */
  id: string;
  /** Its name in the configuration. */
  file: string;
  settings: DeliveredFile;
  host: string;
  app?: string;
  /** The only service of the app that gets it; all by default. */
  service?: string;
}

export type Cloud = Pick<Config, 'files' | 'hosts' | 'apps'>;

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
