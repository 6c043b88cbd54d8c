/** The file that will be run, made of what Compose says the app's file means. */
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { HUB_FOLDER } from '../../hub-place.ts';
import { messages } from '../../messages/messages.ts';
import { type Fields, fields, list } from './document.ts';

/** What the containers and images of a deploy carry as labels. */
export const APP_LABEL = 'muster.app';
export const GENERATION_LABEL = 'muster.generation';
export const RUN_LABEL = 'muster.run';

export interface Service {
  name: string;
  image: string;
  /** Whether its image is built from the app's source. */
  built: boolean;
}

export interface Names {
  app: string;
  generation: string;
  run: string;
  /** The folder on the host with what a service shows to the hub; absent where there is no hub. */
  identities?(service: Pick<Service, 'name' | 'built'>): string;
}

/** The image of a service that is built: `muster-<app>-<service>:<generation>`. A service name that no image may have is made into one. */
export function imageOf({ app, generation }: Pick<Names, 'app' | 'generation'>, service: string): string {
  const plain = service
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const unique = createHash('sha256').update(service).digest('hex').slice(0, 8);
  return `muster-${app}-${plain === service ? plain : `${plain || 'x'}-${unique}`}:${generation}`;
}

/**
 * Names images and labels containers. Only what is built carries its generation, so that a database whose entry
 * has not changed runs on. What has no value is dropped: Compose would fill it in from the host's environment. Throws an
 * error of one line where a service mounts something of its own where its identity goes.
 */
export function finish(canonical: Fields, names: Names): { text: string; services: Service[] } {
  const services = Object.entries(fields(canonical.services)).map(([name, value]) => {
    const service = fields(value);
    const built = service.build !== undefined && service.build !== null;
    const image = built ? imageOf(names, name) : String(service.image ?? '');
    const labels = {
      ...pairs(service.labels),
      [APP_LABEL]: names.app,
      ...(built ? { [GENERATION_LABEL]: names.generation, [RUN_LABEL]: names.run } : {}),
    };
    const build = fields(service.build);
    const finished = {
      ...service,
      image,
      labels,
      ...(names.identities
        ? { volumes: withIdentity(service, name, names.identities({ name, built })) }
        : {}),
      ...(service.environment ? { environment: withoutEmpty(pairs(service.environment)) } : {}),
      ...(build.args ? { build: { ...build, args: withoutEmpty(pairs(build.args)) } } : {}),
    };
    return { name, image, built, finished };
  });
  const { name: _, ...rest } = canonical;
  const whole = {
    ...rest,
    services: Object.fromEntries(services.map(({ name, finished }) => [name, finished])),
  };
  return {
    // Every string in quotes: YAML 1.1 and 1.2 disagree on what a bare word means.
    text: stringify(whole, { defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0, aliasDuplicateObjects: false }),
    services: services.map(({ name, image, built }) => ({ name, image, built })),
  };
}

/** `[A=1, B]` or `{A: 1, B: null}` as a map. */
function pairs(value: unknown): Fields {
  if (!Array.isArray(value)) return fields(value);
  return Object.fromEntries(
    value.map((entry) => {
      const [, key = '', text = null] = /^([^=]*)(?:=(.*))?$/s.exec(String(entry)) ?? [];
      return [key, text];
    }),
  );
}

const withoutEmpty = (values: Fields): Fields =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

/** The mounts of a service with its identity among them, in the form that every version of Compose takes. */
function withIdentity(service: Fields, name: string, folder: string): unknown[] {
  const volumes = list(service.volumes);
  const targets = volumes.map((volume) =>
    typeof volume === 'string' ? volume.split(':')[volume.includes(':') ? 1 : 0] : fields(volume).target,
  );
  if (targets.some((target) => String(target).replace(/\/+$/, '') === HUB_FOLDER))
    throw new Error(messages().reasons.compose.hubFolder({ service: name, folder: HUB_FOLDER }));
  return [...volumes, `${folder.replaceAll('$', '$$$$')}:${HUB_FOLDER}:ro`];
}
