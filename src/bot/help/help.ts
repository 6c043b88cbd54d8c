/** Help in words, made from the declarations: for a chat, and for the documents. */

import { messages } from '../../messages/messages.ts';
import type { Command } from '../command.ts';
import { DRY_RUN, type Field, kebab } from '../grammar/fields.ts';

/** What one message may hold, in UTF-16 units (Telegram's limit; others take more). */
const MAX_MESSAGE = 4_096;
/** What commands grow by where they are shown as they are typed there, `/muster deploy`. */
const SLACK = 400;

/** Commands come in these groups, in this order. */
const GROUPS = ['read', 'change', 'destroy'] as const;

/** How to type it: `/deploy <app> [ref] [--to <text,…>] [--dry-run]`. */
export function usage(command: Command): string {
  return [`/${command.name}`, ...fieldsShown(command).map(placeholder)].join(' ');
}

/**
 * Every command that `may` lets through, a line each; where those are too many for a message, commands of one first word share a line,
 * and what does not fit even so is counted. The last line is the next command to type.
 */
export function helpAll(
  commands: readonly Command[],
  may: (command: Command) => boolean,
  max = MAX_MESSAGE,
): string {
  const mine = commands.filter(may);
  const { help, phrases } = messages();
  if (mine.length === 0) return `${help.nothing}\n${phrases.next({ line: '/help' })}`;
  const next = phrases.next({
    line: `/help ${(mine.find(({ risk }) => risk !== 'read') ?? mine[0]!).name}`,
  });
  const groups = (lines: (members: readonly Command[]) => string[]) =>
    GROUPS.flatMap((risk) => {
      const members = mine.filter((command) => command.risk === risk);
      return members.length === 0 ? [] : [help.groups[risk], ...lines(members)];
    });
  const single = groups((members) => members.map(summed));
  const whole = [...single, next].join('\n');
  return whole.length <= max - SLACK ? whole : fit(groups(together), next, max - SLACK);
}

const summed = ({ name, about }: Command): string => `  /${name}: ${about().summary}`;

/** Those of one first word on one line, which says where to read on. */
function together(members: readonly Command[]): string[] {
  const families = new Map<string, Command[]>();
  for (const command of members) {
    const [first = ''] = command.name.split(' ');
    families.set(first, [...(families.get(first) ?? []), command]);
  }
  return [...families].flatMap(([first, family]) => {
    if (family.length === 1) return family.map(summed);
    const names = family.map(({ name }) => name.slice(first.length + 1)).filter((rest) => rest !== '');
    const alone = family.filter(({ name }) => name === first).map(summed);
    return [
      ...alone,
      `  /${first} ${names.join('|')}: ${messages().help.family({ line: `/help ${first}` })}`,
    ];
  });
}

/** Everything about one command, as much as fits. */
export function helpFor(command: Command, max = MAX_MESSAGE): string {
  const { help, phrases } = messages();
  const { summary, description } = command.about();
  const fields = fieldsShown(command);
  const lines = [
    `/${command.name}: ${summary}`,
    help.usage({ usage: usage(command) }),
    ...(description ? [description] : []),
    ...fields.map((field) => `  ${nameShown(field)}: ${details(field).join('; ')}`),
    ...(command.aliases.length > 0
      ? [help.also({ names: command.aliases.map((alias) => `/${alias}`) })]
      : []),
    help.risk({ risk: command.risk, words: help.risks[command.risk] }),
    ...(command.examples.length > 1 ? [help.examples, ...command.examples.map((line) => `  /${line}`)] : []),
  ];
  return fit(lines, phrases.next({ line: `/${command.examples[0] ?? command.name}` }), max);
}

/** Every field a person can give, the dry run included. */
export const fieldsShown = (command: Command): readonly Field[] =>
  command.plan ? [...command.fields, DRY_RUN] : command.fields;

/** A field's name as help lists it. */
export const nameShown = (field: Field): string => (field.place === 'rest' ? `${field.label}…` : field.label);

/** What stands for a field in the usage line. */
function placeholder(field: Field): string {
  const shown =
    field.place === 'flag'
      ? flagShown(field)
      : `${kebab(field.name)}${field.many || field.place === 'rest' ? '…' : ''}`;
  if (!field.required) return `[${shown}]`;
  return field.place === 'flag' ? shown : `<${shown}>`;
}

function flagShown(field: Field): string {
  if (field.kind === 'boolean' && !field.many)
    return field.default === true ? `--no-${kebab(field.name)}` : field.label;
  const value = field.choices
    ? field.choices.join('|')
    : field.kind === 'string'
      ? messages().help.text
      : field.kind;
  return `${field.label} <${value}${field.many ? ',…' : ''}>`;
}

/** What a field is, and then what can be said about giving it. */
export function details(field: Field): string[] {
  const { help } = messages();
  const given = field.default !== undefined && field.default !== false && `${field.default}` !== '';
  return [
    field.about || help.noDescription,
    ...(field.choices ? [help.oneOf({ choices: field.choices })] : []),
    ...(field.many ? [help.list] : []),
    ...(field.required ? [help.required] : []),
    ...(given ? [help.byDefault({ value: `${field.default}` })] : []),
  ];
}

/** As many lines as fit one message, and the last one always. */
function fit(lines: readonly string[], last: string, max: number): string {
  const whole = [...lines, last].join('\n');
  if (whole.length <= max) return whole;
  const kept: string[] = [];
  let room = max - last.length - 40;
  for (const line of lines) {
    room -= line.length + 1;
    if (room < 0) break;
    kept.push(line);
  }
  return [...kept, messages().help.more({ count: lines.length - kept.length }), last].join('\n');
}
