/**
 * Templates and data of a git repository: one commit is in force for all managers, workers and the hub, and lies in Redis with all
 * its files. Secrets stay in the configuration's own folder. Key family `config`, `config:tree`.
 */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { key, type Redis } from '../../adapters/redis/connection.ts';
import type { Config } from '../../config/config.ts';
import { MOST_BYTES, readTexts, type Texts, type Tree, treeOf } from '../../hubs/config/tree.ts';
import { messages } from '../../messages/messages.ts';
import { FolderTrees, type Trees } from './scenes.ts';

/**
 * `commit`, `at` (UTC, ISO 8601), `source` (repository and branch), `texts` (JSON, gzip, base64), and `untold` (JSON) as long as
 * nobody was told which files it changes.
 */
const TREE = key('config', 'tree');

const InForce = z.object({ commit: z.string(), at: z.string(), source: z.string() });
/** The commit that is in force. */
export type InForce = z.output<typeof InForce>;

/** Which repository and branch are followed, as one text; undefined where none is. */
export const sourceOf = ({ settings: { templates } }: Pick<Config, 'settings'>): string | undefined =>
  templates && `${templates.repository} ${templates.branch}`;

export class TreeStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** The commit that is in force; undefined where none was fetched yet. */
  async inForce(): Promise<InForce | undefined> {
    const [commit, at, source] = await this.#redis.hmget(TREE, 'commit', 'at', 'source');
    return InForce.safeParse({ commit, at, source }).data;
  }

  /** Its files. */
  async texts(): Promise<Texts> {
    const packed = await this.#redis.hget(TREE, 'texts');
    if (packed === null) return {};
    const text = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: 4 * MOST_BYTES }).toString();
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  }

  /** Puts a commit in force, with all its files, in one step; `changed` are the files that it changes, which is still to be told. */
  async put({ commit, at, source }: InForce, texts: Texts, changed: readonly string[]): Promise<void> {
    const packed = gzipSync(JSON.stringify(texts)).toString('base64');
    await this.#redis.hset(TREE, { commit, at, source, texts: packed, untold: JSON.stringify(changed) });
  }

  /** What is still to be told: a manager may have been killed before it did. */
  async untold(): Promise<{ commit: string; changed: string[] } | undefined> {
    const [commit, changed] = await this.#redis.hmget(TREE, 'commit', 'untold');
    if (typeof commit !== 'string' || typeof changed !== 'string') return undefined;
    return { commit, changed: z.array(z.string()).parse(JSON.parse(changed)) };
  }

  async told(): Promise<void> {
    await this.#redis.hdel(TREE, 'untold');
  }
}

/** The tree of the repository where there is one, else that of the folder. */
export class SharedTrees implements Trees {
  readonly #store: TreeStore;
  readonly #folder: FolderTrees;
  #known: { name: string; tree: Tree } | undefined;

  /** Looks at most every so many ms whether files of the folder have changed; each time by default. */
  constructor(store: TreeStore, every = 0) {
    this.#store = store;
    this.#folder = new FolderTrees(every);
  }

  async tree(config: Config): Promise<Tree> {
    const source = sourceOf(config);
    if (source === undefined) return this.#folder.tree(config);
    const [force, secrets] = await Promise.all([this.#store.inForce(), secretsOf(config.folder)]);
    const sum = createHash('sha256').update(JSON.stringify(secrets)).digest('hex');
    const name = `${force?.source === source ? force.commit : ''} ${sum}`;
    if (this.#known?.name !== name) this.#known = { name, tree: await this.#made(force, source, secrets) };
    return this.#known.tree;
  }

  async #made(force: InForce | undefined, source: string, secrets: Texts): Promise<Tree> {
    if (force?.source === source) return treeOf({ ...(await this.#store.texts()), ...secrets });
    const message = messages().files.tree.notYet;
    return treeOf({}, [{ file: source, line: 0, column: 0, path: '', message }]);
  }
}

/** The files of a folder that name secrets. */
export async function secretsOf(folder: string): Promise<Texts> {
  const { texts } = await readTexts(folder);
  return Object.fromEntries(Object.entries(texts).filter(([path]) => namesSecrets(path)));
}

/** Whether a file says where secrets are: whoever may write to a repository may not have files of Muster's machine shown. */
export const namesSecrets = (path: string): boolean => /^data\/secret[.-]/.test(path);
