/** Puts a generation in the place of the one before. */
import { z } from 'zod';
import { compose } from '../../adapters/compose/compose.ts';
import { type Docker, docker } from '../../adapters/docker/docker.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { short } from '../../names.ts';
import { printable, type RunOptions } from '../../shell.ts';
import { defineStep, type LiveState } from '../step.ts';
import { BasePolicy, basePolicy, checkBase } from './base.ts';
import { found } from './found.ts';
import { type Generation, Generations } from './generations.ts';
import { Identities, issueIfThere, noteHeld } from './identities.ts';
import { Live } from './input.ts';
import { settled } from './watch.ts';
import { writeIdentities } from './write-identities.ts';

/** How long the generation before may take to get healthy when it is brought back, ms. */
const BACK_MS = 60_000;

export const start = defineStep({
  name: 'deploy.start',
  input: z.strictObject({
    ...Live.shape,
    /** What the services show to the hub, of the generation that is put in place; absent where there is no hub. */
    identities: Identities.optional(),
    /** False where these only stand in, as the hub could not be asked. */
    held: z.boolean().optional(),
    base: BasePolicy.optional(),
  }),
  uses: { compose, docker },
  timeout: '10m',
  title: ({ app, commit, host }) => messages().jobs.steps.start({ app, commit: short(commit), host }),
  async brief({ host, app, generation }, beside) {
    const { state, direction, origin } = beside;
    const going = direction === 'do' ? (generation ?? origin) : await liveOn(state, app, host);
    const issued = going && (await issueIfThere({ app, host, generation: going }, beside));
    // What was built a moment ago was looked at then.
    const back = direction === 'do' && generation !== undefined;
    return { ...issued, ...(back && { base: await basePolicy(host, beside) }) };
  },
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
    if (input.base) await checkBase(engine, generation, input.base, { host: shell.host, report });
    const { identities } = input;
    if (identities) await writeIdentities(shell, generations, generation, identities);
    const watch = { signal, onLine: (line: string) => report.line(line) };
    await tool.up(generations.project(generation), watch).catch((error) => {
      throw startError(app, shell.host, error);
    });
    return { generation: id };
  },
  async undo(input, { shell, root, origin, compose: tool, docker: engine, report }) {
    const { app } = input;
    const generations = new Generations(shell, root, app);
    const id = input.generation ?? origin;
    const { current } = await generations.history();
    const onLine = (line: string) => report.line(line);
    const before = current === undefined ? undefined : await generations.find(current);
    const { identities } = input;
    if (before) {
      if (identities) await writeIdentities(shell, generations, before, identities);
      await tool.up(generations.project(before), { onLine });
      const well = await settled(engine, app, AbortSignal.timeout(BACK_MS)).catch(() => false);
      const release = `${before.ref} (${short(before.commit)})`;
      const { isBack, isBackIll } = messages().jobs.notes;
      report.note((well ? isBack : isBackIll)({ app, release, host: shell.host }));
      if (current !== id) await generations.forgetIdentities(id);
      return { generation: before.generation };
    }
    const own = await generations.find(id);
    await takeDown(own && { tool, generations, own }, engine, app, { onLine });
    await generations.forgetIdentities(id);
    return undefined;
  },
  async record({ host, app, identities, held = false }, { generation }, state) {
    if (identities) await noteHeld(state, { app, host, generation, identities, held });
  },
});

/** The generation that is live; undefined where none is. */
async function liveOn(state: LiveState, app: string, host: string): Promise<string | undefined> {
  const live = (await state.get(`generations/${app}`, host)) as { current?: string } | undefined;
  return live?.current;
}

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
