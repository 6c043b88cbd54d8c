/** What the fake refuses with; the codes stand in the list of errors of each method (docs.slack.dev/reference/methods). */

/** A call that is answered with HTTP 200 and `ok: false`. */
export class Refusal extends Error {
  readonly code: string;
  /** What is wrong, for `response_metadata`. */
  readonly details: string[];
  constructor(code: string, ...details: string[]) {
    super(code);
    this.code = code;
    this.details = details;
  }
}

/** A call that is answered with HTTP 429. */
export class Flooded extends Error {
  /** Seconds. */
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super('ratelimited');
    this.retryAfter = retryAfter;
  }
}
