/** Everything that is wrong with templates and data at once: what no file says by itself, and what only rendering shows. */
import type { ConfigProblem } from '../../config/problem.ts';
import { MusterError } from '../../errors.ts';
import { type Cloud, machineFiles, placedFiles } from './places.ts';
import { Scene } from './scene.ts';
import { Schemas } from './schema.ts';
import { readTexts, type Tree, treeOf } from './tree.ts';
import { NO_VALUES, type Values } from './values.ts';

/** The problems of a tree with the files that a configuration makes of it; `folder` is put before their paths. */
export function problemsOf(
  tree: Tree,
  config: Cloud,
  values: Values = NO_VALUES,
  folder = '',
): ConfigProblem[] {
  const problems = tree.problems.map((problem) => ({ ...problem, file: `${folder}${problem.file}` }));
  const whole = (file: string, message: string, line = 0) =>
    problems.push({ file: `${folder}${file}`, line, column: line > 0 ? 1 : 0, path: '', message });
  const schemas = new Schemas(tree.schemas);
  for (const name of Object.keys(tree.schemas))
    attempt(() => schemas.compile(name), `templates/${name}`, whole);
  // Where something is not there, what misses it would be said once more.
  if (problems.length > 0) return problems;
  const scene = new Scene({ tree, config, values });
  const said = new Set<string>();
  for (const placed of [...placedFiles(config), ...machineFiles(config)]) {
    attempt(
      () => scene.masked(placed),
      `templates/${placed.settings.template}`,
      (file, message, line) => {
        if (!said.has(message)) whole(file, message, line);
        said.add(message);
      },
    );
  }
  return problems;
}

/** The same of the templates and data in the folder of a configuration. */
export async function problemsIn(folder: string, config: Cloud, shown: string): Promise<ConfigProblem[]> {
  const { texts, problems } = await readTexts(folder);
  return problemsOf(treeOf(texts, problems), config, NO_VALUES, shown);
}

function attempt(
  act: () => unknown,
  file: string,
  whole: (file: string, message: string, line?: number) => void,
): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    const [, template, line] = /^(.+):(\d+)$/.exec(`${error.facts.place ?? ''}`) ?? [];
    whole(template === undefined ? file : `templates/${template}`, error.message, Number(line ?? 0));
  }
}
