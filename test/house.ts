/** A whole manager in a test's process: real Redis and commands, hosts that nobody reaches, steps of plain JavaScript. */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { catalog } from '../src/bot/catalog.ts';
import { type Command, defineCommand } from '../src/bot/command.ts';
import type { Outcome } from '../src/bot/dispatch.ts';
import { createLog } from '../src/log.ts';
import { AppName } from '../src/names.ts';
import { Scrubber } from '../src/secret.ts';
import { type House, openHouse } from '../src/wire/house.ts';
import type { WireOptions } from '../src/wire/state.ts';
import { workStep } from './jobs/hall.ts';
import { startRedis, type TestRedis } from './redis.ts';

export interface TestHouse {
  server: TestRedis;
  house: House;
  /** Replaces the configuration's file. */
  write(yaml: string): Promise<void>;
  /** Replaces the configuration; it is in force when this resolves. */
  configure(yaml: string): Promise<void>;
  /** Says a line as a user of the platform `test`. */
  say(text: string, user?: string, id?: string): Promise<Outcome>;
  /** Opens another manager on the same state. */
  another(): Promise<House>;
  stop(): Promise<void>;
}

/** Opens a house whose `deploy APP` is one step that calls `acts[APP]` on the host `local`; all other commands are the real ones. */
export async function startHouse(
  yaml: string,
  acts: Parameters<typeof workStep>[0] = {},
  undone: string[] = [],
  more: Command[] = [],
  options: Partial<WireOptions> = {},
): Promise<TestHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-house-'));
  const server = await startRedis();
  const config = join(folder, 'config');
  const write = (text: string) => writeFile(join(config, 'muster.yml'), text);
  await mkdir(config);
  await write(yaml);
  const step = workStep(acts, undone);
  const deploy = defineCommand({
    name: 'deploy',
    about: () => ({ summary: 'Roll out', fields: {} }),
    examples: ['deploy shop'],
    input: z.object({ app: AppName }),
    words: ['app'],
    risk: 'change',
    scope: ({ app }) => `app/${app}`,
    plan: async ({ app }) => ({
      title: `deploy ${app}`,
      done: `${app} is live`,
      locks: [`app/${app}`],
      stages: [{ name: 'roll', steps: [step({ host: 'local', act: app })] }],
      next: '/apps',
    }),
  });
  const commands = [...catalog.filter(({ name }) => name !== 'deploy'), deploy, ...more];
  const scrubber = new Scrubber();
  const open = () =>
    openHouse({
      config,
      state: join(folder, 'var'),
      redisUrl: server.socket,
      scrubber,
      log: createLog({ level: 'silent', scrubber }),
      commands,
      step: () => step,
      ...options,
    });
  const house = await open();
  const others: House[] = [];
  return {
    server,
    house,
    write,
    async configure(text) {
      await write(text);
      await house.config.reload();
    },
    say: (text, user = '7', id = randomUUID()) =>
      house.handle({ id, platform: 'test', chat: 'test', user, text }, 'required'),
    async another() {
      const other = await open();
      others.push(other);
      return other;
    },
    async stop() {
      for (const each of [...others, house]) await each.close(0);
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
