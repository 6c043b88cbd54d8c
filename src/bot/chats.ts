/** Between the platforms and the way of a line: hears lines, answers where they came from, shows runs where they were asked for. */
import { MusterError } from '../errors.ts';
import { isFinal } from '../events.ts';
import type { Run } from '../jobs/run-record.ts';
import type { Runs } from '../jobs/runs.ts';
import type { Log } from '../log.ts';
import { Cards } from './cards.ts';
import { SAY_CHAT } from './console/say.ts';
import type { Outcome } from './dispatch.ts';
import type { Incoming, Place, Platform } from './platform.ts';

/** The platform of lines that a schedule says. */
export const SCHEDULE = 'schedule';
/** The shortest time between two edits of a card, ms. */
const PACE_MS = 500;
/** How long a line may go without an answer before it is asked whether Redis is there, ms. */
const PATIENCE_MS = 10_000;

export interface ChatsParts {
  runs: Runs;
  log: Log;
  /** The way of a line. */
  dispatch(incoming: Incoming, slash: 'required' | 'optional'): Promise<Outcome>;
  /** Whether Redis answers. */
  reachable(): Promise<boolean>;
  /** `PATIENCE_MS` by default. */
  patience?: number;
}

export class Chats {
  readonly #parts: ChatsParts;
  readonly #platforms = new Map<string, Platform>();
  readonly #cards: Cards;

  constructor(parts: ChatsParts) {
    this.#parts = parts;
    this.#cards = new Cards({ runs: parts.runs, log: parts.log, pace: PACE_MS });
  }

  /** Handles a line and answers it; a run is shown until it has ended. `notice` says that the answer takes its time. */
  async handle(
    incoming: Incoming,
    slash: 'required' | 'optional',
    notice = (text: string) => this.#say(incoming, text),
  ): Promise<Outcome> {
    const { dispatch, patience = PATIENCE_MS } = this.#parts;
    const late = setTimeout(() => void this.#explainWait(notice), patience);
    const outcome = await dispatch(incoming, slash).finally(() => clearTimeout(late));
    if (outcome.kind === 'run') this.#show(outcome.run);
    else if (outcome.kind !== 'ignored') await this.#say(incoming, outcome.text);
    return outcome;
  }

  /** A line in a person's name, as a schedule gives it; what becomes of it is told at every platform's home. */
  async scheduled(id: string, line: string, person: string): Promise<Outcome> {
    const from = { id, platform: SCHEDULE, chat: SCHEDULE, user: person, text: line };
    const outcome = await this.#parts.dispatch(from, 'optional');
    if (outcome.kind === 'run') this.#show(outcome.run);
    else if (outcome.kind === 'refused') await this.#tellHomes(`"${line}" was refused: ${outcome.text}`);
    return outcome;
  }

  /** Adds a platform, begins to listen to it, and shows what an earlier manager left open there. */
  async listen(platform: Platform, slash: 'required' | 'optional'): Promise<void> {
    this.#platforms.set(platform.name, platform);
    await platform.open(async (incoming) => void (await this.handle(incoming, slash)));
    for (const run of await this.#parts.runs.open()) {
      if ([platform.name, SCHEDULE].includes(run.by.platform)) this.#show(run);
    }
  }

  /** Hears no more lines. */
  async stopListening(): Promise<void> {
    for (const platform of this.#platforms.values()) await platform.close();
  }

  /** Stops showing runs; what becomes of them is shown after a restart. */
  close(): Promise<void> {
    return this.#cards.close();
  }

  /** What is over when a line is delivered again has had its card. */
  #show(run: Run): void {
    if (run.by.chat === SAY_CHAT || isFinal(run.status)) return;
    const places = run.by.platform === SCHEDULE ? this.#homes() : [run.by];
    for (const place of places) {
      const platform = this.#platforms.get(place.platform);
      if (platform) void this.#cards.show(run, platform, place);
    }
  }

  async #say(place: Place, text: string): Promise<void> {
    if (place.chat === SAY_CHAT) return;
    await this.#platforms.get(place.platform)?.post(place, text.split('\n'));
  }

  async #tellHomes(text: string): Promise<void> {
    for (const home of this.#homes()) await this.#say(home, text);
  }

  #homes(): Place[] {
    return [...this.#platforms.values()].flatMap(({ home }) => (home ? [home] : []));
  }

  async #explainWait(notice: (text: string) => Promise<void>): Promise<void> {
    const { reachable, log } = this.#parts;
    if (await reachable()) return;
    const error = new MusterError('state.unreachable', { message: 'no answer for some seconds' });
    await notice(`${error.message}. ${error.hint}\nYour line waits, and goes on once Redis is back.`).catch(
      (err) => log.warn({ err }, 'a notice could not be given'),
    );
  }
}
