/** Tells of alerts in this process: whoever sits at its console, and its log. It remembers nothing, so that a console that is opened hears what is wrong. */
import type { Alerts } from '../../jobs/alerts/alerts.ts';
import { membersOf, openOf, type Telling, worst } from '../../jobs/alerts/group.ts';
import { next } from '../../jobs/alerts/next.ts';
import { ALL, CALM_MS } from '../../jobs/alerts/routes.ts';
import type { Log } from '../../log.ts';
import type { Mailbox } from '../outbox/mail.ts';
import type { Place } from '../platform.ts';
import { drawAlert, overLine } from './draw.ts';

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
  /** How each group stands told, by home. */
  readonly #told = new Map<string, Map<string, Telling>>();

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
      const after = new Map<string, Telling>();
      for (const group of groups) {
        const members = membersOf(group);
        const telling = before?.get(group.id);
        const at = now();
        const due = next(group, members, telling, { delay: ALL.delay, calm, quiet: false }, at);
        // Nothing is edited here, so what comes back is said again.
        const move = due === 'update' && telling?.over && openOf(members).length > 0 ? 'say' : due;
        const put = (lines: string[]) =>
          mailbox
            .put({ id: `alert:${group.id}:${at}:${move}`, place, lines, urgency: 'failure', final: true })
            .catch((err) => log.warn({ err }, 'an alert could not be told at the console'));
        if (move === 'say') await put(drawAlert({ group, members, zone: 'UTC', now: at }, { course: true }));
        else if (move === 'over') await put([overLine({ group, members })]);
        const round = (telling?.round ?? 0) + (move === 'say' ? 1 : 0);
        const said = { place, at, severity: worst(openOf(members)), drawn: '' };
        if (move === 'say') after.set(group.id, { ...said, round });
        else if (telling) after.set(group.id, move === 'over' ? { ...telling, over: true } : telling);
      }
      this.#told.set(home, after);
    }
  }
}

const asMailbox = (log: Log): Mailbox => ({
  async put({ lines }) {
    log.warn({ lines }, 'an alert');
  },
});
