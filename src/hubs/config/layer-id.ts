/** What layers of data are called: in chats and on the card, and in the folder `data/`. */
import type { LayerKind } from './layers.ts';

/** `site`, `environment/NAME`, `host/NAME`, `app/NAME`, `secret`, or `secret/` and one of those with a name. */
export type LayerId = string;

const NAMED = /^(secret\/)?(environment|host|app)\/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/;
const FILE = /^(secret-)?(?:(environment|host|app)-([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?))\.(?:ya?ml|json)$/;

/** What a layer's name says; undefined where it is none. */
export function layerOf(
  id: LayerId,
): { kind: LayerKind; of?: 'environment' | 'host' | 'app'; name?: string } | undefined {
  if (id === 'site' || id === 'secret') return { kind: id };
  const [, secret, of, name] = NAMED.exec(id) ?? [];
  if (of === undefined || name === undefined) return undefined;
  const kind = of as 'environment' | 'host' | 'app';
  return { kind: secret ? 'secret' : kind, of: kind, name };
}

/** The layer that a file of `data/` holds, by its name there: `app-shop.yml`, `secret.json`; undefined where it is none. */
export function layerOfFile(file: string): LayerId | undefined {
  const [, alone] = /^(site|secret)\.(?:ya?ml|json)$/.exec(file) ?? [];
  if (alone !== undefined) return alone;
  const [, secret, of, name] = FILE.exec(file) ?? [];
  return of === undefined ? undefined : `${secret ? 'secret/' : ''}${of}/${name}`;
}

/** The layers that a file's data is merged from, where it goes to a host, or to an app there. */
export function layersFor(place: { host: string; app?: string; environment?: string }): LayerId[] {
  const named = [
    ...(place.environment === undefined ? [] : [`environment/${place.environment}`]),
    `host/${place.host}`,
    ...(place.app === undefined ? [] : [`app/${place.app}`]),
  ];
  return ['site', ...named, 'secret', ...named.map((id) => `secret/${id}`)];
}
