/** What is to be said in a chat: a message of its own, or the newest state of one that is edited. */
import type { RunStatus } from '../../events.ts';
import type { Button, Place } from '../platform.ts';
import type { Attachment } from './attachment.ts';

/** What goes first where a chat's budget is short; the first is the most urgent. */
export const URGENCIES = ['approval', 'failure', 'final', 'reply', 'progress'] as const;
export type Urgency = (typeof URGENCIES)[number];

export interface Mail {
  /** The same id is the same message: what waits is replaced by what is newer, what was posted is edited. */
  id: string;
  place: Place;
  lines: string[];
  buttons?: readonly Button[];
  urgency: Urgency;
  /** Whether it will not change any more. */
  final: boolean;
  /** The run it shows: what is said in reply to it may be about that. */
  about?: string;
  /** How that run ended, once it has. */
  ended?: RunStatus;
  /** It is said in place of a message that was refused: nothing less is left. */
  instead?: boolean;
  /** A file that goes with it. Such a message is said once, and never edited. */
  file?: Attachment;
}

/** Takes mail over: once `put` resolves, it will be said, or replaced by something newer. */
export interface Mailbox {
  put(mail: Mail): Promise<void>;
  /** Whether it takes files; otherwise they are left out. */
  readonly files?: boolean;
}
