/** The configuration in force, and its reloading: by command, or when its files change. */
import { type FSWatcher, watch } from 'node:fs';
import { asMusterError, type MusterError } from '../errors.ts';
import { speak } from '../messages/messages.ts';
import type { Config } from './config.ts';
import type { Enrolled } from './enrolled.ts';
import { fingerprint } from './files.ts';
import { type LineCheck, loadConfig } from './load.ts';
import { withEnrolled } from './merge.ts';
import { SECTIONS } from './sections.ts';

/** Editors write a file in several steps: wait until it has been quiet for this long, ms. */
const QUIET_MS = 200;
/** Where the kernel's notices do not come (network file systems, a folder that was replaced), look this often, ms. */
const POLL_MS = 5_000;

/** How often it is looked whether hosts were added in a chat, ms. */
const PEEK_MS = 1_000;

/** The hosts that were added in a chat, kept where all managers and workers see them. */
export interface EnrolledHosts {
  all(): Promise<Enrolled>;
  /** Another text whenever they have changed. */
  version(): Promise<string>;
}

export class ConfigSource {
  readonly #folder: string;
  readonly #hosts: EnrolledHosts | undefined;
  #version = '';
  #peek: NodeJS.Timeout | undefined;
  readonly #lines: LineCheck | undefined;
  #current: Config;
  #seen: string;
  #busy: Promise<unknown> = Promise.resolve();
  #watcher: FSWatcher | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;

  private constructor(
    folder: string,
    lines: LineCheck | undefined,
    hosts: EnrolledHosts | undefined,
    first: { current: Config; seen: string; version: string },
  ) {
    this.#folder = folder;
    this.#lines = lines;
    this.#hosts = hosts;
    this.#current = first.current;
    this.#seen = first.seen;
    this.#version = first.version;
  }

  /**
   * Loads the folder, schedules' lines checked with `lines`, and the hosts of the chat; rejects with `config.invalid`. From
   * then on its language is spoken.
   */
  static async open(folder: string, lines?: LineCheck, hosts?: EnrolledHosts): Promise<ConfigSource> {
    const seen = await fingerprint(folder);
    const version = (await hosts?.version()) ?? '';
    const current = await loadConfig(folder, lines, await hosts?.all());
    speak(current.settings.language);
    return new ConfigSource(folder, lines, hosts, { current, seen, version });
  }

  /** The last valid configuration. */
  get current(): Config {
    return this.#current;
  }

  /** Loads it again and says what changed, like `apps: +shop ~blog`, by section; rejects with `config.invalid` and keeps the old one. */
  reload(): Promise<{ changed: string[] }> {
    return this.#alone(() => this.#load());
  }

  /** Takes over the hosts of the chat as they are now; resolves at once where they have not changed. */
  refresh(): Promise<void> {
    return this.#alone(async () => {
      const version = await this.#hosts?.version();
      if (!this.#hosts || version === undefined || version === this.#version) return;
      this.#current = withEnrolled(this.#current, await this.#hosts.all());
      this.#version = version;
    });
  }

  /** Reloads whenever the files change, and takes over hosts of the chat; a bad state is reported once, and the old configuration stays in force. */
  watch(onReload: (changed: string[]) => void, onProblem: (error: MusterError) => void): void {
    const look = () =>
      void this.#alone(async () => {
        if ((await fingerprint(this.#folder)) === this.#seen) return;
        const { changed } = await this.#load();
        if (changed.length > 0) onReload(changed);
      }).catch((error: unknown) => onProblem(asMusterError(error)));
    const soon = () => {
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(look, QUIET_MS).unref();
    };
    this.#poll = setInterval(look, POLL_MS).unref();
    let busy = false;
    const peek = async () => {
      // While Redis is away, looks would pile up.
      if (busy) return;
      busy = true;
      await this.refresh().catch(() => {});
      busy = false;
    };
    if (this.#hosts) this.#peek = setInterval(() => void peek(), PEEK_MS).unref();
    try {
      this.#watcher = watch(this.#folder, { persistent: false }, soon);
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      // No notices here (no more inotify watches, say): the poll is enough.
    }
  }

  close(): void {
    clearTimeout(this.#quiet);
    clearInterval(this.#poll);
    clearInterval(this.#peek);
    this.#watcher?.close();
  }

  async #load(): Promise<{ changed: string[] }> {
    this.#seen = await fingerprint(this.#folder);
    const version = (await this.#hosts?.version()) ?? '';
    const next = await loadConfig(this.#folder, this.#lines, await this.#hosts?.all());
    this.#version = version;
    const changed = changesBetween(this.#current, next);
    this.#current = next;
    speak(next.settings.language);
    return { changed };
  }

  /** One load at a time, in the order asked for. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(work, work);
    this.#busy = done;
    return done;
  }
}

type Entries = Readonly<Record<string, unknown>>;

/** What is new (+), gone (-) and different (~), one text per section that changed. */
export function changesBetween(before: Config, after: Config): string[] {
  return SECTIONS.flatMap((section) => {
    const [old, now] = [before[section], after[section]] as [Entries, Entries];
    const words = [
      ...Object.keys(now)
        .filter((name) => !Object.hasOwn(old, name))
        .map((name) => `+${name}`),
      ...Object.keys(old)
        .filter((name) => !Object.hasOwn(now, name))
        .map((name) => `-${name}`),
      ...Object.keys(now)
        .filter((name) => Object.hasOwn(old, name) && JSON.stringify(old[name]) !== JSON.stringify(now[name]))
        .map((name) => `~${name}`),
    ];
    return words.length > 0 ? [`${section}: ${words.join(' ')}`] : [];
  });
}
