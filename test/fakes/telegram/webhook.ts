/**
 * Updates that Telegram brings itself (core.telegram.org/bots/api#setwebhook; rules as `WebhookActor` and
 * `Client::process_set_webhook_query` of tdlib/telegram-bot-api have them): in order within a chat, chats side by side,
 * again until it is answered with 2xx. Limit: no certificates, and no method in an answer.
 */
import type { Update } from 'grammy/types';
import type { Clock } from './budget.ts';
import type { Params } from './params.ts';
import { bad, Refusal } from './refusal.ts';
import type { Entry, Updates } from './updates.ts';

/** A first failure is tried again at once, the next ones after twice as long each: from a second on the real server, here shorter. */
const AGAIN_MS = 20;
const LONGEST_MS = 1_000;
/** How long an answer may take, ms. */
const ANSWER_MS = 60_000;
const PORTS = ['', '443', '80', '88', '8443'];

interface Hook {
  url: string;
  secret: string;
  connections: number;
}

export class Webhook {
  readonly #updates: Updates;
  readonly #clock: Clock;
  /** A local Bot API server takes plain http and any port. */
  readonly local: boolean;
  #hook: Hook = { url: '', secret: '', connections: 0 };
  #error: { at: number; message: string } | undefined;
  #setAt = Number.NEGATIVE_INFINITY;
  #stop = new AbortController();
  readonly #busy = new Set<string>();
  readonly #failures = new Map<Entry, number>();
  readonly #routes = new Map<string, string>();
  #lost = 0;

  constructor(updates: Updates, clock: Clock, local: boolean) {
    this.#updates = updates;
    this.#clock = clock;
    this.local = local;
    updates.onNews = () => this.#deliver();
  }

  get url(): string {
    return this.#hook.url;
  }

  /** Where requests to an https address come out: what ends TLS there passes them on. */
  route(from: string, to: string): void {
    this.#routes.set(new URL(from).origin, to);
  }

  /** The next answers get lost on their way. */
  lose(answers: number): void {
    this.#lost = answers;
  }

  set(params: Params): true {
    const now = this.#clock.now();
    if (now < this.#setAt + 1_000)
      throw new Refusal(429, 'Too Many Requests: retry after 1', { retry_after: 1 });
    this.#setAt = now;
    const hook = {
      url: params.text('url'),
      secret: params.text('secret_token'),
      connections: Math.min(100, Math.max(1, params.integer('max_connections', 40))),
    };
    this.#check(hook);
    this.#updates.allow(params);
    if (params.flag('drop_pending_updates')) this.#updates.drop();
    if (JSON.stringify(hook) === JSON.stringify(this.#hook)) return true;
    this.#updates.end('terminated by setWebhook request');
    this.#begin(hook);
    return true;
  }

  delete(params: Params): true {
    if (params.flag('drop_pending_updates')) this.#updates.drop();
    this.#begin({ url: '', secret: '', connections: 0 });
    return true;
  }

  info(): object {
    const { url, connections } = this.#hook;
    const error = this.#error;
    return {
      url,
      has_custom_certificate: false,
      pending_update_count: this.#updates.pending().length,
      ...(error && { last_error_date: Math.floor(error.at / 1_000), last_error_message: error.message }),
      ...(url && { max_connections: connections, ip_address: '192.0.2.1' }),
      ...(this.#updates.allowed.length > 0 && { allowed_updates: this.#updates.allowed }),
    };
  }

  close(): void {
    this.#begin({ url: '', secret: '', connections: 0 });
  }

  #check({ url, secret }: Hook): void {
    if (!URL.canParse(url)) throw bad('invalid webhook URL specified');
    const { protocol, port } = new URL(url);
    if (!this.local && protocol !== 'https:')
      throw bad('bad webhook: An HTTPS URL must be provided for webhook');
    if (!this.local && !PORTS.includes(port))
      throw bad('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
    if (secret.length > 256) throw bad('secret token is too long');
    if (!/^[\w-]*$/.test(secret)) throw bad('secret token contains unallowed characters');
  }

  #begin(hook: Hook): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#busy.clear();
    this.#failures.clear();
    this.#error = undefined;
    this.#hook = hook;
    this.#updates.webhook = hook.url;
    this.#deliver();
  }

  /** Brings the first update of each queue, as many side by side as there may be connections. */
  #deliver(): void {
    if (this.url === '') return;
    for (const entry of this.#updates.entries()) {
      if (this.#busy.size >= this.#hook.connections) return;
      const queue = queueOf(entry.update);
      if (this.#busy.has(queue)) continue;
      this.#busy.add(queue);
      void this.#bring(entry, this.#stop.signal).finally(() => {
        this.#busy.delete(queue);
        this.#deliver();
      });
    }
  }

  async #bring(entry: Entry, stop: AbortSignal): Promise<void> {
    const failures = this.#failures.get(entry) ?? 0;
    const wait = failures < 2 ? 0 : Math.min(LONGEST_MS, AGAIN_MS * 2 ** (failures - 1));
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (stop.aborted) return;
    const message = await this.#post(entry.update, stop);
    if (stop.aborted) return;
    if (message === undefined) {
      this.#failures.delete(entry);
      this.#updates.settle(entry);
    } else {
      this.#failures.set(entry, failures + 1);
      this.#error = { at: this.#clock.now(), message };
    }
  }

  /** What went wrong, as `getWebhookInfo` words it; undefined where it was taken. */
  async #post(update: Update, stop: AbortSignal): Promise<string | undefined> {
    const { origin, pathname, search } = new URL(this.url);
    const there = this.#routes.get(origin) ?? (origin.startsWith('http:') ? origin : undefined);
    if (there === undefined) return 'Connection refused';
    try {
      const { status, statusText } = await fetch(`${there}${pathname}${search}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(this.#hook.secret && { 'x-telegram-bot-api-secret-token': this.#hook.secret }),
        },
        body: JSON.stringify(update),
        signal: AbortSignal.any([stop, AbortSignal.timeout(ANSWER_MS)]),
      });
      if (this.#lost > 0) {
        this.#lost -= 1;
        return 'Webhook connection closed';
      }
      return status >= 200 && status <= 299
        ? undefined
        : `Wrong response from the webhook: ${status} ${statusText}`;
    } catch {
      return 'Connection refused';
    }
  }
}

/** What is brought one after the other: what is said in a chat, what a person presses, and the rest of a chat. */
function queueOf(update: Update): string {
  if (update.message) return `said ${update.message.chat.id}`;
  if (update.callback_query) return `pressed ${update.callback_query.from.id}`;
  return `other ${update.my_chat_member?.chat.id ?? update.update_id}`;
}
