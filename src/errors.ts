/**
 * Errors with a code of the catalogue (`messages/`): a summary for people and a hint at the next thing to do.
 * Code branches on `code`, never on text. Facts go to `details`, which the log gets and the chat does not.
 */
import type { Facts } from './messages/facts.ts';
import { type Messages, messages } from './messages/messages.ts';

/** Every error Muster raises on purpose. */
export type ErrorCode = keyof Messages['errors'];

/** An error with a code of the catalogue, facts for the log, and the last lines of output where there were any. */
export class MusterError extends Error {
  readonly code: ErrorCode;
  readonly facts: Facts;
  /** The last lines of the failing program's output, oldest first. */
  readonly lines: readonly string[];

  constructor(
    code: ErrorCode,
    facts: Facts = {},
    options: { cause?: unknown; lines?: readonly string[] } = {},
  ) {
    super(messages().errors[code].summary(facts), { cause: options.cause });
    this.name = 'MusterError';
    this.code = code;
    this.facts = facts;
    this.lines = options.lines ?? [];
  }

  /** What to do next, a sentence or a command. */
  get hint(): string {
    return messages().errors[this.code].hint(this.facts);
  }

  /** Plain data that travels through a job and comes back with `MusterError.from`. */
  toJSON(): ErrorData {
    return {
      code: this.code,
      facts: this.facts,
      lines: [...this.lines],
      summary: this.message,
      hint: this.hint,
    };
  }

  /** An error again, out of `toJSON`'s data. */
  static from(data: ErrorData): MusterError {
    return new MusterError(data.code, data.facts, { lines: data.lines });
  }
}

/** A `MusterError` as plain data. */
export interface ErrorData {
  code: ErrorCode;
  facts: Facts;
  lines: string[];
  summary: string;
  hint: string;
}

/** Any thrown thing as a `MusterError`; what is not one becomes `internal` with its cause kept. */
export function asMusterError(thrown: unknown): MusterError {
  if (thrown instanceof MusterError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new MusterError('internal', { message }, { cause: thrown });
}
