/**
 * Follows the repository of templates and data: looks once in a while where its branch is, and puts a commit in force that is
 * sound as a whole. One that is not changes nothing, and is an alert with file and line.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Address } from '../../adapters/git/address.ts';
import type { git } from '../../adapters/git/git.ts';
import type { Alarms } from '../../alarm.ts';
import type { Config } from '../../config/config.ts';
import { type ConfigProblem, describeProblem } from '../../config/problem.ts';
import { asMusterError } from '../../errors.ts';
import { problemsOf } from '../../hubs/config/checked.ts';
import { Scene } from '../../hubs/config/scene.ts';
import { readTexts, type Texts, type Tree, treeOf } from '../../hubs/config/tree.ts';
import type { Values } from '../../hubs/config/values.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import { short } from '../../names.ts';
import type { Lease } from '../lease.ts';
import { namesSecrets, secretsOf, sourceOf, type TreeStore } from './repository.ts';

/** From one look to the next, ms. */
const EVERY_MS = 30_000;
/** Looks in a row that have to fail until that is told. */
const AWAY = 3;
const SUBJECT = 'config/templates';

export interface FollowerParts {
  config: () => Config;
  store: TreeStore;
  values: { now(): Promise<Values> };
  git: ReturnType<typeof git.open>;
  /** Where the repository is, with its login. */
  address(repository: string): Address;
  /** The folder where Muster keeps its state. */
  state: string;
  alarms: Alarms;
  lease: Lease;
  /** Told when a commit is in force, and which files (by name) it changes; once more where a manager was killed meanwhile. */
  onCommit(commit: string, changed: readonly string[]): Promise<void>;
  log: Log;
  every?: number;
}

export class Follower {
  readonly #parts: FollowerParts;
  readonly #stop = new AbortController();
  #done: Promise<void> = Promise.resolve();
  /** What was refused, and by which configuration. */
  #bad: { about: string; config: Config } | undefined;
  #failed = 0;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** Follows whenever the lease is this manager's, until `close`. */
  start(): void {
    const { lease, every = EVERY_MS } = this.#parts;
    this.#done = lease.hold(async (signal) => {
      while (!signal.aborted) {
        await this.#attempt(signal);
        await sleep(every, undefined, { signal }).catch(() => {});
      }
    }, this.#stop.signal);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    const { config, alarms, log } = this.#parts;
    const words = messages().files.alerts;
    try {
      await this.look(signal);
      if (this.#failed >= AWAY || this.#failed === 0) await alarms.clear('config/away');
      this.#failed = 0;
    } catch (thrown) {
      if (signal.aborted) return;
      this.#failed += 1;
      log.warn({ err: thrown }, 'the repository of templates could not be looked at');
      if (this.#failed < AWAY || config().settings.templates === undefined) return;
      const { message, hint } = asMusterError(thrown);
      const said = { summary: words.away, over: words.awayOver, lines: [message], hint };
      await alarms
        .raise({ key: 'config/away', severity: 'warning', cause: 'config.away', subject: SUBJECT, ...said })
        .catch(() => {});
    }
  }

  /** Looks once; rejects where the repository cannot be reached. */
  async look(signal?: AbortSignal): Promise<void> {
    const { config, store, git: repositories, address, values, alarms } = this.#parts;
    const current = config();
    const { templates } = current.settings;
    const source = sourceOf(current);
    if (!templates || source === undefined) return this.#nothing();
    await this.#tell();
    const from = { ...address(templates.repository), app: 'templates' };
    const commit = await repositories.resolve({ ...from, ref: `refs/heads/${templates.branch}` }, { signal });
    const force = await store.inForce();
    if (force?.commit === commit && force.source === source) return void (await alarms.clear('config/bad'));
    const [now, secrets] = await Promise.all([values.now(), secretsOf(current.folder)]);
    // What is bad may be mended by data that is set, by secrets, or by the configuration.
    const about = JSON.stringify([commit, source, now.version, secrets]);
    if (this.#bad?.about === about && this.#bad.config === current) return;
    const { texts, problems } = await this.#fetched(from, commit, templates.branch, signal);
    const tree = treeOf({ ...texts, ...secrets }, problems);
    const found = problemsOf(tree, current, now);
    if (found.length > 0) {
      this.#bad = { about, config: current };
      return this.#refuse(commit, found);
    }
    const before = force?.source === source ? treeOf({ ...(await store.texts()), ...secrets }) : undefined;
    const changed = changedFiles(current, before, tree, now);
    await store.put({ commit, at: new Date().toISOString(), source }, texts, changed);
    this.#bad = undefined;
    await alarms.clear('config/bad');
    await this.#tell();
  }

  /** Tells of the commit in force where nobody was told yet. */
  async #tell(): Promise<void> {
    const { store, onCommit } = this.#parts;
    const untold = await store.untold();
    if (!untold) return;
    await onCommit(untold.commit, untold.changed);
    await store.told();
  }

  /** Where no repository is followed any more, none is bad. */
  async #nothing(): Promise<void> {
    if (!this.#bad) return;
    this.#bad = undefined;
    await this.#parts.alarms.clear('config/bad');
  }

  async #refuse(commit: string, problems: readonly ConfigProblem[]): Promise<void> {
    const words = messages().files.alerts;
    await this.#parts.alarms.raise({
      ...{ key: 'config/bad', severity: 'warning', cause: 'config.bad', subject: SUBJECT },
      ...{ summary: words.bad({ commit: short(commit) }), over: words.badOver, hint: words.hint },
      lines: problems.slice(0, 5).map(describeProblem),
    });
  }

  /** The files of a commit; links among them, secrets, and more than fits are problems. */
  async #fetched(
    from: Address & { app: string },
    commit: string,
    ref: string,
    signal?: AbortSignal,
  ): Promise<{ texts: Texts; problems: ConfigProblem[] }> {
    const { git: repositories, state } = this.#parts;
    const home = join(state, 'templates');
    await mkdir(home, { recursive: true, mode: 0o700 });
    const folder = join(home, 'repo.git');
    const work = await mkdtemp(join(home, 'export-'));
    try {
      const into = join(work, 'files');
      await mkdir(into);
      await repositories.fetch({ ...from, folder, commit, ref }, { signal });
      await repositories.export({ folder, commit, into, index: join(work, 'index') }, { signal });
      await repositories.forget(folder, [commit]);
      const { texts, problems } = await readTexts(into, 'refuse');
      const { tree } = messages().files;
      const whole = (file: string, message: string) =>
        problems.push({ file, line: 0, column: 0, path: '', message });
      for (const path of Object.keys(texts)) if (namesSecrets(path)) whole(path, tree.noSecrets);
      return { texts, problems };
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
}

/** The names of the files that come to something else by another tree. */
function changedFiles(config: Config, before: Tree | undefined, after: Tree, values: Values): string[] {
  const next = new Scene({ tree: after, config, values });
  const old = before && new Scene({ tree: before, config, values });
  const changed = next.placed.filter((placed) => {
    try {
      return old?.masked(placed) !== next.masked(placed);
    } catch {
      return true;
    }
  });
  return [...new Set(changed.map(({ file }) => file))];
}
