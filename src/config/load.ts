/** The configuration from its folder: valid, or everything that is wrong with it at once. */
import { resolve } from 'node:path';
import { MusterError } from '../errors.ts';
import { messages } from '../messages/messages.ts';
import { Config } from './config.ts';
import { entryOf, parseSource } from './document.ts';
import type { Enrolled } from './enrolled.ts';
import { unfetchedFiles } from './file-targets.ts';
import { type ConfigFiles, readFiles } from './files.ts';
import { mergedImage } from './images-merged.ts';
import { unmarkedMachines } from './machines-checked.ts';
import { entriesWith, withEnrolled } from './merge.ts';
import { type ConfigProblem, describeProblem } from './problem.ts';
import { checkReferences, danglingScopes, unknownHosts } from './references.ts';
import { clearSecrets } from './secrets.ts';
import { type Entries, gather, placeOf, SECTIONS, type Section } from './sections.ts';
import { checkEntry } from './shape.ts';

export interface ConfigReading {
  /** Only where there are no problems. */
  config?: Config;
  /** In the order of the files and lines. */
  problems: ConfigProblem[];
  /** What works but is rarely meant: secrets in clear text, scopes that name nothing, machines without an address. */
  warnings: ConfigProblem[];
}

/** Why a line is no command there is; undefined where it is one. The commands are not known here. */
export type LineCheck = (line: string) => string | undefined;

/** Hosts that were added in a chat, as files may name them, too; `unknown` where nobody can say which there are. */
export type Known = Enrolled | 'unknown';

/**
 * Reads every `*.yml` and `*.yaml` of the folder, and those of its `images/`, and checks them together, schedules' lines with `lines`. Never rejects for
 * what is in them. Where the hosts of the chat are not known, a host that nothing has is a warning.
 */
export async function readConfig(
  folder: string,
  lines: LineCheck = () => undefined,
  known: Known = {},
): Promise<ConfigReading> {
  const home = resolve(folder);
  const { sources, problems: unread } = await readFiles(home);
  const documents = documentsOf(sources);
  const { entries, problems: clashes } = gather(documents);
  const problems = [...unread, ...documents.flatMap((document) => document.problems), ...clashes];
  const config = { folder: home } as Config;
  for (const section of SECTIONS) {
    // Without a prototype, so that a look-up of `constructor` finds nothing.
    const values: Record<string, unknown> = Object.assign(Object.create(null), standard(section));
    for (const [name, entry] of entries[section]) {
      const { value, problems: found } = checkEntry(section, name, entry);
      problems.push(...found);
      // What it begins as was looked at where that stands.
      const whole =
        section === 'images' && value !== undefined
          ? checkEntry(section, name, { ...entry, raw: mergedImage(entries.images, name) }).value
          : value;
      values[name] = whole;
    }
    Object.assign(config, { [section]: values });
  }
  const enrolled = known === 'unknown' ? {} : known;
  const all = entriesWith(entries, enrolled);
  // What was added in a chat makes no file wrong.
  problems.push(...(await checkReferences(entries, home)));
  const strange = unknownHosts(all);
  if (known !== 'unknown') problems.push(...strange);
  for (const [name, { source }] of entries.schedules) {
    const line = config.schedules[name]?.line;
    const problem = line === undefined ? undefined : lines(line);
    if (problem) problems.push(source.problem(['schedules', name, 'line'], problem));
  }
  const warnings = [
    ...clearSecrets(entries),
    ...danglingScopes(all),
    ...unfetchedFiles(all),
    ...unmarkedMachines(entries),
    ...hidden(entries, enrolled),
    ...(known === 'unknown' ? strange.map(unlessAdded) : []),
  ].sort(byPlace);
  return problems.length > 0
    ? { problems: problems.sort(byPlace), warnings }
    : { config: withEnrolled(config, enrolled), problems, warnings };
}

/** The valid configuration; rejects with `config.invalid`, whose text lists every problem with file, line and path. */
export async function loadConfig(folder: string, lines?: LineCheck, known?: Known): Promise<Config> {
  const { config, problems } = await readConfig(folder, lines, known);
  if (config) return config;
  throw new MusterError('config.invalid', {
    count: problems.length,
    problems: problems.map(describeProblem).join('\n'),
  });
}

/** Where a host stands in the folder's files, like `config/hosts.yml:3:3`; undefined where it stands in none. */
export async function placeOfHost(folder: string, name: string): Promise<string | undefined> {
  const { sources } = await readFiles(resolve(folder));
  const { entries } = gather(documentsOf(sources));
  const entry = entries.hosts.get(name);
  return entry && placeOf(entry, 'hosts', name);
}

/** Each file as data; of an image, as an entry of that section. */
const documentsOf = (sources: ConfigFiles['sources']) =>
  sources.map(({ file, text, image }) => {
    const document = parseSource(file, text);
    return image === undefined ? document : entryOf(document, 'images', image);
  });

/** Hosts of the chat whose name a file has, too: the file's counts. */
const hidden = ({ hosts }: Entries, enrolled: Enrolled): ConfigProblem[] =>
  [...hosts]
    .filter(([name]) => Object.hasOwn(enrolled, name))
    .map(([name, { source }]) => source.problem(['hosts', name], messages().hosts.hidden({ name }), 'key'));

/** A host that is missing, where it may have been added in a chat. */
const unlessAdded = (problem: ConfigProblem): ConfigProblem => ({
  ...problem,
  message: messages().hosts.unlessAdded({ problem: problem.message }),
});

/** What a section holds where no file says anything. */
const standard = (section: Section): object => Config.shape[section].parse(undefined);

const byPlace = (a: ConfigProblem, b: ConfigProblem): number =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
