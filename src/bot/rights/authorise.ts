/** Person x command x scopes -> yes, or the reason why not. A role's rules allow; nothing else does. */
import picomatch from 'picomatch';
import type { Config, Role } from '../../config/config.ts';
import { messages } from '../../messages/messages.ts';

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
  /** Person -> command -> the person's rules for it; filled as it is asked. */
  byCommand: Map<string, Map<string, readonly CompiledRule[]>>;
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
  const scopes = typeof scope === 'string' ? [scope] : scope.length === 0 ? ['cloud'] : scope;
  const rules = rulesFor(config, person, command);
  const roles: string[] = [];
  for (const each of scopes) {
    const rule = rules.find((candidate) => candidate.scope(each));
    if (!rule) return refusal(config, person, command, scopes);
    if (!roles.includes(rule.role)) roles.push(rule.role);
  }
  return { ok: true, rule: messages().talk.rules.allows({ roles, command, scopes }) };
}

/** Whether there is anything the person may run the command on; help shows only such commands. */
export const mayEver = (config: Config, person: string, command: string): boolean =>
  rulesFor(config, person, command).length > 0;

/** Says which scopes are refused, which roles would allow them, and who has such roles. */
function refusal(config: Config, person: string, command: string, scopes: readonly string[]): Verdict {
  const allows = (rules: readonly CompiledRule[], scope: string): boolean =>
    rules.some((rule) => rule.command(dashed(command)) && rule.scope(scope));
  const { byRole, byPerson } = compiled(config);
  const refused = scopes.filter((scope) => !allows(byPerson.get(person) ?? [], scope));
  const able = (all: Map<string, readonly CompiledRule[]>, on: readonly string[]): string[] =>
    [...all].filter(([, rules]) => on.every((scope) => allows(rules, scope))).map(([name]) => name);
  const roles = able(byRole, refused);
  const has = Object.hasOwn(config.people, person) ? config.people[person]!.roles : [];
  const rule = messages().talk.rules.refuses({ command, scopes: refused, needs: roles, has });
  return { ok: false, rule, who: able(byPerson, scopes) };
}

/**
 * The person behind a platform's user id; on the console, failing that, the person whose identity is `*`.
 * Schedules name the person itself, who may have left the configuration since.
 */
export function personOf(config: Config, platform: string, user: string): string | undefined {
  if (platform === 'schedule') return Object.hasOwn(config.people, user) ? user : undefined;
  const { people } = compiled(config);
  if (user === '*') return undefined;
  return (
    people.get(`${platform}\0${user}`) ?? (platform === 'console' ? people.get('console\0*') : undefined)
  );
}

const dashed = (command: string): string => command.replaceAll(' ', '-');

function rulesFor(config: Config, person: string, command: string): readonly CompiledRule[] {
  const { byPerson, byCommand } = compiled(config);
  const known = byCommand.get(person)?.get(command);
  if (known) return known;
  const rules = (byPerson.get(person) ?? []).filter((rule) => rule.command(dashed(command)));
  if (byPerson.has(person)) byCommand.set(person, (byCommand.get(person) ?? new Map()).set(command, rules));
  return rules;
}

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
  const made: Compiled = { byRole, byPerson, byCommand: new Map(), people };
  cache.set(config, made);
  return made;
}

const compileRole = (role: string, { allow }: Role): CompiledRule[] =>
  allow.map(({ commands, on }) => ({ role, command: compileGlobs(commands), scope: compileGlobs(on) }));

/** Any of the globs, and none of those that start with `!`; only such ones mean everything else. */
export function compileGlobs(globs: readonly string[]): Matcher {
  const positive = globs.filter((glob) => !glob.startsWith('!'));
  const wanted = (positive.length > 0 ? positive : ['*', '*/**']).map(expression);
  const unwanted = globs.filter((glob) => glob.startsWith('!')).map((glob) => expression(glob.slice(1)));
  return (text) => wanted.some((each) => each.test(text)) && !unwanted.some((each) => each.test(text));
}

const expression = (glob: string): RegExp => picomatch.makeRe(glob, { nonegate: true });
