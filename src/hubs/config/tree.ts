/** Templates, schemas and data as files: `templates/…` and `data/*.yml` below one folder, read as a whole. */
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseSource } from '../../config/document.ts';
import type { ConfigProblem } from '../../config/problem.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { type LayerId, layerOfFile } from './layer-id.ts';
import { oddNumber } from './numbers.ts';
import { Templates } from './template.ts';

/** The most bytes of one file, and the most files. */
const MAX_BYTES = 1024 * 1024;
const MAX_FILES = 20_000;
/** The most bytes that all files may have together. */
export const MOST_BYTES = 64 * 1024 * 1024;

/** The text of each file by its path below the folder, like `templates/nginx.conf`. */
export type Texts = Readonly<Record<string, string>>;

/** What files say: templates by name, JSON Schemas by name (below `templates/`), data by layer. */
export interface Tree {
  templates: Templates;
  schemas: Readonly<Record<string, string>>;
  data: Readonly<Record<LayerId, Readonly<Record<string, unknown>>>>;
  /** What is wrong with them; what has a problem is left out. */
  problems: ConfigProblem[];
}

/**
 * Reads the files of a folder; where there is none, there are none. `links` are followed, or refused, as in what others may
 * write to. What cannot be read, is no text or too large is a problem.
 */
export async function readTexts(
  folder: string,
  links: 'follow' | 'refuse' = 'follow',
): Promise<{ texts: Texts; problems: ConfigProblem[] }> {
  const texts: Record<string, string> = Object.create(null);
  const problems: ConfigProblem[] = [];
  const wrong = (file: string, message: string) =>
    problems.push({ file, line: 0, column: 0, path: '', message });
  const { tree } = messages().files;
  let left = MOST_BYTES;
  let count = 0;
  let full = false;
  const look = async (path: string): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') wrong(relative(folder, path), tree.unreadable({ message: error.message }));
      return [];
    });
    for (const { name } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (full) return;
      if (name.startsWith('.')) continue;
      const place = join(path, name);
      const shown = relative(folder, place);
      try {
        if (links === 'refuse' && (await lstat(place)).isSymbolicLink()) {
          wrong(shown, tree.link);
          continue;
        }
        const found = await stat(place);
        if (found.isDirectory()) await look(place);
        else if (found.size > MAX_BYTES) wrong(shown, tree.large);
        else if (!found.isFile()) continue;
        else if (count >= MAX_FILES || found.size > left) {
          full = true;
          wrong(shown, tree.full);
        } else {
          texts[shown] = textOf(await readFile(place));
          count += 1;
          left -= found.size;
        }
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        wrong(
          shown,
          code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? tree.binary : tree.unreadable({ message }),
        );
      }
    }
  };
  await look(join(folder, 'templates'));
  await look(join(folder, 'data'));
  return { texts, problems };
}

/** UTF-8 without zero bytes; anything else is no text. */
function textOf(bytes: Buffer): string {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  if (!text.includes('\0')) return text;
  throw Object.assign(new TypeError(), { code: 'ERR_ENCODING_INVALID_ENCODED_DATA' });
}

/** What files say; every template is parsed once, so that what is wrong with one shows at once. */
export function treeOf(texts: Texts, found: readonly ConfigProblem[] = []): Tree {
  const problems = [...found];
  const templates: Record<string, string> = Object.create(null);
  const schemas: Record<string, string> = Object.create(null);
  const data: Record<string, Record<string, unknown>> = Object.create(null);
  for (const [path, text] of Object.entries(texts)) {
    const [folder, ...rest] = path.split('/');
    const name = rest.join('/');
    if (folder === 'templates') (name.endsWith('.schema.json') ? schemas : templates)[name] = text;
    else if (folder === 'data') readData(path, name, text, data, problems);
  }
  const parsed = new Templates(templates);
  for (const [name, text] of Object.entries(templates)) {
    try {
      parsed.parse(name, text);
    } catch (error) {
      if (!(error instanceof MusterError)) throw error;
      const line = Number(`${error.facts.place}`.slice(`${name}:`.length)) || 0;
      problems.push({
        file: `templates/${name}`,
        line,
        column: line > 0 ? 1 : 0,
        path: '',
        message: error.message,
      });
    }
  }
  return { templates: parsed, schemas, data, problems };
}

function readData(
  path: string,
  name: string,
  text: string,
  data: Record<string, Record<string, unknown>>,
  problems: ConfigProblem[],
): void {
  const { tree } = messages().files;
  const whole = (message: string) => problems.push({ file: path, line: 0, column: 0, path: '', message });
  const id = layerOfFile(name);
  if (id === undefined) return void whole(tree.noLayer);
  if (Object.hasOwn(data, id)) return void whole(tree.twice({ layer: id }));
  const source = parseSource(path, text);
  problems.push(...source.problems);
  if (source.problems.length > 0 || source.data === null || source.data === undefined) return;
  if (typeof source.data !== 'object' || Array.isArray(source.data)) return void whole(tree.noMap);
  const odd = oddNumber(source.data);
  if (odd) problems.push(source.problem(odd, tree.number));
  const open = id.split('/')[0] === 'secret' ? clearText(source.data) : undefined;
  if (open) problems.push(source.problem(open, tree.noReference));
  if (!odd && !open) data[id] = source.data as Record<string, unknown>;
}

/** Where the first value is that does not say where its secret is; undefined where each does. */
function clearText(value: unknown, path: readonly (string | number)[] = []): (string | number)[] | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, one] of Object.entries(value)) {
      const found = clearText(one, [...path, key]);
      if (found) return found;
    }
    return undefined;
  }
  return typeof value === 'string' && /^(?:env|file):./.test(value) ? undefined : [...path];
}
