/** Tells how an app's containers are, at once when that changes: out of the engine's events, each followed by a look. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Container, type ContainerState, PROJECT_LABEL } from '../../adapters/docker/container.ts';
import { type Docker, docker } from '../../adapters/docker/docker.ts';
import { messages } from '../../messages/messages.ts';
import { AppName, HostName } from '../../names.ts';
import { printable } from '../../shell.ts';
import { defineStep } from '../step.ts';

/** How often all are looked at without an event, ms: for what was missed, and as a sign that somebody looks. */
const LOOK_MS = 15_000;
/** The last lines that are told of a container that is not well, and characters of each. */
const LAST_LINES = 5;
const LONGEST = 200;
const NUMBER_LABEL = 'com.docker.compose.container-number';

/** One line that it tells, as JSON: a container as it is now, one that is gone, or all there are by name. */
export const Told = z.union([
  z.strictObject({
    app: z.string(),
    service: z.string(),
    name: z.string(),
    number: z.number(),
    status: z.string(),
    health: z.string().optional(),
    healthOutput: z.string().optional(),
    exitCode: z.number(),
    error: z.string(),
    restarted: z.boolean(),
    lines: z.array(z.string()).optional(),
  }),
  z.strictObject({ gone: z.string() }),
  z.strictObject({ all: z.array(z.string()) }),
]);
export type Told = z.output<typeof Told>;

export const watchHost = defineStep({
  name: 'health.watch',
  lane: 'read',
  input: z.strictObject({ host: HostName, apps: z.array(AppName).max(1_000) }),
  uses: { docker },
  timeout: '24h',
  title: ({ host }) => messages().jobs.steps.watch({ host }),
  /** Goes on until it is stopped; rejects where the engine or the way to it is lost. */
  async run({ apps }, { docker: engine, signal, report }) {
    const wanted = new Set(apps);
    const tell = (told: Told) => report.line(JSON.stringify(told));
    const look = async (container: Container | string) => {
      const id = typeof container === 'string' ? container : container.id;
      const state = await engine.inspect(id);
      const told = state && (await describe(engine, state));
      if (told && wanted.has(told.app)) tell(told);
    };
    const all = async () => {
      const containers = (await engine.labelled(PROJECT_LABEL)).filter(
        ({ labels }) =>
          wanted.has(labels[PROJECT_LABEL] ?? '') && labels['com.docker.compose.oneoff'] !== 'True',
      );
      for (const container of containers) await look(container);
      tell({ all: containers.map(({ name }) => name) });
    };
    // Listening comes before looking, so that nothing falls in between.
    const events = await engine.events(PROJECT_LABEL, signal);
    await all();
    const listening = (async () => {
      for await (const { action, container, attributes } of events) {
        if (action.startsWith('exec_') || !wanted.has(attributes[PROJECT_LABEL] ?? '')) continue;
        if (action === 'destroy') tell({ gone: attributes.name ?? '' });
        else await look(container);
      }
    })();
    const asking = (async () => {
      for (;;) {
        await sleep(LOOK_MS, undefined, { signal });
        await all();
      }
    })();
    asking.catch(() => {});
    await Promise.race([listening, asking]);
    signal.throwIfAborted();
  },
});

/** Without what it prints where it is well. */
async function describe(
  engine: Docker,
  state: ContainerState,
): Promise<Extract<Told, { app: string }> | undefined> {
  const { labels, service, name, status, health, healthOutput, exitCode, error, restarted } = state;
  const app = labels[PROJECT_LABEL];
  if (app === undefined || labels['com.docker.compose.oneoff'] === 'True') return undefined;
  const ill =
    health === 'unhealthy' ||
    (status !== 'running' && status !== 'created' && !(status === 'exited' && exitCode === 0));
  const said = {
    app,
    service,
    name,
    number: Number(labels[NUMBER_LABEL] ?? 1),
    status,
    exitCode,
    error,
    restarted,
  };
  return {
    ...said,
    ...(health !== undefined && { health }),
    ...(ill && healthOutput !== '' && { healthOutput: printable(healthOutput).slice(-LONGEST) }),
    ...(ill && { lines: await lastLines(engine, state.id) }),
  };
}

async function lastLines(engine: Docker, id: string): Promise<string[]> {
  const lines: { at: string; text: string }[] = [];
  await engine.logs(id, { tail: LAST_LINES }, (line) => lines.push(line)).catch(() => {});
  return lines
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ text }) => printable(text).slice(0, LONGEST))
    .slice(-LAST_LINES);
}
