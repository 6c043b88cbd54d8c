/** Compose on one host: what an app's file means, and running exactly that. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Output, RunOptions, Shell } from '../../shell.ts';
import { defineAdapter } from '../adapter.ts';
import { type Canonical, canonicalise, type Written } from './canonicalise.ts';
import {
  ANY_CODE,
  buildArgv,
  composeEnv,
  downArgv,
  PLUGIN,
  type Project,
  pluginArgv,
  pullArgv,
  STANDALONE,
  standaloneArgv,
  type Tool,
  upArgv,
} from './commands.ts';

type Watch = Pick<RunOptions, 'signal' | 'onLine'>;

export const compose = defineAdapter({
  // Its settings are the engine's: `tools.docker` in the configuration.
  name: 'docker',
  about: 'Compose, as the docker plugin or docker-compose',
  options: z.object({ socket: z.string().startsWith('/').default('/var/run/docker.sock') }),
  open: ({ shell, options: { socket } }) => {
    let found: Promise<Tool> | undefined;
    const tool = (): Promise<Tool> => {
      found ??= detect(shell);
      return found;
    };
    const run = async (
      argv: (tool: Tool, project: Project) => string[],
      project: Project,
      watch: Watch,
    ): Promise<Output> => {
      return shell.run(argv(await tool(), project), { ...watch, env: composeEnv(socket) });
    };
    return {
      tool,
      /** What the app's file means, ready to run. Rejects with `compose.missing` or `compose.invalid`. */
      canonicalise: async (written: Written, watch: Watch = {}): Promise<Canonical> =>
        canonicalise(shell, await tool(), written, watch),
      build: (project: Project, watch: Watch = {}) => run(buildArgv, project, watch),
      pull: (project: Project, services: readonly string[], watch: Watch = {}) =>
        run((program, about) => pullArgv(program, about, services), project, watch),
      up: (project: Project, watch: Watch = {}) => run(upArgv, project, watch),
      down: (project: Project, watch: Watch = {}) => run(downArgv, project, watch),
    };
  },
  probe: (api) => api.tool(),
});

/** The plugin where it is there, the program where not; rejects with `engine.missing`. */
async function detect(shell: Shell): Promise<Tool> {
  const works = (argv: string[]) =>
    shell.run(argv, { accept: ANY_CODE }).then(
      ({ code }) => code === 0,
      (error) => {
        if (error instanceof MusterError && error.code === 'shell.notfound') return false;
        throw error;
      },
    );
  if (await works(pluginArgv())) return PLUGIN;
  if (await works(standaloneArgv())) return STANDALONE;
  throw new MusterError('engine.missing', { host: shell.host, what: messages().reasons.composeTool });
}
