/** The firewall of this host, changed so that nobody is locked out: what nobody keeps in time is taken back, whatever happens meanwhile. */
import { MusterError } from '../../errors.ts';
import { Firewall } from '../../firewall/firewall.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import type { Good, Pending, Shelf } from './shelf.ts';

/** From one try to the next to take back what nobody kept, ms. */
const AGAIN_MS = 1_000;
/** How much before its deadline a change is taken back at most, ms, and as a share of the time it has. */
const MOST_LEAD_MS = 2_000;
const MOST_LEAD_SHARE = 0.2;

const NOTHING = Firewall.parse({});

/** What filters packets. */
export interface Backend {
  /** Rejects with what would be refused; changes nothing. */
  check(rules: Firewall): Promise<void>;
  /** Puts it in force, all at once or not at all. */
  replace(rules: Firewall): Promise<void>;
  /** Takes everything of Muster's away. */
  remove(): Promise<void>;
  /** How what is in force differs from what was put there, as lines; undefined where nothing of Muster's is there. */
  drift(rules: Firewall): Promise<string[] | undefined>;
}

export interface GuardParts {
  shelf: Shelf;
  backend: Backend;
  log: Log;
}

/** How things stand. */
export interface Standing {
  /** The id of the last one that was kept. */
  good: string | undefined;
  /** The id of the one that was kept before that, by this guardian. */
  before: string | undefined;
  /** What waits to be kept. */
  pending: Pick<Pending, 'id' | 'by' | 'until'> | undefined;
  /** How others changed what is in force. */
  drift: string[];
  /** What could not be done and is tried again. */
  trouble: string | undefined;
}

export interface Change {
  id: string;
  by: string;
  rules: Firewall;
  /** How long it may stay without being kept, ms. */
  keepWithin: number;
  /** The changes of others that may be overwritten: exactly those that are there. */
  overwrite?: readonly string[];
}

/** What is in force until somebody keeps it. */
interface Waiting extends Pending {
  /** Who put it there: keeping it takes somebody who came in afterwards. */
  asker: object;
  timer: NodeJS.Timeout;
}

export class Guard {
  readonly #parts: GuardParts;
  #good: Good | undefined;
  #before: string | undefined;
  #waiting: Waiting | undefined;
  #trouble: string | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;
  /** One change after another. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  /**
   * Takes up what was left: what nobody had kept is taken back, and after a reboot the last good one is put in force.
   * What others changed meanwhile stays, and is told. Never rejects: what fails is tried again, and is `trouble`.
   */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      const { shelf, backend, log } = this.#parts;
      const good = await shelf.good();
      const pending = await shelf.pending();
      if (good === 'lost') {
        // What is in force is all there is: to let everything in, or nothing, would both be worse.
        this.#trouble = 'lost';
        log.error('the last good firewall cannot be read; what is in force stays');
        return;
      }
      this.#good = good;
      if (pending !== undefined) {
        log.warn(
          { pending: pending === 'lost' ? pending : pending.id },
          'a firewall that nobody kept is taken back',
        );
        await this.#restore();
        return;
      }
      const rules = good?.rules;
      if (!rules) return;
      const drift = await backend.drift(rules).catch(() => undefined);
      if (drift === undefined) await this.#restore();
      else if (drift.length > 0) log.warn({ drift }, 'others changed the firewall');
    });
  }

  /**
   * Puts a firewall in force until somebody else than `asker` keeps it. Rejects with `firewall.waiting` where another one
   * waits, with `firewall.drift` where others changed what is there, and with what the back end refuses: then nothing changed.
   */
  apply(change: Change, asker: object): Promise<Pending> {
    return this.#inTurn(async () => {
      const { shelf, backend, log } = this.#parts;
      const { id, by, rules, keepWithin, overwrite = [] } = change;
      if (this.#waiting?.id === id) return publicOf(this.#waiting);
      if (this.#waiting)
        throw new MusterError('firewall.waiting', { id: this.#waiting.id, by: this.#waiting.by });
      if (this.#trouble) throw new MusterError('firewall.trouble', { trouble: this.#trouble });
      const drift = await this.#drift();
      if (drift.some((line) => !overwrite.includes(line)))
        throw new MusterError('firewall.drift', { drift: drift.join(', ') });
      await backend.check(rules);
      // What to go back to is on disk before anything changes.
      if (!this.#good) {
        this.#good = { id: 'none', at: new Date().toISOString(), rules: null };
        await shelf.keepGood(this.#good);
      }
      const until = Date.now() + keepWithin;
      const pending: Pending = { id, by, rules, until };
      await shelf.keepPending(pending);
      const lapseIn = (ms: number) => setTimeout(() => void this.#lapse(id), ms);
      const waiting: Waiting = { ...pending, asker, timer: lapseIn(keepWithin) };
      this.#waiting = waiting;
      try {
        const before = Date.now();
        await backend.replace(rules);
        // To take it back takes about as long: so much earlier that begins, and the deadline is when it is done.
        const took = Date.now() - before;
        const lead = Math.min(took, MOST_LEAD_MS, keepWithin * MOST_LEAD_SHARE);
        clearTimeout(waiting.timer);
        waiting.timer = lapseIn(until - Date.now() - lead);
      } catch (error) {
        clearTimeout(waiting.timer);
        this.#waiting = undefined;
        await this.#restore();
        throw error;
      }
      log.info({ id, by, keepWithin }, 'a firewall is in force until it is kept');
      return pending;
    });
  }

  /** Keeps what is in force. Rejects with `firewall.gone` where that is no more, and with `firewall.same` for who put it there. */
  keep(id: string, asker: object): Promise<void> {
    return this.#inTurn(async () => {
      const waiting = this.#waiting;
      if (!waiting) {
        // It was kept, and the answer was lost.
        if (this.#good?.id === id) return;
        throw new MusterError('firewall.gone', { id });
      }
      if (waiting.id !== id) throw new MusterError('firewall.gone', { id });
      if (waiting.asker === asker) throw new MusterError('firewall.same', { id });
      const good: Good = { id, at: new Date().toISOString(), rules: waiting.rules };
      await this.#parts.shelf.keepGood(good);
      clearTimeout(waiting.timer);
      this.#before = this.#good?.id;
      this.#good = good;
      this.#waiting = undefined;
      this.#parts.log.info({ id }, 'a firewall is kept');
    });
  }

  /** Takes back at once what nobody has kept yet. */
  revert(id: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#waiting?.id !== id) throw new MusterError('firewall.gone', { id });
      await this.#takeBack();
    });
  }

  /** How things stand; the back end is looked at. */
  standing(): Promise<Standing> {
    return this.#inTurn(async () => ({
      good: this.#good?.id,
      before: this.#before,
      pending: this.#waiting && publicOf(this.#waiting),
      drift: await this.#drift(),
      trouble: this.#trouble,
    }));
  }

  /** What is to be in force; null where nothing of Muster's is. */
  rules(): Firewall | null {
    return (this.#waiting?.rules ?? this.#good?.rules) || null;
  }

  /** Stops; what nobody kept is taken back first. */
  async close(): Promise<void> {
    await this.#inTurn(async () => {
      this.#closed = true;
      clearTimeout(this.#again);
      if (this.#waiting) await this.#takeBack();
    });
  }

  async #lapse(id: string): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#waiting?.id !== id) return;
      this.#parts.log.warn({ id }, 'nobody kept a firewall in time; it is taken back');
      await this.#takeBack();
    });
  }

  async #takeBack(): Promise<void> {
    clearTimeout(this.#waiting?.timer);
    this.#waiting = undefined;
    await this.#restore();
  }

  /** Puts the last good one in force; tried again until it is. */
  async #restore(): Promise<void> {
    const { shelf, backend, log } = this.#parts;
    try {
      const rules = this.#good?.rules;
      if (rules) await backend.replace(rules);
      else await backend.remove();
      await shelf.dropPending();
      this.#trouble = undefined;
    } catch (err) {
      this.#trouble = err instanceof Error ? err.message : String(err);
      log.error({ err }, 'the last good firewall could not be put in force; it is tried again');
      if (this.#closed) return;
      this.#again = setTimeout(() => void this.#inTurn(() => this.#restore()), AGAIN_MS);
    }
  }

  async #drift(): Promise<string[]> {
    const rules = this.rules();
    const words = messages().firewall;
    if (rules) return (await this.#parts.backend.drift(rules)) ?? [words.absent];
    // Whoever made it, a timer over ssh for one, may still keep it: to take a change back would take all away.
    return (await this.#parts.backend.drift(NOTHING)) === undefined ? [] : [words.strange];
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {});
    return done;
  }
}

const publicOf = ({ id, by, rules, until }: Pending): Pending => ({ id, by, rules, until });
