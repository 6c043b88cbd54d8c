/** `muster config render`: a file as it would be written, from templates and data alone; for tests in the repository of these. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { DeliveredFile, targetOf } from '../config/delivered.ts';
import { parseSource } from '../config/document.ts';
import { readConfig } from '../config/load.ts';
import { describeProblem } from '../config/problem.ts';
import { findSecret } from '../config/secret-text.ts';
import { asMusterError } from '../errors.ts';
import type { Placed } from '../hubs/config/places.ts';
import { Scene } from '../hubs/config/scene.ts';
import { readTexts, treeOf } from '../hubs/config/tree.ts';
import { readValue, type Values } from '../hubs/config/values.ts';
import { messages } from '../messages/messages.ts';

export interface RenderOptions {
  config: string;
  target?: string;
  host: string;
  environment?: string;
  format?: string;
  schema?: string;
  data: string[];
  set: string[];
  secrets?: boolean;
}

/** How it ends: what was asked for cannot be, and what is asked for is none. */
const BAD = 1;
const MISUSED = 2;

/** Prints the file; exits with 1 where templates or data are bad, with 2 where the target or an option is none. */
export async function render(file: string, options: RenderOptions): Promise<void> {
  try {
    process.stdout.write(await rendered(file, options));
  } catch (thrown) {
    if (thrown instanceof Misuse) {
      process.stderr.write(`✕ ${thrown.message}\n`);
      process.exitCode = MISUSED;
      return;
    }
    const error = asMusterError(thrown);
    if (error.code === 'internal') throw thrown;
    process.stderr.write(`✕ ${error.message}\n${error.hint}\n`);
    process.exitCode = BAD;
  }
}

class Misuse extends Error {}

async function rendered(file: string, options: RenderOptions): Promise<string> {
  const folder = resolve(options.config);
  const { texts, problems: unread } = await readTexts(folder);
  const tree = treeOf(texts, unread);
  if (tree.problems.length > 0) {
    process.stderr.write(tree.problems.map((problem) => `✕ ${describeProblem(problem)}\n`).join(''));
    process.exitCode = BAD;
    return '';
  }
  // Users' repositories of templates need not hold a whole configuration.
  const { config } = await readConfig(folder, undefined, 'unknown');
  const placed = placedOf(file, options, config);
  const values = await given(options, placed);
  const scene = new Scene({ tree, config: { files: {}, hosts: {}, apps: {} }, values });
  if (!options.secrets) return scene.masked(placed);
  const find = (text: string, path: string) => findSecret(text, { path, folder, environment: process.env });
  return (await scene.make(placed, find)).text;
}

/** Where it would go: by the configuration where that has a file of this name, else the template of this name. */
function placedOf(file: string, options: RenderOptions, config: Config | undefined): Placed {
  const words = messages().files.config;
  const known = config && Object.hasOwn(config.files, file) ? config.files[file] : undefined;
  const text = options.target ?? known?.targets[0] ?? `host/${options.host}`;
  const target = targetOf(text);
  if (!target) throw new Misuse(`${text}: ${words.target}`);
  const { format, environment, schema } = options;
  const asked = {
    ...(format !== undefined && { format }),
    ...(environment !== undefined && { environment }),
    ...(schema !== undefined && { schema }),
  };
  const made = DeliveredFile.safeParse({ template: file, path: '/file', targets: [text], ...asked });
  if (!made.success) {
    const [issue] = made.error.issues;
    throw new Misuse(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  const host = target.kind === 'host' ? target.name : options.host;
  const app = target.kind === 'app' ? target.name : undefined;
  const settings = known ? { ...known, ...pick(made.data, Object.keys(asked)) } : made.data;
  return { id: file, file, settings, host, ...(app !== undefined && { app }) };
}

/** Only these keys of an entry. */
const pick = (entry: object, keys: readonly string[]): Partial<DeliveredFile> =>
  Object.fromEntries(Object.entries(entry).filter(([key]) => keys.includes(key)));

/** Data of the command line, over that of the files: the layer of the app, or else of the host. */
async function given({ data, set }: RenderOptions, { host, app }: Placed): Promise<Values> {
  const { answers, tree } = messages().files;
  const names: Record<string, unknown> = {};
  for (const file of data) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new Misuse(`${file}: ${tree.unreadable({ message: `${error.code}` })}`);
    });
    const source = parseSource(file, text);
    const [problem] = source.problems;
    if (problem) throw new Misuse(describeProblem(problem));
    if (typeof source.data !== 'object' || source.data === null || Array.isArray(source.data))
      throw new Misuse(`${file}: ${tree.noMap}`);
    Object.assign(names, source.data);
  }
  for (const assignment of set) {
    const [name = '', value] = assignment.split(/=(.*)/s);
    if (name === '' || value === undefined) throw new Misuse(answers.wrongAssignment);
    names[name] = readValue(value);
  }
  return { version: 0, layers: { [app === undefined ? `host/${host}` : `app/${app}`]: names } };
}
