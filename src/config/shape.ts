/** One entry against its schema: zod's findings as sentences, each at its place. */
import { z } from 'zod';
import { didYouMean } from '../suggest.ts';
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
  const { data, error } = entry.safeParse(raw === null ? {} : raw);
  for (const issue of error?.issues ?? []) {
    const path = [section, name, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(entry, issue.path, raw);
      for (const key of issue.keys)
        problems.push(source.problem([...path, key], unknownKey(key, known), 'key'));
    } else {
      problems.push(source.problem(path, sentence(issue, valueAt(raw, issue.path))));
    }
  }
  return problems.length > 0 ? { problems } : { value: data, problems };
}

function unknownKey(key: string, known: readonly string[]): string {
  return `unknown key${didYouMean(key, known) || `; there are ${known.join(', ')}`}`;
}

function sentence(issue: z.core.$ZodIssue, got: unknown): string {
  if (got === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_union'))
    return 'is missing';
  if (issue.code === 'invalid_type')
    return `must be ${KINDS[issue.expected] ?? issue.expected}, not ${kindOf(got)}`;
  if (issue.code === 'invalid_union') return 'must be one of: local, ssh';
  if (issue.code === 'too_small' && got !== null && typeof got === 'object') return 'must not be empty';
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return issue.message;
}

const KINDS: Record<string, string> = {
  string: 'text (in quotes if it looks like something else)',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list, like [a, b]',
  object: 'a group of `key: value`',
  record: 'a group of `key: value`',
};

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object'
    ? 'a group of keys'
    : typeof value === 'string'
      ? 'text'
      : `a ${typeof value}`;
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
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return keysAt(schema.unwrap() as z.ZodType, path, value);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const variants = schema.options as z.ZodObject[];
    const named = variants.find(
      (variant) => isMap(value) && variant.shape.link?.safeParse(value.link).success,
    );
    return named ? keysAt(named, path, value) : [];
  }
  const [step, ...rest] = path;
  if (schema instanceof z.ZodObject) {
    if (step === undefined) return Object.keys(schema.shape);
    return keysAt(schema.shape[String(step)] as z.ZodType, rest, valueAt(value, [step]));
  }
  if (schema instanceof z.ZodArray) return keysAt(schema.element as z.ZodType, rest, undefined);
  return [];
}
