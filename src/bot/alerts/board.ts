/**
 * Tells chat services of alerts: one message for a group and place, edited as it grows, shrinks and ends. What is being said is
 * noted with the group before and after the outbox has it; whoever comes after a crash puts the same message again.
 */
import { createHash } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import type { Alerts } from '../../jobs/alerts/alerts.ts';
import { type Group, isOpen, openOf, type Telling, worst } from '../../jobs/alerts/group.ts';
import { isLoud, type Move, next } from '../../jobs/alerts/next.ts';
import {
  type Audience,
  audiencesOf,
  formerAudience,
  placeKey,
  silentPlatforms,
} from '../../jobs/alerts/routes.ts';
import type { Mail, Mailbox, Urgency } from '../outbox/mail.ts';
import { chartFile } from './chart.ts';
import { alertButtons, chartOf, drawAlert, drawDigest, drawEarlier, type Heard, overLine } from './draw.ts';

export interface BoardParts {
  alerts: Alerts;
  config(): Config;
  /** Where something can be said on a platform; undefined where that platform is none of ours. */
  mailbox(platform: string): Mailbox | undefined;
  now?: () => number;
  /** How long all must have been well before that is said, ms; 15 s by default. */
  calm?: number;
}

/** A group in a place, and what to do there. */
interface Task {
  group: Group;
  audience: Audience;
  key: string;
  telling: Telling | undefined;
  move: Move;
}

/** What is said about a task, and how it stands told then. */
interface Step {
  task: Task;
  telling: Telling | undefined;
  mails: Mail[];
}

/** So many pictures in a place within so long, ms. */
const PICTURES = 3;
const PICTURES_MS = 60_000;

const URGENCY = { info: 'reply', warning: 'final', critical: 'failure' } as const;

export class Board {
  readonly #parts: BoardParts;
  readonly #now: () => number;
  /** What shared messages say, as far as this process knows. */
  readonly #digests = new Map<string, string>();
  /** When pictures were shown lately, by place. */
  readonly #pictured = new Map<string, number[]>();

  constructor(parts: BoardParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
  }

  /** Says everything that is to be said by now. One process at a time calls it. */
  async look(): Promise<void> {
    const { alerts, mailbox } = this.#parts;
    const groups = await alerts.all();
    if (groups.length === 0) return;
    const tasks = this.#tasks(groups).filter(({ audience }) => mailbox(audience.place.platform));
    const shared = digestsOf(tasks);
    const steps = tasks.map((task) => this.#plan(task, shared.get(task)));
    const saying = steps.filter(({ mails }) => mails.length > 0);
    // What is under way is noted first: after a crash nobody knows what a message says, so it is said again, to its end.
    await this.#note(
      saying.map(({ task, telling }) => [task, { ...(telling as Telling), drawn: '', over: false }]),
    );
    for (const { mails } of saying) for (const mail of mails) await mailbox(mail.place.platform)?.put(mail);
    await this.#note(
      steps
        .filter(({ task, telling }) => telling !== task.telling)
        .map(({ task, telling }) => [task, telling]),
    );
    await this.#showDigests();
    const isTold = ({ tellings }: Group) =>
      Object.values(tellings).some(({ over, round }) => round > 0 && !over);
    await alerts.prune((group) => isTold(group) || isShared(group, groups));
  }

  #tasks(groups: readonly Group[]): Task[] {
    const [now, silent] = [this.#now(), silentPlatforms(groups)];
    const { calm } = this.#parts;
    return groups.flatMap((group) => {
      const audiences = audiencesOf(group, this.#parts.config(), { now, silent, calm });
      const current = audiences.map((audience): Task => {
        const key = placeKey(audience.place);
        const telling = group.tellings[key];
        return {
          group,
          audience,
          key,
          telling,
          move: next(group, audience.members, telling, audience.manner, now),
        };
      });
      const known = new Set(current.map(({ key }) => key));
      const former = Object.entries(group.tellings)
        .filter(([key, { round }]) => !known.has(key) && round > 0)
        .map(([key, telling]): Task => {
          const audience = formerAudience(group, telling, calm);
          const move = next(group, audience.members, telling, audience.manner, now);
          return { group, audience, key, telling, move: move === 'say' ? 'update' : move };
        });
      return [...current, ...former];
    });
  }

  /** What is to be said in a place, and how the group stands told there then: the same object where nothing changes. */
  #plan(task: Task, digest: string | undefined): Step {
    const { group, audience, telling, move } = task;
    const { place, members, zone } = audience;
    const heard: Heard = { group, members, zone, now: this.#now() };
    const blank: Telling = { place, round: 0, at: 0, severity: 'info', drawn: '' };
    const { waits: _, ...before } = telling ?? blank;
    const mail = (round: number | string, lines: string[], urgency: Urgency, final: boolean): Mail => {
      const id = `alert:${group.id}.${round}:${task.key}`;
      return { id, place, lines, buttons: final ? [] : alertButtons(heard), urgency, final };
    };
    const step = (next: Telling | undefined, ...mails: Mail[]): Step => ({ task, telling: next, mails });
    const lines = drawAlert(heard);
    switch (move) {
      case 'nothing':
        // What was over before the quiet hours were is not told.
        if (!telling?.waits || members.some(isOpen)) return step(telling);
        return step(before.round > 0 ? before : undefined);
      case 'wait':
        return step(telling?.waits ? telling : { ...before, waits: true });
      case 'say': {
        const severity = worst(openOf(members));
        const said = { place, zone, at: this.#now(), severity, round: before.round + 1 };
        if (digest) return step({ ...said, drawn: '', digest });
        const isLive = before.round > 0 && !before.digest && !before.over;
        const earlier = isLive ? [mail(before.round, drawEarlier(heard), 'progress', true)] : [];
        const now = mail(said.round, lines, URGENCY[severity], false);
        return step({ ...said, drawn: drawn(lines, heard) }, ...earlier, now, ...this.#picture(task, now));
      }
      case 'update': {
        if (before.digest) return step(before.over ? { ...before, over: false } : telling);
        if (!members.some(isOpen) || (drawn(lines, heard) === before.drawn && !before.over))
          return step(telling);
        const urgency = before.drawn === '' ? URGENCY[before.severity] : 'progress';
        return step(
          { ...before, drawn: drawn(lines, heard), over: false },
          mail(before.round, lines, urgency, false),
        );
      }
      case 'over': {
        if (before.digest) return step({ ...before, over: true });
        const end = [overLine(heard)];
        const aloud = isLoud(before) ? [mail(`${before.round}.over`, end, 'final', true)] : [];
        return step({ ...before, drawn: '', over: true }, mail(before.round, end, 'final', true), ...aloud);
      }
    }
  }

  /** How it was before, as a picture below what is said first; none in a storm, and where none can be shown. */
  #picture({ group, audience, key }: Task, { id, place, lines }: Mail): Mail[] {
    const chart = chartOf(audience);
    const takes = this.#parts.mailbox(place.platform)?.files;
    const known = this.#pictured.get(key) ?? [];
    const lately = known.filter((at) => this.#now() - at < PICTURES_MS);
    if (!chart || !takes || lately.length >= PICTURES) return [];
    this.#pictured.set(key, [...lately, this.#now()]);
    const file = chartFile(group.cause, chart);
    return [{ id: `${id}.chart`, place, lines: lines.slice(0, 1), urgency: 'progress', final: true, file }];
  }

  /** Notes how groups stand told now, all at once: what shares a message shares it for good. */
  async #note(noted: readonly (readonly [Task, Telling | undefined])[]): Promise<void> {
    if (noted.length === 0) return;
    await this.#parts.alerts.change((groups) => {
      const changed = new Map<string, Group>();
      for (const [task, telling] of noted) {
        const { cause, id } = task.group;
        const group = changed.get(cause) ?? groups.get(cause);
        if (group?.id !== id) continue;
        const { [task.key]: _, ...others } = group.tellings;
        changed.set(cause, { ...group, tellings: telling ? { ...others, [task.key]: telling } : others });
      }
      return changed;
    });
  }

  async #showDigests(): Promise<void> {
    const groups = await this.#parts.alerts.all();
    const shared = new Map<string, Task[]>();
    for (const task of this.#tasks(groups)) {
      const { digest } = task.telling ?? {};
      if (digest) shared.set(digest, [...(shared.get(digest) ?? []), task]);
    }
    for (const [id, tasks] of shared) {
      const lines = drawDigest(tasks.map(({ group, audience: { members } }) => ({ group, members })));
      const { place } = (tasks[0] as Task).audience;
      if (this.#digests.get(id) === lines.join('\n')) continue;
      const final = tasks.every(({ telling }) => telling?.over);
      await this.#parts.mailbox(place.platform)?.put({ id, place, lines, urgency: 'final', final });
      this.#digests.set(id, lines.join('\n'));
    }
    for (const id of this.#digests.keys()) if (!shared.has(id)) this.#digests.delete(id);
  }
}

/** Whether a group stands in a message together with one that is not over. */
function isShared(group: Group, groups: readonly Group[]): boolean {
  const open = groups.flatMap(({ tellings }) =>
    Object.values(tellings).flatMap(({ digest, over }) => (digest && !over ? [digest] : [])),
  );
  return Object.values(group.tellings).some(({ digest }) => digest !== undefined && open.includes(digest));
}

/** Which of what waited for the end of quiet hours shares a message: by place, where it is more than one group. */
function digestsOf(tasks: readonly Task[]): Map<Task, string> {
  const waited = tasks.filter(({ move, telling }) => move === 'say' && telling?.waits);
  return new Map(
    waited.flatMap((task): [Task, string][] => {
      const together = waited.filter(({ key }) => key === task.key);
      if (together.length < 2) return [];
      const ids = together.map(({ group }) => group.id).sort();
      return [
        [task, `alerts:${createHash('sha256').update(ids.join()).digest('hex').slice(0, 12)}:${task.key}`],
      ];
    }),
  );
}

/** What a message says, with its buttons: what is the same need not be put again. */
const drawn = (lines: readonly string[], heard: Heard): string =>
  [...lines, ...alertButtons(heard).map(({ line }) => line)].join('\n');
