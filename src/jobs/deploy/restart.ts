/** Starts what runs of an app once more, as it is. */
import { docker } from '../../adapters/docker/docker.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { defineStep } from '../step.ts';
import { Live } from './input.ts';

export const restart = defineStep({
  name: 'deploy.restart',
  input: Live,
  uses: { docker },
  timeout: '10m',
  title: ({ app, host }) => messages().jobs.steps.restart({ app, host }),
  async run({ app, host }, { docker: engine, report }) {
    const containers = (await engine.project(app)).filter(
      ({ labels }) => labels['com.docker.compose.oneoff'] !== 'True',
    );
    if (containers.length === 0) throw new MusterError('app.notdeployed', { app, host });
    for (const [index, { id, name }] of containers.entries()) {
      await engine.restart(id);
      report.line(name);
      report.progress((index + 1) / containers.length);
    }
  },
});
