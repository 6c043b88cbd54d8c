/** Text values -> a command's validated input, or everything that is wrong with them in plain words. */
import type { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { suggest } from '../../suggest.ts';
import type { Command } from '../command.ts';
import type { Arguments, Problem } from './arguments.ts';
import { DRY_RUN, type Field } from './fields.ts';
import { shown } from './words.ts';

/** The input of a command, or sentences without a full stop, in the order of the line. */
export type Checked = { ok: true; input: unknown; dryRun: boolean } | { ok: false; problems: string[] };

/** Turns text into numbers and booleans where a field wants them, and validates the whole with the schema. */
export function checkInput(command: Command, { given, problems, unclosed }: Arguments): Checked {
  if (unclosed !== undefined) return { ok: false, problems: [unclosed] };
  const found: Problem[] = [...problems];
  const input: Record<string, unknown> = {};
  const { fields } = command;
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index]!;
    const texts = given[index];
    if (texts === undefined) {
      if (field.assumed !== undefined) input[field.name] = field.assumed;
      if (field.required && !isBad(field, found))
        found.push({ field, text: messages().grammar.missing(field) });
    } else if (field.many) input[field.name] = texts.map((text) => coerce(field, text, found));
    else input[field.name] = coerce(field, texts[0]!, found);
  }
  const dry = given[fields.length];
  const dryRun = dry !== undefined && coerce(DRY_RUN, dry[0]!, found) === true;
  const checked = command.input.safeParse(input);
  if (checked.success && found.length === 0) return { ok: true, input: checked.data, dryRun };
  // Only a line that is wrong pays for words: zod is several times slower when it is told how to speak.
  for (const issue of command.input.safeParse(input, CONTEXT).error?.issues ?? []) {
    const index = fields.findIndex(({ name }) => name === issue.path[0]);
    const field = fields[index];
    if (field && isBad(field, found)) continue;
    found.push({
      field,
      text: field
        ? `${field.label}${quoted(field, given[index], issue.path)}: ${issue.message}`
        : issue.message,
    });
  }
  return { ok: false, problems: found.map(({ text }) => text) };
}

const isBad = (field: Field, found: readonly Problem[]): boolean =>
  found.some((problem) => problem.field === field);

function quoted(field: Field, texts: readonly string[] | undefined, path: PropertyKey[]): string {
  const text = texts?.[field.many && typeof path[1] === 'number' ? path[1] : 0];
  return text === undefined ? '' : ` "${shown(text)}"`;
}

const YES = ['true', 'yes', 'on', '1'];
const NO = ['false', 'no', 'off', '0'];

function coerce(field: Field, text: string, found: Problem[]): unknown {
  if (field.kind === 'string') return text;
  if (field.kind === 'number') {
    if (/^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/.test(text)) return Number(text);
    found.push({ field, text: messages().grammar.notNumber({ label: field.label, text: shown(text) }) });
    return undefined;
  }
  const word = text.toLowerCase();
  if (YES.includes(word)) return true;
  if (NO.includes(word)) return false;
  found.push({ field, text: messages().grammar.notBoolean({ label: field.label, text: shown(text) }) });
  return undefined;
}

/** Says in plain words what zod's own messages say in a programmer's; what a schema says itself is left as it is. */
const CONTEXT = { error: (issue: z.core.$ZodRawIssue): string | undefined => plain(issue) };

function plain(issue: z.core.$ZodRawIssue): string | undefined {
  const { grammar } = messages();
  switch (issue.code) {
    case 'invalid_value': {
      const choices = issue.values.map(String);
      const near = typeof issue.input === 'string' ? suggest(issue.input, choices) : undefined;
      return grammar.choices({ choices, near });
    }
    case 'too_small':
      return limit('least', issue.origin, issue.minimum, issue.inclusive);
    case 'too_big':
      return limit('most', issue.origin, issue.maximum, issue.inclusive);
    case 'invalid_type':
      return issue.expected === 'int' ? grammar.whole : grammar.kind({ kind: issue.expected });
    case 'invalid_format':
      return issue.format === 'regex' ? grammar.odd : grammar.format(issue);
    case 'not_multiple_of':
      return grammar.multiple({ of: issue.divisor });
    case 'invalid_union':
      return grammar.odd;
    default:
      return undefined;
  }
}

const limit = (bound: 'least' | 'most', of: string, value: number | bigint, inclusive = true): string =>
  messages().grammar.limit({ bound, of, value, inclusive });
