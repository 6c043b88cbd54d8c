/** The card as text: the first line says all, the last one what to do next. */

import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';
import { type Card, type CardStage, isReading, type StageState } from './card.ts';

const MARKS: Record<StageState, string> = {
  waiting: '○',
  running: '◐',
  done: '●',
  failed: '✕',
  undoing: '↺',
  undone: '↺',
};
/** The most lines of output on a card, and characters of each once it is over. */
export const LINES = 20;
export const CUT = 200;

/** How much of the run is done, 0 to 1, and how long the rest takes, ms; from the job's own history where there is one. */
export function estimate(card: Card, now: number): { share: number; left?: number } {
  if (card.stages.length === 0) return { share: 0 };
  const known = card.stages.every((stage) => stage.expected !== undefined);
  const weights = card.stages.map((stage) => (known ? Math.max(1, stage.expected as number) : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let done = 0;
  card.stages.forEach((stage, index) => {
    const weight = weights[index] as number;
    if (stage.state === 'done') done += weight;
    else if (stage.state === 'running') done += weight * shareOf(stage, known, now);
  });
  const share = Math.min(0.99, done / total);
  return known ? { share, left: Math.max(0, total - done) } : { share };
}

function shareOf(stage: CardStage, known: boolean, now: number): number {
  const shares = Object.values(stage.shares);
  const told = shares.length > 0 ? shares.reduce((sum, share) => sum + share, 0) / stage.hosts.length : 0;
  const elapsed = known && stage.began ? (now - stage.began) / (stage.expected as number) : 0;
  return Math.min(0.95, Math.max(told, elapsed));
}

/** The card as lines of plain text: the first says all, the last says what to do next. */
export function draw(card: Card, now: number): string[] {
  if (card.ended) return drawEnded(card, card.ended);
  const { cards } = messages();
  const stages = card.stages.map((stage) => drawStage(stage)).join('   ');
  if (card.status === 'waiting' && card.blocked) {
    const { lock, holder, holderTitle, since } = card.blocked;
    const held = humanDuration(Math.max(0, now - Date.parse(since)));
    return [
      `○ ${cards.waitsFor({ title: card.title, person: card.person, lock })}`,
      cards.held({ holder, title: holderTitle, time: held }),
      `/job ${holder}  /cancel ${card.run}`,
    ];
  }
  return [
    `${isGoingBack(card) ? MARKS.undoing : MARKS.running} ${card.title} · ${card.person} · ${howFar(card, now)}`,
    stages,
    ...card.notes,
    ...card.lines.slice(isReading(card) ? -LINES : -1).map((line) => `> ${cut(line, 160)}`),
    card.cancelling
      ? cards.cancelling({ by: card.cancelling })
      : [
          ...(card.keep && !isGoingBack(card) ? [card.keep] : []),
          `/cancel ${card.run}`,
          `/logs ${card.run}`,
        ].join('  '),
  ];
}

/** Whether it failed, or was cancelled, and what it did is being taken back. */
const isGoingBack = (card: Card): boolean =>
  card.stages.some(({ state }) => state === 'failed' || state === 'undoing' || state === 'undone');

/** `35 % · 10 s, about 26 s left`. How long somebody wants to read a log, or the way back takes, nobody knows. */
function howFar(card: Card, now: number): string {
  const elapsed = humanDuration(now - (card.began ?? now));
  const { cards } = messages();
  if (isGoingBack(card)) return cards.undoing({ time: elapsed });
  if (isReading(card)) return elapsed;
  const { share, left } = estimate(card, now);
  const time =
    left === undefined ? elapsed : cards.left({ time: elapsed, left: humanDuration(Math.max(1_000, left)) });
  return `${Math.round(share * 100)} % · ${time}`;
}

function drawStage(stage: CardStage): string {
  const shares = Object.values(stage.shares);
  const percent =
    stage.state === 'running' && shares.length > 0
      ? ` ${Math.round((100 * shares.reduce((a, b) => a + b, 0)) / stage.hosts.length)}%`
      : '';
  const time =
    stage.state === 'done' && stage.ms !== undefined && stage.ms >= 1_000
      ? ` ${humanDuration(stage.ms)}`
      : '';
  const name = messages().jobs.stages[stage.name] ?? stage.name;
  return `${MARKS[stage.state]} ${name}${percent}${time}`;
}

function drawEnded(card: Card, ended: NonNullable<Card['ended']>): string[] {
  const { cards, phrases } = messages();
  const time = humanDuration(ended.ms);
  const next = phrases.next({ line: ended.next });
  if (card.status === 'succeeded') {
    const back = card.undo ? [cards.undo({ line: card.undo })] : [];
    const read = isReading(card) ? card.lines.map((line) => `> ${cut(line, CUT)}`) : [];
    return [`● ${ended.summary} · ${card.person} · ${time}`, ...read, ...card.notes, ...back, next];
  }
  const stages = card.stages.map((stage) => drawStage(stage)).join('   ');
  const cancelled = card.status === 'cancelled';
  const title = cancelled ? cards.cancelled(card) : cards.failed(card);
  const step =
    card.failing && card.status === 'failed' ? [`${card.failing.title}: ${ended.summary}`] : [ended.summary];
  // A hint that is a command to type is part of the next step already.
  const hint = ended.error && !ended.error.hint.startsWith('/') ? [ended.error.hint] : [];
  return [
    `${cancelled ? '○' : '✕'} ${title} · ${card.person} · ${time}`,
    stages,
    ...step,
    ...ended.digest.slice(-LINES).map((line) => `> ${cut(line, CUT)}`),
    ...card.notes,
    ...(cancelled ? [] : hint),
    next,
  ];
}

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
