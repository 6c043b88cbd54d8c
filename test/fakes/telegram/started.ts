/** A service, a clock to move, a bot's API and bots that poll, for one test. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Api, Bot, GrammyError } from 'grammy';
import { startTelegram, type Telegram } from '../telegram.ts';

export interface Started {
  telegram: Telegram;
  /** Calls as grammY makes them. */
  api: Api;
  /** A bot that polls until the test ends; resolves when it does. */
  polling(prepare: (bot: Bot) => void): Promise<Bot>;
  /** Moves the service's clock on, ms. */
  pass(ms: number): void;
}

export async function started(t: TestContext): Promise<Started> {
  let now = Date.now();
  const telegram = await startTelegram({ clock: { now: () => now } });
  const running: [Bot, Promise<void>][] = [];
  t.after(async () => {
    for (const [bot, ended] of running) await Promise.allSettled([bot.stop(), ended]);
    await telegram.close();
  });
  const api = new Api(telegram.token, { apiRoot: telegram.url });
  return {
    telegram,
    api,
    async polling(prepare) {
      const bot = new Bot(telegram.token, { client: { apiRoot: telegram.url } });
      prepare(bot);
      await new Promise<void>((resolve, reject) => {
        running.push([bot, bot.start({ onStart: () => resolve() }).catch(reject)]);
      });
      return bot;
    },
    pass(ms) {
      now += ms;
    },
  };
}

/** Asserts that a call is refused with exactly this code and text; gives the refusal. */
export async function refused(call: Promise<unknown>, code: number, text: string): Promise<GrammyError> {
  const error = await call.then(
    () => assert.fail(`nothing was refused; expected: ${text}`),
    (error: unknown) => error,
  );
  assert.ok(error instanceof GrammyError, String(error));
  assert.deepEqual([error.error_code, error.description], [code, text]);
  return error;
}
