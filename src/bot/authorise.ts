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
  rules: Map<string, CompiledRule[]>;
  people: Map<string, string>;
}

/**
 * Decides whether a person may run a command on all of `scopes` (none counts as `cloud`). Globs see a name of
 * several words with dashes: `build-*` covers `build base`.
 */
export function authorise(
  config: Config,
  person: string,
  command: string,
  scopes: readonly string[],
): Verdict {
  const wanted = scopes.length === 0 ? ['cloud'] : scopes;
  const name = command.replaceAll(' ', '-');
  const rules = rulesOf(config, person);
  const granting = new Set<string>();
  const refused = wanted.filter((scope) => {
    const rule = rules.find((each) => each.command(name) && each.scope(scope));
    if (rule) granting.add(rule.role);
    return rule === undefined;
  });
  if (refused.length === 0)
    return { ok: true, rule: `${roleWords([...granting])} allows ${command} on ${wanted.join(', ')}` };
  const allowing = [...compiled(config).rules]
    .filter(([, each]) =>
      refused.every((scope) => each.some((rule) => rule.command(name) && rule.scope(scope))),
    )
    .map(([role]) => role);
  const needs = allowing.length > 0 ? `is for ${roleWords(allowing)}` : 'is in no role';
  const own = rolesOf(config, person);
  return {
    ok: false,
    rule: `${command} on ${refused.join(', ')} ${needs} (you: ${own.join(', ') || 'no role'})`,
    who: Object.keys(config.people).filter((each) =>
      wanted.every((scope) => rulesOf(config, each).some((rule) => rule.command(name) && rule.scope(scope))),
    ),
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

const rolesOf = (config: Config, person: string): string[] =>
  Object.hasOwn(config.people, person) ? config.people[person]!.roles : [];

const rulesOf = (config: Config, person: string): CompiledRule[] =>
  rolesOf(config, person).flatMap((role) => compiled(config).rules.get(role) ?? []);

const cache = new WeakMap<Config, Compiled>();

/** The configuration as it is asked here, made once; a reload makes a new configuration and so a new one of these. */
function compiled(config: Config): Compiled {
  const known = cache.get(config);
  if (known) return known;
  const rules = new Map(Object.entries(config.roles).map(([name, role]) => [name, compileRole(name, role)]));
  const people = new Map<string, string>();
  for (const [name, person] of Object.entries(config.people)) {
    for (const [platform, user] of Object.entries(person.identities)) {
      const identity = `${platform}\0${user}`;
      if (!people.has(identity)) people.set(identity, name);
    }
  }
  const made = { rules, people };
  cache.set(config, made);
  return made;
}

const compileRole = (role: string, { allow }: Role): CompiledRule[] =>
  allow.map(({ commands, on }) => ({ role, command: compileGlobs(commands), scope: compileGlobs(on) }));

/** Any of the globs, and none of those that start with `!`; only such ones mean everything else. */
function compileGlobs(globs: readonly string[]): Matcher {
  const positive = globs.filter((glob) => !glob.startsWith('!'));
  const negative = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const wanted = picomatch(positive.length > 0 ? positive : ['*', '*/**'], { nonegate: true });
  if (negative.length === 0) return (text) => wanted(text);
  const unwanted = picomatch(negative, { nonegate: true });
  return (text) => wanted(text) && !unwanted(text);
}
