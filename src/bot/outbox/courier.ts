/** Says what waits in an outbox, on one platform, within its budget: one message at a time per chat, chats side by side. */
import type { Log } from '../../log.ts';
import { type Limits, type Platform, type Posted, Undelivered } from '../platform.ts';
import { Budget } from './budget.ts';
import { insteadOf } from './instead.ts';
import { URGENCIES, type Urgency } from './mail.ts';
import type { Outbox, Waiting } from './outbox.ts';

/** How often it is looked for mail that another process put, ms. */
const LOOK_MS = 250;
/** How long a chat rests after its first failure, ms; twice as long after each further one, up to the longest. */
const REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;
/** So many failures of one message while others are delivered, and it is given up. */
const HOPELESS = 8;
/** How long a chat rests that lets nothing in (kicked, gone), ms. */
const SHUT_MS = 600_000;

export interface CourierParts {
  outbox: Outbox;
  platform: Platform;
  limits: Limits;
  log: Log;
  /** Told once per chat when it lets nothing in, and again when it does. */
  onShut?: (chat: string, reason: string | undefined) => void;
  /** Told when a message was refused for good; what will not change any more is said in fewer words. */
  onBad?: (mail: Waiting, reason: string) => void;
  /** Told after every try whether the service answered at all. */
  onReach?: (ok: boolean) => void;
  now?: () => number;
}

export class Courier {
  readonly #parts: CourierParts;
  readonly #budget: Budget;
  readonly #busy = new Map<string, Promise<void>>();
  /** By chat, the message that could not be delivered, how often, and since when. */
  readonly #failures = new Map<string, { mail: string; count: number; since: number }>();
  /** When something was delivered last, wherever. */
  #wellAt = Number.NEGATIVE_INFINITY;
  /** Chats that let nothing in, and until when they are left alone. */
  readonly #shut = new Map<string, number>();
  /** Until when chats rest after failures. */
  readonly #resting = new Map<string, number>();
  #wake: () => void = () => {};

  constructor(parts: CourierParts) {
    this.#parts = parts;
    this.#budget = new Budget(parts.limits);
    parts.outbox.onPut = () => this.#wake();
  }

  /** Delivers until the signal; what is under way then is waited for. */
  async run(signal: AbortSignal): Promise<void> {
    const { outbox, log } = this.#parts;
    const stop = () => this.#wake();
    signal.addEventListener('abort', stop);
    for (const [chat, times] of await outbox.spent()) this.#budget.restore(chat, times);
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      let pause = LOOK_MS;
      try {
        const news = await outbox.accessNews();
        for (const [chat, reason] of news) this.#access(chat, reason);
        // What may not be said now is not read: with many chats waiting that would be most of the work.
        const heads = await outbox.heads((chat) => {
          const wait = this.#wait(chat, 'approval');
          if (wait > 0) pause = Math.min(pause, wait);
          return wait <= 0 && !this.#busy.has(chat);
        });
        pause = Math.min(pause, this.#send(heads));
      } catch (err) {
        log.warn({ err }, 'the outbox could not be read');
      }
      const timer = setTimeout(this.#wake, pause);
      await woken;
      clearTimeout(timer);
    }
    signal.removeEventListener('abort', stop);
    await Promise.all(this.#busy.values());
  }

  /** Tries at once again where the service had failed: it gave a sign of life. */
  revive(): void {
    if (this.#resting.size === 0) return;
    this.#resting.clear();
    this.#failures.clear();
    this.#wake();
  }

  /** What the service told of a chat: that it lets nothing in, or (without a reason) that it does. */
  #access(chat: string, reason: string | undefined): void {
    if (reason === undefined) this.#opened(chat);
    else this.#close(chat, reason);
  }

  #close(chat: string, reason: string): void {
    const known = this.#shut.has(chat);
    this.#shut.set(chat, this.#now() + SHUT_MS);
    if (!known) this.#parts.onShut?.(chat, reason);
  }

  #opened(chat: string): void {
    if (this.#shut.delete(chat)) this.#parts.onShut?.(chat, undefined);
  }

  /** Sends what may go now, the most urgent first; says how long until something else may, ms. */
  #send(heads: Waiting[]): number {
    const now = this.#now();
    let pause = LOOK_MS;
    const urgent = (mail: Waiting) => URGENCIES.indexOf(mail.urgency);
    for (const mail of heads.sort((a, b) => urgent(a) - urgent(b) || a.version - b.version)) {
      const { chat } = mail.place;
      if (this.#busy.has(chat)) continue;
      const wait = this.#wait(chat, mail.urgency);
      if (wait > 0) {
        pause = Math.min(pause, wait);
        continue;
      }
      const answered = this.#budget.spend(chat, now);
      const sending = this.#deliver(mail).finally(() => {
        answered(this.#now());
        this.#busy.delete(chat);
        this.#wake();
      });
      this.#busy.set(chat, sending);
    }
    return pause;
  }

  /** How long something of this urgency has to wait in a chat, 0 or less where it may go now, ms. */
  #wait(chat: string, urgency: Urgency): number {
    const now = this.#now();
    const rest = Math.max(this.#shut.get(chat) ?? 0, this.#resting.get(chat) ?? 0) - now;
    return Math.max(rest, this.#budget.wait(chat, urgency, now));
  }

  async #deliver(mail: Waiting): Promise<void> {
    const { outbox, log } = this.#parts;
    const { chat } = mail.place;
    try {
      // Spent before it is sent: a restart in between rather sends too slowly than too fast.
      await outbox.keepSpent(chat, this.#budget.spent(chat));
      const posted = await this.#say(mail);
      this.#parts.onReach?.(true);
      await outbox.said(mail, posted);
      this.#failures.delete(chat);
      this.#wellAt = this.#now();
      this.#opened(chat);
    } catch (thrown) {
      await this.#failed(mail, thrown).catch((err) => log.warn({ err }, 'the outbox could not be written'));
    }
  }

  async #say(mail: Waiting): Promise<Posted> {
    const { outbox, platform } = this.#parts;
    const { place, lines, final, buttons, posted } = mail;
    if (posted) {
      if (mail.file === undefined) await platform.edit(posted, lines, final, buttons);
      return posted;
    }
    const file = platform.attach && (await outbox.fileOf(mail));
    return file && platform.attach
      ? platform.attach(place, file, lines)
      : platform.post(place, lines, buttons);
  }

  async #failed(mail: Waiting, thrown: unknown): Promise<void> {
    const { outbox, log } = this.#parts;
    const { chat } = mail.place;
    const facts = { err: thrown, chat, mail: mail.id };
    const why = thrown instanceof Undelivered ? thrown.why : { kind: 'trouble' as const };
    this.#parts.onReach?.(why.kind !== 'trouble');
    switch (why.kind) {
      case 'later':
        log.warn({ ...facts, ms: why.ms }, 'a chat service asks to wait');
        this.#budget.hold(chat, this.#now() + why.ms);
        return;
      case 'vanished':
        await outbox.vanished(mail);
        return;
      case 'moved':
        log.info({ ...facts, to: why.chat }, 'a chat has a new id');
        await outbox.move(chat, why.chat);
        return;
      case 'bad':
        log.error(facts, 'a message was refused for good');
        await this.#refused(mail, (thrown as Error).message);
        return;
      case 'shut':
        this.#close(chat, (thrown as Error).message);
        log.error(facts, 'a chat lets nothing in');
        return;
      case 'trouble': {
        const now = this.#now();
        const known = this.#failures.get(chat);
        const failure = known?.mail === mail.id ? known : { mail: mail.id, count: 0, since: now };
        failure.count += 1;
        this.#failures.set(chat, failure);
        // The service is well, but not with this message: what waits behind it shall not wait for ever.
        if (failure.count >= HOPELESS && this.#wellAt > failure.since) {
          log.error(facts, 'a message fails each time, and others do not; it is given up');
          this.#failures.delete(chat);
          await this.#refused(mail, (thrown as Error).message);
          return;
        }
        const rest = Math.min(LONGEST_REST_MS, REST_MS * 2 ** (failure.count - 1));
        this.#resting.set(chat, this.#now() + rest);
        log.warn({ ...facts, rest }, 'a message could not be delivered; it is tried again');
      }
    }
  }

  /** How something ended is never lost with a message that was refused: it is said in fewer words, and at last anew. */
  async #refused(mail: Waiting, reason: string): Promise<void> {
    const { outbox } = this.#parts;
    // What stands there takes no change at all.
    if (mail.instead && mail.posted) return outbox.vanished(mail);
    if (!mail.instead) this.#parts.onBad?.(mail, reason);
    const instead = insteadOf(mail, reason);
    await (instead ? outbox.put(instead) : outbox.drop(mail));
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }
}
