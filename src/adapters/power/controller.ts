/** A Redfish controller that is asked with curl on a host that reaches it: what it answers, or a clear error. */
import type { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Secret } from '../../secret.ts';
import { printable, type Shell } from '../../shell.ts';
import { type Answered, type Asked, CURL, curlConfig, curlFailure, parseAnswer } from './curl.ts';
import { Refusal } from './redfish-words.ts';

/** How long curl itself may take, ms: it gives up before. */
const CURL_MS = 40_000;
/** Longer than what curl may read. */
const KEEP = 2_097_152;
/** Every code but those of a shell. */
const CODES = Array.from({ length: 100 }, (_, code) => code);

export interface ControllerPlace {
  machine: string;
  /** `https://10.0.0.5`. */
  address: string;
  user: string;
  password: Secret;
  /** The fingerprint of its certificate's key, `SHA256:…`. */
  certificate?: string;
}

export class RedfishController {
  readonly #shell: Shell;
  readonly #place: ControllerPlace;
  readonly #signal: AbortSignal | undefined;

  constructor(shell: Shell, place: ControllerPlace, signal?: AbortSignal) {
    this.#shell = shell;
    this.#place = place;
    this.#signal = signal;
  }

  /** What is at a path, in a shape. Rejects with `power.…`. */
  async get<T>(path: string, shape: z.ZodType<T>): Promise<{ data: T; answer: Answered }> {
    const answer = await this.ask('GET', path);
    this.demand(answer, [200, 202]);
    return { data: this.read(answer, shape), answer };
  }

  /** The head and the body, whatever the status is. Rejects with `power.unreachable`, `power.certificate`, `power.credentials` or `power.privilege`. */
  async ask(
    method: Asked['method'],
    path: string,
    more: Pick<Asked, 'headers'> & { data?: unknown } = {},
  ): Promise<Answered> {
    const { address, user, password, certificate } = this.#place;
    const stdin = curlConfig({
      method,
      url: `${new URL(address).origin}${path}`,
      user,
      password: password.reveal(),
      headers: more.headers,
      body: more.data === undefined ? undefined : JSON.stringify(more.data),
      pin: certificate && `${certificate.slice('SHA256:'.length)}=`,
    });
    const env = { LC_ALL: 'C' };
    const { code, stdout, stderr } = await this.#shell.run(CURL, {
      ...{ stdin, env, timeout: CURL_MS, keep: KEEP, accept: CODES, signal: this.#signal },
    });
    if (code !== 0) throw this.#failed(code, stderr);
    const answer = parseAnswer(stdout);
    if (!answer) throw this.#unreadable();
    if (answer.status === 401) throw new MusterError('power.credentials', this.#facts);
    if (answer.status === 403) throw new MusterError('power.privilege', this.#facts);
    return answer;
  }

  /** Rejects with what the controller said where the status is none of these. */
  demand(answer: Answered, statuses: readonly number[]): void {
    if (statuses.includes(answer.status)) return;
    const { reasons } = messages().power;
    if (answer.status >= 300 && answer.status < 400) throw this.refused(reasons.redirect);
    const said = Refusal.safeParse(json(answer.body)).data?.error;
    const info = said?.['@Message.ExtendedInfo']?.find(({ Message }) => Message)?.Message;
    const words = printable(info ?? said?.message ?? '').slice(0, 200);
    throw this.refused(reasons.status({ status: answer.status, words }));
  }

  read<T>(answer: Answered, shape: z.ZodType<T>): T {
    const { data } = shape.safeParse(json(answer.body));
    if (data === undefined) throw this.#unreadable();
    return data;
  }

  refused(message: string): MusterError {
    return new MusterError('power.refused', { ...this.#facts, message });
  }

  /** The path of a place on this controller that it named by a URL; undefined where that is elsewhere. */
  pathOf(location: string): string | undefined {
    const base = new URL(this.#place.address);
    const url = URL.canParse(location, base.href) ? new URL(location, base.href) : undefined;
    return url?.origin === base.origin ? `${url.pathname}${url.search}` : undefined;
  }

  get #facts() {
    const { machine, address } = this.#place;
    return { machine, address };
  }

  #unreadable(): MusterError {
    return new MusterError('power.unreadable', this.#facts);
  }

  #failed(code: number, stderr: string): MusterError {
    const { reasons } = messages().power;
    const failure = curlFailure(code);
    if (failure === 'authority' || failure === 'pin')
      return new MusterError('power.certificate', { ...this.#facts, pinned: failure === 'pin' });
    const said: Record<Exclude<typeof failure, 'authority' | 'pin'>, string> = {
      address: reasons.noAddress,
      refused: reasons.closed,
      silent: reasons.silent,
      tls: reasons.tls,
      broken: reasons.broken,
    };
    const message = said[failure];
    return new MusterError(
      'power.unreachable',
      { ...this.#facts, message },
      { lines: stderr.split('\n').filter(Boolean) },
    );
  }
}

/** JSON, or undefined. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
