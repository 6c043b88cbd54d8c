/** What layers of data are called: in chats and on the card, and in the folder `data/`. */
import type { LayerKind } from './layers.ts';

/** `site`, `environment/NAME`, `label/NAME`, `profile/NAME`, `host/NAME`, `machine/NAME`, `app/NAME`, `secret`, or `secret/` and one of those with a name. */
export type LayerId = string;

/** What a layer may be of. */
type Kind = Exclude<LayerKind, 'site' | 'secret'>;

const WORD = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const NAME = (between: string) =>
  `(?:(environment|profile|host|machine|app)${between}(${WORD})|(label)${between}([a-z0-9][a-z0-9.-]{0,200}))`;
const NAMED = new RegExp(`^(secret/)?${NAME('/')}$`);
const FILE = new RegExp(`^(secret-)?${NAME('-')}\\.(?:ya?ml|json)$`);

/** What a layer's name says; undefined where it is none. */
export function layerOf(id: LayerId): { kind: LayerKind; of?: Kind; name?: string } | undefined {
  if (id === 'site' || id === 'secret') return { kind: id };
  const found = parts(NAMED, id);
  return found && { kind: found.secret ? 'secret' : found.of, of: found.of, name: found.name };
}

/** The layer that a file of `data/` holds, by its name there: `app-shop.yml`, `secret.json`; undefined where it is none. */
export function layerOfFile(file: string): LayerId | undefined {
  const [, alone] = /^(site|secret)\.(?:ya?ml|json)$/.exec(file) ?? [];
  if (alone !== undefined) return alone;
  const found = parts(FILE, file);
  return found && `${found.secret ? 'secret/' : ''}${found.of}/${found.name}`;
}

function parts(pattern: RegExp, text: string): { secret: boolean; of: Kind; name: string } | undefined {
  const [, secret, of, name, label, labelName] = pattern.exec(text) ?? [];
  const [kind, own] = [of ?? label, name ?? labelName];
  if (kind === undefined || own === undefined) return undefined;
  return { secret: secret !== undefined, of: kind as Kind, name: own };
}

/** Where a file goes: a host, an app on one, or a machine that boots, which has data of a host of its name, too. */
export interface LayerPlace {
  host: string;
  app?: string;
  environment?: string;
  machine?: { labels: readonly string[]; profile?: string };
}

/** The layers that a file's data is merged from. */
export function layersFor({ host, app, environment, machine }: LayerPlace): LayerId[] {
  const named = [
    ...(environment === undefined ? [] : [`environment/${environment}`]),
    ...(machine?.labels ?? []).map((label) => `label/${label}`),
    ...(machine?.profile === undefined ? [] : [`profile/${machine.profile}`]),
    `host/${host}`,
    ...(machine ? [`machine/${host}`] : []),
    ...(app === undefined ? [] : [`app/${app}`]),
  ];
  return ['site', ...named, 'secret', ...named.map((id) => `secret/${id}`)];
}
