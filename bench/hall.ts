/** A whole Muster over a Redis of its own, with one command, `work`, whose run has one step on one host. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { defineCommand } from '../src/bot/command.ts';
import { defineStep } from '../src/jobs/step.ts';
import { createLog } from '../src/log.ts';
import { HostName } from '../src/names.ts';
import { Scrubber } from '../src/secret.ts';
import type { Shell } from '../src/shell.ts';
import { type House, openHouse } from '../src/wire/house.ts';
import { startRedis, type TestRedis } from '../test/redis.ts';

export interface Hall {
  house: House;
  server: TestRedis;
  close(): Promise<void>;
}

/**
 * `act` is what the step does. `identities` are the ids of the one person, by platform, and `more` further sections of the
 * configuration, both as YAML.
 */
export async function openHall(
  act: (context: { signal: AbortSignal; shell: Shell }) => Promise<void>,
  { identities = 'console: "*"', more = '' } = {},
): Promise<Hall> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  await writeFile(
    join(folder, 'muster.yml'),
    `people: {bench: {identities: {${identities}}, roles: [all]}}\nroles: {all: {allow: [{commands: ["*"]}]}}\nhosts: {local: {link: local}}\n${more}`,
  );
  const step = defineStep({
    name: 'bench.work',
    input: z.object({ host: HostName }),
    lane: 'read',
    uses: {},
    timeout: '1m',
    title: () => 'work',
    run: (_, context) => act(context),
  });
  const work = defineCommand({
    name: 'work',
    about: () => ({ summary: 'One step', fields: {} }),
    examples: ['work local'],
    input: z.object({ host: HostName }),
    words: ['host'],
    risk: 'change',
    scope: ({ host }) => `host/${host}`,
    plan: async ({ host }) => ({
      title: 'work',
      done: 'worked',
      locks: [],
      stages: [{ name: 'work', steps: [step({ host })] }],
      next: '/jobs',
    }),
  });
  const server = await startRedis();
  const scrubber = new Scrubber();
  const log = createLog({ level: 'silent', scrubber });
  const house = await openHouse({
    config: folder,
    state: folder,
    redisUrl: server.socket,
    log,
    scrubber,
    commands: [work],
    step: () => step,
  });
  await house.start();
  return {
    house,
    server,
    async close() {
      await house.close(1_000);
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
