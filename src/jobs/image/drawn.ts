/** Draws the blueprint of an image: its definition, with the files that it names read, templates filled in, and keys of people. */
import { sourceEntry } from '../../adapters/mmdebstrap/key.ts';
import type { Config } from '../../config/config.ts';
import { MOST_IMAGE_BYTES, readImageFile, readImageFolder } from '../../config/image-files.ts';
import type { ImageDefinition } from '../../config/images.ts';
import { MusterError } from '../../errors.ts';
import { Templates } from '../../hubs/config/template.ts';
import { messages } from '../../messages/messages.ts';
import { readKey } from '../../public-key.ts';
import type { Blueprint } from './blueprint.ts';
import { keyOfSource } from './source-key.ts';

/** Group of keys -> lines of `authorized_keys`, in a fixed order. */
export type KeyLines = Readonly<Record<string, readonly string[]>>;

/** The groups of keys that an image holds. */
export const groupsIn = ({ users }: ImageDefinition): string[] => [
  ...new Set(Object.values(users).flatMap(({ keys }) => keys)),
];

/** Rejects with `config.unknown`, `image.file`, or as `keyOfSource` and templates do. */
export async function blueprintOf(
  { images, folder }: Pick<Config, 'images' | 'folder'>,
  image: string,
  keys: KeyLines,
): Promise<Blueprint> {
  const definition = Object.hasOwn(images, image) ? images[image] : undefined;
  if (!definition)
    throw new MusterError('config.unknown', {
      what: messages().names.looked.image,
      name: image,
      list: '/image list',
    });
  const { builder, architecture, suite, components, mirror, snapshot, documentation } = definition;
  const { formats, gate, kernelLine, services, packages } = definition;
  const room = new Room(image);
  return {
    ...{
      image,
      builder,
      architecture,
      suite,
      components,
      documentation,
      formats,
      gate,
      kernelLine,
      services,
    },
    ...(mirror !== undefined && { mirror: mirror.replace(/\/+$/, '') }),
    ...(snapshot !== undefined && { snapshot }),
    packages: [...packages].sort(),
    sources: await sourcesOf(definition, folder),
    files: await filesOf(definition, folder, room),
    users: usersOf(definition, keys),
    hooks: await hooksOf(definition, folder, room),
    ...(builder !== 'mmdebstrap' && { kit: await kitOf(definition, folder) }),
  };
}

/** What a definition's files and hooks may take, bytes: looked at with each, so that no more of them is ever held. */
class Room {
  readonly #image: string;
  #left = MOST_IMAGE_BYTES;

  constructor(image: string) {
    this.#image = image;
  }

  /** Gives the content in base64. Throws `image.file` where it is too much with all before it. */
  take(content: Buffer): string {
    this.#left -= content.length;
    if (this.#left < 0)
      throw new MusterError('image.file', { file: `images/${this.#image}.yml`, message: 'EFBIG' });
    return content.toString('base64');
  }
}

async function sourcesOf({ sources, suite }: ImageDefinition, folder: string): Promise<string[]> {
  const entries = Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(
    entries.map(async ([name, source]) => {
      const key = await keyOfSource(name, source, folder);
      return sourceEntry({ ...source, suite: source.suite ?? suite, key });
    }),
  );
}

async function filesOf({ files }: ImageDefinition, folder: string, room: Room): Promise<Blueprint['files']> {
  const found: Blueprint['files'] = [];
  for (const file of files) {
    const { path, mode, owner, group } = file;
    const content = room.take(await contentOf(file, folder));
    found.push({ path, content, mode: Number.parseInt(mode, 8), owner, group });
  }
  return found;
}

async function contentOf(
  { text, from, template, data }: ImageDefinition['files'][number],
  folder: string,
): Promise<Buffer> {
  if (from !== undefined) return (await readImageFile(folder, from)).content;
  if (template === undefined) return Buffer.from(text ?? '');
  const source = (await readImageFile(folder, template)).content.toString('utf8');
  return Buffer.from(new Templates({ [template]: source }).render(template, data).text);
}

/** Numbers are given in the order of the names, so that they are the same each time. */
function usersOf({ users }: ImageDefinition, keys: KeyLines): Blueprint['users'] {
  const names = Object.keys(users).sort();
  const taken = new Set(names.map((name) => users[name]!.uid));
  let next = 1_000;
  return names.map((name) => {
    const { uid, groups, shell, keys: own } = users[name]!;
    while (taken.has(next)) next += 1;
    const number = name === 'root' ? 0 : (uid ?? next++);
    const lines = own
      .flatMap((group) => keys[group] ?? [])
      .filter((line) => typeof readKey(line) === 'object');
    return { name, uid: number, groups, shell, keys: [...new Set(lines)].sort() };
  });
}

async function hooksOf({ hooks }: ImageDefinition, folder: string, room: Room): Promise<Blueprint['hooks']> {
  const found: Blueprint['hooks'] = [];
  for (const [index, { text, from }] of hooks.entries()) {
    const content =
      from === undefined ? Buffer.from(text ?? '') : (await readImageFile(folder, from)).content;
    const script =
      content.subarray(0, 2).toString('latin1') === '#!'
        ? content
        : Buffer.concat([Buffer.from('#!/bin/sh -e\n'), content]);
    found.push({ name: from ?? `hooks[${index}]`, content: room.take(script) });
  }
  return found;
}

async function kitOf(
  { builder, packer, script }: ImageDefinition,
  folder: string,
): Promise<Blueprint['kit']> {
  const settings = builder === 'packer' ? packer : script;
  if (!settings) return undefined;
  const files = await readImageFolder(folder, settings.folder);
  const whole = files.map(({ path, content, executable }) => ({
    ...{ path, executable },
    content: content.toString('base64'),
  }));
  const outputs = Object.fromEntries(
    Object.entries(settings.outputs).filter(([, file]) => file !== undefined),
  );
  return 'template' in settings
    ? {
        ...{ files: whole, main: settings.template, output: settings.output, outputs },
        words: Object.entries(settings.variables).map(([name, value]) => `${name}=${value}`),
      }
    : { files: whole, main: settings.run, output: 'output', outputs, words: settings.arguments };
}
