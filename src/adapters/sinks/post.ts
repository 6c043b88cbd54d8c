/** One POST to whoever takes logs over HTTP; connections are kept. */
import { type IncomingMessage, Agent as PlainAgent, request as plain } from 'node:http';
import { Agent, request } from 'node:https';
import { messages } from '../../messages/messages.ts';
import { failed } from './sink.ts';

export interface Answered {
  status: number;
  text: string;
}

/** How long an answer may take, ms, and how much of one is read, bytes. */
const WITHIN_MS = 30_000;
const MOST = 16 * 1024 * 1024;

export class Poster {
  readonly #url: URL;
  readonly #agent: PlainAgent;
  readonly #headers: Record<string, string>;

  /** `ca` holds certificates (PEM) that are trusted instead of the system's. */
  constructor(parts: { url: string; headers: Record<string, string>; ca?: string }) {
    this.#url = new URL(parts.url);
    this.#headers = parts.headers;
    const options = { keepAlive: true, maxSockets: 2 };
    this.#agent =
      this.#url.protocol === 'https:' ? new Agent({ ...options, ca: parts.ca }) : new PlainAgent(options);
  }

  /** The answer, whatever its status; rejects with `sink.failed` where there is none in time. */
  async post(body: string, signal: AbortSignal): Promise<Answered> {
    const both = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
    try {
      return await new Promise((resolve, reject) => {
        const ask = this.#url.protocol === 'https:' ? request : plain;
        const bytes = Buffer.from(body);
        const headers = { ...this.#headers, 'Content-Length': bytes.length };
        const asked = ask(
          this.#url,
          { method: 'POST', agent: this.#agent, headers, signal: both },
          (answer) =>
            textOf(answer).then((text) => resolve({ status: answer.statusCode ?? 0, text }), reject),
        );
        asked.once('error', reject);
        asked.end(bytes);
      });
    } catch (error) {
      signal.throwIfAborted();
      const { code, message } = error as NodeJS.ErrnoException;
      throw failed(both.aborted ? messages().reasons.noAnswer : (code ?? message), error);
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** What says that the messages themselves are refused: they cannot be understood, or are too much for one request. */
const NEVER = [400, 413, 422];

/**
 * Whether a status says that the same may be taken later: too much, not allowed yet, trouble of its own, or the wrong address (which
 * somebody will set right: nothing is to be lost until then).
 */
export const mayBeLater = (status: number): boolean => !NEVER.includes(status);

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += (chunk as Buffer).length;
    if (size > MOST) throw new Error('EMSGSIZE');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
