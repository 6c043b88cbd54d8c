/** One thing done on one host: declared once, called with data, run by the host's worker, undone when a later one fails. */
import type { z } from 'zod';
import { type AnyAdapter, type Opened, openAll } from '../adapters/adapter.ts';
import type { Config } from '../config/config.ts';
import { asMusterError } from '../errors.ts';
import type { Caller, Issued } from '../hub.ts';
import type { Scene } from '../hubs/config/scene.ts';
import type { LogDesk } from '../log-asking.ts';
import type { HostName, Lane } from '../names.ts';
import type { Secret } from '../secret.ts';
import type { Shell } from '../shell.ts';
import { parseDuration } from '../units.ts';
import type { ValueStore } from './files/store.ts';
import type { Guarding } from './guarding.ts';
import type { ImageDesk } from './image/desk.ts';
import type { LiveState } from './live-state.ts';
import type { MachineStore } from './machine/store.ts';

export type { LiveState };

/** How a step tells what it is doing. */
export interface Report {
  /** A line of output, as the program wrote it. */
  line(text: string): void;
  /** The share that is done, 0 to 1. */
  progress(share: number): void;
  /** A fact for the card. */
  note(text: string): void;
  /** Resolves when most of what was said has been heard, for those who say a lot and may not leave any of it out. */
  heard?(): Promise<void>;
}

/**
 * What people may have to do where a host was removed: its agents could not be told; its sshd still lets Muster in; a file
 * has a host of that name, to which nothing was done.
 */
export type Left = 'agents' | 'login' | 'file';

/** What Muster has beside its hosts. */
export interface Beside {
  state: LiveState;
  direction: 'do' | 'undo';
  run: string;
  /** As in `StepContext`. */
  origin: string;
  config: Config;
  /** The hub; undefined where there is none. */
  hub?: {
    /** What a service of a generation shows to the hub; its key is made here. Rejects where the hub cannot be asked. */
    issue(caller: Caller): Promise<Issued>;
    /** What it shows meanwhile where the hub cannot be asked; undefined where nobody knows where the hub is. */
    standIn(caller: Caller): Promise<Issued | undefined>;
  };
  /** What is done to hosts that were added in a chat. */
  enrolment: {
    /** Has the agents of a host change their keys; gives the new ones. Rejects with `host.configured`, `host.keyless` or as a link does. */
    rotate(host: string): Promise<string[]>;
    /** Has the agents of a host forget Muster, where they can be reached, and forgets the host. */
    remove(host: string): Promise<{ left?: Left }>;
  };
  /** What is made of templates and data, and the data that is set in chats. */
  files: { scene(): Promise<Scene>; values: Pick<ValueStore, 'set' | 'takeBack'> };
  /** The versions of images that machines boot. */
  images: ImageDesk;
  /** Machines that were added beside the configuration. */
  machines: Pick<MachineStore, 'change'>;
  /** Aborted when the run is cancelled (never on the way back), or when the step is to start again elsewhere. */
  signal: AbortSignal;
  /** Tells a fact for the card. */
  note(text: string): void;
  /** The secret that a text of the configuration names; `path` says where it stands there. Rejects with `config.secret`. */
  secret(text: string, path: string): Promise<Secret>;
}

/** Where a host's programs are run from here. */
export interface Place {
  shell: Shell;
  /** The folder on the host that belongs to Muster (absolute). */
  root: string;
  /** The host's settings of its tools. */
  tools: Record<string, unknown>;
}

/** What a step is done with that is carried out beside Redis: no host takes part in it, or several do. */
export interface Here {
  /** The log hub; undefined where there is none. */
  logs: LogDesk | undefined;
  signal: AbortSignal;
  report: Report;
  /** What `brief` gets; its signal is that of this. */
  beside: Beside;
  /** Where a host's programs are run; they carry the step's mark. Rejects with `config.unknown`, or with `host.agentonly` where its agent runs them. */
  place(host: string): Promise<Place>;
}

/** What a step runs with, next to the adapters it `uses`. */
export interface StepContext {
  shell: Shell;
  /** The folder on the host that belongs to Muster (absolute). */
  root: string;
  /** The run this step belongs to. */
  run: string;
  /** The first run of a chain of retries: a name for what this deploy leaves on the host. */
  origin: string;
  /** The login that the configuration has for a repository's address, `user:password`. */
  loginTo(repository: string): string | undefined;
  signal: AbortSignal;
  report: Report;
  /** What keeps the host's firewall. */
  guarding: Guarding;
}

export interface StepDeclaration<Input extends z.ZodType, Uses extends Record<string, AnyAdapter>, Result> {
  /** `kind.verb`, unique. */
  name: string;
  /** `change` by default. */
  lane?: Lane;
  input: Input;
  uses: Uses;
  /** How long one try may take, like `5m`. */
  timeout: string;
  /** Tries after the first, only for what is safe to repeat after an error (a fetch). None by default. */
  retry?: { times: number; pause: string };
  /** True where it asks what keeps the host's firewall, and runs no program there. */
  guards?: boolean;
  /** False where a second start after a crash would do harm: the step then fails with `step.interrupted`. */
  repeatable?: boolean;
  title(input: z.output<Input>): string;
  /**
   * What Muster itself knows or does before `run` and `undo`, not on the host: it becomes part of the input. Undefined where
   * there is nothing to do: the host is then not even reached. Idempotent.
   */
  brief?(input: z.output<Input>, beside: Beside): Promise<Partial<z.input<Input>> | undefined>;
  /** Does it beside Redis, where no host takes part or several do: then neither `run` nor `undo` is called, and `beside.direction` says which way it is. May be started again after a crash. */
  here?(input: z.output<Input>, context: Here): Promise<Result>;
  /** Does it, idempotently: it may be started again after a crash. */
  run(input: z.output<Input>, context: StepContext & Opened<Uses>): Promise<Result>;
  /**
   * Takes it back. Called also where `run` failed or was cut off, thus with or without its result. Not cancellable.
   * What it returns, if anything, is how things stand now, for `record`.
   */
  undo?(input: z.output<Input>, context: StepContext & Opened<Uses>): Promise<Result | undefined>;
  /** Notes in live state what `run` or `undo` did; runs beside Redis, not on the host. Idempotent. */
  record?(
    input: z.output<Input>,
    result: Result,
    state: LiveState,
    context: { run: string; origin: string; at: string },
  ): Promise<void>;
}

/** A step with its input, as plans hold it. */
export interface PlannedStep {
  step: string;
  host: string;
  title: string;
  input: Record<string, unknown>;
}

// biome-ignore lint/suspicious/noExplicitAny: the catalogue holds steps of every shape.
export type AnyStep = Step<any, any, any>;

export interface Step<Input extends z.ZodType, Uses extends Record<string, AnyAdapter>, Result>
  extends Omit<StepDeclaration<Input, Uses, Result>, 'retry'> {
  lane: Lane;
  timeoutMs: number;
  retry?: { times: number; pause: string; pauseMs: number };
  /** Validates and returns plain data for a plan. */
  (input: z.input<Input>): PlannedStep;
  /** Runs it over a shell: opens its adapters with the host's tool settings. */
  perform(input: unknown, context: StepContext, tools: Record<string, unknown>): Promise<Result>;
  /** Undoes it over a shell. */
  revert(input: unknown, context: StepContext, tools: Record<string, unknown>): Promise<Result | undefined>;
}

/** Declares a step. Every input has a `host`. */
export function defineStep<
  Input extends z.ZodType<{ host: HostName }>,
  Uses extends Record<string, AnyAdapter>,
  Result,
>(declaration: StepDeclaration<Input, Uses, Result>): Step<Input, Uses, Result> {
  const timeoutMs = parseDuration(declaration.timeout);
  if (timeoutMs === undefined) throw new TypeError(`${declaration.name}: timeout ${declaration.timeout}`);
  const call = (raw: z.input<Input>): PlannedStep => {
    const input = declaration.input.parse(raw);
    return {
      step: declaration.name,
      host: input.host,
      title: declaration.title(input),
      input: input as Record<string, unknown>,
    };
  };
  const open = (context: StepContext, tools: Record<string, unknown>) => ({
    ...context,
    ...openAll(declaration.uses, context.shell, tools),
  });
  const { name, ...rest } = declaration;
  const step = Object.assign(call, rest, {
    lane: declaration.lane ?? 'change',
    timeoutMs,
    retry: declaration.retry && {
      ...declaration.retry,
      pauseMs: parseDuration(declaration.retry.pause) ?? 1_000,
    },
    perform: async (input: unknown, context: StepContext, tools: Record<string, unknown>) => {
      try {
        return await declaration.run(declaration.input.parse(input), open(context, tools));
      } catch (thrown) {
        throw asMusterError(thrown);
      }
    },
    revert: async (input: unknown, context: StepContext, tools: Record<string, unknown>) => {
      return declaration.undo?.(declaration.input.parse(input), open(context, tools));
    },
  });
  Object.defineProperty(step, 'name', { value: name });
  return step as unknown as Step<Input, Uses, Result>;
}
