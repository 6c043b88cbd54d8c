/** A Compose file as data: reading it with lines in its errors, and what of it points at other files. */
import { join } from 'node:path/posix';
import { parse } from 'yaml';
import { messages } from '../../messages/messages.ts';

/** A map of YAML. */
export type Fields = Record<string, unknown>;

export const fields = (value: unknown): Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
export const list = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
const text = (value: unknown): string[] => (typeof value === 'string' ? [value] : []);

/** The file's content; throws an error of one line that says where it is wrong. YAML 1.1, as Compose reads it. */
export function readDocument(source: string): Fields {
  let value: unknown;
  try {
    value = parse(source, { version: '1.1', merge: true, logLevel: 'error' });
  } catch (error) {
    throw new Error((error as Error).message.split('\n')[0]?.replace(/:$/, ''));
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new Error(messages().reasons.compose.noMap);
  return value as Fields;
}

const REMOTE = /^(?:[a-z][a-z0-9+.-]*:\/\/|oci:|git@|github\.com\/)/i;

/** The files that Compose reads while it works a file out, as written there: other Compose files, and `env_file`s. */
export function readByCompose(document: Fields): { documents: string[]; values: string[] } {
  const services = Object.values(fields(document.services)).map(fields);
  const includes = list(document.include);
  const paths = (entries: unknown[], key: string) =>
    entries.flatMap((entry) => [...text(entry), ...list(fields(entry)[key]).flatMap(text)]);
  return {
    documents: [
      ...services.flatMap((service) => text(fields(service.extends).file)),
      ...paths(includes, 'path'),
    ].filter((path) => !REMOTE.test(path)),
    values: [
      ...services.flatMap((service) => paths(list(service.env_file), 'path')),
      ...includes.flatMap((entry) => list(fields(entry).env_file).flatMap(text)),
      ...includes.flatMap((entry) => text(fields(entry).project_directory)),
    ],
  };
}

/** The absolute paths of a canonical file that the engine will read: build contexts, binds, secrets, configs. */
export function readByEngine(canonical: Fields): string[] {
  const services = Object.values(fields(canonical.services)).map(fields);
  const builds = services.flatMap((service) => {
    const build = typeof service.build === 'string' ? { context: service.build } : fields(service.build);
    const context = text(build.context);
    const dockerfile = text(build.dockerfile).map((path) =>
      path.startsWith('/') ? path : join(context[0] ?? '/', path),
    );
    return [...context, ...dockerfile, ...Object.values(fields(build.additional_contexts)).flatMap(text)];
  });
  const binds = services.flatMap((service) =>
    list(service.volumes).flatMap((volume) =>
      typeof volume === 'string'
        ? [volume.split(':')[0] ?? '']
        : fields(volume).type === 'bind'
          ? text(fields(volume).source)
          : [],
    ),
  );
  const files = [canonical.secrets, canonical.configs].flatMap((entries) =>
    Object.values(fields(entries)).flatMap((entry) => text(fields(entry).file)),
  );
  return [...builds, ...binds, ...files].filter((path) => path.startsWith('/'));
}

/** The absolute paths that a file names itself, also as the first part of `/path:/inside`. */
export function absoluteIn(value: unknown): Set<string> {
  if (typeof value === 'string') return new Set(value.startsWith('/') ? [value.split(':')[0] as string] : []);
  if (value === null || typeof value !== 'object') return new Set();
  return new Set(Object.values(value).flatMap((entry) => [...absoluteIn(entry)]));
}

/** Whether a path is one of these, or below one. */
export const isNamed = (named: ReadonlySet<string>, path: string): boolean =>
  [...named].some((name) => path === name || path.startsWith(`${name}/`));
