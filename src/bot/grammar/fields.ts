/** What one field of a command's input is, read off its zod schema; the only place that walks zod's inside. */
import type { z } from 'zod';
import { messages } from '../../messages/messages.ts';

/** One field of a command's input, as people see it. */
export interface Field {
  /** The field's name in the input, camelCase. */
  name: string;
  /** As people type and read it: `app` for a word, `--max-age` for an option. */
  label: string;
  /** How it is given: by position, as `--option`, or as all the text that is left. */
  place: 'word' | 'flag' | 'rest';
  kind: 'string' | 'number' | 'boolean';
  /** A list: takes several values. */
  many: boolean;
  required: boolean;
  /** What the schema gets when a boolean option is not typed, where the schema does not know itself. */
  assumed?: false;
  /** What it is when it is not given, where that is something. */
  default?: unknown;
  /** What it is, in the language that is spoken; empty where nobody says. */
  readonly about: string;
  /** The only values it takes, where they are few and fixed. */
  choices?: readonly string[];
}

/** `maxAge` -> `max-age`. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Reads one field; throws a `TypeError` where a chat line cannot hold such a value. */
export function readField(
  name: string,
  schema: z.core.$ZodType,
  place: Field['place'],
  about: (name: string) => string | undefined,
): Field {
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) throw new TypeError(`${name}: a field is named in camelCase`);
  const shape: Shape = { kind: 'string', many: false };
  for (let at: z.core.$ZodType | undefined = schema; at; at = inside(name, at, shape));
  const flag = place === 'flag';
  const needed = !acceptsNothing(schema);
  const assumes = needed && flag && shape.kind === 'boolean' && !shape.many;
  return {
    name,
    label: flag ? `--${kebab(name)}` : kebab(name),
    place,
    kind: shape.kind,
    many: shape.many,
    required: needed && !assumes,
    assumed: assumes ? false : undefined,
    default: shape.default,
    get about() {
      return about(name) ?? '';
    },
    choices: shape.choices,
  };
}

/** Throws a `TypeError` where the places of fields contradict each other. */
export function checkOrder(fields: readonly Field[]): void {
  const placed = fields.filter(({ place }) => place !== 'flag');
  placed.forEach((field, index) => {
    const earlier = placed[index - 1];
    if (earlier?.many)
      throw new TypeError(`${earlier.label} takes all that is left, so nothing can follow it`);
    if (earlier && !earlier.required && field.required)
      throw new TypeError(`${field.label} is required but follows ${earlier.label}, which is not`);
    if (field.place === 'rest' && (field.many || field.kind !== 'string'))
      throw new TypeError(`${field.label} takes text as it was typed, so it is a string`);
  });
}

/** What a `--option` sets, and to what where it takes no value of its own. */
export interface Flag {
  field: Field;
  /** The field's place among the command's; the dry run comes after them all. */
  index: number;
  /** `--no-force`: sets the opposite. */
  negated: boolean;
}

/** What every command that plans has. */
export const DRY_RUN: Field = {
  name: 'dryRun',
  label: '--dry-run',
  place: 'flag',
  kind: 'boolean',
  many: false,
  required: false,
  get about() {
    return messages().help.dryRun;
  },
};

/** Options by every way to write them; throws a `TypeError` where one way would mean two things. */
export function flagsOf(fields: readonly Field[], plans: boolean): ReadonlyMap<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const [index, field] of (plans ? [...fields, DRY_RUN] : fields).entries()) {
    if (field.place !== 'flag') continue;
    const name = kebab(field.name);
    const single = field.kind === 'boolean' && !field.many;
    const ways = new Map([name, field.name].map((way) => [way, { field, index, negated: false }]));
    if (single) ways.set(`no-${name}`, { field, index, negated: true });
    for (const [way, flag] of ways) {
      if (flags.has(way)) throw new TypeError(`--${way} would have two meanings`);
      flags.set(way, flag);
    }
  }
  return flags;
}

type Shape = Pick<Field, 'kind' | 'many' | 'default' | 'choices'>;

/** One layer of a schema: notes what it says, gives what it wraps. */
function inside(name: string, schema: z.core.$ZodType, shape: Shape): z.core.$ZodType | undefined {
  const def = (schema as z.core.$ZodTypes)._zod.def;
  switch (def.type) {
    case 'default':
    case 'prefault':
      shape.default ??= def.defaultValue;
      return def.innerType;
    case 'optional':
    case 'nullable':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return def.innerType;
    case 'pipe':
      return (def.in as z.core.$ZodTypes)._zod.def.type === 'transform' ? def.out : def.in;
    case 'array':
      if (shape.many) throw new TypeError(`${name}: a list of lists does not fit a chat line`);
      shape.many = true;
      return def.element;
    case 'enum':
      shape.choices = Object.values(def.entries).map(String);
      return undefined;
    case 'literal':
      shape.choices = def.values.map(String);
      if (def.values.every((value) => typeof value === 'number')) shape.kind = 'number';
      return undefined;
    case 'number':
    case 'boolean':
      shape.kind = def.type;
      return undefined;
    case 'union':
    case 'string':
    case 'template_literal':
    case 'custom':
      return undefined;
    default:
      throw new TypeError(`${name}: a chat line cannot hold a ${def.type}`);
  }
}

function acceptsNothing(schema: z.core.$ZodType): boolean {
  try {
    return (schema as z.ZodType).safeParse(undefined).success;
  } catch {
    return false;
  }
}
