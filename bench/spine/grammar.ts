/** (b) Parse, authorise and validate with 500 commands, beside Hubot 14's command bus doing the same. */
import { EventEmitter } from 'node:events';
import { z } from 'zod';
import { type Command, catalogue, defineCommand } from '../../src/bot/command.ts';
import { parse } from '../../src/bot/grammar/parse.ts';
import { authorise } from '../../src/bot/rights/authorise.ts';
import { Config } from '../../src/config/config.ts';
import type { Area } from '../figure.ts';

const COMMANDS = 500;

export const grammar: Area = async function* ({ small }) {
  const rounds = small ? 500 : 50_000;
  const names = Array.from({ length: COMMANDS }, (_, index) => `task-${index}`);
  const ours = await measure(rounds, muster(names));
  const theirs = await measure(rounds, await hubot(names));
  yield {
    name: `parse, authorise, validate, ${COMMANDS} commands`,
    goal: 'faster than Hubot',
    unit: '/s',
    measured: ours,
    peer: { name: 'hubot 14 command bus', value: theirs },
    ok: ours > theirs,
  };
};

/** Calls a second, the better of three rounds each, so that neither pays for the other's warm-up. */
async function measure(rounds: number, handle: (index: number) => Promise<boolean>): Promise<number> {
  let best = 0;
  for (let turn = 0; turn < 3; turn += 1) {
    const before = performance.now();
    for (let index = 0; index < rounds; index += 1) {
      if (!(await handle(index))) throw new Error(`line ${index} was refused`);
    }
    best = Math.max(best, (rounds * 1_000) / (performance.now() - before));
  }
  return best;
}

function muster(names: string[]): (index: number) => Promise<boolean> {
  const commands: Command[] = names.map((name) =>
    defineCommand({
      name,
      about: () => ({ summary: name, fields: {} }),
      examples: [`${name} --env prod --count 3`],
      input: z.object({
        env: z.enum(['prod', 'test']),
        count: z.number(),
        force: z.boolean().default(false),
      }),
      risk: 'read',
      scope: ({ env }) => `env/${env}`,
      answer: async () => ({ text: 'done' }),
    }),
  );
  const known = catalogue(commands);
  const config = {
    ...Config.parse({
      people: { reem: { roles: ['ops'] } },
      roles: { ops: { allow: [{ commands: ['task-*'], on: ['env/*'] }] } },
    }),
    folder: '/',
  };
  return async (index) => {
    const parsed = parse(`/${names[index % COMMANDS]} --env prod --count 3`, {
      catalogue: known,
      prefix: 'required',
    });
    if (parsed.kind !== 'command') return false;
    return authorise(config, 'reem', parsed.command.name, parsed.command.scope(parsed.input)).ok;
  };
}

interface CommandBus {
  register(spec: Record<string, unknown>): void;
  parse(text: string): { commandId: string; args: Record<string, unknown> } | null;
  validate(id: string, args: Record<string, unknown>, context: unknown): Promise<{ ok: boolean }>;
  invoke(text: string, context: unknown): Promise<{ ok: boolean }>;
}

async function hubot(names: string[]): Promise<(index: number) => Promise<boolean>> {
  const path = new URL('../node_modules/hubot/src/CommandBus.mjs', import.meta.url).href;
  const { CommandBus } = (await import(path)) as {
    CommandBus: new (robot: unknown, options: unknown) => CommandBus;
  };
  const bus = new CommandBus(Object.assign(new EventEmitter(), { brain: { users: () => ({}) } }), {
    disableLogging: true,
    permissionProvider: { hasRole: async () => true },
  });
  for (const id of names) {
    bus.register({
      id,
      description: id,
      args: {
        env: { type: 'enum', values: ['prod', 'test'], required: true },
        count: { type: 'number', required: true },
        force: { type: 'boolean', default: false },
      },
      permissions: { roles: ['ops'] },
      confirm: 'never',
      handler: async () => 'done',
    });
  }
  return async (index) =>
    (
      await bus.invoke(`${names[index % COMMANDS]} --env prod --count 3`, {
        user: { id: 'reem', roles: ['ops'] },
        room: 'build',
      })
    ).ok;
}
