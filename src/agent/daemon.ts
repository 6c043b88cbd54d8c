/** What both daemons on a host do alike: a key that can be changed, a token that proves whose host it is, managers that are let in. */
import { join } from 'node:path';
import { z } from 'zod';
import { type Commands, command } from '../adapters/icp/channel.ts';
import { serve } from '../adapters/icp/server.ts';
import { Fingerprint } from '../names.ts';
import type { Agent, AgentParts } from './agent.ts';
import { Enrolment } from './enrolment.ts';
import { KeyRing } from './key-ring.ts';
import { distrust, trustedNow } from './trusted.ts';

/** How often it is looked whether the token has lapsed, ms. */
const LAPSE_MS = 60_000;

/** Listens, with what any agent can be asked and `commands`; `name` is its key's. */
export async function openDaemon(
  { state, address, port, log }: AgentParts,
  name: string,
  commands: Commands,
): Promise<Agent> {
  const keys = await KeyRing.open(join(state, 'keys'), name);
  const enrolment = new Enrolment(state);
  await enrolment.lapse();
  const all = {
    ...commands,
    ...keys.commands,
    ...enrolment.commands,
    'trust.forget': command({
      input: z.strictObject({ keys: z.array(Fingerprint).max(100) }),
      run: async ({ keys }, { channel }) => {
        await distrust(state, [...keys, channel.ends.theirs]);
        log.info({ keys }, 'managers are trusted no more');
        return {};
      },
    }),
  };
  const trusted = () => trustedNow(state);
  const identity = keys.current;
  const server = await serve({ identity, next: () => keys.next, trusted, commands: all, log }, address, port);
  keys.onChange = (other) => server.become(other);
  const lapse = setInterval(() => void enrolment.lapse(), LAPSE_MS);
  lapse.unref();
  return {
    identity,
    server,
    async close() {
      clearInterval(lapse);
      await server.close();
    },
  };
}
