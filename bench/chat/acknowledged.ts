/**
 * (c) A line in a Telegram group until people see that it was heard, and until its step's process has started, beside a bare
 * grammY bot that answers the same line at once on a service of its own of the same kind; in turn, in one process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Bot } from 'grammy';
import { Telegram } from '../../src/bot/telegram/telegram.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber, Secret } from '../../src/secret.ts';
import { type Chat, type Telegram as Service, startTelegram } from '../../test/fakes/telegram.ts';
import { type Area, percentile } from '../figure.ts';
import { openHall } from '../hall.ts';

const GROUPS = 100;
const WARM_UP = 10;
/** Between two lines, ms: what may be said in a time shall not be what is measured. */
const PAUSE_MS = 700;
const ANSWERS = new Set(['sendMessage', 'setMessageReaction']);

export const acknowledged: Area = async function* ({ small }) {
  const rounds = small ? 3 : 300;
  const [bare, service] = [await openSide(), await openSide()];
  const bot = new Bot(bare.service.token, { client: { apiRoot: bare.service.url } });
  bot.on('message:text', (context) => context.reply('heard'));
  const polling = bot.start();
  let started: (at: number) => void = () => {};
  const hall = await openHall(
    async ({ shell }) => {
      // The call returns once the process has been started; its end is not on the clock.
      const running = shell.run(['true']);
      started(performance.now());
      await running;
    },
    {
      identities: 'telegram: "7"',
      more: `platforms: {telegram: {token: "env:TOKEN"}}\nchannels:\n${service.groups.map(({ id }, index) => `  group-${index}: {platform: telegram, chat: "${id}"}\n`).join('')}`,
    },
  );
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const token = new Secret(service.service.token);
  await hall.house.listen(new Telegram({ token, apiRoot: service.service.url, log }), 'required');
  const floor: number[] = [];
  const seen: number[] = [];
  const begun: number[] = [];
  try {
    for (let round = -WARM_UP; round < rounds; round += 1) {
      const answered = await bare.line('hello', round + WARM_UP);
      const process = new Promise<number>((resolve) => {
        started = resolve;
      });
      const line = performance.now();
      const shown = await service.line('/work local', round + WARM_UP);
      const running = (await process) - line;
      if (round >= 0) {
        floor.push(answered);
        seen.push(shown);
        begun.push(running);
      }
      await sleep(small ? 0 : PAUSE_MS);
    }
  } finally {
    await bot.stop();
    await polling;
    await hall.close();
    for (const side of [bare, service]) await side.service.close();
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
  service: Service;
  groups: Chat[];
  /** Says a line in one of the groups; ms until the first message or reaction is there. */
  line(text: string, round: number): Promise<number>;
}

async function openSide(): Promise<Side> {
  const service = await startTelegram();
  const groups = Array.from({ length: GROUPS }, (_, index) => service.group(`group ${index}`));
  const reem = service.user('Reem', 7);
  return {
    service,
    groups,
    line(text, round) {
      const group = groups[round % GROUPS] as Chat;
      return new Promise((resolve) => {
        let before = Number.NaN;
        service.watch(({ method, params, status }) => {
          if (status === 200 && ANSWERS.has(method) && Number(params.chat_id) === group.id)
            resolve(performance.now() - before);
        });
        before = performance.now();
        service.say(group, reem, text);
      });
    },
  };
}
