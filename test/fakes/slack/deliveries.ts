/** What Slack tells the app, until it is acknowledged (docs.slack.dev/apis/events-api, retries). */
import type { Agenda } from './agenda.ts';

/** How long the app has to acknowledge, ms. */
export const ACKNOWLEDGE_MS = 3_000;
/** How long after a failure an event is told again, ms: «nearly immediately», a minute, five minutes. */
const AGAIN_MS = [0, 60_000, 300_000];

/** One attempt to tell something. */
export interface Attempt {
  /** By the fake's clock. */
  at: number;
  /** When its outcome was known, by the fake's clock. */
  ended?: number;
  /** The socket it went to; neither this nor `status` where there was nobody to tell. */
  socket?: number;
  /** The HTTP status it was answered with. */
  status?: number;
  /** `acknowledged`, or why not; undefined while nobody knows. */
  outcome?: string;
}

export interface Delivery {
  type: 'events_api' | 'slash_commands' | 'interactive';
  payload: Record<string, unknown>;
  state: 'pending' | 'acknowledged' | 'failed';
  attempts: Attempt[];
  /** What came with the acknowledgement. */
  answer?: unknown;
}

export interface Outcome {
  acknowledged: boolean;
  answer?: unknown;
  /** Why it is told again: `timeout`, `http_timeout`, `http_error`, `connection_failed`. */
  reason?: string;
  /** The app wants no more of it. */
  last?: boolean;
}

/** Brings one attempt to the app; fills in where it went. */
export type Courier = (delivery: Delivery, attempt: Attempt, reason: string) => Promise<Outcome>;

/** Events are told four times at most, in one order; commands and presses once, and people see that they failed. */
export class Deliveries {
  /** All there were, oldest first. */
  readonly all: Delivery[] = [];
  readonly #agenda: Agenda;
  readonly #courier: Courier;
  #held: Delivery[] | undefined;

  constructor(agenda: Agenda, courier: Courier) {
    this.#agenda = agenda;
    this.#courier = courier;
  }

  add(type: Delivery['type'], payload: Record<string, unknown>): Delivery {
    const delivery: Delivery = { type, payload, state: 'pending', attempts: [] };
    this.all.push(delivery);
    if (this.#held) this.#held.push(delivery);
    else this.#attempt(delivery, '');
    return delivery;
  }

  /** Tells something once more, also what was acknowledged. */
  repeat(delivery: Delivery): void {
    this.#attempt(delivery, 'timeout');
  }

  /** Nothing new is told until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const delivery of held) this.#attempt(delivery, '');
  }

  /** Puts what is held back in this order, before the rest. */
  reorder(first: Delivery[]): void {
    const held = this.#held ?? [];
    for (const one of first) if (!held.includes(one)) throw new Error('this is not held back');
    this.#held = [...first, ...held.filter((one) => !first.includes(one))];
  }

  /** Never tells what is held back. */
  forget(delivery: Delivery): void {
    this.#held = this.#held?.filter((one) => one !== delivery);
  }

  #attempt(delivery: Delivery, reason: string): void {
    const attempt: Attempt = { at: this.#agenda.clock.now() };
    delivery.attempts.push(attempt);
    this.#courier(delivery, attempt, reason).then((outcome) => this.#conclude(delivery, attempt, outcome));
  }

  #conclude(
    delivery: Delivery,
    attempt: Attempt,
    { acknowledged, answer, reason = 'timeout', last }: Outcome,
  ): void {
    attempt.ended = this.#agenda.clock.now();
    attempt.outcome = acknowledged ? 'acknowledged' : reason;
    if (delivery.state === 'acknowledged') return;
    if (acknowledged) {
      delivery.state = 'acknowledged';
      delivery.answer = answer;
      return;
    }
    const wait = AGAIN_MS[delivery.attempts.length - 1];
    if (delivery.type !== 'events_api' || wait === undefined || last) {
      delivery.state = 'failed';
      return;
    }
    this.#agenda.after(wait, () => {
      if (delivery.state === 'pending') this.#attempt(delivery, reason);
    });
  }
}
