/** Person x command x scopes -> yes, or the reason why not. A role's rules allow; nothing else does. */
import picomatch from 'picomatch';
import type { Config, Role } from '../config/config.ts';

/** The decision, with the rule that made it in words. */
export type Verdict =
  | { ok: true; rule: string }
  /** `who` are the people who could do it, by name. */
  | { ok: false; rule: string; who: string[] };

type Matcher = (text: string) => boolean;

interface CompiledRule {
  role: string;
  command: Matcher;
  scope: Matcher;
}

interface Compiled {
  byRole: Map<string, readonly CompiledRule[]>;
  byPerson: Map<string, readonly CompiledRule[]>;
  /** Platform and user id -> person. */
  people: Map<string, string>;
}

/**
 * Decides whether a person may run a command on all of its scopes (none counts as `cloud`). Globs see a name of
 * several words with dashes: `build-*` covers `build base`.
 */
export function authorise(
  config: Config,
  person: string,
  command: string,
  scope: string | readonly string[],
): Verdict {
  const scopes = typeof scope === 'string' ? [scope] : scope;
  const wanted = scopes.length === 0 ? ['cloud'] : scopes;
  const name = command.replaceAll(' ', '-');
  const own = rulesOf(config, person).filter((rule) => rule.command(name));
  const granting = wanted.map((scope) => own.find((rule) => rule.scope(scope))?.role);
  if (!granting.includes(undefined)) {
    const roles = roleWords([...new Set(granting as string[])]);
    return { ok: true, rule: `${roles} allows ${command} on ${wanted.join(', ')}` };
  }
  const refused = wanted.filter((_, index) => granting[index] === undefined);
  const allows = (rules: readonly CompiledRule[], scopes: readonly string[]): boolean =>
    scopes.every((scope) => rules.some((rule) => rule.command(name) && rule.scope(scope)));
  const { byRole, byPerson } = compiled(config);
  const roles = [...byRole].filter(([, rules]) => allows(rules, refused)).map(([role]) => role);
  const needs = roles.length > 0 ? `is for ${roleWords(roles)}` : 'is in no role';
  const has = Object.hasOwn(config.people, person) ? config.people[person]!.roles.join(', ') : '';
  return {
    ok: false,
    rule: `${command} on ${refused.join(', ')} ${needs} (you: ${has || 'no role'})`,
    who: [...byPerson].filter(([, rules]) => allows(rules, wanted)).map(([each]) => each),
  };
}

/** Whether there is anything the person may run the command on; help shows only such commands. */
export function mayEver(config: Config, person: string, command: string): boolean {
  const name = command.replaceAll(' ', '-');
  return rulesOf(config, person).some((rule) => rule.command(name));
}

/** The person behind a platform's user id; on the console, failing that, the person whose identity is `*`. */
export function personOf(config: Config, platform: string, user: string): string | undefined {
  const { people } = compiled(config);
  if (user === '*') return undefined;
  return (
    people.get(`${platform}\0${user}`) ?? (platform === 'console' ? people.get('console\0*') : undefined)
  );
}

const roleWords = (roles: string[]): string => `role${roles.length === 1 ? '' : 's'} ${roles.join(' or ')}`;

const NO_RULES: readonly CompiledRule[] = [];
const rulesOf = (config: Config, person: string): readonly CompiledRule[] =>
  compiled(config).byPerson.get(person) ?? NO_RULES;

const cache = new WeakMap<Config, Compiled>();

/** The configuration as it is asked here, made once; a reload makes a new configuration and so a new one of these. */
function compiled(config: Config): Compiled {
  const known = cache.get(config);
  if (known) return known;
  const byRole = new Map(Object.entries(config.roles).map(([name, role]) => [name, compileRole(name, role)]));
  const byPerson = new Map<string, readonly CompiledRule[]>();
  const people = new Map<string, string>();
  for (const [name, person] of Object.entries(config.people)) {
    byPerson.set(
      name,
      person.roles.flatMap((role) => byRole.get(role) ?? []),
    );
    for (const [platform, user] of Object.entries(person.identities)) {
      const identity = `${platform}\0${user}`;
      if (!people.has(identity)) people.set(identity, name);
    }
  }
  const made = { byRole, byPerson, people };
  cache.set(config, made);
  return made;
}

const compileRole = (role: string, { allow }: Role): CompiledRule[] =>
  allow.map(({ commands, on }) => ({ role, command: compileGlobs(commands), scope: compileGlobs(on) }));

/** Any of the globs, and none of those that start with `!`; only such ones mean everything else. */
function compileGlobs(globs: readonly string[]): Matcher {
  const positive = globs.filter((glob) => !glob.startsWith('!'));
  const wanted = (positive.length > 0 ? positive : ['*', '*/**']).map(expression);
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((glob) => expression(glob.slice(1)));
  return (text) => wanted.some((each) => each.test(text)) && !unwanted.some((each) => each.test(text));
}

const expression = (glob: string): RegExp => picomatch.makeRe(glob, { nonegate: true });
