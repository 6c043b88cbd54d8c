/** All that one fake service holds. */
import type { Budget } from './budget.ts';
import type { Commands } from './commands.ts';
import type { Params } from './params.ts';
import type { Updates } from './updates.ts';
import type { Webhook } from './webhook.ts';
import type { World } from './world.ts';

/** A pressed button. */
export interface Query {
  id: string;
  /** The update that told of it. */
  update: number;
  chat: number;
  message: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** What the bot answered to a pressed button. */
export interface Answer extends Query {
  text: string;
  alert: boolean;
}

/** «typing» and its like. */
export interface Action {
  chat: number;
  action: string;
  thread?: number;
}

export interface Service {
  world: World;
  updates: Updates;
  webhook: Webhook;
  budget: Budget;
  commands: Commands;
  /** Buttons that were pressed and not answered. */
  queries: Map<string, Query>;
  answers: Answer[];
  actions: Action[];
}

/** One method of the Bot API; `gone` is aborted when the caller hangs up. */
export type Method = (service: Service, params: Params, gone: AbortSignal) => unknown;
