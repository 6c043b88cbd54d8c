/** How the outside world is declared: one tool of one host, opened over a `Shell`. */
import { z } from 'zod';
import type { Shell } from '../shell.ts';

/** What an adapter is opened with: the way to the host and the host's own options for that tool. */
export interface Opening<Options> {
  shell: Shell;
  options: Options;
}

export interface AdapterDeclaration<Name extends string, Options extends z.ZodType, Api> {
  name: Name;
  /** What it is, one line for the doctor. */
  about: string;
  /** The host's settings for this tool (`hosts.NAME.tools.ADAPTER` in the configuration). */
  options: Options;
  open(opening: Opening<z.output<Options>>): Api;
  /** Rejects where the tool is missing or does not work; the doctor and the health hub call it. */
  probe?(api: Api): Promise<unknown>;
}

// biome-ignore lint/suspicious/noExplicitAny: the registry holds adapters of every shape; `use` gives each its own type back.
export type AnyAdapter = AdapterDeclaration<string, any, any>;
/** What `uses: { docker }` gives to a step. */
export type Opened<Uses extends Record<string, AnyAdapter>> = {
  [K in keyof Uses]: ReturnType<Uses[K]['open']>;
};

/** Declares an adapter. */
export function defineAdapter<Name extends string, Options extends z.ZodType, Api>(
  declaration: AdapterDeclaration<Name, Options, Api>,
): AdapterDeclaration<Name, Options, Api> {
  return declaration;
}

/** Options of an adapter that has none. */
export const noOptions = z.strictObject({});

/** Opens every adapter of `uses` over one shell, with the host's tool settings (validated by each adapter). */
export function openAll<Uses extends Record<string, AnyAdapter>>(
  uses: Uses,
  shell: Shell,
  tools: Record<string, unknown> = {},
): Opened<Uses> {
  const opened = Object.entries(uses).map(([key, adapter]) => [
    key,
    adapter.open({ shell, options: adapter.options.parse(tools[adapter.name] ?? {}) }),
  ]);
  return Object.fromEntries(opened) as Opened<Uses>;
}
