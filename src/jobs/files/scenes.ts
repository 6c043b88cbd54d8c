/** What the files of the cloud come to, as every process of Muster sees it: by the templates and data there are and what is set. */
import { createHash } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import { describeProblem } from '../../config/problem.ts';
import { MusterError } from '../../errors.ts';
import { Scene } from '../../hubs/config/scene.ts';
import { readTexts, type Tree, treeOf } from '../../hubs/config/tree.ts';
import type { Values, Version } from '../../hubs/config/values.ts';

/** Where templates and data come from. */
export interface Trees {
  /** The tree as it is now; the same one as long as nothing in it changes. */
  tree(config: Config): Promise<Tree>;
}

/** The folder of the configuration. */
export class FolderTrees implements Trees {
  #known: { sum: string; tree: Tree } | undefined;
  readonly #every: number;
  #looked = Number.NEGATIVE_INFINITY;

  /** Looks at most every so many ms whether anything has changed; each time by default. */
  constructor(every = 0) {
    this.#every = every;
  }

  async tree({ folder }: Pick<Config, 'folder'>): Promise<Tree> {
    if (this.#known && performance.now() - this.#looked < this.#every) return this.#known.tree;
    this.#looked = performance.now();
    const { texts, problems } = await readTexts(folder);
    const hash = createHash('sha256');
    for (const [path, text] of Object.entries(texts)) hash.update(`${path}\0${text.length}\0${text}`);
    const sum = hash.update(JSON.stringify(problems)).digest('hex');
    if (this.#known?.sum !== sum) this.#known = { sum, tree: treeOf(texts, problems) };
    return this.#known.tree;
  }
}

export interface ScenesParts {
  config: () => Config;
  trees: Trees;
  values: { now(): Promise<Values>; history(): Promise<Version[]> };
}

export class Scenes {
  readonly #parts: ScenesParts;
  #known: { config: Config; scene: Scene } | undefined;

  constructor(parts: ScenesParts) {
    this.#parts = parts;
  }

  /** The files as they are to be now. What was rendered is rendered again only where something it depends on has changed. */
  async current(): Promise<Scene> {
    const { config: current, trees, values } = this.#parts;
    const config = current();
    const [tree, now] = await Promise.all([trees.tree(config), values.now()]);
    const known = this.#known;
    if (known?.config === config && known.scene.tree === tree) {
      if (known.scene.values.version === now.version) return known.scene;
      this.#known = { config, scene: known.scene.with(now).scene };
    } else {
      this.#known = { config, scene: new Scene({ tree, config, values: now }) };
    }
    return this.#known.scene;
  }

  /** Who changed what, oldest first. */
  history(): Promise<Version[]> {
    return this.#parts.values.history();
  }
}

/** Rejects with `files.bad` where templates or data have problems: nothing is made of what is only half there. */
export function sound(scene: Scene): Scene {
  const { problems } = scene.tree;
  if (problems.length === 0) return scene;
  throw new MusterError('files.bad', {
    count: problems.length,
    problems: problems.slice(0, 10).map(describeProblem).join('\n'),
  });
}
