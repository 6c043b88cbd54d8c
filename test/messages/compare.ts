/** What is wrong with a language, held against English: a message that lacks, or that does not tell what the English one tells. */

export type Tree = Readonly<{ [name: string]: unknown }>;
type Message = (facts: object) => string;
type Facts = Record<string, unknown>;

/** What the types say of facts, and a test cannot see: which are not texts, by their name, or by the path of one message. */
export interface Samples {
  lists: readonly string[];
  numbers: readonly string[];
  flags: readonly string[];
  /** Path -> facts that are something else there. */
  at: Readonly<Record<string, Facts>>;
  /** Path -> fact -> all words it can be: these are Muster's own, and may be said in other words. */
  words: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Paths of messages that may be the same in every language. */
  same: readonly string[];
}

/** Complaints about `other`, each beginning with the path of a message, names joined with slashes. */
export function complaints(english: Tree, other: Tree, samples: Samples): string[] {
  const same = new Set(samples.same);
  const found = compare(english, other, '', { ...samples, same });
  return [...found, ...[...same].map((path) => `${path}: is said to be the same, and is not`)];
}

type Context = Omit<Samples, 'same'> & { same: Set<string> };

function compare(english: unknown, other: unknown, path: string, context: Context): string[] {
  if (typeof english !== typeof other) return [`${path}: is ${typeof other}, not ${typeof english}`];
  if (typeof english === 'string') return compareTexts(english, other as string, path, context);
  if (typeof english === 'function')
    return compareMessages(english as Message, other as Message, path, context);
  const names = new Set([...Object.keys(english as Tree), ...Object.keys(other as Tree)]);
  return [...names].flatMap((name) =>
    compare((english as Tree)[name], (other as Tree)[name], path === '' ? name : `${path}/${name}`, context),
  );
}

function compareTexts(english: string, other: string, path: string, { same }: Context): string[] {
  const allowed = english === other && same.delete(path);
  return [
    ...flaws(other).map((flaw) => `${path}: ${flaw}`),
    ...(english === other && !allowed ? [`${path}: is English: ${english}`] : []),
  ];
}

function compareMessages(english: Message, other: Message, path: string, context: Context): string[] {
  const { facts, made } = sample(path, context);
  const usual = { english: english(facts), other: attempt(other, facts) ?? '' };
  const plain = compareTexts(usual.english, usual.other, path, context);
  const bad = flaws(usual.english).map((flaw) => `in English ${flaw}`);
  const words = context.words[path] ?? {};
  const told = missing(made, words, usual);
  const varied = Object.entries({ ...made }).flatMap(([name, before]) =>
    (words[name] ?? variants(before)).flatMap((value) => {
      const changed = new Proxy(facts, {
        get: (_, each) => (each === name ? value : Reflect.get(facts, each)),
      });
      const text = attempt(english, changed);
      // Not everything can be left out: what English cannot say without is always there.
      if (text === undefined || flaws(text).length > 0) return [];
      const said = { english: text, other: attempt(other, changed) ?? '' };
      const alike = said.english !== usual.english && said.other === usual.other;
      return [
        ...flaws(said.other),
        ...missing({ ...made, [name]: value }, words, said),
        ...(alike ? [`says the same as with ${JSON.stringify(before)}`] : []),
      ].map((flaw) => `with ${name} = ${JSON.stringify(value)} ${flaw}`);
    }),
  );
  return [...plain, ...[...bad, ...told, ...varied].map((text) => `${path}: ${text}`)];
}

/** Facts of one message, made as they are asked for: each one's text is known by its name. */
function sample(path: string, { lists, numbers, flags, at, words }: Context) {
  const made: Facts = {};
  const make = (name: string): unknown => {
    const special = at[path]?.[name] ?? words[path]?.[name]?.[0];
    if (special !== undefined) return special;
    if (lists.includes(name)) return [`‹${name} 1›`, `‹${name} 2›`, `‹${name} 3›`];
    if (numbers.includes(name)) return 3_000 + Object.keys(made).length;
    return flags.includes(name) ? true : `‹${name}›`;
  };
  const get = (_: Facts, name: string): unknown => {
    if (!(name in made)) made[name] = make(name);
    return made[name];
  };
  return { facts: new Proxy<Facts>({}, { get: get as ProxyHandler<Facts>['get'] }), made };
}

/** What else a fact could be. */
function variants(usual: unknown): unknown[] {
  if (Array.isArray(usual)) return [[], usual.slice(0, 1), usual.slice(0, 2)];
  if (typeof usual === 'number') return [0, 1, 2];
  if (typeof usual === 'boolean') return [false];
  return [undefined];
}

/** Facts whose text stands in English only. */
function missing(
  facts: Facts,
  words: Readonly<Record<string, unknown>>,
  said: Record<string, string>,
): string[] {
  const texts = Object.entries(facts).flatMap(([name, value]) => (name in words ? [] : textsOf(value)));
  return texts
    .filter((text) => said.english?.includes(text) && !said.other?.includes(text))
    .map((text) => `does not tell ${text}: ${said.other}`);
}

/** A small number cannot be told from others that stand in a message anyway. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' && value > 2) return [`${value}`];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function attempt(message: Message, facts: Facts): string | undefined {
  try {
    return message(facts);
  } catch {
    return undefined;
  }
}

function flaws(text: string): string[] {
  return [
    ...(text === '' ? ['is empty'] : []),
    ...(text !== text.trim() ? [`has space around it: "${text}"`] : []),
    ...(/ {2}|\( | \)| [.,:;]/.test(text.replaceAll('..', '')) ? [`has a space too many: ${text}`] : []),
    ...(/undefined|NaN|\[object|\(\)/.test(text) ? [`has a hole: ${text}`] : []),
  ];
}
