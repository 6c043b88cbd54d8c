/** Waits until what was started is well, or says why it is not. */
import { z } from 'zod';
import type { ContainerState } from '../../adapters/docker/container.ts';
import { type Docker, docker } from '../../adapters/docker/docker.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { short } from '../../names.ts';
import { printable } from '../../shell.ts';
import { humanDuration } from '../../units.ts';
import { defineStep } from '../step.ts';
import { Live } from './input.ts';
import { Ill, settled } from './watch.ts';

const LAST_LINES = 20;

export const healthy = defineStep({
  name: 'deploy.healthy',
  input: z.strictObject({
    ...Live.shape,
    /** How long it may take, ms. */
    within: z.number().int().positive(),
  }),
  uses: { docker },
  timeout: '2h',
  title: ({ app, commit, host }) => messages().jobs.steps.healthy({ app, commit: short(commit), host }),
  async run({ app, within }, { shell, docker: engine, signal, report }) {
    const deadline = AbortSignal.timeout(within);
    let open: { container: ContainerState; why: string } | undefined;
    const watching = {
      onShare: (share: number) => report.progress(share),
      onWaiting: (container: ContainerState, why: string) => {
        open = { container, why };
      },
    };
    try {
      await settled(engine, app, AbortSignal.any([signal, deadline]), watching);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const [container, why] =
        error instanceof Ill
          ? [error.container, error.message]
          : error === deadline.reason
            ? [open?.container, late(open, within)]
            : [];
      if (why === undefined) throw error;
      const lines = container ? await lastLines(engine, container) : [];
      const facts = { app, host: shell.host, message: printable(why), service: container?.service };
      throw new MusterError('app.unhealthy', facts, { cause: error, lines });
    }
  },
});

const late = (open: { container: ContainerState; why: string } | undefined, within: number): string =>
  `${messages().jobs.health.late({ time: humanDuration(within) })}${open ? `, ${open.container.service}: ${open.why}` : ''}`;

async function lastLines(engine: Docker, container: ContainerState): Promise<string[]> {
  const lines: { at: string; text: string }[] = [];
  await engine.logs(container.id, { tail: LAST_LINES }, (line) => lines.push(line)).catch(() => {});
  return lines
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ text }) => printable(text))
    .slice(-LAST_LINES);
}
