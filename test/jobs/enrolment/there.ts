/** A machine whose agent waits to be enrolled, and somebody who stands in between, on ports of this one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { z } from 'zod';
import { type Channel, type Commands, command } from '../../../src/adapters/icp/channel.ts';
import { connect } from '../../../src/adapters/icp/client.ts';
import { serve } from '../../../src/adapters/icp/server.ts';
import type { Agent } from '../../../src/agent/agent.ts';
import { openDaemon } from '../../../src/agent/daemon.ts';
import { keepToken } from '../../../src/agent/enrolment.ts';
import { trust } from '../../../src/agent/trusted.ts';
import { type Identity, openIdentity } from '../../../src/identity.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';

export const log = createLog({ level: 'silent', scrubber: new Scrubber() });

export interface There {
  folder: string;
  /** Muster's. */
  manager: Identity;
  /** An agent that trusts Muster and knows a token, where one is given. `now` is its clock at the time it was installed. */
  agent(name: string, token?: string, now?: () => number): Promise<Agent & { state: string }>;
  /** Somebody with a key of their own whom Muster reaches, and whom the agent behind trusts, too: hands all on, in both directions. */
  between(
    port: number,
  ): Promise<{ port: number; fingerprint: string; heard: unknown[]; leave(): Promise<void> }>;
}

export async function openThere(t: TestContext): Promise<There> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-enrol-'));
  const ends: (() => Promise<unknown>)[] = [];
  t.after(async () => {
    for (const end of ends.reverse()) await end();
    await rm(folder, { recursive: true });
  });
  const manager = await openIdentity(join(folder, 'manager'), 'muster');
  const middle = await openIdentity(join(folder, 'middle'), 'middle');
  return {
    folder,
    manager,
    async agent(name, token, now) {
      const state = join(folder, name);
      await trust(state, [manager.fingerprint, middle.fingerprint]);
      if (token !== undefined) await keepToken(state, token, now);
      const agent = await openDaemon({ state, address: '127.0.0.1', port: 0, log }, 'worker', {});
      ends.push(() => agent.close());
      return { ...agent, state };
    },
    async between(port) {
      const heard: unknown[] = [];
      let behind: Promise<Channel> | undefined;
      const hand = (name: string) =>
        command({
          input: z.looseObject({}),
          async run(data) {
            behind ??= connect({
              ...{ host: 'behind', address: '127.0.0.1', port, identity: middle, unproven: true },
            });
            const answer = await (await behind).request(name, data);
            heard.push(data, answer);
            const { id: _, ...rest } = answer;
            return rest;
          },
        });
      const commands: Commands = {
        'enrol.prove': hand('enrol.prove'),
        'enrol.confirm': hand('enrol.confirm'),
      };
      const trusted = () => [manager.fingerprint];
      const server = await serve({ identity: middle, trusted, commands, log }, '127.0.0.1', 0);
      ends.push(() => server.close());
      const leave = async () => (await behind)?.close();
      return { port: server.port, fingerprint: middle.fingerprint, heard, leave };
    },
  };
}
