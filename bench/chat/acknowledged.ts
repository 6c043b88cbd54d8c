/**
 * (c) A line in a Telegram group until people see that it was heard, and until its step's process has started, beside a bare
 * grammY bot that answers the same line at once; in turn, each bot in a process of its own on a service of its own.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Chat, startTelegram } from '../../test/fakes/telegram.ts';
import { type Area, percentile } from '../figure.ts';
import { type BotParts, clock } from './bot.ts';

const GROUPS = 100;
const WARM_UP = 10;
/** Between two lines, ms: what may be said in a time shall not be what is measured. */
const PAUSE_MS = 700;
const ANSWERS = new Set(['sendMessage', 'setMessageReaction']);

export const acknowledged: Area = async function* ({ small }) {
  const rounds = small ? 3 : 300;
  const [bare, muster] = [await openSide('bare'), await openSide('muster')];
  const floor: number[] = [];
  const seen: number[] = [];
  const begun: number[] = [];
  try {
    for (let round = -WARM_UP; round < rounds; round += 1) {
      const answered = await bare.line('hello', round + WARM_UP);
      const started = once(muster.bot, 'message');
      const line = clock();
      const shown = await muster.line('/work local', round + WARM_UP);
      const [running] = (await started) as [number];
      if (round >= 0) {
        floor.push(answered);
        seen.push(shown);
        begun.push(running - line);
      }
      await sleep(small ? 0 : PAUSE_MS);
    }
  } finally {
    for (const side of [bare, muster]) await side.close();
  }
  for (const [what, samples] of [
    ['visible acknowledgement', seen],
    ['started process', begun],
  ] as const) {
    for (const [name, share] of [
      ['median', 0.5],
      ['p99', 0.99],
    ] as const) {
      const [measured, peer] = [percentile(samples, share), percentile(floor, share)];
      yield {
        name: `Telegram line to ${what}, ${name}`,
        goal: '<= 5 x bare grammY bot',
        unit: 'ms',
        measured,
        peer: { name: 'grammY answers at once', value: peer },
        ok: measured <= 5 * peer,
      };
    }
  }
};

interface Side {
  bot: ChildProcess;
  /** Says a line in one of the groups; ms until the first message or reaction is there. */
  line(text: string, round: number): Promise<number>;
  close(): Promise<void>;
}

async function openSide(kind: BotParts['kind']): Promise<Side> {
  const service = await startTelegram();
  const groups = Array.from({ length: GROUPS }, (_, index) => service.group(`group ${index}`));
  const reem = service.user('Reem', 7);
  const { url, token } = service;
  const parts: BotParts = { kind, url, token, groups: groups.map(({ id }) => id) };
  const bot = fork(new URL('./bot.ts', import.meta.url), [JSON.stringify(parts)]);
  await Promise.race([
    once(bot, 'message'),
    once(bot, 'exit').then(() => Promise.reject(new Error(`The ${kind} bot did not come up.`))),
  ]);
  return {
    bot,
    line(text, round) {
      const group = groups[round % GROUPS] as Chat;
      return new Promise((resolve) => {
        let before = Number.NaN;
        service.watch(({ method, params, status }) => {
          if (status === 200 && ANSWERS.has(method) && Number(params.chat_id) === group.id)
            resolve(clock() - before);
        });
        before = clock();
        service.say(group, reem, text);
      });
    },
    async close() {
      const gone = once(bot, 'exit');
      bot.disconnect();
      await gone;
      await service.close();
    },
  };
}
