/** Signs of life, and what a manager does about alerts. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Board } from '../bot/alerts/board.ts';
import { Consoles } from '../bot/alerts/consoles.ts';
import { AlertDesk } from '../bot/alerts/desk.ts';
import type { Chats } from '../bot/chats.ts';
import type { Config } from '../config/config.ts';
import { beating, type SignFacts } from '../jobs/alerts/seen.ts';
import { DeadMansSwitch, PATIENCE } from '../jobs/alerts/switch.ts';
import { Lease } from '../jobs/lease.ts';
import { messages } from '../messages/messages.ts';
import type { openState, WireOptions } from './state.ts';

/** Gives signs of life for a process until it leaves. */
export const beatFor = (
  { log, watch }: WireOptions,
  { seen }: Pick<Awaited<ReturnType<typeof openState>>, 'seen'>,
  name: string,
  facts: Omit<SignFacts, 'where'>,
) =>
  beating({
    seen,
    name,
    facts: { ...facts, where: messages().reasons.process({ machine: hostname(), pid: `${process.pid}` }) },
    every: watch?.every ?? PATIENCE.every,
    log,
  });

/** What a manager does about alerts: tells them, and watches over others. */
export function openWatch(
  options: WireOptions,
  state: Awaited<ReturnType<typeof openState>>,
  chats: Chats,
  config: () => Config,
  keys: SignFacts['keys'],
) {
  const { log, watch } = options;
  const { alerts, seen, redis } = state;
  const self = `manager/${randomBytes(6).toString('hex')}`;
  const calm = watch?.calm;
  const desk = new AlertDesk({
    alerts,
    board: new Board({ alerts, config, mailbox: (platform) => chats.mailbox(platform), calm }),
    consoles: new Consoles({ alerts, homes: () => chats.homes(), log, calm }),
    deadMan: new DeadMansSwitch({
      alerts,
      seen,
      self,
      platforms: () => chats.watched(),
      hosts: () => new Set(Object.keys(config().hosts)),
      log,
      patience: watch,
    }),
    lease: new Lease({ redis, name: 'alerts', log }),
    log,
  });
  let heart: ReturnType<typeof beatFor> | undefined;
  return {
    start() {
      heart = beatFor(options, state, self, { keys });
      desk.start();
    },
    async close() {
      await heart?.stop();
      await desk.close();
    },
  };
}
