/** The files of this container: written at the start, and again whenever the hub has another version of them. */
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubConfig, HubFile } from '../../hub.ts';
import type { Connection } from '../connection.ts';
import type { Settings } from '../settings.ts';
import type { Words } from '../words.ts';
import { fetchConfig } from './fetch.ts';
import { keepConfig, readKept } from './kept.ts';
import { ownLife } from './life.ts';
import { NotWritten, removeHubFile, takeAway, writeHubFile } from './write.ts';

/** How long one question waits for a change, s; and how long it is waited after one that failed, ms. */
const WAIT_S = 50;
const PAUSE_MS = { first: 500, most: 30_000 };

export interface FilesParts {
  connection: Pick<Connection, 'ask'>;
  /** The client's own folder, if it has one. */
  state: string | undefined;
  settings: Pick<Settings, 'wait' | 'required'>;
  words: Words;
  say(text: string): void;
}

export class Files {
  readonly #parts: FilesParts;
  readonly #life = ownLife();
  #current: HubConfig | undefined;
  #keeping: Promise<void> = Promise.resolve();
  /** What was written here, by place; what was there like that already is the image's. */
  #wrote: ReadonlySet<string> = new Set();

  constructor(parts: FilesParts) {
    this.#parts = parts;
  }

  /** Writes the files before the command starts: the hub's, or those from before where it is away. Rejects with `NotWritten`. */
  async start(signal: AbortSignal): Promise<void> {
    const { connection, state, settings, words, say } = this.#parts;
    const kept = await readKept(state);
    this.#current = kept?.config;
    for (let pause = PAUSE_MS.first; ; pause = Math.min(PAUSE_MS.most, pause * 2)) {
      try {
        const fetched = await fetchConfig(connection, {
          known: kept?.config.version,
          within: settings.wait,
          signal,
        });
        // What is kept is in force still: it may only have to be written again.
        return await (fetched
          ? this.#become(fetched)
          : this.#rewrite((kept as NonNullable<typeof kept>).config));
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof NotWritten) throw error;
        const { message } = error as Error;
        if (kept) {
          say(words.lastGood({ message, at: kept.at }));
          return this.#rewrite(kept.config);
        }
        if (!settings.required) return say(words.noFiles({ message }));
        say(words.waiting({ message }));
        await sleep(pause, undefined, { signal }).catch(() => {});
        if (signal.aborted) return;
      }
    }
  }

  /**
   * Waits for other versions until the signal, writes them, and has `apply` do what they ask for. Where that fails, the files
   * before them are back, and the hub is told.
   */
  async watch(apply: (what: HubConfig['apply']) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { connection, words, say } = this.#parts;
    let refused: { version: string; reason: string } | undefined;
    let pause = PAUSE_MS.first;
    while (!signal.aborted) {
      try {
        const known = this.#current?.version;
        const next = await fetchConfig(connection, {
          ...{ known, wait: WAIT_S, life: this.#life, refused },
          ...{ within: 15_000, signal },
        });
        pause = PAUSE_MS.first;
        if (!next) continue;
        if (next.version === refused?.version) {
          // The hub has nothing better yet.
          await sleep(PAUSE_MS.most, undefined, { signal });
          continue;
        }
        const wrote = this.#wrote;
        const before = await snapshot([...next.files, ...(this.#current?.files ?? [])]);
        try {
          const files = await this.#write(next);
          say(words.changed({ version: next.version, files }));
          await apply(next.apply);
          await this.#keep(next);
          refused = undefined;
        } catch (error) {
          if (signal.aborted) return;
          const reason = (error as Error).message;
          this.#wrote = wrote;
          for (const [path, file] of before) await (file ? writeHubFile(file, words) : removeHubFile(path));
          say(words.notApplied({ version: next.version, message: reason }));
          refused = { version: next.version, reason };
        }
      } catch {
        await sleep(pause * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => {});
        pause = Math.min(PAUSE_MS.most, pause * 2);
      }
    }
  }

  /** Resolves once what was written is kept for the next start as well. */
  get kept(): Promise<void> {
    return this.#keeping;
  }

  /** The command need not wait until the disk has them a second time. */
  async #become(config: HubConfig): Promise<void> {
    await this.#write(config);
    void this.#keep(config);
  }

  async #rewrite(config: HubConfig): Promise<void> {
    await this.#write(config);
    this.#current = config;
  }

  /** Writes them, and takes away what was written before and is named no more; how many were not there like that yet. */
  async #write({ files }: HubConfig): Promise<number> {
    const { state, words, say } = this.#parts;
    // `hub config fetch` may have written some.
    const before = new Set([...this.#wrote, ...((await readKept(state))?.wrote ?? [])]);
    const wrote = new Set<string>();
    let written = 0;
    for (const file of files) {
      const isNew = await writeHubFile(file, words);
      if (isNew) written += 1;
      if (isNew || before.has(file.path)) wrote.add(file.path);
    }
    for (const file of this.#current?.files ?? []) {
      if (!before.has(file.path) || files.some(({ path }) => path === file.path)) continue;
      if (!(await takeAway(file))) say(words.leftThere({ path: file.path }));
    }
    this.#wrote = wrote;
    return written;
  }

  #keep(config: HubConfig): Promise<void> {
    this.#current = config;
    const wrote = [...this.#wrote];
    const kept = { at: new Date().toISOString(), config, wrote };
    this.#keeping = this.#keeping.then(() => keepConfig(this.#parts.state, kept)).catch(() => {});
    return this.#keeping;
  }
}

/** What is at these places now; undefined where nothing is. */
async function snapshot(files: readonly HubFile[]): Promise<Map<string, HubFile | undefined>> {
  const found = new Map<string, HubFile | undefined>();
  for (const { path } of files) {
    try {
      const [{ mode, uid, gid }, content] = await Promise.all([stat(path), readFile(path)]);
      const bits = `0${(mode & 0o777).toString(8).padStart(3, '0')}`;
      found.set(path, {
        path,
        content: content.toString('base64'),
        mode: bits,
        owner: `${uid}`,
        group: `${gid}`,
      });
    } catch {
      found.set(path, undefined);
    }
  }
  return found;
}
