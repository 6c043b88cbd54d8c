/** A menu as Telegram takes it (core.telegram.org/bots/api#botcommand): names of small letters, digits and underscores. */
import type { BotCommand, BotCommandScope } from 'grammy/types';
import type { Menu } from '../platform.ts';

/** The most commands of a menu, and characters of a name and of a description. */
const MOST = 100;
const MAX_NAME = 32;
const MAX_DESCRIPTION = 256;

/** The commands that Telegram can name, and whom they are suggested to. */
export function menuOf({ chat, user, commands }: Menu): { commands: BotCommand[]; scope: BotCommandScope } {
  const named = commands.map(({ name, summary }) => ({
    command: name.replaceAll(/[ -]/g, '_'),
    description: [...summary].slice(0, MAX_DESCRIPTION).join(''),
  }));
  const fitting = named.filter(({ command }) => /^[a-z0-9_]+$/.test(command) && command.length <= MAX_NAME);
  return { commands: fitting.slice(0, MOST), scope: scopeOf(chat, user) };
}

function scopeOf(chat: string | undefined, user: string | undefined): BotCommandScope {
  if (chat === undefined) return { type: 'default' };
  const chat_id = Number(chat);
  return user === undefined
    ? { type: 'chat', chat_id }
    : { type: 'chat_member', chat_id, user_id: Number(user) };
}
