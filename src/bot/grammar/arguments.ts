/** The words after a command's name, given to its fields. */
import { messages } from '../../messages/messages.ts';
import { suggest } from '../../suggest.ts';
import type { Command } from '../command.ts';
import { type Field, kebab } from './fields.ts';
import { nextWord, shown, skipBlank, type Word } from './words.ts';

/** Something wrong with a line; `field` where it is about one. */
export interface Problem {
  field?: Field;
  text: string;
}

export interface Arguments {
  /** The values as text of each field that was given, by the field's place among the command's fields. */
  given: (readonly string[] | undefined)[];
  problems: Problem[];
  /** A quote that is never closed: what else the line says is then anybody's guess. */
  unclosed?: string;
}

/** Gives the words of `line` from `from` on to the command's fields. */
export function readArguments(command: Command, line: string, from: number): Arguments {
  const reading: Reading = {
    command,
    line,
    at: from,
    words: 0,
    flagsEnded: false,
    misnamed: false,
    given: [],
    problems: [],
  };
  while (readOne(reading));
  return reading;
}

interface Reading extends Arguments {
  command: Command;
  line: string;
  at: number;
  /** How many words by position were read. */
  words: number;
  flagsEnded: boolean;
  /** An option was not known, so what seems a stray word may be its value. */
  misnamed: boolean;
}

/** Reads one word, option or the rest; false at the end. */
function readOne(reading: Reading): boolean {
  if (reading.command.rest !== undefined && readRest(reading)) return false;
  const word = take(reading);
  if (!word) return false;
  if (reading.flagsEnded || !startsWithDash(word) || isNegative(word.text)) readWord(reading, word);
  else if (word.text.length <= 2 && /^(?:--|[—–])$/.test(word.text)) reading.flagsEnded = true;
  else readFlag(reading, word);
  return true;
}

/** The dash of an option; phones turn `--` into a dash of their own. */
const startsWithDash = ({ text, quoted }: Word): boolean => {
  const code = quoted ? 0 : text.charCodeAt(0);
  return code === 0x2d || code === 0x2013 || code === 0x2014;
};

/** A number below zero, or a lone dash, which often stands for standard input. */
const isNegative = (text: string): boolean => text.charCodeAt(1) !== 0x2d && /^-(?:[\d.]|$)/.test(text);

function take(reading: Reading): Word | undefined {
  const word = nextWord(reading.line, reading.at);
  if (!word) return undefined;
  if ('unclosed' in word) {
    const around = shown(reading.line.slice(word.start, word.start + 20));
    reading.unclosed = messages().grammar.unclosed({ place: word.start + 1, around });
    reading.at = reading.line.length;
    return undefined;
  }
  reading.at = word.end;
  return word;
}

/** Once all words are there, what follows goes to the field that takes the rest, as it was typed. */
function readRest(reading: Reading): boolean {
  const { command, line } = reading;
  if (reading.words < command.words.length) return false;
  const start = skipBlank(line, reading.at);
  if (start === line.length || (!reading.flagsEnded && /[-—–]/.test(line[start]!))) return false;
  const text = line.slice(start).trimEnd();
  const word = nextWord(line, start);
  const whole = word && !('unclosed' in word) && word.quoted && word.end === start + text.length;
  reading.given[command.words.length] = [whole ? word.text : text];
  return true;
}

function readWord(reading: Reading, word: Word): void {
  const { command, given, problems } = reading;
  const index = Math.min(reading.words, command.words.length - 1);
  const field = command.fields[index];
  if (field?.place !== 'word' || (reading.words >= command.words.length && !field.many)) {
    if (!reading.misnamed)
      problems.push({ text: messages().grammar.wordTooMany({ word: shown(word.text) }) });
    return;
  }
  reading.words += 1;
  given[index] = field.many ? [...(given[index] ?? []), ...listed(reading, word, 0)] : [word.text];
}

function readFlag(reading: Reading, word: Word): void {
  const { command, given, problems } = reading;
  const double = word.text.charCodeAt(1) === 0x2d;
  const single = !double && word.text.charCodeAt(0) === 0x2d;
  const equals = word.text.indexOf('=');
  const name = word.text.slice(double ? 2 : 1, equals < 0 ? word.text.length : equals);
  const flag = single ? undefined : (command.flags.get(name) ?? command.flags.get(name.toLowerCase()));
  if (!flag) {
    reading.misnamed ||= equals < 0;
    problems.push({ text: unknownFlag(command, name, single) });
    return;
  }
  const { field, index, negated } = flag;
  const values = valuesOf(reading, word, field, equals);
  const { label } = field;
  if (negated && equals >= 0)
    problems.push({ field, text: messages().grammar.noValue({ option: shown(name) }) });
  else if (values === undefined) problems.push({ field, text: messages().grammar.needsValue({ label }) });
  else if (field.many) given[index] = [...(given[index] ?? []), ...values];
  else if (given[index]) problems.push({ field, text: messages().grammar.twice({ label }) });
  else given[index] = negated ? ['false'] : values;
}

/** An option's values: after `=`, or the next word; undefined where there is none. */
function valuesOf(reading: Reading, word: Word, field: Field, equals: number): string[] | undefined {
  if (equals >= 0) return field.many ? listed(reading, word, equals + 1) : [word.text.slice(equals + 1)];
  if (field.kind === 'boolean' && !field.many) return ['true'];
  const value = peek(reading);
  if (!value) return undefined;
  reading.at = value.end;
  return field.many ? listed(reading, value, 0) : [value.text];
}

/** The next word, left where it is, unless it is an option. */
function peek(reading: Reading): Word | undefined {
  const word = nextWord(reading.line, reading.at);
  if (!word || 'unclosed' in word) return word && take(reading);
  return startsWithDash(word) && word.text.length > 1 ? undefined : word;
}

/** The items between a word's commas, from `start` on; after a last comma the list goes on in the next word. */
function listed(reading: Reading, word: Word, start: number): string[] {
  const items: string[] = [];
  let from = start;
  for (const comma of word.commas) {
    if (comma < from) continue;
    items.push(word.text.slice(from, comma));
    from = comma + 1;
  }
  const last = word.text.slice(from);
  if (last !== '' || items.length === 0) return [...items, last];
  const next = peek(reading);
  if (!next) return [...items, ''];
  reading.at = next.end;
  return [...items, ...listed(reading, next, 0)];
}

function unknownFlag(command: Command, name: string, single: boolean): string {
  const { grammar } = messages();
  if (single) return grammar.singleDash({ name: shown(name) });
  const field = command.fields.find((each) => each.place !== 'flag' && kebab(each.name) === name);
  if (field) return grammar.wordNotOption(field);
  const near = suggest(name, command.flags.keys());
  return grammar.noOption({ name: shown(name), near: near && kebab(near) });
}
