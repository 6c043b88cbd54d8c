/** The house checks: import directions by dependency-cruiser, and what only the text of a file shows. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
  forbidden: { name: string }[];
};

/** The names of all import rules. */
export const RULES: string[] = forbidden.map(({ name }) => name);

export interface Inspection {
  /** How many modules of src/ were read. */
  modules: number;
  /** Like `no-cycles: src/a.ts -> src/b.ts`. */
  violations: string[];
}

/** Checks the imports of everything below `src` of each root. */
export async function inspectImports(roots: string[]): Promise<Inspection[]> {
  const program = join(import.meta.dirname, 'cruise.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...roots], {
    env: { PATH: process.env.PATH },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout) as Inspection[];
}

/** Who may look at the process's arguments and environment, and why. */
const MAY: { path: RegExp; what: RegExp; why: string }[] = [
  { path: /^src\/main(\.ts$|\/)/, what: /./, why: 'the command line' },
  { path: /^src\/client\/main\.ts$/, what: /./, why: 'the command line in a container' },
  { path: /^src\/adapters\/local\//, what: /^process\.env$/, why: 'its programs inherit the environment' },
  { path: /^src\/adapters\/ssh\//, what: /^process\.env$/, why: 'the socket of the ssh agent' },
];

const LOOKS = /\bprocess\.(?:env|argv|exit|exitCode)\b|\bfrom 'node:process'/g;
/** The one cycle that is allowed is of types; swc's parser does not tell these apart from values. */
const PAIR: Record<string, RegExp> = {
  'src/bot/house.ts': /^import (?!type\b).*\bfrom '\.\/command\.ts'/m,
  'src/bot/command.ts': /^import (?!type\b).*\bfrom '\.\/house\.ts'/m,
};
const FOLDERS = /^(?:utils?|helpers?|common|types?|lib|misc|shared)$/;

/** Files of src/ that read arguments or the environment, or exit, and folders named for a kind of code. */
export async function inspectTexts(root: string): Promise<string[]> {
  const entries = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true });
  const found = entries.map(async (entry) => {
    const path = join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1);
    if (entry.isDirectory()) return FOLDERS.test(basename(path)) ? [`folder-name: ${path}`] : [];
    if (!path.endsWith('.ts')) return [];
    const text = withoutComments(await readFile(join(root, path), 'utf8'));
    if (PAIR[path]?.test(text)) return [`house-and-command-share-types: ${path}`];
    return [...new Set(text.match(LOOKS) ?? [])]
      .filter((look) => !MAY.some((may) => may.path.test(path) && may.what.test(look)))
      .map((look) => `only-main-looks: ${path} has ${look}`);
  });
  return (await Promise.all(found)).flat().sort();
}

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
