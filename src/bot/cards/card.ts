/** A run as one message: its events are folded into this state, which `draw.ts` draws. Both are pure; platforms only deliver. */
import type { ErrorData } from '../../errors.ts';
import { isFinal, type RunEvent, type RunStatus, type StageOutline } from '../../events.ts';
import { messages } from '../../messages/messages.ts';

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
  keep?: string;
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
      keep: event.keep,
    };
  }
  if (!card) return fold(undefined, { ...nobody(), run: event.run, at: event.at });
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
      // It has started again.
      const notes =
        event.state === 'running'
          ? card.notes.filter((note) => note !== messages().jobs.notes.cutOff(event))
          : card.notes;
      return withStage({ ...card, failing, notes }, event.stage, (stage) =>
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

const nobody = () => ({
  type: 'accepted' as const,
  command: '',
  title: messages().phrases.aJob,
  scope: '',
  by: { person: messages().phrases.somebody, platform: '', chat: '' },
  stages: [],
});

function enter(stage: CardStage, state: StageState, at: number): CardStage {
  if (state === 'running') return stage.state === 'waiting' ? { ...stage, state, began: at } : stage;
  const ms = state === 'done' || state === 'failed' ? at - (stage.began ?? at) : stage.ms;
  return { ...stage, state, ms };
}

function withStage(card: Card, index: number, change: (stage: CardStage) => CardStage): Card {
  return { ...card, stages: card.stages.map((stage, at) => (at === index ? change(stage) : stage)) };
}

/** Whether nothing more will happen to it. */
export const isOver = (card: Card): boolean => isFinal(card.status);

/** Whether the run's output is what was asked for (a log, a diff), not a sign of life. */
export const isReading = (card: Card): boolean =>
  card.stages.length === 1 && ['logs', 'diff', 'list'].includes(`${card.stages[0]?.name}`);
