/** The agent that keeps a host's firewall: a second daemon with a key of its own, which can do nothing else. */
import { join } from 'node:path';
import { z } from 'zod';
import { command } from '../../adapters/icp/channel.ts';
import { Firewall } from '../../firewall/firewall.ts';
import type { Agent, AgentParts } from '../agent.ts';
import { openDaemon } from '../daemon.ts';
import { type Backend, Guard } from './guard.ts';
import { Shelf } from './shelf.ts';

/** How long a change may stay without being kept, ms. */
const MOST_MS = 3_600_000;

const Id = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/);
/** `data.id` is the request's. */
const One = z.strictObject({ change: Id });
const Change = z.strictObject({
  change: Id,
  by: z.string().max(200),
  rules: Firewall,
  keepWithin: z.number().int().min(1_000).max(MOST_MS),
  overwrite: z.array(z.string().max(1_000)).max(10_000).default([]),
});

export interface GuardianParts extends AgentParts {
  backend: Backend;
}

/** Starts it; what nobody had kept is taken back before anybody can ask for anything. */
export async function openGuardian(parts: GuardianParts): Promise<Agent & { guard: Guard }> {
  const { state, backend, log } = parts;
  const guard = new Guard({ shelf: new Shelf(join(state, 'firewall')), backend, log });
  await guard.start();
  const commands = {
    'firewall.apply': command({
      input: Change,
      async run({ change: id, ...change }, { channel }) {
        const { by, until } = await guard.apply({ id, ...change }, channel);
        return { pending: { id, by, until } };
      },
    }),
    'firewall.keep': command({
      input: One,
      async run({ change: id }, { channel }) {
        await guard.keep(id, channel);
        return {};
      },
    }),
    'firewall.revert': command({
      input: One,
      async run({ change: id }) {
        await guard.revert(id);
        return {};
      },
    }),
    'firewall.show': command({
      input: z.strictObject({}),
      run: async () => ({ ...(await guard.standing()), rules: guard.rules() }),
    }),
  };
  const daemon = await openDaemon(parts, 'guardian', commands);
  return {
    ...daemon,
    guard,
    async close() {
      await daemon.close();
      await guard.close();
    },
  };
}
