/** The stacks of machines, started by one manager at a time. */
import type { Chats } from '../../bot/chats.ts';
import type { House as Desk } from '../../bot/house.ts';
import type { ConfigSource } from '../../config/watch.ts';
import { Lease } from '../../jobs/lease.ts';
import { lastBoots } from '../../jobs/machine/boots.ts';
import { knownMachines } from '../../jobs/machine/record.ts';
import { Stacks } from '../../jobs/machine/stacks.ts';
import type { openState, WireOptions } from '../state.ts';

export interface StacksWire {
  options: Pick<WireOptions, 'log'>;
  state: Pick<Awaited<ReturnType<typeof openState>>, 'state' | 'redis' | 'machines'>;
  config: Pick<ConfigSource, 'current'>;
  runLine: Desk['runLine'];
  chats: Pick<Chats, 'tell'>;
}

export function openStacks({ options: { log }, state, config, runLine, chats }: StacksWire): Stacks {
  return new Stacks({
    config: () => config.current,
    state: state.state,
    known: async () => knownMachines(config.current, await state.machines.all()),
    boots: () => lastBoots(state.state),
    runLine,
    tell: (id, text) => chats.tell('operators', id, text),
    lease: new Lease({ redis: state.redis, name: 'stacks', log }),
    log,
  });
}
