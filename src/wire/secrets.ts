/** Every secret that the configuration names, learnt before a line that holds one is told: apps print what they were given. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { findSecret } from '../config/secret-text.ts';
import { treeOf } from '../hubs/config/tree.ts';
import { namesSecrets } from '../jobs/files/repository.ts';
import type { Log } from '../log.ts';
import type { Scrubber } from '../secret.ts';

/** How often it is looked whether a file is another one, ms. */
const EVERY_MS = 10_000;
/** Where a secret is, and names of what is one itself where it says no such thing. */
const PLACE = /^(?:env|file):./;
const SECRET = /^(?:token|botToken|appToken|signingSecret|secret)$/;

export interface KnownSecretsParts {
  config: () => Config;
  environment: Readonly<Record<string, string | undefined>>;
  scrubber: Scrubber;
  log: Log;
  /** How often it is looked, ms. */
  every?: number;
}

export class KnownSecrets {
  readonly #parts: KnownSecretsParts;
  #config: { of: Config; texts: Set<string> } | undefined;
  /** What is read again once it is another file, by path; and what it looked like. */
  readonly #files = new Map<string, { sum: string; texts: Set<string> }>();
  /** What each place looked like when its secret was learnt. */
  readonly #learnt = new Map<string, string>();
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(parts: KnownSecretsParts) {
    this.#parts = parts;
  }

  /** Learns what there is, and from then on what is new. */
  static async open(parts: KnownSecretsParts): Promise<KnownSecrets> {
    const known = new KnownSecrets(parts);
    await known.look();
    known.#timer = setInterval(() => void known.look(), parts.every ?? EVERY_MS).unref();
    return known;
  }

  /** Looks now; files are read only where they are other ones than before. What is not to be found is up to whoever needs it. */
  look(): Promise<void> {
    this.#looking ??= this.#look()
      .catch((err: unknown) =>
        this.#parts.log.warn({ err }, 'secrets of the configuration could not be learnt'),
      )
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const config = this.#parts.config();
    if (this.#config?.of !== config) this.#config = { of: config, texts: textsIn(config) };
    for (const text of [...this.#config.texts, ...(await this.#named(config))])
      await this.#learn(text, config);
  }

  /** What data for templates names. */
  async #named({ folder }: Config): Promise<string[]> {
    const names = await readdir(join(folder, 'data')).catch(() => []);
    const found: string[] = [];
    for (const name of names.map((one) => `data/${one}`).filter(namesSecrets)) {
      const path = join(folder, name);
      const sum = await sumOf(path);
      if (sum === undefined) continue;
      if (this.#files.get(path)?.sum !== sum) {
        const tree = treeOf({ [name]: await readFile(path, 'utf8') }, []);
        this.#files.set(path, { sum, texts: textsIn(tree.data) });
      }
      found.push(...(this.#files.get(path)?.texts ?? []));
    }
    return found;
  }

  async #learn(text: string, { folder }: Config): Promise<void> {
    const { environment, scrubber } = this.#parts;
    const file = text.startsWith('file:') ? resolve(folder, text.slice('file:'.length)) : undefined;
    const sum = file === undefined ? '' : await sumOf(file);
    if (sum === undefined || this.#learnt.get(text) === sum) return;
    const secret = await findSecret(text, { path: '', folder, environment }).catch(() => undefined);
    if (!secret) return;
    scrubber.learn(secret);
    this.#learnt.set(text, sum);
  }
}

/** The texts of plain data that say where a secret is, or are one. */
function textsIn(data: unknown): Set<string> {
  const found = new Set<string>();
  const look = (value: unknown, name?: string): void => {
    if (typeof value === 'string') {
      if (PLACE.test(value) || (name !== undefined && SECRET.test(name))) found.add(value);
    } else if (Array.isArray(value)) for (const one of value) look(one, name);
    else if (typeof value === 'object' && value !== null)
      for (const [key, one] of Object.entries(value)) look(one, key);
  };
  look(data);
  return found;
}

/** Tells one state of a file from another; undefined where there is none. */
async function sumOf(path: string): Promise<string | undefined> {
  const seen = await stat(path, { bigint: true }).catch(() => undefined);
  return seen && `${seen.dev} ${seen.ino} ${seen.size} ${seen.mtimeNs} ${seen.ctimeNs}`;
}
