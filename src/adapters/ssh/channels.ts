/** Sessions over one connection: no more at once than a server's default MaxSessions of ten, some of them kept for ending programs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Connection } from './connection.ts';

const PROGRAMS = 8;
const URGENT = 2;
const RETRY_MS = 100;
const TRIES = 20;

export interface Session {
  channel: ClientChannel;
  /** Aborted, with a `MusterError` as its reason, when the connection ends. */
  lost: AbortSignal;
}

export class Channels {
  readonly #connection: Connection;
  readonly #spare: Connection;
  readonly #slots = { program: new Slots(PROGRAMS), urgent: new Slots(URGENT) };
  #busy = 0;

  /** `spare` is only opened where the server's sessions on `connection` are used up and something has to be ended. */
  constructor(connection: Connection, spare: Connection) {
    this.#connection = connection;
    this.#spare = spare;
  }

  /**
   * Runs `use` with a session in which `command` was started. Waits for its turn, as long as `stop` is not aborted;
   * then rejects with its reason.
   */
  async session<T>(
    command: string,
    { urgent, stop }: { urgent: boolean; stop: AbortSignal },
    use: (session: Session) => Promise<T>,
  ): Promise<T> {
    const release = await this.#slots[urgent ? 'urgent' : 'program'].take(stop);
    this.#busy += 1;
    try {
      const session = await unless(stop, this.#start(command, urgent, stop), ({ channel }) =>
        channel.close(),
      );
      try {
        return await use(session);
      } finally {
        session.channel.close();
      }
    } finally {
      this.#busy -= 1;
      release();
    }
  }

  async #start(command: string, urgent: boolean, stop: AbortSignal): Promise<Session> {
    let connection = this.#connection;
    for (let alone = 0; ; ) {
      stop.throwIfAborted();
      const { client, lost } = await connection.open();
      const started = new Promise<ClientChannel>((resolve, reject) => {
        client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)));
      });
      try {
        return { channel: await unless(lost, started, (late) => late.close()), lost };
      } catch (error) {
        if (lost.aborted) throw lost.reason;
        // A server with a smaller MaxSessions refuses. Others wait until one of ours has ended, which it may notice late.
        alone = this.#busy > 1 ? 0 : alone + 1;
        if (alone > TRIES || (urgent && connection === this.#spare)) {
          const message = messages().reasons.ssh.noSession({ why: (error as Error).message });
          throw new MusterError('host.unreachable', { ...connection.facts, message }, { cause: error });
        }
        if (urgent) connection = this.#spare;
        else await sleep(RETRY_MS);
      }
    }
  }
}

/** The promise, or the signal's reason as soon as it is aborted; what comes too late is disposed of. */
export async function unless<T>(
  signal: AbortSignal,
  promise: Promise<T>,
  dispose: (late: T) => void = () => {},
): Promise<T> {
  let abort: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      promise.then(dispose, () => {});
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** First come, first served. */
class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take(stop: AbortSignal): Promise<() => void> {
    stop.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await unless(stop, new Promise<void>((resolve) => this.#waiting.push(resolve)), () => this.#give());
    let given = false;
    return () => {
      if (!given) this.#give();
      given = true;
    };
  }

  #give(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
