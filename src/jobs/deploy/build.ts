/** Builds the images of a generation and pulls the others, before anything that runs is touched. */
import { z } from 'zod';
import { compose } from '../../adapters/compose/compose.ts';
import { PROJECT_LABEL } from '../../adapters/docker/container.ts';
import { type Docker, docker } from '../../adapters/docker/docker.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { short } from '../../names.ts';
import { defineStep } from '../step.ts';
import { BasePolicy, basePolicy, checkBase } from './base.ts';
import { BuildLog } from './build-log.ts';
import { found } from './found.ts';
import { Generations } from './generations.ts';
import { Release } from './input.ts';

export const build = defineStep({
  name: 'deploy.build',
  lane: 'build',
  input: z.strictObject({ ...Release.shape, base: BasePolicy.optional() }),
  uses: { compose, docker },
  timeout: '30m',
  title: ({ app, commit, host }) => messages().jobs.steps.build({ app, commit: short(commit), host }),
  brief: async ({ host }, beside) => ({ base: await basePolicy(host, beside) }),
  async run({ app, base }, { shell, root, origin, compose: tool, docker: engine, signal, report }) {
    const generations = new Generations(shell, root, app);
    const generation = await found(
      shell.host,
      app,
      origin,
      messages().reasons.gone.files,
      generations.find(origin),
    );
    const project = generations.project(generation);
    const strangers = new Set((await engine.all()).map((container) => container.id));
    const log = new BuildLog(generation.services.filter((service) => service.built).length);
    const onLine = (line: string) => {
      log.take(line);
      report.line(line);
      report.progress(log.share);
    };
    const missing = await absent(engine, generation.services);
    try {
      if (missing.length > 0) {
        const names = missing.map((service) => service.name);
        await tool.pull(project, names, { signal, onLine });
      }
      if (generation.services.some((service) => service.built)) await tool.build(project, { signal, onLine });
    } catch (error) {
      await clean(engine, log.containers, strangers);
      if (signal.aborted) throw error;
      const images = [...missing.map((service) => service.image), ...log.bases];
      throw (await explain(shell.host, engine, images, error)) ?? error;
    }
    if (base) await checkBase(engine, generation, base, { host: shell.host, report });
  },
});

const absent = async (engine: Docker, services: { name: string; image: string; built: boolean }[]) => {
  const others = services.filter((service) => !service.built);
  const there = await Promise.all(others.map((service) => engine.image(service.image)));
  return others.filter((_, at) => there[at] === undefined);
};

/**
 * The engine ends a build whose client is gone, but not at once, and it keeps the container of a command that failed.
 * The build's own output names them, and a build may print what it likes: nothing that was there before is touched,
 * nor what belongs to an app.
 */
async function clean(
  engine: Docker,
  containers: readonly string[],
  strangers: ReadonlySet<string>,
): Promise<void> {
  for (const id of containers) {
    for (let tries = 0; tries < 20; tries += 1) {
      const container = await engine.inspect(id);
      if (!container || strangers.has(container.id) || PROJECT_LABEL in container.labels) break;
      await engine.remove(id);
    }
  }
}

const NOT_TO_BE_HAD =
  /pull access denied|manifest .*(?:unknown|not found)|not found|failed to resolve|no such host|dial tcp|Client\.Timeout|Get "?https?:/i;

/** Says that the disk is full or which image was not to be had, where that is why a build failed. */
async function explain(host: string, engine: Docker, images: readonly string[], error: unknown) {
  if (!(error instanceof MusterError) || error.code !== 'shell.exit') return undefined;
  const output = error.lines.join('\n');
  if (/no space left on device/i.test(output)) {
    return new MusterError('host.diskfull', { host }, { cause: error, lines: error.lines });
  }
  if (!NOT_TO_BE_HAD.test(output)) return undefined;
  for (const image of images) {
    if ((await engine.image(image)) !== undefined) continue;
    const next = /^muster\/base(?::|$)/.test(image) ? '/build base' : messages().reasons.pull({ host });
    return new MusterError('image.missing', { image, host, next }, { cause: error, lines: error.lines });
  }
  return undefined;
}
