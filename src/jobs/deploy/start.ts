/** Puts a generation in the place of the one before. */
import { compose } from '../../adapters/compose/compose.ts';
import { type Docker, docker } from '../../adapters/docker/docker.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { short } from '../../names.ts';
import { printable, type RunOptions } from '../../shell.ts';
import { defineStep } from '../step.ts';
import { found } from './found.ts';
import { type Generation, Generations } from './generations.ts';
import { Live } from './input.ts';
import { settled } from './watch.ts';

/** How long the generation before may take to get healthy when it is brought back, ms. */
const BACK_MS = 60_000;

export const start = defineStep({
  name: 'deploy.start',
  input: Live,
  uses: { compose, docker },
  timeout: '10m',
  title: ({ app, commit, host }) => messages().jobs.steps.start({ app, commit: short(commit), host }),
  async run(input, { shell, root, origin, compose: tool, docker: engine, signal, report }) {
    const { app } = input;
    const generations = new Generations(shell, root, app);
    const id = input.generation ?? origin;
    const generation = await found(shell.host, app, id, messages().reasons.gone.files, generations.find(id));
    await engine.ping();
    for (const { image, built } of generation.services) {
      if (built)
        await found(shell.host, app, id, messages().reasons.gone.image({ image }), engine.image(image));
    }
    const watch = { signal, onLine: (line: string) => report.line(line) };
    await tool.up(generations.project(generation), watch).catch((error) => {
      throw startError(app, shell.host, error);
    });
  },
  async undo(input, { shell, root, origin, compose: tool, docker: engine, report }) {
    const { app } = input;
    const generations = new Generations(shell, root, app);
    const { current } = await generations.history();
    const onLine = (line: string) => report.line(line);
    const before = current === undefined ? undefined : await generations.find(current);
    if (before) {
      await tool.up(generations.project(before), { onLine });
      const well = await settled(engine, app, AbortSignal.timeout(BACK_MS)).catch(() => false);
      const release = `${before.ref} (${short(before.commit)})`;
      const { isBack, isBackIll } = messages().jobs.notes;
      report.note((well ? isBack : isBackIll)({ app, release, host: shell.host }));
      return;
    }
    const own = await generations.find(input.generation ?? origin);
    await takeDown(own && { tool, generations, own }, engine, app, { onLine });
  },
});

/** Nothing of the app runs afterwards; its volumes stay. */
async function takeDown(
  known: { tool: ReturnType<typeof compose.open>; generations: Generations; own: Generation } | undefined,
  engine: Docker,
  app: string,
  watch: Pick<RunOptions, 'onLine'>,
): Promise<void> {
  if (known) await known.tool.down(known.generations.project(known.own), watch);
  for (const { id } of await engine.project(app)) await engine.remove(id);
}

/** What the engine said of a container that it could not start, as `app.unhealthy`; all else stays what it is. */
function startError(app: string, host: string, error: unknown): unknown {
  if (!(error instanceof MusterError) || error.code !== 'shell.exit') return error;
  const line = error.lines.find((one) =>
    /Cannot (?:start|create) .*service|Error response from daemon/i.test(one),
  );
  if (line === undefined) return error;
  const [, service, reason] = /service "?([\w.-]+)"?: (.*)$/.exec(line) ?? [];
  const words = (reason ?? line)
    .replace(/^.*Error response from daemon: /, '')
    .replace(/driver failed programming external connectivity on endpoint \S+ \([0-9a-f]+\): /, '')
    .replace(/: unknown$/, '');
  const message = printable(service ? `${service}: ${words}` : words).slice(0, 300);
  return new MusterError('app.unhealthy', { app, host, message }, { cause: error, lines: error.lines });
}
