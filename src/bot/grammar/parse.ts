/** A line of chat -> exactly one of a command, a reply, or nothing. Never throws, whatever the line holds. */
import { asMusterError, type ErrorCode, MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { suggest } from '../../suggest.ts';
import type { Catalogue, Command, Entry } from '../command.ts';
import { usage } from '../help/help.ts';
import { readArguments } from './arguments.ts';
import { checkInput } from './input.ts';
import { hiddenCharacter, nextWord, shown, skipBlank } from './words.ts';

/** What a line is. `input` is valid and belongs to `command`; `code` names what a reply is about. */
export type Parsed =
  | { kind: 'command'; command: Command; input: unknown; dryRun: boolean; text: string }
  | { kind: 'reply'; code: ErrorCode; text: string }
  | { kind: 'ignore' };

export interface ParseOptions {
  catalogue: Catalogue;
  /** The bot's name in this chat: `/deploy@OurBot` is for it, `/deploy@OtherBot` is not. */
  bot?: string;
  /** Whether only a line with a leading slash is for the bot (a group), or every line (the console). */
  prefix: 'required' | 'optional';
  /** In a room with other bots: stay silent about an unknown command unless it is near a known one or names this bot. */
  quiet?: boolean;
}

/** The longest line, in UTF-16 units: a Telegram message. */
export const MAX_LINE = 4_096;
const MAX_PROBLEMS = 10;

const HEAD = /\/?([a-z0-9_-]+)(?:@([a-z0-9_.-]+))?(?=\s|$)/iy;
const IGNORE: Parsed = { kind: 'ignore' };

/** Reads one line. */
export function parse(text: string, options: ParseOptions): Parsed {
  try {
    return parseLine(text, options);
  } catch (thrown) {
    const error = asMusterError(thrown);
    return { kind: 'reply', code: error.code, text: `${capital(error.message)}\n${error.hint}` };
  }
}

function parseLine(text: string, options: ParseOptions): Parsed {
  const start = skipBlank(text, 0);
  if (start === text.length || (options.prefix === 'required' && text[start] !== '/')) return IGNORE;
  const head = readHead(text, start, options);
  if ('kind' in head) return head;
  if (text.length > MAX_LINE)
    throw new MusterError('input.invalid', {
      problems: messages().grammar.tooLong({ length: text.length, most: MAX_LINE }),
    });
  const hidden = hiddenCharacter(text, start);
  if (hidden)
    throw new MusterError('input.invalid', {
      problems: messages().grammar.hidden(hidden),
    });
  const found = longest(head.entry, text, head.end);
  if (found.command) return complete(found.command, text, found.end);
  return family(head.name.toLowerCase(), head.entry, secondWord(text, found.end));
}

interface Head {
  name: string;
  entry: Entry;
  end: number;
}

/** The first word: what commands it starts, or what the line is without one. */
function readHead(text: string, start: number, options: ParseOptions): Head | Parsed {
  const { first } = options.catalogue;
  const end = nextWord(text, start)?.end ?? start;
  const exact = text.slice(text.charCodeAt(start) === 0x2f ? start + 1 : start, end);
  const known = first.get(exact);
  if (known) return { name: exact, entry: known, end };
  HEAD.lastIndex = start;
  const head = HEAD.exec(text);
  if (!head) return strange(text.slice(start), options);
  const [, name = '', address] = head;
  const addressed = address !== undefined && address.toLowerCase() === options.bot?.toLowerCase();
  if (address !== undefined && !addressed && (options.bot !== undefined || options.prefix === 'required'))
    return IGNORE;
  const entry = first.get(name.toLowerCase());
  if (entry) return { name, entry, end: HEAD.lastIndex };
  return unknown(name, secondWord(text, HEAD.lastIndex), options, addressed);
}

/** The command with its input, or all that is wrong with it at once. */
function complete(command: Command, text: string, from: number): Parsed {
  const checked = checkInput(command, readArguments(command, text, from));
  if (checked.ok) return { kind: 'command', command, input: checked.input, dryRun: checked.dryRun, text };
  const { problems } = checked;
  const { grammar } = messages();
  const left = problems.length - MAX_PROBLEMS;
  const more = left > 0 ? [grammar.more({ count: left })] : [];
  const lines = [
    ...problems.slice(0, MAX_PROBLEMS),
    ...more,
    grammar.usage({ usage: usage(command) }),
    grammar.see({ command: `/help ${command.name}` }),
  ];
  return { kind: 'reply', code: 'input.invalid', text: lines.join('\n') };
}

/** The command with the most words that the line starts with. */
function longest(entry: Entry, text: string, from: number): { command?: Command; end: number } {
  let best = { command: entry.command, end: from };
  let at = entry;
  let end = from;
  while (at.next.size > 0) {
    const word = nextWord(text, end);
    if (!word || 'unclosed' in word || word.quoted) break;
    const next = at.next.get(word.text.toLowerCase());
    if (!next) break;
    at = next;
    end = word.end;
    if (at.command) best = { command: at.command, end };
  }
  return best;
}

function secondWord(text: string, from: number): string {
  const word = nextWord(text, from);
  return word && !('unclosed' in word) ? word.text.toLowerCase() : '';
}

/** A known first word that does not make a command by itself. */
function family(name: string, entry: Entry, second: string): Parsed {
  const near = second === '' ? undefined : suggest(second, entry.next.keys());
  const all = [...entry.next.keys()];
  const { grammar } = messages();
  const text =
    second === ''
      ? grammar.needsWord({ name, all })
      : grammar.noCommand({ typed: `${name} ${shown(second)}`, name, near, all });
  return { kind: 'reply', code: 'command.unknown', text: `${text}\n${grammar.see({ command: '/help' })}` };
}

/** A first word that no command starts with. */
function unknown(name: string, second: string, options: ParseOptions, addressed: boolean): Parsed {
  const near = nearest(name, second, options.catalogue);
  if (options.quiet && !addressed && near === undefined) return IGNORE;
  const { message, hint } = new MusterError('command.unknown', { name: shown(name), near });
  return { kind: 'reply', code: 'command.unknown', text: `${capital(message)}\n${hint}` };
}

/** A line that does not start like a command: a path, a sentence, a lone slash. A group chat is full of them. */
function strange(line: string, options: ParseOptions): Parsed {
  const word = /^\/?(\S*)/.exec(line)![1]!;
  if (word === '' && options.prefix === 'optional') {
    const { grammar } = messages();
    const text = `${grammar.which}\n${grammar.see({ command: '/help' })}`;
    return { kind: 'reply', code: 'command.unknown', text };
  }
  if (options.prefix === 'optional') return unknown(word, '', { ...options, quiet: false }, true);
  if (word === '' || word.includes('/')) return IGNORE;
  return unknown(word, '', { ...options, quiet: true }, false);
}

/** The command that was probably meant, as it is typed. */
function nearest(name: string, second: string, { first }: Catalogue): string | undefined {
  const key = suggest(name, first.keys());
  const entry = key === undefined ? undefined : first.get(key);
  if (!entry) return undefined;
  if (entry.command) return entry.command.aliases.includes(key!) ? key : entry.command.name;
  const words = [...entry.next.keys()];
  return `${key} ${suggest(second, words) ?? words[0]}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
