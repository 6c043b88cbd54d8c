/** HTTP mode: signed requests to the app (docs.slack.dev/authentication/verifying-requests-from-slack and /apis/events-api). */
import { createHmac, randomUUID } from 'node:crypto';
import type { Agenda } from './agenda.ts';
import { ACKNOWLEDGE_MS, type Courier, type Delivery } from './deliveries.ts';

/** How a request differs from an honest one. */
export interface Forgery {
  /** Signs with this secret. */
  secret?: string;
  /** Says that it was signed so many ms ago; receivers refuse what is older than five minutes. */
  age?: number;
  /** Leaves the signature out. */
  unsigned?: boolean;
}

export class Webhook {
  /** Where the app is; undefined in Socket Mode. */
  url: string | undefined;
  readonly secret: string;
  readonly #agenda: Agenda;
  readonly #closing = new AbortController();

  constructor(agenda: Agenda, secret: string) {
    this.#agenda = agenda;
    this.secret = secret;
  }

  /** Takes an address once it has answered the challenge; otherwise rejects, as the page where it is entered does. */
  async subscribe(url: string): Promise<void> {
    const challenge = randomUUID();
    const body = JSON.stringify({ token: 'legacy', challenge, type: 'url_verification' });
    const response = await this.#send(url, body, 'application/json', {}, {});
    const answer = await response.text();
    if (!response.ok || !answer.includes(challenge)) {
      throw new Error("Your URL didn't respond with the value of the challenge parameter");
    }
    this.url = url;
  }

  readonly courier: Courier = async (delivery, attempt, reason) => {
    const cut = new AbortController();
    const forget = this.#agenda.after(ACKNOWLEDGE_MS, () => cut.abort());
    const number = delivery.attempts.length - 1;
    const headers: Record<string, string> =
      number === 0 || delivery.type !== 'events_api'
        ? {}
        : { 'x-slack-retry-num': `${number}`, 'x-slack-retry-reason': reason };
    try {
      const response = await this.#send(
        String(this.url),
        ...bodyOf(delivery),
        headers,
        {},
        AbortSignal.any([cut.signal, this.#closing.signal]),
      );
      attempt.status = response.status;
      const answer = await response.text();
      if (response.ok) return { acknowledged: true, answer };
      return { acknowledged: false, reason: 'http_error', last: response.headers.has('x-slack-no-retry') };
    } catch {
      return { acknowledged: false, reason: cut.signal.aborted ? 'http_timeout' : 'connection_failed' };
    } finally {
      forget();
    }
  };

  /** Posts something as somebody else would; gives the HTTP status. */
  async forge(delivery: Delivery, forgery: Forgery): Promise<number> {
    const response = await this.#send(String(this.url), ...bodyOf(delivery), {}, forgery);
    await response.text();
    return response.status;
  }

  /** Hangs up on the app. */
  close(): void {
    this.#closing.abort();
  }

  /** The time stamp is of the real clock, for receivers compare it with theirs. */
  #send(
    url: string,
    body: string,
    type: string,
    headers: Record<string, string>,
    { secret = this.secret, age = 0, unsigned = false }: Forgery,
    signal?: AbortSignal,
  ): Promise<Response> {
    const timestamp = String(Math.floor((Date.now() - age) / 1000));
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
    const signed = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature };
    return fetch(url, {
      method: 'POST',
      headers: { 'content-type': type, ...(!unsigned && signed), ...headers },
      body,
      redirect: 'error',
      signal,
    });
  }
}

/** Events are JSON, commands a form, presses JSON in a form. */
function bodyOf({ type, payload }: Delivery): [body: string, contentType: string] {
  if (type === 'events_api') return [JSON.stringify(payload), 'application/json'];
  const form =
    type === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>);
  return [new URLSearchParams(form).toString(), 'application/x-www-form-urlencoded'];
}
