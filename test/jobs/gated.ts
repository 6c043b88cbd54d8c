/** A step on this machine that lasts until a file is there, and a process with a worker of its own for it. */
import { join } from 'node:path';
import { z } from 'zod';
import { localShell } from '../../src/adapters/local/shell.ts';
import { connectRedis } from '../../src/adapters/redis/connection.ts';
import { defineStep } from '../../src/jobs/step.ts';
import { HostName } from '../../src/names.ts';
import { openHall } from './hall.ts';

const SCRIPT = 'echo begun >> "$0/log"; until [ -e "$0/gate" ]; do sleep 0.05; done; echo ended >> "$0/log"';

/** Writes `begun` and `ended` into the folder's `log`, and waits for its `gate` in between; undone, it writes `undone`. */
export const gated = defineStep({
  name: 'test.gated',
  input: z.object({ host: HostName, folder: z.string() }),
  uses: {},
  timeout: '1m',
  title: () => 'gated',
  async run({ folder }, { shell, signal }) {
    await shell.run(['sh', '-c', SCRIPT, folder], { signal });
  },
  async undo({ folder }, { shell }) {
    await shell.run(['sh', '-c', 'echo undone >> "$0"', join(folder, 'log')]);
  },
});

/** A hall with that step on this machine. */
export const openGatedHall = (server: Parameters<typeof openHall>[0]) =>
  openHall(server, [gated], (host) => localShell({ host }));

// Started by itself it serves the host until it is killed, and says all the time whether it has anything to do.
const [, script, socket] = process.argv;
if (script === new URL(import.meta.url).pathname && socket) {
  const { workers } = openGatedHall({ connect: () => connectRedis(socket) });
  await workers.attach([{ host: 'web-1', lane: 'change' }]);
  console.log('ready');
  setInterval(() => console.log(workers.active > 0 ? 'busy' : 'idle'), 20);
}
