/** A run as one message: events are folded into a state, the state is drawn. Both are pure; platforms only deliver. */
import type { ErrorData } from '../errors.ts';
import { isFinal, type RunEvent, type RunStatus, type StageOutline } from '../events.ts';
import { humanDuration } from '../units.ts';

export type StageState = 'waiting' | 'running' | 'done' | 'failed' | 'undoing' | 'undone';

/** A stage as the card shows it; `began` is ms since the epoch, `ms` how long it took. */
export interface CardStage extends StageOutline {
  state: StageState;
  began?: number;
  ms?: number;
  /** Shares done of its running steps, by host. */
  shares: Record<string, number>;
}

export interface Card {
  run: string;
  title: string;
  person: string;
  status: RunStatus;
  stages: CardStage[];
  began?: number;
  /** The last lines of output, oldest first. */
  lines: string[];
  notes: string[];
  blocked?: { lock: string; holder: string; holderTitle: string; since: string };
  cancelling?: string;
  /** The step that failed, with its host. */
  failing?: { title: string; host: string };
  undo?: string;
  ended?: { summary: string; next: string; error?: ErrorData; digest: string[]; ms: number };
}

const NOTES = 4;
const LINES = 20;

/** The card after an event. */
export function fold(card: Card | undefined, event: RunEvent): Card {
  if (event.type === 'accepted') {
    const stages = event.stages.map((stage) => ({ ...stage, state: 'waiting' as const, shares: {} }));
    return {
      run: event.run,
      title: event.title,
      person: event.by.person,
      status: 'waiting',
      stages,
      lines: [],
      notes: [],
      undo: event.undo,
    };
  }
  if (!card) return fold(undefined, { ...NOBODY, run: event.run, at: event.at });
  const at = Date.parse(event.at);
  switch (event.type) {
    case 'blocked': {
      const { lock, holder, holderTitle, since } = event;
      return { ...card, blocked: { lock, holder, holderTitle, since } };
    }
    case 'started':
      return { ...card, status: 'running', began: at, blocked: undefined };
    case 'stage':
      return withStage(card, event.stage, (stage) => enter(stage, event.state, at));
    case 'step': {
      const failing =
        event.state === 'failed' && !event.undo ? { title: event.title, host: event.host } : card.failing;
      return withStage({ ...card, failing }, event.stage, (stage) =>
        event.state === 'running' && !event.undo ? enter(stage, 'running', at) : stage,
      );
    }
    case 'progress':
      return withStage(card, event.stage, (stage) => ({
        ...stage,
        shares: { ...stage.shares, [event.host]: event.share },
      }));
    case 'lines':
      return {
        ...card,
        lines: [...card.lines, ...event.lines.filter((line) => line.trim() !== '')].slice(-LINES),
      };
    case 'note':
      return {
        ...card,
        notes: [...card.notes.filter((note) => note !== event.text), event.text].slice(-NOTES),
      };
    case 'cancelling':
      return { ...card, cancelling: event.by };
    case 'ended': {
      const { status, summary, next, error, ms } = event;
      return { ...card, status, ended: { summary, next, error, digest: event.digest ?? [], ms } };
    }
  }
}

const NOBODY = {
  type: 'accepted' as const,
  command: '',
  title: 'a job',
  scope: '',
  by: { person: 'somebody', platform: '', chat: '' },
  stages: [],
};

function enter(stage: CardStage, state: StageState, at: number): CardStage {
  if (state === 'running') return stage.state === 'waiting' ? { ...stage, state, began: at } : stage;
  const ms = state === 'done' || state === 'failed' ? at - (stage.began ?? at) : stage.ms;
  return { ...stage, state, ms };
}

function withStage(card: Card, index: number, change: (stage: CardStage) => CardStage): Card {
  return { ...card, stages: card.stages.map((stage, at) => (at === index ? change(stage) : stage)) };
}

const MARKS: Record<StageState, string> = {
  waiting: '○',
  running: '◐',
  done: '●',
  failed: '✕',
  undoing: '↺',
  undone: '↺',
};
const LINES_OF_DIGEST = 20;

/** Whether the run's output is what was asked for (its log), not a sign of life. */
export const isReading = (card: Card): boolean => card.stages.length === 1 && card.stages[0]?.name === 'logs';

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
  const stages = card.stages.map((stage) => drawStage(stage)).join('   ');
  if (card.status === 'waiting' && card.blocked) {
    const { lock, holder, holderTitle, since } = card.blocked;
    const held = humanDuration(Math.max(0, now - Date.parse(since)));
    return [
      `○ ${card.title} · ${card.person} · waits for ${lock}`,
      `${holder} (${holderTitle}) holds it since ${held} ago`,
      `/job ${holder}  /cancel ${card.run}`,
    ];
  }
  const { share, left } = estimate(card, now);
  const elapsed = humanDuration(now - (card.began ?? now));
  const time = left === undefined ? elapsed : `${elapsed}, about ${humanDuration(left)} left`;
  const percent = `${Math.round(share * 100)} %`;
  return [
    `◐ ${card.title} · ${card.person} · ${percent} · ${time}`,
    stages,
    ...card.notes,
    ...card.lines.slice(isReading(card) ? -LINES : -1).map((line) => `> ${cut(line, 160)}`),
    card.cancelling ? `cancelling for ${card.cancelling} …` : `/cancel ${card.run}  /logs ${card.run}`,
  ];
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
  return `${MARKS[stage.state]} ${stage.name}${percent}${time}`;
}

function drawEnded(card: Card, ended: NonNullable<Card['ended']>): string[] {
  const time = humanDuration(ended.ms);
  if (card.status === 'succeeded') {
    const back = card.undo ? [`Undo: ${card.undo}`] : [];
    const read = isReading(card) ? card.lines.map((line) => `> ${cut(line, 200)}`) : [];
    return [
      `● ${ended.summary} · ${card.person} · ${time}`,
      ...read,
      ...card.notes,
      ...back,
      `Next: ${ended.next}`,
    ];
  }
  const stages = card.stages.map((stage) => drawStage(stage)).join('   ');
  const mark = card.status === 'cancelled' ? '○' : '✕';
  const word = card.status === 'cancelled' ? 'cancelled' : 'failed';
  const step =
    card.failing && card.status === 'failed' ? [`${card.failing.title}: ${ended.summary}`] : [ended.summary];
  // A hint that is a command to type is part of the next step already.
  const hint = ended.error && !ended.error.hint.startsWith('/') ? [ended.error.hint] : [];
  return [
    `${mark} ${card.title} ${word} · ${card.person} · ${time}`,
    stages,
    ...step,
    ...ended.digest.slice(-LINES_OF_DIGEST).map((line) => `> ${cut(line, 200)}`),
    ...(card.status === 'cancelled' ? [] : hint),
    `Next: ${ended.next}`,
  ];
}

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

/** Whether nothing more will happen to it. */
export const isOver = (card: Card): boolean => isFinal(card.status);
