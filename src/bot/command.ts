/**
 * What a command is. One declaration gives the parser, the help, the validation, the risk, what is authorised
 * and locked, and the dry run; nothing about a command is said anywhere else.
 */
import type { z } from 'zod';
import type { Plan } from '../jobs/plan.ts';
import { checkOrder, type Field, type Flag, flagsOf, readField } from './grammar/fields.ts';
import type { House } from './house.ts';
import type { Attachment } from './outbox/attachment.ts';

/** What a command says. `refused` where nothing came of it (the line counts as refused). */
export interface Reply {
  text: string;
  refused?: boolean;
  /** Whether a message shows it anyway: who pressed a button for it is told alone. */
  shown?: boolean;
  /** From which line on it is what a host printed. */
  printedFrom?: number;
  /** The whole of it as a file, where the text is only a part. */
  file?: Attachment;
}

/** `read` changes nothing; `change` can be taken back; `destroy` cannot. */
export type Risk = 'read' | 'change' | 'destroy';

/** What a command either does at once, or plans for a run to do; planning may find that a reply is enough. */
type Deed<Input> =
  | { answer(input: Input, house: House): Promise<Reply>; plan?: undefined }
  | { plan(input: Input, house: House): Promise<Plan | Reply>; answer?: undefined };

type FieldName<Schema extends z.ZodObject> = keyof Schema['shape'] & string;

/** What a command says of itself, in the language that is spoken. */
export interface About<Name extends string = string> {
  /** One line of help. */
  summary: string;
  /** More, for `/help NAME`. */
  description?: string;
  /** What each field is. */
  fields: { readonly [name in Name]?: string };
}

/** A command as its file declares it. */
export type Declaration<Schema extends z.ZodObject> = {
  /** One word or several: `deploy`, `schedule add`. Lower case, inner dashes. */
  name: string;
  /** Other names that run it. */
  aliases?: readonly string[];
  /** Looked up each time, as the language may change. */
  about(): About<FieldName<Schema>>;
  /** Lines to type, without the slash. */
  examples: readonly string[];
  /** Strings, numbers, booleans, enums and lists of them. */
  input: Schema;
  /** Fields given by position, in order; a list may be the last. All others are `--options`. */
  words?: readonly FieldName<Schema>[];
  /** The field that takes the text after the words as it was typed. */
  rest?: FieldName<Schema>;
  risk: Risk;
  /** What is authorised and locked: `app/shop`, `host/web-1`, `cloud`. */
  scope(input: z.output<Schema>): string | string[];
} & Deed<z.output<Schema>>;

/** A command with its input's type erased, for lists; hand it only input that `parse` gave for it. */
export type Command = {
  readonly name: string;
  readonly aliases: readonly string[];
  about(): About;
  readonly examples: readonly string[];
  readonly input: z.ZodObject;
  readonly words: readonly string[];
  readonly rest?: string;
  readonly risk: Risk;
  /** Every field: words in order, then the rest, then options as declared. */
  readonly fields: readonly Field[];
  /** Every `--option` by each way to write it, without the dashes. */
  readonly flags: ReadonlyMap<string, Flag>;
  scope(input: unknown): string | string[];
} & Deed<unknown>;

/** Declares a command; throws a `TypeError` that names the command where the declaration does not hold together. */
export function defineCommand<Schema extends z.ZodObject>(declaration: Declaration<Schema>): Command {
  const { words = [], aliases = [] } = declaration;
  try {
    for (const name of [declaration.name, ...aliases]) checkName(name);
    const fields = fieldsOf({ ...declaration, words, about: declaration.about as () => About });
    checkOrder(fields);
    const flags = flagsOf(fields, declaration.plan !== undefined);
    const { name, about, examples, input, rest, risk, scope, answer, plan } = declaration;
    // Every command has the same keys in the same order, absent ones included: the parser reads them all day.
    const command = {
      name,
      aliases,
      about,
      examples,
      input,
      words,
      rest,
      risk,
      fields,
      flags,
      scope,
      answer,
      plan,
    };
    return command as unknown as Command;
  } catch (thrown) {
    throw new TypeError(`command ${declaration.name}: ${(thrown as Error).message}`, { cause: thrown });
  }
}

/** Every field of a command, read off its schema. */
export function fieldsOf(command: Pick<Command, 'input' | 'words' | 'rest' | 'about'>): Field[] {
  const { shape } = command.input;
  const { words, rest } = command;
  const about = (name: string) => command.about().fields[name];
  const read = (name: string, place: Field['place']) => readField(name, shape[name]!, place, about);
  const placed = rest === undefined ? words : [...words, rest];
  for (const name of placed) {
    if (!Object.hasOwn(shape, name)) throw new TypeError(`${name} is a word but not a field of the input`);
  }
  if (new Set(placed).size < placed.length) throw new TypeError('a field is listed twice');
  const flags = Object.keys(shape).filter((name) => !placed.includes(name));
  return [
    ...words.map((name) => read(name, 'word')),
    ...(rest === undefined ? [] : [read(rest, 'rest')]),
    ...flags.map((name) => read(name, 'flag')),
  ];
}

function checkName(name: string): void {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?: [a-z][a-z0-9]*(?:-[a-z0-9]+)*)*$/.test(name))
    throw new TypeError(`"${name}" is not a name: lower-case words, digits and inner dashes`);
}

/** The commands by their words, for the parser: `schedule` -> `add` -> the command. */
export interface Entry {
  command?: Command;
  next: Map<string, Entry>;
}

/** The commands there are, looked up by the words of their names. */
export interface Catalogue {
  commands: readonly Command[];
  first: ReadonlyMap<string, Entry>;
}

/**
 * Gathers commands; throws a `TypeError` where two would answer to one name. A name is also found with dashes or
 * underscores between its words (`build-base`, and `build_base`, the only way some chats can write it).
 */
export function catalogue(commands: readonly Command[]): Catalogue {
  const root: Entry = { next: new Map() };
  for (const command of commands) {
    for (const name of [command.name, ...command.aliases]) {
      for (const spelling of new Set([name, name.replaceAll(' ', '-'), name.replace(/[ -]/g, '_')]))
        enter(root, spelling, command);
    }
  }
  return { commands, first: root.next };
}

function enter(root: Entry, name: string, command: Command): void {
  let entry = root;
  for (const word of name.split(' ')) {
    const next: Entry = entry.next.get(word) ?? { next: new Map() };
    entry.next.set(word, next);
    entry = next;
  }
  if (entry.command) throw new TypeError(`/${name} would be both ${entry.command.name} and ${command.name}`);
  entry.command = command;
}
