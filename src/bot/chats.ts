/** Between the platforms and the way of a line: hears lines, answers where they came from, shows runs where they were asked for. */
import type { Redis } from '../adapters/redis/connection.ts';
import type { Channel, Post } from '../config/platforms.ts';
import { MusterError } from '../errors.ts';
import { isFinal } from '../events.ts';
import type { Request } from '../jobs/requests.ts';
import type { Run } from '../jobs/run-record.ts';
import type { Runs } from '../jobs/runs.ts';
import type { Log } from '../log.ts';
import { messages } from '../messages/messages.ts';
import { Cards } from './cards/cards.ts';
import { fits } from './cards/fit.ts';
import { isWord, lineFor } from './cards/reply.ts';
import { drawRequest, requestButtons } from './cards/request.ts';
import type { Reply } from './command.ts';
import { SAY_CHAT } from './console/say.ts';
import { type Outcome, runId } from './dispatch.ts';
import { directFront, durableFront, type Front } from './front/front.ts';
import { Typing } from './front/typing.ts';
import { isHeard, isOurs } from './ours.ts';
import { attachment } from './outbox/attachment.ts';
import type { Mailbox } from './outbox/mail.ts';
import { placeName, placesOf, SCHEDULE } from './places.ts';
import type { Button, Incoming, Menu, Place, Platform, Standing } from './platform.ts';
import { standingOf } from './reactions/reactor.ts';
import { Telling } from './telling.ts';

/** The shortest time between two edits of a card, ms. */
const PACE_MS = 500;
/** Chats that are not configured and are reported, at most. */
const MOST_STRANGE = 100;
/** Within how long two managers notice the same trouble, ms. */
const SAME_MS = 600_000;
/** How long a line may go without an answer before it is asked whether Redis is there, ms. */
const PATIENCE_MS = 10_000;
/** How long what is to be run goes before the sign that it was heard, ms. */
const HEAD_START_MS = 3;

export interface ChatsParts {
  redis: Redis;
  runs: Runs;
  log: Log;
  /** The way of a line. */
  dispatch(incoming: Incoming, slash: 'required' | 'optional', onBegin?: () => void): Promise<Outcome>;
  /** Whether Redis answers. */
  reachable(): Promise<boolean>;
  /** The chats of the configuration, by name. */
  channels(): Readonly<Record<string, Channel>>;
  /** What a service suggests to whom, by the configuration. */
  menus?(platform: string): readonly Menu[];
  /** `PATIENCE_MS` by default. */
  patience?: number;
  /** Told what is heard from services, and whether they can be spoken to. */
  life?: { heard(platform: string): void; reached(platform: string, ok: boolean): void };
}

export class Chats {
  readonly #parts: ChatsParts;
  readonly #fronts = new Map<string, Front>();
  readonly #cards: Cards;
  readonly #typing: Typing;
  readonly #telling: Telling;
  /** Chats that are not configured and were reported. */
  readonly #strange = new Set<string>();

  constructor(parts: ChatsParts) {
    this.#parts = parts;
    this.#typing = new Typing(parts.log);
    this.#telling = new Telling({ fronts: this.#fronts, channels: parts.channels, log: parts.log });
    this.#cards = new Cards({ runs: parts.runs, log: parts.log, pace: PACE_MS });
  }

  /** The services that are owed a card of a run until its end was told, also after a crash. */
  owes(run: Pick<Run, 'by' | 'scope' | 'plan'>): string[] {
    const platforms = this.#placesOf(run).map(({ platform }) => platform);
    return [...new Set(platforms)].filter((name) => this.#fronts.get(name)?.platform.limits);
  }

  /** The services that are listened to and ought to give signs of life, ms apart. */
  watched(): { name: string; pulse: number }[] {
    const platforms = [...this.#fronts.values()].map(({ platform }) => platform);
    return platforms.flatMap(({ name, pulse }) => (pulse === undefined ? [] : [{ name, pulse }]));
  }

  /** Where something is said on a service; undefined where that is none of ours. */
  mailbox(platform: string): Mailbox | undefined {
    const front = this.#fronts.get(platform);
    return front?.platform.limits ? front.mailbox : undefined;
  }

  /** The consoles at which somebody sits. */
  homes(): { place: Place; mailbox: Mailbox }[] {
    return [...this.#fronts.values()].flatMap(({ platform: { home, limits }, mailbox }) =>
      home && !limits ? [{ place: home, mailbox }] : [],
    );
  }

  /** Handles a line and answers it; a run is shown until it has ended. `notice` says that the answer takes its time. */
  async handle(
    incoming: Incoming,
    slash: 'required' | 'optional',
    notice = (text: string) => this.#answer(incoming, { text }),
  ): Promise<Outcome> {
    const { dispatch, patience = PATIENCE_MS } = this.#parts;
    const line = await this.#meant(incoming);
    const late = setTimeout(() => void this.#explainWait(notice), patience);
    let begun = false;
    const begin = () => {
      begun = true;
      // The run itself goes first: what is quickly accepted is acknowledged after it, and hardly later.
      setTimeout(() => this.#react(incoming, 'received'), HEAD_START_MS);
    };
    const thinking = this.#typing.during(this.#fronts.get(incoming.platform)?.platform, incoming);
    const outcome = await dispatch(line, slash, begin).finally(() => {
      clearTimeout(late);
      thinking();
    });
    if (begun) this.#react(incoming, standingAfter(outcome));
    if (incoming.press !== undefined) await this.#answerPress(line, outcome);
    else if (outcome.kind === 'reply' || outcome.kind === 'refused') await this.#answer(line, outcome);
    if (outcome.kind === 'run') this.#show(outcome.run);
    return outcome;
  }

  /** A line in a person's name, as a schedule gives it; what becomes of it is told wherever schedules are. */
  async scheduled(id: string, line: string, person: string): Promise<Outcome> {
    const from = { id, platform: SCHEDULE, chat: SCHEDULE, user: person, text: line };
    const outcome = await this.#parts.dispatch(from, 'optional');
    if (outcome.kind === 'run') this.#show(outcome.run);
    else if (outcome.kind === 'refused')
      await this.tell(
        'schedules',
        `schedule:${id}`,
        messages().answers.schedules.refused({ line, text: outcome.text }),
      );
    return outcome;
  }

  /** Adds a platform, begins to listen to it, and shows what an earlier manager left open there. */
  async listen(platform: Platform, slash: 'required' | 'optional'): Promise<void> {
    const open = platform.limits ? durableFront : directFront;
    const front: Front = open(platform, {
      redis: this.#parts.redis,
      runs: this.#parts.runs,
      cards: this.#cards,
      log: this.#parts.log,
      placesOf: (run) => this.#placesOf(run),
      handle: async (incoming) => {
        if (await isHeard(front, incoming, this.#parts.channels())) await this.handle(incoming, slash);
        else await this.#report(incoming);
      },
      onAlive: ({ name }) => this.#parts.life?.heard(name),
      onReach: ({ name }, ok) => this.#parts.life?.reached(name, ok),
      minds: (_, chat) => isOurs(front, chat, this.#parts.channels()),
      onShut: ({ name }, chat, reason) => {
        const { talk } = messages();
        const place = { platform: name, chat };
        const error = reason === undefined ? undefined : new MusterError('chat.shut', { ...place, reason });
        const text = error
          ? talk.trouble({ platform: name, summary: error.message, hint: error.hint, code: error.code })
          : talk.opened(place);
        void this.tell('operators', `shut:${name}:${chat}:${Date.now()}`, `▲ ${text}`, place);
      },
      onTrouble: ({ name }, what, error) => {
        const { talk } = messages();
        const text = error
          ? talk.trouble({ platform: name, summary: error.message, hint: error.hint, code: error.code })
          : talk.troubleOver({ platform: name, what });
        // Several managers notice the same: they tell it once.
        const id = `trouble:${name}:${what}:${error?.code ?? 'over'}:${Math.floor(Date.now() / SAME_MS)}`;
        void this.tell('operators', id, `▲ ${text}`);
      },
    });
    this.#fronts.set(platform.name, front);
    this.suggest();
    await this.#telling.catchUp(front);
    for (const run of await this.#parts.runs.open()) this.#showOn(front, run);
  }

  /** Has services suggest the commands that there are for people now: at the start, and after a reload. */
  suggest(): void {
    for (const [name, front] of this.#fronts) front.suggest?.(this.#parts.menus?.(name) ?? []);
  }

  /** Shows a request where it was asked, or where schedules are told; one message a place, whatever becomes of it. Says whether it could. */
  async showRequest(request: Request): Promise<boolean> {
    const { id, by } = request;
    if (by.chat === SAY_CHAT) return true;
    const { platform, chat, thread } = by;
    if (['refused', 'expired', 'stopped'].includes(request.decision)) this.#react(by, 'none');
    const final = request.decision !== 'open';
    const words = { lines: drawRequest(request), buttons: requestButtons(request), final };
    const asked = { place: { platform, chat, thread }, front: this.#fronts.get(platform) };
    const places = platform === SCHEDULE ? this.#telling.places('schedules') : [asked];
    const shown = places.map(async ({ place, front }) => {
      const mail = platform === SCHEDULE ? `request:${id}:${placeName(place)}` : `request:${id}`;
      await front?.mailbox.put({ ...words, id: mail, place, urgency: 'approval' });
    });
    const results = await Promise.allSettled(shown);
    for (const { reason: err } of results.filter((result) => result.status === 'rejected'))
      this.#parts.log.warn({ err, request: id }, 'a request could not be shown');
    return results.every(({ status }) => status === 'fulfilled');
  }

  /**
   * Says something to one person alone where they are; gives whether it could. `here` where what is answered there is seen by
   * nobody else and kept nowhere: at a console, or by `muster say`.
   */
  async whisper(place: Place, user: string, lines: string[]): Promise<boolean | 'here'> {
    if (place.chat === SAY_CHAT) return 'here';
    const platform = this.#fronts.get(place.platform)?.platform;
    if (platform && !platform.limits) return 'here';
    if (!platform?.whisper) return false;
    try {
      await platform.whisper(place, user, lines);
      return true;
    } catch (err) {
      this.#parts.log.warn(
        { err, platform: platform.name },
        'something could not be said to one person alone',
      );
      return false;
    }
  }

  /** Says something where a line was said, once for an id; to operators where nobody is there any more. */
  async announce(
    id: string,
    { platform, chat, thread }: Place,
    lines: string[],
    buttons: readonly Button[],
  ): Promise<void> {
    const front = chat === SAY_CHAT ? undefined : this.#fronts.get(platform);
    if (!front) return this.tell('operators', id, lines.join('\n'));
    const place = { platform, chat, thread };
    await front.mailbox.put({ id, place, lines, buttons, urgency: 'approval', final: true });
  }

  /** Shows a run that was accepted elsewhere than in an answer to a line. */
  show(run: Run): void {
    this.#show(run);
  }

  /** Hears no more lines. */
  async stopListening(): Promise<void> {
    await Promise.all([...this.#fronts.values()].map((front) => front.stopListening()));
  }

  /** Stops showing runs; what becomes of them is shown after a restart. */
  async close(): Promise<void> {
    await this.#cards.close();
    await Promise.all([...this.#fronts.values()].map((front) => front.close()));
  }

  /** The cheapest answer: nobody waits for it, and nothing fails where it does. */
  #react({ platform, chat, message }: Place & Pick<Incoming, 'message'>, standing?: Standing): void {
    if (message === undefined || standing === undefined) return;
    this.#fronts
      .get(platform)
      ?.react?.({ chat }, message, standing)
      .catch((err) => this.#parts.log.debug({ err }, 'a reaction could not be noted'));
  }

  /** What is over when a line is delivered again has had its card. */
  #show(run: Run): void {
    if (isFinal(run.status)) return;
    for (const front of this.#fronts.values()) this.#showOn(front, run);
  }

  #showOn(front: Front, run: Run): void {
    const places = this.#placesOf(run).filter(({ platform }) => platform === front.platform.name);
    if (places.length > 0) front.show(run, places);
  }

  #placesOf(run: Pick<Run, 'by' | 'scope' | 'plan'>): Place[] {
    const homes = [...this.#fronts.values()].flatMap(({ platform: { home } }) => (home ? [home] : []));
    return placesOf(run, this.#parts.channels(), homes);
  }

  /** A word in reply to the card of a run means that run; everything else means what it says. */
  async #meant(incoming: Incoming): Promise<Incoming> {
    const { platform, replyTo, text, bot } = incoming;
    if (replyTo === undefined || !isWord(text, bot)) return incoming;
    const id = await this.#fronts.get(platform)?.about?.(incoming, replyTo);
    const run = id === undefined ? undefined : await this.#parts.runs.find(id);
    return run ? { ...incoming, text: lineFor(text, run) } : incoming;
  }

  /** What a press is refused with is for whoever pressed; what it answers is for all, unless a message shows it to them anyway. */
  async #answerPress(incoming: Incoming, outcome: Outcome): Promise<void> {
    const platform = this.#fronts.get(incoming.platform)?.platform;
    const shown = outcome.kind === 'reply' && outcome.shown;
    const alone = outcome.kind === 'refused' || shown ? outcome.text : undefined;
    // What stands on no button of ours may be anything.
    const nothing = outcome.kind === 'ignored' ? messages().talk.noCommand : undefined;
    if (outcome.kind === 'reply' && !shown) await this.#answer(incoming, outcome);
    await platform
      ?.answerPress?.(incoming, alone ?? nothing)
      .catch((err) => this.#parts.log.warn({ err }, 'the press of a button could not be answered'));
  }

  /** Said once for a line, however often it was delivered. What does not fit a message is cut, and comes whole as a file. */
  async #answer(incoming: Incoming, reply: Reply): Promise<void> {
    if (incoming.chat === SAY_CHAT) return;
    const { platform, chat, thread } = incoming;
    const front = this.#fronts.get(platform);
    const all = reply.text.split('\n');
    const { room = Number.POSITIVE_INFINITY, limits } = front?.platform ?? {};
    const file =
      reply.file ?? (fits(all, room) ? undefined : attachment(`${nameIn(incoming.text)}.txt`, all));
    const printed = (limits && reply.printedFrom) ?? all.length;
    const lines = all.map((line, index) => (index < printed ? line : `> ${line}`));
    const id = `${file ? 'file' : 'answer'}:${runId(incoming)}`;
    const mail = { id, place: { platform, chat, thread }, lines, file };
    await front?.mailbox.put({ ...mail, urgency: 'reply', final: true });
  }

  /** Says something wherever such things are said, but for one chat; once for an id. */
  tell(what: Post, id: string, text: string, except?: Place): Promise<void> {
    return this.#telling.tell(what, id, text, except);
  }

  async #report({ platform, chat }: Incoming): Promise<void> {
    const name = `${platform}:${chat}`;
    if (this.#strange.has(name) || this.#strange.size >= MOST_STRANGE) return;
    this.#strange.add(name);
    this.#parts.log.warn({ platform, chat }, 'a chat that is not configured was ignored');
    const text = messages().talk.strangeChat({ platform, chat });
    await this.tell('operators', `strange:${name}`, `▲ ${text}`);
  }

  async #explainWait(notice: (text: string) => Promise<void>): Promise<void> {
    const { reachable, log } = this.#parts;
    if (await reachable()) return;
    const error = new MusterError('state.unreachable', { message: messages().talk.silent });
    await notice(`${error.message}. ${error.hint}\n${messages().talk.lineWaits}`).catch((err) =>
      log.warn({ err }, 'a notice could not be given'),
    );
  }
}

/** What a line's command is called, for a file's name. */
const nameIn = (line: string): string => /[a-z][a-z0-9-]*/i.exec(line)?.[0].toLowerCase() ?? 'answer';

/** How a line stands after it was handled; undefined where its card will say. */
function standingAfter(outcome: Outcome): Standing | undefined {
  if (outcome.kind === 'run') return isFinal(outcome.run.status) ? standingOf(outcome.run.status) : undefined;
  return outcome.kind === 'asked' ? 'asked' : 'none';
}
