/** All that one fake service holds. */

import type { Block } from './blocks.ts';
import type { Budget } from './budget.ts';
import type { Deliveries } from './deliveries.ts';
import type { Params } from './params.ts';
import type { Sockets } from './sockets.ts';
import type { HeldFile, World } from './world.ts';

/** A message that one person sees. */
export interface Ephemeral {
  ts: string;
  channel: string;
  to: string;
  text: string;
  blocks: Block[];
  thread?: string;
}

/** A file on its way: it gets a message when all is there. */
export interface Upload extends HeldFile {
  length: number;
  state: 'expected' | 'there' | 'shared';
}

export interface Service {
  /** The address of the server. */
  url: string;
  world: World;
  budget: Budget;
  deliveries: Deliveries;
  sockets: Sockets;
  ephemerals: Ephemeral[];
  uploads: Map<string, Upload>;
}

/** One method of the Web API: gives what stands beside `ok: true`. */
export type Method = (service: Service, params: Params) => Record<string, unknown>;
