/** Socket Mode (docs.slack.dev/apis/events-api/using-socket-mode): tickets, up to ten sockets, envelopes and their acknowledgements. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Agenda } from './agenda.ts';
import { ACKNOWLEDGE_MS, type Courier, type Outcome } from './deliveries.ts';
import { WebSocketEnd } from './websocket.ts';

const SOCKETS = 10;
/** How long a ticket waits for its socket, and a socket lives after a `disconnect`, ms; both are the fake's rule. */
const TICKET_MS = 30_000;
const LEAVING_MS = 10_000;
/** How often sockets are pinged, ms of real time. */
const PING_MS = 5_000;
/** Of RFC 6455, 7.4.1. */
const GOING_AWAY = 1001;
/** How long the end waits for clients to hang up, ms of real time. */
const GOODBYE_MS = 500;

export type Farewell = 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets';

interface Connection {
  number: number;
  end: WebSocketEnd;
  /** When it was last given something. */
  used: number;
  /** It is about to be closed and gets nothing new. */
  leaving: boolean;
  waiting: Map<string, (outcome: Outcome) => void>;
}

/**
 * Each envelope goes to the socket that has waited longest; told again, to another one where there is one. Whether it was
 * acknowledged shows after 3 s, also when its socket is gone. Acknowledgements that are late, of another socket, or of
 * nothing are not heard. With no socket an attempt fails at once.
 */
export class Sockets {
  readonly #agenda: Agenda;
  readonly #app: string;
  readonly #tickets = new Set<string>();
  readonly #connections = new Set<Connection>();
  #last = 0;
  #uses = 0;

  constructor(agenda: Agenda, app: string) {
    this.#agenda = agenda;
    this.#app = app;
  }

  /** The numbers of the open sockets, in the order in which they came; the first ever has 1. */
  get open(): number[] {
    return [...this.#connections].map(({ number }) => number);
  }

  /** The path that opens one socket, once. */
  path(): string {
    const ticket = randomUUID();
    this.#tickets.add(ticket);
    this.#agenda.after(TICKET_MS, () => this.#tickets.delete(ticket));
    return `/link/?ticket=${ticket}&app_id=${this.#app}`;
  }

  accept(request: IncomingMessage, socket: Duplex): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/link/' || !this.#tickets.delete(searchParams.get('ticket') ?? '')) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    const end = new WebSocketEnd(request, socket);
    if (this.#connections.size >= SOCKETS) {
      this.#say(end, { type: 'disconnect', reason: 'too_many_websockets' });
      end.close();
      return;
    }
    this.#last += 1;
    const connection: Connection = { number: this.#last, end, used: 0, leaving: false, waiting: new Map() };
    this.#connections.add(connection);
    const pings = setInterval(() => end.ping(), PING_MS).unref();
    end.onGone = () => {
      clearInterval(pings);
      this.#connections.delete(connection);
    };
    end.onText = (text) => hear(connection, text);
    const connection_info = { app_id: this.#app };
    this.#say(end, { type: 'hello', num_connections: this.#connections.size, connection_info });
  }

  readonly courier: Courier = (delivery, attempt, reason) => {
    const before = delivery.attempts.at(-2)?.socket;
    const free = [...this.#connections].filter(({ leaving }) => !leaving).sort((a, b) => a.used - b.used);
    const chosen = free.find(({ number }) => number !== before) ?? free[0];
    if (!chosen) return Promise.resolve({ acknowledged: false, reason: 'timeout' });
    this.#uses += 1;
    chosen.used = this.#uses;
    attempt.socket = chosen.number;
    const envelope_id = randomUUID();
    const retry = { retry_attempt: delivery.attempts.length - 1, retry_reason: reason };
    const event = delivery.type === 'events_api';
    chosen.end.send(
      JSON.stringify({
        envelope_id,
        type: delivery.type,
        payload: delivery.payload,
        accepts_response_payload: !event,
        ...(event && retry),
      }),
    );
    return new Promise((resolve) => {
      const end = (outcome: Outcome) => {
        forget();
        chosen.waiting.delete(envelope_id);
        resolve(outcome);
      };
      const forget = this.#agenda.after(ACKNOWLEDGE_MS, () =>
        end({ acknowledged: false, reason: 'timeout' }),
      );
      chosen.waiting.set(envelope_id, end);
    });
  };

  /** Tells sockets that they will be closed; after `warning` they still get what is new, for 10 s. */
  disconnect(reason: Farewell, number?: number): void {
    for (const connection of this.#which(number)) {
      connection.leaving = reason !== 'warning';
      this.#say(connection.end, { type: 'disconnect', reason });
      this.#agenda.after(LEAVING_MS, () => connection.end.close());
    }
  }

  /** Hangs up without a word. */
  drop(number?: number): void {
    for (const connection of this.#which(number)) {
      this.#connections.delete(connection);
      connection.end.destroy();
    }
  }

  /** Ends all sockets, with a word to those that listen; resolves when they are gone. */
  async close(): Promise<void> {
    const gone = this.#which().map(
      ({ end }) =>
        new Promise<void>((resolve) => {
          const { onGone } = end;
          end.onGone = () => {
            onGone();
            resolve();
          };
          end.close(GOING_AWAY);
        }),
    );
    const late = setTimeout(() => this.drop(), GOODBYE_MS);
    await Promise.all(gone);
    clearTimeout(late);
  }

  /** The socket stays open and is dead: nothing comes or goes, no pings, no pongs. */
  silence(number?: number): void {
    for (const { end } of this.#which(number)) end.silent = true;
  }

  #which(number?: number): Connection[] {
    return [...this.#connections].filter((one) => number === undefined || one.number === number);
  }

  #say(end: WebSocketEnd, message: Record<string, unknown>): void {
    const debug_info = { host: 'applink-1', build_number: 1, approximate_connection_time: 18_060 };
    end.send(JSON.stringify({ ...message, debug_info }));
  }
}

function hear({ waiting }: Connection, text: string): void {
  let message: { envelope_id?: string; payload?: unknown };
  try {
    message = JSON.parse(text);
  } catch {
    return;
  }
  waiting.get(message.envelope_id ?? '')?.({ acknowledged: true, answer: message.payload });
}
