/** Sessions over one connection: no more at once than a server's default MaxSessions of ten, some of them kept for ending programs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { MusterError } from '../../errors.ts';
import type { Connection } from './connection.ts';

const PROGRAMS = 8;
const URGENT = 2;
const RETRY_MS = 100;

export interface Session {
  channel: ClientChannel;
  /** Aborted, with a `MusterError` as its reason, when the connection ends. */
  lost: AbortSignal;
}

export class Channels {
  readonly #connection: Connection;
  readonly #slots = { program: new Slots(PROGRAMS), urgent: new Slots(URGENT) };
  #open = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
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
    try {
      const session = await unless(stop, this.#start(command, stop), ({ channel }) => channel.close());
      this.#open += 1;
      try {
        return await use(session);
      } finally {
        this.#open -= 1;
        session.channel.close();
      }
    } finally {
      release();
    }
  }

  async #start(command: string, stop: AbortSignal): Promise<Session> {
    for (;;) {
      stop.throwIfAborted();
      const { client, lost } = await this.#connection.open();
      const started = new Promise<ClientChannel>((resolve, reject) => {
        client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)));
      });
      try {
        return { channel: await unless(lost, started, (late) => late.close()), lost };
      } catch (error) {
        if (lost.aborted) throw lost.reason;
        // A server with a smaller MaxSessions refuses: wait until one of ours ends.
        if (this.#open === 0) {
          const message = `it opens no session: ${(error as Error).message}`;
          throw new MusterError('host.unreachable', { ...this.#connection.facts, message }, { cause: error });
        }
        await sleep(RETRY_MS);
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
