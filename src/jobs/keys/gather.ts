/** The keys of groups, out of all their sources. A source that fails or dries up removes nobody, and many are not removed at once unasked. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { GITHUB_API, hostOf, membersOf, nameOf, type Tagged } from '../../adapters/members/members.ts';
import type { Config } from '../../config/config.ts';
import type { KeyGroup } from '../../config/keys.ts';
import { findSecret } from '../../config/secret-text.ts';
import { asMusterError, MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { commentOf, readKey } from '../../public-key.ts';
import type { Scrubber } from '../../secret.ts';
import { humanDuration } from '../../units.ts';
import type { LiveState } from '../step.ts';
import { environmentKey } from './environment.ts';
import type { Key, Remark, WriteKeys } from './input.ts';
import { type Known, knownOf, sourceId } from './known.ts';

const MAX_FILE = 1024 * 1024;

/** The keys of one group, each with the sources it came from, and all its sources. */
export type GroupKeys = Pick<WriteKeys, 'keys' | 'sources'>;

/** The keys of several groups, and what has to be said about where they came from. */
export interface Gathered {
  groups: ReadonlyMap<string, GroupKeys>;
  remarks: Remark[];
}

export interface KeySourcesParts {
  state: LiveState;
  /** The folder where Muster keeps its state, and in it the keys of environments. */
  folder: string;
  /** Where tokens may be. */
  environment: Readonly<Record<string, string | undefined>>;
  scrubber: Scrubber;
}

/** Keys as a source has them: texts of strangers, and whose they are. */
type Raw = { person?: string; line: string; place: string };
interface Source {
  name: string;
  read(signal?: AbortSignal): Promise<Raw[]>;
}

/** For those who cannot wait: how long each source has, ms. One that fails then, and was never known, has no keys, and that is remarked. */
export interface Hurry {
  within: number;
}

export class KeySources {
  readonly #parts: KeySourcesParts;
  /** Pages of each organisation's lists, as long as this manager runs. */
  readonly #tagged = new Map<string, Tagged>();

  constructor(parts: KeySourcesParts) {
    this.#parts = parts;
  }

  /**
   * The keys of these groups, as they would be written. With `confirmed` also where more than half of a group's keys go at
   * once. Rejects with a source's own error, or with `keys.empty`, where nothing is known of that source from before; in a hurry never.
   */
  async gather(
    config: Config,
    groups: readonly string[],
    confirmed: boolean,
    hurry?: Hurry,
  ): Promise<Gathered> {
    const remarks: Remark[] = [];
    const known = await knownOf(this.#parts.state, groups);
    const found = new Map<string, GroupKeys>();
    for (const group of groups) {
      const sources = this.#sources(group, config.keyGroups[group] as KeyGroup, config.folder);
      const each = await Promise.all(
        sources.map((source) => read(source, known.get(sourceId(group, source.name)), hurry)),
      );
      const ids = sources.map(({ name }) => sourceId(group, name));
      const keys = merged(each.map((one, index) => ({ ...one, id: ids[index] as string })));
      remarks.push(...each.flatMap((one) => one.remarks));
      const own = [...known].filter(([id]) => id.startsWith(`${group} `));
      const before = merged(own.map(([id, one]) => ({ ...one, id })));
      const there = new Set(keys.map(({ key }) => key.data));
      const gone = before.filter(({ key }) => !there.has(key.data));
      const held = confirmed ? [] : heldOf(gone, before.length);
      if (held.length > 0) remarks.push({ kind: 'many', group, count: held.length, of: before.length });
      const all = [...keys, ...held].sort(byPerson);
      found.set(group, { keys: all, sources: [...new Set([...ids, ...all.flatMap(({ from }) => from)])] });
    }
    return { groups: found, remarks };
  }

  #sources(group: string, { members, files, keys, environment }: KeyGroup, folder: string): Source[] {
    const { folder: state, environment: variables, scrubber } = this.#parts;
    const organisations = members.map(({ token: text, apiRoot = GITHUB_API, ...rest }, index): Source => {
      const name = nameOf({ ...rest, apiRoot });
      return {
        name,
        read: async (signal) => {
          const path = `keyGroups.${group}.members[${index}].token`;
          const token =
            text === undefined ? undefined : await findSecret(text, { path, folder, environment: variables });
          if (token) scrubber.learn(token);
          const tagged: Tagged = this.#tagged.get(name) ?? new Map();
          this.#tagged.set(name, tagged);
          const people = await membersOf({ ...rest, apiRoot, token }, { tagged, signal });
          return people.flatMap(({ login, keys: lines }) => {
            const person = `${login}@${hostOf(apiRoot)}`;
            return lines.map((line) => ({ person, line, place: person }));
          });
        },
      };
    });
    const inFiles = files.map((file): Source => ({ name: file, read: () => readLines(folder, file) }));
    const literal: Source = { name: 'keys', read: async () => keys.map((line) => ({ line, place: 'keys' })) };
    const own: Source = {
      name: `environment ${environment}`,
      read: async () => {
        const line = await environmentKey(state, environment as string);
        return [{ person: `muster:${environment}`, line, place: `${environment}` }];
      },
    };
    return [
      ...organisations,
      ...inFiles,
      ...(keys.length > 0 ? [literal] : []),
      ...(environment === undefined ? [] : [own]),
    ];
  }
}

/** What stays until it is confirmed: what was held already, and more than half of the rest. */
function heldOf(gone: WriteKeys['keys'], before: number): WriteKeys['keys'] {
  const already = gone.filter(isHeld);
  const fresh = gone.filter((each) => !isHeld(each));
  const many = fresh.length * 2 > before - already.length;
  return [...already, ...(many ? fresh : [])].map((each) => ({ ...each, held: each.from }));
}

const isHeld = ({ from, held }: WriteKeys['keys'][number]): boolean => held.length === from.length;

/** A source's keys; where it fails or has none, those known last, with the reason. */
async function read(
  { name, read: ask }: Source,
  { keys: known, held }: Pick<Known, 'keys' | 'held'> = { keys: [], held: [] },
  hurry?: Hurry,
): Promise<{ keys: readonly Key[]; held: readonly string[]; remarks: Remark[] }> {
  let raw: Raw[];
  try {
    raw = await (hurry ? hurried(name, ask, hurry) : ask());
  } catch (thrown) {
    const error = asMusterError(thrown);
    if (!hurry && (known.length === 0 || error.code === 'internal')) throw error;
    // How long to wait is another time at each look, and the plan would be another one.
    const { wait: _, ...facts } = error.facts;
    const said = Object.entries(facts).map(([fact, value]) => [fact, String(value)] as const);
    const remark = { code: error.code, facts: Object.fromEntries(said) };
    return { keys: known, held, remarks: [{ kind: 'failed', source: name, count: known.length, ...remark }] };
  }
  const remarks: Remark[] = [];
  const keys = raw.flatMap(({ person, line, place }): Key[] => {
    const found = readKey(line);
    if (typeof found === 'string') {
      remarks.push({ kind: 'refused', person: commentOf(place), why: found });
      return [];
    }
    return [{ ...found.key, person: commentOf(person ?? (found.comment || place)) }];
  });
  if (keys.length > 0) return { keys, held: [], remarks };
  if (known.length === 0 && !hurry) throw new MusterError('keys.empty', { where: name });
  return { keys: known, held, remarks: [...remarks, { kind: 'empty', source: name, count: known.length }] };
}

/** Asks a source no longer than it has. */
async function hurried(where: string, ask: Source['read'], { within }: Hurry): Promise<Raw[]> {
  const end = new AbortController();
  const late = new Promise<never>((_, reject) => {
    end.signal.addEventListener('abort', () => reject(end.signal.reason));
  });
  const timer = setTimeout(() => {
    const message = messages().reasons.members.late({ time: humanDuration(within) });
    end.abort(new MusterError('members.unreachable', { where, message }));
  }, within);
  try {
    return await Promise.race([ask(end.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Each key once, in a fixed order, with all the sources it came from. */
export function merged(
  parts: readonly { keys: readonly Key[]; held: readonly string[]; id: string }[],
): WriteKeys['keys'] {
  const byData = new Map<string, WriteKeys['keys'][number]>();
  for (const { keys, held, id } of parts) {
    for (const key of keys) {
      const there = byData.get(key.data);
      const add = (to: readonly string[] = []) => [...new Set([...to, id])];
      byData.set(key.data, {
        key: there?.key ?? key,
        from: add(there?.from),
        held: held.includes(key.data) ? add(there?.held) : (there?.held ?? []),
      });
    }
  }
  return [...byData.values()].sort(byPerson);
}

const byPerson = ({ key: a }: { key: Key }, { key: b }: { key: Key }): number =>
  `${a.person} ${a.data}` < `${b.person} ${b.data}` ? -1 : 1;

/** The lines of a file of keys, without comments. Rejects with `keys.unreadable`. */
async function readLines(folder: string, file: string): Promise<Raw[]> {
  const path = resolve(folder, file);
  try {
    if ((await stat(path)).size > MAX_FILE)
      throw new MusterError('keys.unreadable', { where: file, message: messages().config.files.large });
    const lines = (await readFile(path, 'utf8')).split(/\r?\n/);
    return lines.flatMap((line, index) =>
      /^\s*(?:#|$)/.test(line) ? [] : [{ line, place: `${file}:${index + 1}` }],
    );
  } catch (thrown) {
    if (thrown instanceof MusterError) throw thrown;
    const { code, message } = thrown as NodeJS.ErrnoException;
    throw new MusterError('keys.unreadable', { where: file, message: code ?? message }, { cause: thrown });
  }
}
