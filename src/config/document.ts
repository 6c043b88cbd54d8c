/** One file of YAML as plain data, with the place of everything in it. No key, alias or nesting in it can hurt. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { messages } from '../messages/messages.ts';
import { type ConfigProblem, describePath } from './problem.ts';

type Path = readonly PropertyKey[];

export interface SourceDocument {
  file: string;
  /** Objects without a prototype, arrays, strings, numbers, booleans, null. */
  data: unknown;
  problems: ConfigProblem[];
  /** Where a key (`key: true`) or a value starts; of what is missing, where its nearest parent is. */
  problem(path: Path, message: string, at?: 'key' | 'value'): ConfigProblem;
}

const MAX_ALIASES = 100;
const MAX_DEPTH = 50;

/** Reads a file's text; syntax errors, duplicate keys, and too much aliasing or nesting are problems, not exceptions. */
export function parseSource(file: string, text: string): SourceDocument {
  const lines = new LineCounter();
  const problems: ConfigProblem[] = [];
  const at = (offset: number, path: Path, message: string): ConfigProblem => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, path: describePath(path), message };
  };
  let document: Document.Parsed;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  } catch (error) {
    const message = error instanceof RangeError ? messages().config.deep : (error as Error).message;
    problems.push({ file, line: 0, column: 0, path: '', message });
    return { file, data: undefined, problems, problem: (path, message) => at(0, path, message) };
  }
  for (const error of [...document.errors, ...document.warnings]) {
    const message =
      error.code === 'MULTIPLE_DOCS'
        ? messages().config.oneDocument
        : messages().config.syntax({ message: lowerFirst(error.message) });
    problems.push(at(error.pos[0], [], message));
  }
  let aliases = 0;
  const follow = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);

  const plain = (raw: unknown, path: Path): unknown => {
    if (isAlias(raw) && ++aliases > MAX_ALIASES) {
      if (aliases === MAX_ALIASES + 1)
        problems.push(at(start(raw), path, messages().config.aliases({ most: MAX_ALIASES })));
      return undefined;
    }
    const node = follow(raw);
    if (path.length > MAX_DEPTH) {
      problems.push(at(start(raw), path.slice(0, 3), messages().config.deep));
      return undefined;
    }
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item, index) => plain(item, [...path, index]));
    if (!isMap(node)) return undefined;
    const data: Record<string, unknown> = Object.create(null);
    const seen = new Map<string, number>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.source ?? key.value) : undefined;
      if (name === undefined || name === '__proto__') {
        problems.push(
          at(
            start(key),
            path,
            name === undefined ? messages().config.keyIsWord : messages().config.noKey({ name }),
          ),
        );
        continue;
      }
      const first = seen.get(name);
      if (first !== undefined) {
        const { line, col } = lines.linePos(first);
        const message = messages().config.alreadySet({ name, place: `${file}:${line}:${col}` });
        problems.push(at(start(key), [...path, name], message));
        continue;
      }
      seen.set(name, start(key));
      data[name] = plain(value, [...path, name]);
    }
    return data;
  };

  const offset = (path: Path, want: 'key' | 'value'): number => {
    let node: unknown = document.contents;
    let place = 0;
    for (const [depth, step] of path.entries()) {
      node = follow(node);
      if (isSeq(node)) {
        const item = node.items[Number(step)];
        if (item === undefined) return place;
        place = start(item);
        node = item;
      } else if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.source ?? key.value) === step);
        if (!pair) return place;
        const inner = isScalar(pair.value) && pair.value.value !== null && want === 'value';
        place = start(depth === path.length - 1 && inner ? pair.value : pair.key);
        node = pair.value;
      } else return place;
    }
    return place;
  };

  const data = plain(document.contents, []);
  return {
    file,
    data,
    problems,
    problem: (path, message, want = 'value') => at(offset(path, want), path, message),
  };
}

/** A document that is one entry of a section, as if it stood there. */
export function entryOf(document: SourceDocument, section: string, name: string): SourceDocument {
  const own = (path: Path): Path => (path[0] === section && path[1] === name ? path.slice(2) : path);
  return {
    ...document,
    data: Object.assign(Object.create(null), {
      [section]: Object.assign(Object.create(null), { [name]: document.data ?? null }),
    }),
    problem: (path, message, at) => ({
      ...document.problem(own(path), message, at),
      path: describePath(path),
    }),
  };
}

const start = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
