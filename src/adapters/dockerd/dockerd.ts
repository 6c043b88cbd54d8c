/** The Docker engine as a daemon of one host: is it there, does it answer, how is it started. What it does for us is in adapters/docker. */
import { dirname } from 'node:path/posix';
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { quote } from '../../shell.ts';
import { defineAdapter } from '../adapter.ts';
import { bridgeArgv, type Engine, engineFor, findArgv, SOCKET, writeArgv } from './commands.ts';
import { pings } from './ping.ts';

export const dockerd = defineAdapter({
  // Its settings are the engine's: `tools.docker` in the configuration.
  name: 'docker',
  about: 'The Docker engine as a daemon',
  options: z.object({ socket: z.string().startsWith('/').default(SOCKET).describe("the engine's socket") }),
  open: ({ shell, options: { socket } }) => ({
    socket,
    /** Whether it is the engine that the host's own service manager starts. */
    usual: socket === SOCKET,
    /** Whether the engine answers (`GET /_ping` of its API); rejects with `host.denied` where Muster may not ask it. */
    async answers(): Promise<boolean> {
      try {
        return await pings(shell, socket, '/_ping');
      } catch (cause) {
        const user = (await shell.run(['id', '-un'])).stdout.trim();
        const message = messages().reasons.engineUser({ user });
        const command = `sudo usermod --append --groups docker -- ${quote(user)}`;
        throw new MusterError('host.denied', { host: shell.host, message, command }, { cause });
      }
    },
    /** Where its program is; undefined where it is not installed. */
    async program(): Promise<string | undefined> {
      const { stdout } = await shell.run(findArgv(), { accept: [0, 1] });
      return stdout.split('\n')[0] || undefined;
    },
    /** How to start it, with Muster's folder on the host as `root`. */
    engine: (root: string): Engine => engineFor({ socket, root }),
    /** Makes ready what it needs before it can start. Needs root. */
    async prepare(root: string): Promise<void> {
      const { own } = engineFor({ socket, root });
      if (own === undefined) return;
      await shell.run(['mkdir', '--parents', '--', dirname(own.config)]);
      await shell.run(writeArgv(own.config), { stdin: '{}\n' });
      await shell.run(bridgeArgv(own.bridge), { accept: [0, 2] });
    },
  }),
  probe: async (engine) => {
    if (!(await engine.answers())) throw new Error('the engine does not answer');
  },
});
