/** Whether definitions of images fit together, and whether the files that they name are there. */
import { MusterError } from '../errors.ts';
import { messages } from '../messages/messages.ts';
import { suggest } from '../suggest.ts';
import { readImageFile } from './image-files.ts';
import { lineageOf, mergedImage } from './images-merged.ts';
import type { ConfigProblem } from './problem.ts';
import { type Entries, each, isMap, list, placeOf, strings } from './sections.ts';

/** Bases and key groups that nothing has, circles, parts that do not go together, files that are not there. */
export async function strangeImages(entries: Entries, folder: string): Promise<ConfigProblem[]> {
  return [
    ...strangeBases(entries),
    ...strangeGroups(entries),
    ...strangeParts(entries),
    ...(await missingFiles(entries, folder)),
  ];
}

function strangeBases(entries: Entries): ConfigProblem[] {
  const { images } = entries;
  return each(entries, 'images').flatMap(({ name, raw, source }) => {
    const base = raw.from;
    if (typeof base !== 'string') return [];
    const at = ['images', name, 'from'];
    if (!images.has(base)) {
      const near = suggest(base, images.keys());
      return [source.problem(at, messages().config.noneCalled({ section: 'images', name: base, near }))];
    }
    // The circle is told at each image that is part of it.
    const line = lineageOf(images, base);
    if (!line.includes(name)) return [];
    const places = line.map((one) => `${one} (${placeOf(images.get(one)!, 'images', one)})`);
    return [source.problem(at, messages().images.config.circle({ names: places }))];
  });
}

function strangeGroups(entries: Entries): ConfigProblem[] {
  return each(entries, 'images').flatMap(({ name, raw, source }) =>
    Object.entries(isMap(raw.users) ? raw.users : {}).flatMap(([user, settings]) =>
      strings(isMap(settings) ? settings.keys : undefined)
        .filter(([, group]) => !entries.keyGroups.has(group))
        .map(([index, group]) => {
          const near = suggest(group, entries.keyGroups.keys());
          const message = messages().config.noneCalled({ section: 'keyGroups', name: group, near });
          return source.problem(['images', name, 'users', user, 'keys', index], message);
        }),
    ),
  );
}

/** What does not go together, once everything that an image begins as is known. */
function strangeParts(entries: Entries): ConfigProblem[] {
  const words = messages().images.config;
  return each(entries, 'images').flatMap(({ name, source }) => {
    const whole = mergedImage(entries.images, name);
    const formats = list(whole.formats ?? ['squashfs']);
    const gates = list(whole.gate ?? ['bios']);
    const problem = (key: string, message: string) => [source.problem(['images', name, key], message)];
    const builder = whole.builder ?? 'mmdebstrap';
    if (builder !== 'mmdebstrap')
      return isMap(whole[String(builder)])
        ? []
        : problem('builder', words.noSettings({ builder: String(builder) }));
    return [
      ...(formats.includes('lxd') && !formats.includes('squashfs') ? problem('formats', words.lxd) : []),
      ...(gates.length > 0 && !formats.includes('squashfs') && !formats.includes('tar.xz')
        ? problem('gate', words.notBooted)
        : []),
    ];
  });
}

/** Files, keys of archives, templates and hooks below `images/`. */
async function missingFiles(entries: Entries, folder: string): Promise<ConfigProblem[]> {
  const checks = each(entries, 'images').flatMap(({ name, raw, source }) =>
    namedFiles(raw).map(async ([path, file]) => {
      try {
        await readImageFile(folder, file);
        return [];
      } catch (error) {
        if (!(error instanceof MusterError)) throw error;
        if (error.facts.message === 'ENOENT' && isAwaited(raw, path)) return [];
        return [source.problem(['images', name, ...path], error.message)];
      }
    }),
  );
  return (await Promise.all(checks)).flat();
}

/** A key that is known by its fingerprint, whoever is to fetch it: its build tells what is to be done. */
function isAwaited(raw: Record<string, unknown>, [section, name, field]: (string | number)[]): boolean {
  if (section !== 'sources' || field !== 'key' || !isMap(raw.sources)) return false;
  const entry = raw.sources[`${name}`];
  return isMap(entry) && entry.fingerprint !== undefined;
}

function namedFiles(raw: Record<string, unknown>): [(string | number)[], string][] {
  const lists = ['files', 'hooks'].flatMap((key) =>
    list(raw[key]).flatMap((entry, index) =>
      ['from', 'template'].map((field): [(string | number)[], unknown] => [
        [key, index, field],
        isMap(entry) ? entry[field] : undefined,
      ]),
    ),
  );
  const keys = Object.entries(isMap(raw.sources) ? raw.sources : {}).map(
    ([name, entry]): [(string | number)[], unknown] => [
      ['sources', name, 'key'],
      isMap(entry) ? entry.key : undefined,
    ],
  );
  const programs = (
    [
      ['packer', 'template'],
      ['script', 'run'],
    ] as const
  ).map(([builder, field]): [(string | number)[], unknown] => {
    const settings = raw[builder];
    if (!isMap(settings) || typeof settings.folder !== 'string') return [[], undefined];
    const file = settings[field];
    return [[builder, field], typeof file === 'string' ? `${settings.folder}/${file}` : undefined];
  });
  return [...lists, ...keys, ...programs].filter(
    (entry): entry is [(string | number)[], string] =>
      // What is no path at all is told as such.
      typeof entry[1] === 'string' && entry[1] !== '' && !/^[-/]|[\0-\x1f\\]|(^|\/)\.\.(\/|$)/.test(entry[1]),
  );
}
