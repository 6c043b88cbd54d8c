/** What is wrong, and who looks after it: three commands over one board. */
import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { AlertId } from '../../names.ts';
import { Duration, humanTime } from '../../units.ts';
import { listAlerts } from '../alerts/draw.ts';
import { defineCommand } from '../command.ts';

/** From a minute to thirty days, ms. */
const Snooze = Duration.refine((ms) => ms >= 60_000 && ms <= 30 * 86_400_000, {
  error: () => messages().names.snooze,
});

export const alerts = defineCommand({
  name: 'alerts',
  aliases: ['alerts list'],
  about: () => messages().commands.alerts,
  examples: ['alerts'],
  input: z.object({}),
  risk: 'read',
  scope: () => 'cloud',
  async answer(_, { alerts }) {
    return { text: listAlerts(await alerts.all(), Date.now()).join('\n') };
  },
});

export const acknowledge = defineCommand({
  name: 'acknowledge',
  aliases: ['ack'],
  about: () => messages().commands.acknowledge,
  examples: ['acknowledge a-7k2m9x'],
  input: z.object({ alert: AlertId }),
  words: ['alert'],
  risk: 'change',
  scope: ({ alert }) => `alert/${alert}`,
  async answer({ alert: id }, { alerts, caller, line }) {
    await alerts.acknowledge(id, caller.person, line);
    return { text: messages().alerts.noted({ id }), shown: true };
  },
});

export const snooze = defineCommand({
  name: 'snooze',
  about: () => messages().commands.snooze,
  examples: ['snooze a-7k2m9x', 'snooze a-7k2m9x 8h'],
  input: z.object({ alert: AlertId, time: Snooze.prefault('1h') }),
  words: ['alert', 'time'],
  risk: 'change',
  scope: ({ alert }) => `alert/${alert}`,
  async answer({ alert: id, time }, { alerts, caller, line }) {
    const { snoozed } = await alerts.snooze(id, caller.person, line, time);
    const until = humanTime(new Date(snoozed?.until ?? Date.now()).toISOString());
    return { text: messages().alerts.quietUntil({ id, until }), shown: true };
  },
});
