/** The keys that machines are given as they boot: no boot waits long for a service on the internet, and a hundred at once ask it once. */
import type { Config } from '../../config/config.ts';
import { type ErrorCode, MusterError } from '../../errors.ts';
import type { KeySources } from '../../jobs/keys/gather.ts';
import type { Remark } from '../../jobs/keys/input.ts';
import { noteKnown } from '../../jobs/keys/known.ts';
import type { LiveState } from '../../jobs/step.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';

/** How long each source may take, ms; and for how long what they said counts. */
const WITHIN_MS = 5_000;
const COUNTS_MS = 30_000;

/** Lines of authorized_keys by group, and what has to be said of them. */
export interface BootKeysFound {
  keys: ReadonlyMap<string, readonly string[]>;
  remarks: readonly Remark[];
}

export interface BootKeysParts {
  sources: Pick<KeySources, 'gather'>;
  state: LiveState;
  log: Log;
  within?: number;
}

export class BootKeys {
  readonly #parts: BootKeysParts;
  #asked: { config: Config; groups: Map<string, { at: number; found: Promise<BootKeysFound> }> } | undefined;

  constructor(parts: BootKeysParts) {
    this.#parts = parts;
  }

  /** The keys of these groups; of a source that does not answer in time, those known last. Groups that there are not have none. */
  async of(config: Config, groups: readonly string[]): Promise<BootKeysFound> {
    const known = [...new Set(groups)].filter((group) => Object.hasOwn(config.keyGroups, group));
    const each = await Promise.all(known.map((group) => this.#group(config, group)));
    return {
      keys: new Map(each.flatMap(({ keys }) => [...keys])),
      remarks: each.flatMap(({ remarks }) => remarks),
    };
  }

  #group(config: Config, group: string): Promise<BootKeysFound> {
    if (this.#asked?.config !== config) this.#asked = { config, groups: new Map() };
    const { groups } = this.#asked;
    const known = groups.get(group);
    if (known && performance.now() - known.at < COUNTS_MS) return known.found;
    const found = this.#ask(config, group);
    groups.set(group, { at: performance.now(), found });
    found.catch(() => groups.delete(group));
    return found;
  }

  async #ask(config: Config, group: string): Promise<BootKeysFound> {
    const { sources, state, log, within = WITHIN_MS } = this.#parts;
    const { groups, remarks } = await sources.gather(config, [group], false, { within });
    const { keys = [], sources: ids = [] } = groups.get(group) ?? {};
    // The next boot may find a source down.
    await noteKnown({ groups: [group], keys, sources: ids }, state, new Date().toISOString()).catch((err) =>
      log.warn({ err, group }, 'the keys of a group could not be noted'),
    );
    const lines = keys.map(({ key: { type, data, person } }) => `${type} ${data} ${person}`);
    return { keys: new Map([[group, lines]]), remarks };
  }
}

/** What is said of keys: only what lets somebody in less than was wanted. */
export function saidOf(remark: Remark): string[] {
  const { given } = messages().machines;
  const words = messages().jobs.keys;
  switch (remark.kind) {
    case 'failed': {
      const { code, facts, source, count } = remark;
      const reason = new MusterError(code as ErrorCode, facts).message;
      return [count > 0 ? words.failed({ source, count, reason }) : given.noKeys({ source, reason })];
    }
    case 'empty':
      return remark.count > 0 ? [words.empty(remark)] : [];
    case 'many':
      return [words.held(remark)];
    case 'refused':
      return [words.refused({ person: remark.person, why: messages().config.keys.problems[remark.why] })];
  }
}
