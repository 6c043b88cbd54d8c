/** The stacks of machines, started by one manager at a time. */
import { deployedTo, liveOn } from '../../bot/answers/generations.ts';
import { drawRequest } from '../../bot/cards/request.ts';
import type { Chats } from '../../bot/chats.ts';
import { runId } from '../../bot/dispatch.ts';
import type { House as Desk } from '../../bot/house.ts';
import { SCHEDULE } from '../../bot/places.ts';
import type { ConfigSource } from '../../config/watch.ts';
import { Lease } from '../../jobs/lease.ts';
import { lastBoots } from '../../jobs/machine/boots.ts';
import { knownMachines } from '../../jobs/machine/record.ts';
import { Stacks } from '../../jobs/machine/stacks.ts';
import type { openState, WireOptions } from '../state.ts';

export interface StacksWire {
  options: Pick<WireOptions, 'log'>;
  state: Pick<
    Awaited<ReturnType<typeof openState>>,
    'state' | 'redis' | 'machines' | 'runs' | 'requests' | 'alerts'
  >;
  config: Pick<ConfigSource, 'current'>;
  desk: Pick<Desk, 'runLine' | 'resolve'>;
  chats: Pick<Chats, 'tell'>;
}

export function openStacks({ options: { log }, state, config, desk, chats }: StacksWire): Stacks {
  /** The name by which people know a commit, as long as it stands for that one; else the commit itself. */
  const named = async (app: string, { ref, commit }: { ref: string; commit: string }): Promise<string> =>
    (await desk.resolve(app, ref).catch(() => undefined)) === commit ? ref : commit;
  return new Stacks({
    config: () => config.current,
    state: state.state,
    known: async () => knownMachines(config.current, await state.machines.all()),
    boots: () => lastBoots(state.state),
    async live(app, machine) {
      const deployed = await deployedTo(state.state, app, machine);
      const entry = liveOn(deployed);
      if (!entry) return undefined;
      return { since: Date.parse(deployed?.since ?? entry.at), ref: () => named(app, entry) };
    },
    runLine: async (id, line, person) => ({
      ...(await desk.runLine(id, line, person)),
      run: runId({ platform: SCHEDULE, chat: SCHEDULE, id }),
    }),
    run: (id) => state.runs.find(id),
    async denied(id) {
      const request = await state.requests.find(id);
      if (!request || request.decision === 'open' || request.decision === 'granted') return undefined;
      // Its last line says how to ask again.
      return { line: request.text, reason: drawRequest(request).slice(0, -1).join('\n') };
    },
    tell: (id, text) => chats.tell('operators', id, text),
    alerts: state.alerts,
    lease: new Lease({ redis: state.redis, name: 'stacks', log }),
    log,
  });
}
