/** Names of the configuration, looked up with a clear error. */
import type { App, Config, Host } from '../config/config.ts';
import { pendingHost } from '../config/enrolled.ts';
import type { ImageDefinition } from '../config/images.ts';
import type { OverlaySettings } from '../config/overlays.ts';
import { MusterError } from '../errors.ts';
import { messages } from '../messages/messages.ts';
import { suggest } from '../suggest.ts';

/** The app's settings; rejects with `config.unknown` and the nearest name. */
export const appOf = (config: Config, name: string): App =>
  lookUp(config.apps, messages().names.looked.app, name, '/apps');
/** The host's settings; rejects with `config.unknown` and the nearest name. */
export function hostOf(config: Config, name: string): Host {
  demandTrusted(config, [name]);
  return lookUp(config.hosts, messages().names.looked.host, name, '/hosts');
}

/** Rejects with `host.pending` where one of these hosts was added in a chat and nobody has trusted it yet. */
export function demandTrusted({ enrolled = {} }: Config, names: readonly string[]): void {
  for (const name of names) {
    const host = Object.hasOwn(enrolled, name) ? enrolled[name] : undefined;
    if (host && !host.trusted) throw pendingHost(name, host);
  }
}

/** The key group's settings; rejects with `config.unknown` and the nearest name. */
export const groupOf = (config: Config, name: string): Config['keyGroups'][string] =>
  lookUp(config.keyGroups, messages().names.looked.group, name, '/keys show');

/** The image's definition; rejects with `config.unknown` and the nearest name. */
export const imageOf = (config: Config, name: string): ImageDefinition =>
  lookUp(config.images, messages().names.looked.image, name, '/image list');

/** The overlay network's settings; rejects with `config.unknown` and the nearest name. */
export const overlayOf = (config: Config, name: string): OverlaySettings =>
  lookUp(config.overlays, messages().names.looked.overlay, name, '/overlay show');

/** Which profiles there are, as no command lists them. */
const profilesIn = ({ profiles }: Config): string => {
  const names = Object.keys(profiles);
  const { looked } = messages().names;
  return names.length === 0 ? looked.noProfiles : looked.profiles({ names });
};

/** The profile's settings; rejects with `config.unknown` and the nearest name. */
export const profileOf = (config: Config, name: string): Config['profiles'][string] =>
  lookUp(config.profiles, messages().names.looked.profile, name, profilesIn(config));

function lookUp<T>(entries: Record<string, T>, what: string, name: string, list: string): T {
  const found = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (found === undefined)
    throw new MusterError('config.unknown', { what, name, near: suggest(name, Object.keys(entries)), list });
  return found;
}
