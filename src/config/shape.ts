/** One entry against its schema: zod's findings as sentences, each at its place. */
import { z } from 'zod';
import { type Messages, messages } from '../messages/messages.ts';
import { suggest } from '../suggest.ts';
import type { ConfigProblem } from './problem.ts';
import { type Entry, isMap, type Section, schemasOf } from './sections.ts';

/** The valid value of an entry, or everything that is wrong with it and its name. */
export function checkEntry(
  section: Section,
  name: string,
  { raw, source }: Entry,
): { value?: unknown; problems: ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const { name: nameSchema, entry } = schemasOf(section, name);
  const badName = nameSchema.safeParse(name).error?.issues[0]?.message;
  if (badName) problems.push(source.problem([section, name], badName, 'key'));
  // An entry with nothing below it is `null` in YAML: the same as one without fields.
  const { data, error } = entry.safeParse(raw === null ? {} : raw, CONTEXT);
  for (const issue of wrongIn(error?.issues ?? [])) {
    const path = [section, name, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(entry, issue.path, raw);
      for (const key of issue.keys)
        problems.push(source.problem([...path, key], unknownKey(key, known), 'key'));
    } else {
      problems.push(source.problem(path, sentence(issue, valueAt(raw, issue.path), section)));
    }
  }
  return problems.length > 0 ? { problems } : { value: data, problems };
}

/** Without the limits of what is not even of the right kind: a text that should be a list is not too long for one. */
function wrongIn(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const place = ({ path }: z.core.$ZodIssue) => JSON.stringify(path);
  const kinds = new Set(issues.filter(({ code }) => code === 'invalid_type').map(place));
  return issues.filter((issue) => issue.code === 'invalid_type' || !kinds.has(place(issue)));
}

/** Limits and choices in plain words, as a chat says them; what a schema says itself is left as it is. */
const CONTEXT = {
  error(issue: z.core.$ZodRawIssue): string | undefined {
    const { limit, choices } = messages().grammar;
    if (issue.code === 'invalid_value') {
      const names = issue.values.map(String);
      return choices({ choices: names, near: suggest(String(issue.input), names) });
    }
    if (issue.code !== 'too_small' && issue.code !== 'too_big') return undefined;
    const { origin: of, inclusive = true } = issue;
    return issue.code === 'too_small'
      ? limit({ bound: 'least', of, value: issue.minimum, inclusive })
      : limit({ bound: 'most', of, value: issue.maximum, inclusive });
  },
};

const unknownKey = (key: string, names: readonly string[]): string =>
  messages().config.unknownKey({ near: suggest(key, names), names });

function sentence(issue: z.core.$ZodIssue, got: unknown, section: Section): string {
  const { config } = messages();
  if (got === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_union'))
    return config.missing;
  if (issue.code === 'invalid_type')
    return config.mustBe({ wanted: wantedOf(issue.expected), got: config.got[kindOf(got)] });
  if (issue.code === 'invalid_union') {
    const variants: Readonly<Record<string, string>> = {
      link: config.link,
      kind:
        section === 'checks'
          ? config.checkKind
          : section === 'machines'
            ? messages().machines.config.power
            : messages().overlay.kind,
      to: config.logs.to,
      mode: messages().boot.config.mode,
      image: messages().machines.config.image,
    };
    return variants[String(issue.path.at(-1))] ?? issue.message;
  }
  if (issue.code === 'too_small' && got !== null && typeof got === 'object') return config.empty;
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return issue.message;
}

/** What zod expects, in words; a record is an object to whoever writes one. */
function wantedOf(expected: string): string {
  const words: Readonly<Record<string, string>> = messages().config.wanted;
  return words[expected === 'record' ? 'object' : expected] ?? expected;
}

/** The kind of a value out of YAML. */
function kindOf(value: unknown): keyof Messages['config']['got'] {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'array';
  const kind = typeof value;
  return kind === 'string' || kind === 'number' || kind === 'boolean' ? kind : 'object';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (Array.isArray(current)) current = current[Number(key)];
    else if (isMap(current)) current = current[String(key)];
    else return undefined;
  }
  return current;
}

/** The keys that the object at a path may have; of a union, those of the variant the value names. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return keysAt(schema.unwrap() as z.ZodType, path, value);
  if (schema instanceof z.ZodPipe) return keysAt(schema.out as z.ZodType, path, value);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const variants = schema.options as z.ZodObject[];
    const { discriminator } = schema.def;
    const named = variants.find(
      (variant) => isMap(value) && variant.shape[discriminator]?.safeParse(value[discriminator]).success,
    );
    return named ? keysAt(named, path, value) : [];
  }
  const [step, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(schema.shape);
    return keysAt(schema.shape[String(step)] as z.ZodType, rest, valueAt(value, [step]));
  }
  if (schema instanceof z.ZodRecord)
    return step === undefined ? [] : keysAt(schema.valueType as z.ZodType, rest, valueAt(value, [step]));
  if (schema instanceof z.ZodArray) return keysAt(schema.element as z.ZodType, rest, undefined);
  return [];
}
