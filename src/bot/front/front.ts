/** A platform at work: what is heard there goes through an inbox, what is said through an outbox, and one process speaks at a time. */
import type { Redis } from '../../adapters/redis/connection.ts';
import { MusterError } from '../../errors.ts';
import type { RunStatus } from '../../events.ts';
import { Lease } from '../../jobs/lease.ts';
import type { Run } from '../../jobs/run-record.ts';
import type { Runs } from '../../jobs/runs.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import type { Cards } from '../cards/cards.ts';
import { Owed } from '../cards/owed.ts';
import { Courier } from '../outbox/courier.ts';
import { Direct } from '../outbox/direct.ts';
import type { Mailbox } from '../outbox/mail.ts';
import { Outbox } from '../outbox/outbox.ts';
import type { Ears, Incoming, Menu, Place, Platform, Standing } from '../platform.ts';
import { Reactions } from '../reactions/reactions.ts';
import { Reactor, standingOf } from '../reactions/reactor.ts';
import { Inbox } from './inbox.ts';
import { MenuKeeper } from './menu-keeper.ts';
import { Troubles } from './troubles.ts';

/** So many times its pulse without a sign of life, and a service was away. */
const SILENCE = 1.5;

export interface FrontParts {
  /** Where a run has a card, on any platform. */
  placesOf(run: Run): Place[];
  redis: Redis;
  runs: Runs;
  cards: Cards;
  log: Log;
  handle(incoming: Incoming): Promise<unknown>;
  /** Told when a chat lets nothing in, and (without a reason) when it does again. */
  onShut(platform: Platform, chat: string, reason: string | undefined): void;
  /** Whether what is told of access to a chat is of interest: bots are put into all kinds of chats. */
  minds(platform: Platform, chat: string): Promise<boolean>;
  /** Told when something else is in the way of a platform, and (without an error) when it is over. */
  onTrouble(platform: Platform, what: string, error: MusterError | undefined): void;
  /** Told when something was heard from a service. */
  onAlive(platform: Platform): void;
  /** Told whether a service could be spoken to. */
  onReach(platform: Platform, ok: boolean): void;
}

export interface Front {
  platform: Platform;
  mailbox: Mailbox;
  /** A place by the id its chat has now. */
  whereIs(place: Place): Promise<Place>;
  /** Has the service suggest these commands. Absent where it has no menus. */
  suggest?(menus: readonly Menu[]): void;
  /** Has a message show by a reaction how what it asked for stands. Absent where there are no reactions. */
  react?(line: Pick<Place, 'chat'>, message: string, standing: Standing): Promise<void>;
  /** The run that a message there, or its thread, shows, if it shows one. Absent where nobody can reply to a message. */
  about?(place: Pick<Place, 'chat'>, message: string): Promise<string | undefined>;
  /** Shows a run in places here. */
  show(run: Run, places: readonly Place[]): void;
  /** Hears no more lines; resolves when those it heard are handled. */
  stopListening(): Promise<void>;
  /** Says no more. */
  close(): Promise<void>;
}

/** Somebody sits there: everything is said at once, and nothing is kept. */
export function directFront(platform: Platform, parts: FrontParts): Front {
  const { cards, runs, log, handle } = parts;
  const mailbox = new Direct(platform);
  /** What is only for whoever sits there: it ends when they go. */
  const fleeting = new Map<string, Run>();
  const stop = new AbortController();
  const take = async (lines: Incoming[]) => {
    await Promise.all(lines.map(handle)).catch((err) => {
      log.error({ err }, 'a line could not be handled');
      throw err;
    });
  };
  const serving = platform
    .serve(
      {
        take,
        moved: async () => {},
        access: async () => {},
        alive: () => {},
        trouble: troublesOf(platform, parts),
      },
      stop.signal,
    )
    .catch((err) => log.error({ err }, 'a platform failed'));
  return {
    platform,
    mailbox,
    whereIs: async (place) => place,
    show(run, places) {
      if (run.plan.fleeting) fleeting.set(run.id, run);
      for (const place of places)
        cards
          .show(run, mailbox, place)
          .catch((err) => log.warn({ err, run: run.id }, 'a run could not be shown'))
          .finally(() => fleeting.delete(run.id));
    },
    async stopListening() {
      stop.abort();
      await serving;
      const gone = [...fleeting.values()].map((run) =>
        runs.cancel(run.id, run.by, messages().answers.audit.askerGone),
      );
      await Promise.allSettled(gone);
    },
    async close() {},
  };
}

/** A service: what was heard and what is to be said is kept in Redis, and another process goes on with both. */
export function durableFront(platform: Platform, parts: FrontParts): Front {
  const { redis, runs, cards, log, handle } = parts;
  const { name } = platform;
  const mailbox = new Outbox(redis, name, {
    files: platform.attach !== undefined,
    threads: platform.threads,
  });
  const inbox = new Inbox({ redis, platform: name, handle, log });
  const reactions = platform.react && platform.reactions && new Reactions(redis, name);
  const reactor =
    reactions && platform.reactions && new Reactor({ reactions, platform, limits: platform.reactions, log });
  const menus =
    platform.menu && new MenuKeeper({ redis, platform, log, whereIs: (place) => mailbox.whereIs(place) });
  const owed = new Owed({
    redis,
    platform: name,
    runs,
    log,
    async show(run) {
      const onStatus = async (status: RunStatus) => {
        const standing = standingOf(status);
        if (standing && run.by.message !== undefined) await reactions?.put(run.by, run.by.message, standing);
      };
      const shown = await Promise.all(
        parts
          .placesOf(run)
          .filter(({ platform: other }) => other === name)
          .map((place) => cards.show(run, mailbox, place, place.chat === run.by.chat ? onStatus : undefined)),
      );
      return shown.every(Boolean);
    },
  });
  const trouble = troublesOf(platform, parts);
  const courier = new Courier({
    outbox: mailbox,
    platform,
    limits: platform.limits ?? { chat: () => [], overall: [] },
    log,
    onShut: (chat, reason) => parts.onShut(platform, chat, reason),
    onBad: ({ id, place: { chat } }, reason) => {
      // That it could not be told what was wrong is not told either.
      if (!id.startsWith('trouble:'))
        trouble('message', new MusterError('chat.refused', { platform: name, chat, reason }));
    },
    onReach: (ok) => parts.onReach(platform, ok),
  });
  const lease = new Lease({ redis, name: `chat.${name}`, log });
  const [deaf, mute] = [new AbortController(), new AbortController()];
  let heard = performance.now();
  const ears: Ears = {
    take: (lines) => inbox.take(lines),
    moved: (from, to) => mailbox.move(from, to),
    async access(chat, reason) {
      if (reason === undefined || (await parts.minds(platform, chat))) await mailbox.access(chat, reason);
    },
    alive() {
      const silence = performance.now() - heard;
      heard += silence;
      parts.onAlive(platform);
      if (silence > SILENCE * (platform.pulse ?? Number.POSITIVE_INFINITY)) courier.revive();
    },
    trouble,
  };
  const serve = (signal: AbortSignal) => platform.serve(ears, signal);
  const speaking = lease.hold(async (signal) => {
    await inbox.resume();
    const listening = platform.exclusive ? serve(AbortSignal.any([signal, deaf.signal])) : undefined;
    await Promise.all([
      inbox.watch(AbortSignal.any([signal, deaf.signal])),
      ...[courier.run(signal), reactor?.run(signal), owed.run(signal), listening],
    ]);
  }, mute.signal);
  const listening = platform.exclusive
    ? Promise.resolve()
    : serve(deaf.signal).catch((err) => log.error({ err }, 'a platform failed'));
  return {
    platform,
    mailbox,
    whereIs: (place) => mailbox.whereIs(place),
    about: (place, message) => mailbox.about(place, message),
    ...(menus && { suggest: (wanted) => menus.keep(wanted) }),
    ...(reactions && { react: (...told) => reactions.put(...told) }),
    show: () => owed.poke(),
    async stopListening() {
      deaf.abort();
      await listening;
      await inbox.settled();
    },
    async close() {
      mute.abort();
      await menus?.close();
      await speaking;
    },
  };
}

function troublesOf(platform: Platform, { onTrouble, log }: FrontParts): Ears['trouble'] {
  const troubles = new Troubles((what, error) => {
    const facts = { platform: platform.name, what };
    if (error) log.error({ ...facts, code: error.code, err: error }, 'a platform is in trouble');
    else log.info(facts, 'the trouble of a platform is over');
    onTrouble(platform, what, error);
  });
  return (what, error) => troubles.note(what, error);
}
