/** What the fake refuses with; texts as of github.com/tdlib/telegram-bot-api and what its users report. */

/** Of core.telegram.org/bots/api#responseparameters. */
export interface Hints {
  /** Seconds. */
  retry_after?: number;
  migrate_to_chat_id?: number;
}

/** A call that is answered with `ok: false`. */
export class Refusal extends Error {
  readonly code: number;
  readonly hints: Hints | undefined;
  constructor(code: number, description: string, hints?: Hints) {
    super(description);
    this.code = code;
    this.hints = hints;
  }
}

export const bad = (why: string, hints?: Hints): Refusal => new Refusal(400, `Bad Request: ${why}`, hints);
export const forbidden = (why: string): Refusal => new Refusal(403, `Forbidden: ${why}`);
export const conflict = (why: string): Refusal => new Refusal(409, `Conflict: ${why}`);
/** What does not parse as HTML or MarkdownV2. */
export const unparsable = (why: string): Refusal => bad(`can't parse entities: ${why}`);
