/** One connection of the internal protocol, the same at both ends: requests with their answers, in both directions, over a WebSocket. */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import type { Allowance } from '../../allowance.ts';
import { asMusterError, MusterError } from '../../errors.ts';
import { humanSize } from '../../units.ts';
import { decode, encode, errorOf, MAX_MESSAGE, type Message } from './message.ts';

/** The most requests of the other end that may be open. */
const MOST_OPEN = 200;
/** How often the other end is asked whether it is there, ms; a third silence in a row, and the connection is given up. */
const PING_MS = 3_000;
/** Bytes that may wait to be sent before whoever says more has to wait. */
const HIGH_WATER = 1024 * 1024;
const DRAIN_MS = 20;
/** The most bytes of an error's text that travel. */
const MAX_TEXT = 10_000;

/** What a request is answered with, next to its data. */
export interface Call {
  /** Aborted when the request is taken back or the connection is lost. */
  signal: AbortSignal;
  /** The end that asks: it can be asked, too. */
  channel: Channel;
  /** Tells something on the way; resolves once there is room for more. */
  progress(data: object): Promise<void>;
}

/** What one end can be asked: the data that a command takes, and what it does with it. */
export interface Command<Input extends z.ZodType = z.ZodType> {
  input: Input;
  /** Gives the data of the result; what it throws is the error. */
  run(input: z.output<Input>, call: Call): Promise<object>;
}

// biome-ignore lint/suspicious/noExplicitAny: a table holds commands of every shape.
export type Commands = Readonly<Record<string, Command<any>>>;

/** Declares a command with the types of its input. */
export const command = <Input extends z.ZodType>(declaration: Command<Input>): Command<Input> => declaration;

interface Asked {
  settle(data: Record<string, unknown>): void;
  fail(error: MusterError): void;
  progress(data: Record<string, unknown>): void;
}

/** The fingerprints of the keys that both ends have shown. */
export interface Ends {
  ours: string;
  theirs: string;
}

export interface ChannelParts {
  socket: WebSocket;
  ends: Ends;
  commands: Commands;
  /** How much the other end may say; no limit by default. */
  allowance?: Allowance;
  /** What open requests fail with when the connection is lost. */
  lost(): MusterError;
}

export class Channel {
  readonly #parts: ChannelParts;
  readonly #socket: WebSocket;
  /** Requests of ours without a result yet. */
  readonly #asked = new Map<string, Asked>();
  /** Requests of the other end without a result yet. */
  readonly #open = new Map<string, AbortController>();
  readonly #gone = new AbortController();
  readonly #ping: NodeJS.Timeout;
  #silent = 0;

  constructor(parts: ChannelParts) {
    this.#parts = parts;
    this.#socket = parts.socket;
    // Each open request listens to it.
    setMaxListeners(0, this.#gone.signal);
    this.#socket.on('message', (data, binary) => {
      this.#silent = 0;
      this.#hear(String(data), binary);
    });
    this.#socket.on('pong', () => {
      this.#silent = 0;
    });
    // Its end follows.
    this.#socket.on('error', () => {});
    this.#socket.once('close', () => this.#end());
    this.#ping = setInterval(() => this.#beat(), PING_MS);
  }

  /** Whose keys this connection is between. */
  get ends(): Ends {
    return this.#parts.ends;
  }

  /** Aborted when the connection is lost. */
  get lost(): AbortSignal {
    return this.#gone.signal;
  }

  /**
   * Asks the other end; `data` has no `id` of its own. Rejects with the error that it answers, or with what `lost` gives. Aborting takes the request back;
   * what the other end then answers is the outcome.
   */
  request(
    name: string,
    data: object,
    {
      onProgress = () => {},
      signal,
    }: { onProgress?: (data: Record<string, unknown>) => void; signal?: AbortSignal } = {},
  ): Promise<Record<string, unknown>> {
    if (this.lost.aborted) return Promise.reject(this.#parts.lost());
    const id = randomUUID();
    const text = encode(name, { ...data, id });
    if (tooLong(text)) return Promise.reject(tooMuch());
    const cancel = () => this.#send('cancel', { id });
    return new Promise<Record<string, unknown>>((settle, fail) => {
      this.#asked.set(id, { settle, fail, progress: onProgress });
      this.#write(text);
      signal?.addEventListener('abort', cancel, { once: true });
      if (signal?.aborted) cancel();
    }).finally(() => {
      signal?.removeEventListener('abort', cancel);
      this.#asked.delete(id);
    });
  }

  /** Lets go of the connection; resolves when it is closed. */
  async close(): Promise<void> {
    if (this.lost.aborted) return;
    const closed = new Promise<void>((resolve) =>
      this.lost.addEventListener('abort', () => resolve(), { once: true }),
    );
    this.#socket.close(1000);
    const patience = setTimeout(() => this.#socket.terminate(), PING_MS);
    await closed;
    clearTimeout(patience);
  }

  /** Ends the connection at once. */
  terminate(): void {
    this.#socket.terminate();
  }

  #hear(text: string, binary: boolean): void {
    const { allowance } = this.#parts;
    let id: string | undefined;
    try {
      if (allowance && !allowance.take()) {
        this.#refuse(undefined, new MusterError('icp.limit', { limit: `${allowance.perSecond}/s` }));
        this.#socket.close(1008);
        return;
      }
      if (binary) throw new MusterError('icp.message', { problem: 'binary' });
      const message = decode(text);
      id = message.data.id;
      this.#take(message);
    } catch (thrown) {
      this.#refuse(id, asMusterError(thrown));
    }
  }

  #take({ command: name, data: { id, ...data } }: Message): void {
    if (id === undefined) {
      // It could not be told which request an error belongs to.
      if (name === 'error') return;
      throw new MusterError('icp.message', { problem: 'data.id' });
    }
    if (name === 'cancel') this.#open.get(id)?.abort();
    else if (name === 'progress') this.#asked.get(id)?.progress(data);
    else if (name === 'result') this.#asked.get(id)?.settle(data);
    else if (name === 'error') this.#asked.get(id)?.fail(errorOf(data));
    else void this.#answer(name, id, data);
  }

  /** Answers a request with its result or its error, exactly once. */
  async #answer(name: string, id: string, data: Record<string, unknown>): Promise<void> {
    const { commands } = this.#parts;
    const asked = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!asked) return this.#refuse(id, new MusterError('icp.command', { command: name }));
    if (this.#open.has(id)) return this.#refuse(id, new MusterError('icp.message', { problem: 'data.id' }));
    if (this.#open.size >= MOST_OPEN)
      return this.#refuse(id, new MusterError('icp.limit', { limit: `${MOST_OPEN}` }));
    const input = asked.input.safeParse(data);
    if (!input.success) {
      const problem = input.error.issues
        .map(({ path }: z.core.$ZodIssue) => ['data', ...path].join('.'))
        .join(', ');
      return this.#refuse(id, new MusterError('icp.message', { problem: problem.slice(0, 200) }));
    }
    const abort = new AbortController();
    this.#open.set(id, abort);
    try {
      const progress = (told: object) => this.#say('progress', { ...told, id });
      const result = await asked.run(input.data, { signal: abort.signal, channel: this, progress });
      if (tooLong(encode('result', { ...result, id }))) throw tooMuch();
      await this.#say('result', { ...result, id });
    } catch (thrown) {
      this.#refuse(id, asMusterError(thrown));
    } finally {
      this.#open.delete(id);
    }
  }

  #refuse(id: string | undefined, error: MusterError): void {
    const { summary, lines, ...rest } = error.toJSON();
    this.#send('error', {
      ...rest,
      id,
      summary: summary.slice(0, MAX_TEXT),
      lines: lines.slice(-20).map((line) => line.slice(0, MAX_TEXT)),
    });
  }

  #send(name: string, data: object): void {
    this.#write(encode(name, data));
  }

  #write(text: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(text);
  }

  /** Sends, and waits until there is room for more. */
  async #say(name: string, data: object): Promise<void> {
    this.#send(name, data);
    while (this.#socket.bufferedAmount > HIGH_WATER && !this.lost.aborted)
      await new Promise((resolve) => setTimeout(resolve, DRAIN_MS));
  }

  #beat(): void {
    this.#silent += 1;
    if (this.#silent > 2) this.#socket.terminate();
    else if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #end(): void {
    clearInterval(this.#ping);
    this.#gone.abort();
    for (const { fail } of this.#asked.values()) fail(this.#parts.lost());
    for (const abort of this.#open.values()) abort.abort();
  }
}

const tooLong = (text: string): boolean => Buffer.byteLength(text) > MAX_MESSAGE;
const tooMuch = (): MusterError => new MusterError('icp.limit', { limit: humanSize(MAX_MESSAGE) });
