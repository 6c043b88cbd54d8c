/** The commands that Telegram's clients suggest (core.telegram.org/bots/api#setmycommands). */
import type { BotCommand, BotCommandScope } from 'grammy/types';
import type { Params } from './params.ts';
import { bad } from './refusal.ts';

const COMMANDS = 100;
const SCOPES = [
  'default',
  'all_private_chats',
  'all_group_chats',
  'all_chat_administrators',
  'chat',
  'chat_administrators',
  'chat_member',
];

/** Lists of commands by scope and language; errors as `set_commands` of tdlib and `bots.setBotCommands` of Telegram. */
export class Commands {
  readonly #lists = new Map<string, BotCommand[]>();

  /** What a test or `getMyCommands` sees: exactly this scope and language, nothing wider. */
  get(scope: BotCommandScope = { type: 'default' }, language = ''): BotCommand[] {
    return this.#lists.get(key(scope, language)) ?? [];
  }

  set(params: Params, scope: BotCommandScope): true {
    const given = params.json('commands');
    if (!Array.isArray(given)) throw bad("can't parse commands: expected an Array of BotCommand");
    const commands = given.map(checked);
    if (commands.length > COMMANDS) throw bad('BOT_COMMANDS_TOO_MUCH');
    this.#lists.set(key(scope, languageOf(params)), commands);
    return true;
  }

  delete(params: Params, scope: BotCommandScope): true {
    this.#lists.delete(key(scope, languageOf(params)));
    return true;
  }
}

/** The scope of a call; its chat is not looked up here. */
export function scopeOf(params: Params): BotCommandScope {
  const scope = (params.json('scope') ?? { type: 'default' }) as BotCommandScope;
  if (!SCOPES.includes(scope.type)) throw bad("can't parse BotCommandScope: Unsupported type specified");
  return scope;
}

/** A language of two letters, or none. */
export function languageOf(params: Params): string {
  const language = params.text('language_code');
  if (!/^([a-z]{2})?$/.test(language)) throw bad('invalid language code specified');
  return language;
}

function key(scope: BotCommandScope, language: string): string {
  const { type, chat_id = '', user_id = '' } = { chat_id: '', user_id: '', ...scope };
  return [type, chat_id, user_id, language].join(' ');
}

function checked(given: BotCommand): BotCommand {
  const command = String(given?.command ?? '')
    .trim()
    .replace(/^\//, '');
  const description = String(given?.description ?? '').trim();
  if (command === '') throw bad('command must be non-empty');
  if ([...command].length > 32) throw bad('command length must not exceed 32');
  if (description === '') throw bad('command description must be non-empty');
  if ([...description].length > 256) throw bad('command description length must not exceed 256');
  if (!/^[a-z0-9_]+$/.test(command)) throw bad('BOT_COMMAND_INVALID');
  return { command, description };
}
