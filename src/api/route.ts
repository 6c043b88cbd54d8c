/** What can be asked: each path with its parameters, the right it takes, and its answer. */
import type { z } from 'zod';
import type { Config } from '../config/config.ts';
import { MusterError } from '../errors.ts';
import type { Runs } from '../jobs/runs.ts';
import type { LiveState } from '../jobs/step.ts';
import type { LogDesk } from '../log-asking.ts';
import type { Scrubber } from '../secret.ts';

/** What an answer is made of. */
export interface Asked {
  config: Config;
  /** In whose name. */
  caller: { person: string; platform: string; chat: string };
  runs: Runs;
  state: LiveState;
  /** Asks the log hub; undefined where there is none. */
  logs: LogDesk | undefined;
  scrubber: Scrubber;
  /** Waits until an answer may be gathered before it is given, and gives what ends that. */
  turn(): Promise<() => void>;
  /** Aborts when whoever asked is gone, may not any more, and when the API closes. */
  signal: AbortSignal;
}

/** One object, or one after the other as they come. Whoever reads gets both as they are: secrets are out of them already. */
export type Answer = { object: object } | { lines: AsyncIterable<object> };

/** A path as its file declares it. */
export interface Declaration<Schema extends z.ZodObject> {
  /** Like `/v1/runs/{run}`: what is in braces is a parameter. */
  path: string;
  /** What it gives, in one line. */
  about(): string;
  parameters: Schema;
  /** The command of the chat whose right it takes; a token is enough where there is none. */
  command?: string;
  /** What the right is needed on. */
  scope(input: z.output<Schema>): string | string[];
  /** It goes on until whoever asked is gone, in a chat as a job. */
  tail?: true;
  answer(input: z.output<Schema>, asked: Asked): Promise<Answer>;
}

/** A path with the type of its parameters erased; hand it only what `parametersOf` gave for it. */
export type Route = Omit<Declaration<z.ZodObject>, 'scope' | 'answer'> & {
  scope(input: unknown): string | string[];
  answer(input: unknown, asked: Asked): Promise<Answer>;
};

/** Declares a path. */
export const defineRoute = <Schema extends z.ZodObject>(declaration: Declaration<Schema>): Route =>
  declaration as unknown as Route;

/** The route of a path, and what stands there for its parameters; undefined where there is none. */
export function routeOf(
  routes: readonly Route[],
  pathname: string,
): { route: Route; named: Record<string, string> } | undefined {
  const parts = pathname.split('/');
  for (const route of routes) {
    const wanted = route.path.split('/');
    const named: Record<string, string> = {};
    const fits = wanted.every((part, index) => {
      const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
      if (name === undefined) return part === parts[index];
      named[name] = decoded(parts[index] ?? '');
      return true;
    });
    if (fits && wanted.length === parts.length) return { route, named };
  }
  return undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The parameters as the route wants them; throws `api.request` where one is unknown, twice there, or not as it should be. */
export function parametersOf(
  { parameters }: Route,
  query: URLSearchParams,
  named: Readonly<Record<string, string>>,
): unknown {
  const given = [...query.keys()];
  const twice = given.find((name, index) => given.indexOf(name) !== index || Object.hasOwn(named, name));
  if (twice !== undefined) throw new MusterError('api.request', { problems: shortened(twice) });
  const parsed = parameters.safeParse({ ...Object.fromEntries(query), ...named });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map(shortened).join(', ');
    return `${issue.path.join('.')}: ${issue.message}`;
  });
  throw new MusterError('api.request', { problems: problems.join('; ') });
}

/** What somebody sent, as much of it as it takes to know it again. */
const shortened = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
