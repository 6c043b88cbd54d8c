/** Starts the Docker engine of a host. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { dockerd } from '../../adapters/dockerd/dockerd.ts';
import { enableArgv } from '../../adapters/service/commands.ts';
import { service } from '../../adapters/service/service.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { defineStep } from '../step.ts';
import { demandRoot } from './permission.ts';

/** How long an engine may take to answer after its start, ms. */
const PATIENCE_MS = 60_000;
const POLL_MS = 200;

export const startEngine = defineStep({
  name: 'host.start',
  lane: 'change',
  input: z.strictObject({ host: HostName }),
  uses: { dockerd, service },
  timeout: '3m',
  title: ({ host }) => messages().jobs.steps.engine({ host }),
  async run(_, { shell, root, dockerd: engine, service: services, signal, report }) {
    if (await engine.answers()) return { started: false };
    const managed = engine.usual && (await services.systemd());
    const command = managed ? enableArgv('docker') : ['dockerd', ...engine.engine(root).arguments];
    await demandRoot(shell, messages().jobs.byHand.startEngine, [command]);
    const log = managed ? undefined : await launch();
    if (managed) await services.enable('docker', { signal, onLine: (line) => report.line(line) });
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await engine.answers())) {
      if (Date.now() > deadline) {
        const lines = log === undefined ? [] : await services.lastLines(log);
        throw new MusterError('engine.down', { host: shell.host }, { lines });
      }
      await sleep(POLL_MS, undefined, { signal });
    }
    report.note(messages().jobs.notes.engineRuns(shell));
    return { started: true };

    async function launch(): Promise<string> {
      const program = await engine.program();
      if (program === undefined)
        throw new MusterError('engine.missing', { host: shell.host, what: messages().jobs.needs.engine });
      await engine.prepare(root);
      const { arguments: words, pidFile, log } = engine.engine(root);
      await services.launch({ program, arguments: words, pidFile, log }, { signal });
      return log;
    }
  },
});
