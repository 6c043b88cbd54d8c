/** Tells of alerts in this process: whoever sits at its console, and its log. It remembers nothing, so that a console that is opened hears what is wrong. */
import type { Alerts } from '../../jobs/alerts/alerts.ts';
import { type Group, type Member, membersOf, openOf, type Telling, worst } from '../../jobs/alerts/group.ts';
import { next } from '../../jobs/alerts/next.ts';
import { ALL, CALM_MS } from '../../jobs/alerts/routes.ts';
import type { Log } from '../../log.ts';
import type { Mailbox } from '../outbox/mail.ts';
import type { Place } from '../platform.ts';
import { drawAlert, overLine } from './draw.ts';

/** How often more of one thing is said at most, ms. */
const MORE_MS = 30_000;

export interface Home {
  place: Place;
  mailbox: Mailbox;
}

export interface ConsolesParts {
  alerts: Alerts;
  /** The consoles that are open now. */
  homes(): Home[];
  log: Log;
  now?: () => number;
  /** How long all must have been well before that is said, ms; 15 s by default. */
  calm?: number;
}

export class Consoles {
  readonly #parts: ConsolesParts;
  /** How each group stands told, by home, and how much of it was. */
  readonly #told = new Map<string, Map<string, Told>>();

  constructor(parts: ConsolesParts) {
    this.#parts = parts;
  }

  /** Says everything that is to be said by now. */
  async look(): Promise<void> {
    const { alerts, homes, log, now = Date.now, calm = CALM_MS } = this.#parts;
    const groups = await alerts.all();
    const toLog: Home = { place: { platform: 'log', chat: '' }, mailbox: asMailbox(log) };
    for (const { place, mailbox } of [toLog, ...homes()]) {
      const home = `${place.platform}/${place.chat}`;
      const before = this.#told.get(home);
      const after = new Map<string, Told>();
      for (const group of groups) {
        const members = membersOf(group);
        const telling = before?.get(group.id);
        const at = now();
        const due = next(group, members, telling, { delay: ALL.delay, calm, quiet: false }, at);
        // Nothing is edited here, so what comes back is said again, and what there is more of.
        const anew = telling && (telling.over ? openOf(members).length > 0 : hasMore(group, telling, at));
        const move = due === 'update' && anew ? 'say' : due;
        const put = (lines: string[]) =>
          mailbox
            .put({ id: `alert:${group.id}:${at}:${move}`, place, lines, urgency: 'failure', final: true })
            .catch((err) => log.warn({ err }, 'an alert could not be told at the console'));
        if (move === 'say') await put(drawAlert({ group, members, zone: 'UTC', now: at }, { course: true }));
        else if (move === 'over') await put([overLine({ group, members })]);
        const round = (telling?.round ?? 0) + (move === 'say' ? 1 : 0);
        const much = Math.max(muchOf(members), telling?.much ?? 0);
        const said = { place, at, severity: worst(openOf(members)), drawn: '', much };
        if (move === 'say') after.set(group.id, { ...said, round });
        else if (telling) after.set(group.id, move === 'over' ? { ...telling, over: true } : telling);
      }
      this.#told.set(home, after);
    }
  }
}

/** A telling, with how much there was to tell. */
type Told = Telling & { much: number };

/** How much there is to tell: who is concerned, and what is known of them. */
const muchOf = (members: readonly Member[]): number =>
  openOf(members).reduce((sum, { lines = [] }) => sum + 1 + lines.length, 0);

/** Whether there is more than was said, and nobody looks after it: not only other words for the same. */
function hasMore(group: Group, { at, much }: Told, now: number): boolean {
  const { acknowledged, snoozed } = group;
  if (acknowledged || (snoozed && now < snoozed.until) || now - at < MORE_MS) return false;
  return muchOf(membersOf(group)) > much;
}

const asMailbox = (log: Log): Mailbox => ({
  async put({ lines }) {
    log.warn({ lines }, 'an alert');
  },
});
