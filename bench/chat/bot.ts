/**
 * A bot in a process of its own, as bots are: `bare` answers each line at once through grammY, `muster` is a whole Muster.
 * Forked with what to do as JSON; says `ready`, then when each step's process has started, ms of the machine's clock; ends
 * when its parent lets it go.
 */
import { once } from 'node:events';
import { Bot } from 'grammy';
import { Telegram } from '../../src/bot/telegram/telegram.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber, Secret } from '../../src/secret.ts';
import { openHall } from '../hall.ts';

/** Which bot, where its service is, and the groups it serves. */
export interface BotParts {
  kind: 'bare' | 'muster';
  url: string;
  token: string;
  groups: number[];
}

/** Now, ms; the same in all processes of a machine. */
export const clock = (): number => Number(process.hrtime.bigint()) / 1e6;

const say = (what: 'ready' | number): void => void process.send?.(what);

async function bare({ url, token }: BotParts): Promise<() => Promise<void>> {
  const bot = new Bot(token, { client: { apiRoot: url } });
  bot.on('message:text', (context) => context.reply('heard'));
  const polling = bot.start({ onStart: () => say('ready') });
  return async () => {
    await bot.stop();
    await polling;
  };
}

async function muster({ url, token, groups }: BotParts): Promise<() => Promise<void>> {
  const channels = groups.map((chat, index) => `  group-${index}: {platform: telegram, chat: "${chat}"}\n`);
  const hall = await openHall(
    async ({ shell }) => {
      // The call returns once the process has been started; its end is not on the clock.
      const running = shell.run(['true']);
      say(clock());
      await running;
    },
    {
      identities: 'telegram: "7"',
      more: `platforms: {telegram: {token: "env:TOKEN"}}\nchannels:\n${channels.join('')}`,
    },
  );
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  await hall.house.listen(new Telegram({ token: new Secret(token), apiRoot: url, log }), 'required');
  say('ready');
  return () => hall.close();
}

if (process.send) {
  const parts = JSON.parse(process.argv[2] as string) as BotParts;
  const close = await (parts.kind === 'bare' ? bare : muster)(parts);
  await once(process, 'disconnect');
  await close();
}
