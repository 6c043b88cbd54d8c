/** The logs of a host's containers, as their engine keeps them: new ones at once, old ones from where they were left. */
import { basename } from 'node:path/posix';
import { setTimeout as sleep } from 'node:timers/promises';
import { APP_LABEL, GENERATION_LABEL } from '../../adapters/compose/canonical.ts';
import { type ContainerState, PROJECT_LABEL } from '../../adapters/docker/container.ts';
import type { Docker } from '../../adapters/docker/docker.ts';
import { Mark } from '../../adapters/docker/mark.ts';
import { HUB_FOLDER } from '../../hub.ts';
import type { Collected } from './told.ts';

/** How long to wait after the engine was lost, ms. */
const AGAIN_MS = 1_000;

export interface Collecting {
  host: string;
  /** Where to go on, by stream. */
  positions: ReadonlyMap<string, unknown>;
  signal: AbortSignal;
  send(batch: Collected): Promise<void>;
  /** Hears what is wrong, and with nothing that it is well again. */
  trouble(what: string, error?: unknown): void;
}

/** Whether a container ships what it prints by itself: it has an identity for the hub, and its command is run by `hub run`. */
export const shipsItself = ({ mounts, argv }: Pick<ContainerState, 'mounts' | 'argv'>): boolean =>
  mounts.includes(HUB_FOLDER) && argv.some((word, at) => basename(word) === 'hub' && argv[at + 1] === 'run');

/** Takes what containers print until the signal aborts. */
export async function collectContainers(engine: Docker, collecting: Collecting): Promise<void> {
  const { signal, positions, trouble } = collecting;
  const marks = new Map<string, Mark | undefined>();
  const markOf = (id: string) => {
    if (!marks.has(id)) marks.set(id, Mark.safeParse(positions.get(streamOf(id))).data);
    return marks.get(id);
  };
  while (!signal.aborted) {
    const round = new AbortController();
    const both = AbortSignal.any([signal, round.signal]);
    /** Those that are taken now, and whether they began anew meanwhile. */
    const taking = new Map<string, { again: boolean; done: Promise<void> }>();
    const begin = (id: string) => {
      const known = taking.get(id);
      if (known) {
        known.again = true;
        return;
      }
      const entry = { again: true, done: Promise.resolve() };
      taking.set(id, entry);
      entry.done = (async () => {
        while (entry.again && !both.aborted) {
          entry.again = false;
          await one(id);
        }
      })()
        // The engine is gone: what is still there is taken up again in the next round.
        .catch(() => round.abort())
        .finally(() => taking.delete(id));
    };
    const one = async (id: string) => {
      const state = await engine.inspect(id);
      if (!state || shipsItself(state)) return;
      const source = sourceOf(collecting.host, state);
      await engine.take(state, { mark: markOf(id), signal: both }, async ({ lines, mark, lost }) => {
        await collecting.send({ source, lines, position: mark, ...(lost && { lost }) });
        marks.set(id, mark);
      });
    };
    try {
      const events = await engine.events(undefined, both);
      for (const { id } of await engine.all()) begin(id);
      trouble('engine');
      for await (const { action, container } of events) {
        if (action === 'start') begin(container);
        else if (action === 'destroy') marks.delete(container);
      }
    } catch (error) {
      if (!both.aborted) trouble('engine', error);
    } finally {
      round.abort();
      await Promise.all([...taking.values()].map(({ done }) => done));
    }
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
  }
}

const streamOf = (id: string): string => `engine/${id.slice(0, 12)}`;

function sourceOf(host: string, { id, service, labels }: ContainerState): Collected['source'] {
  const app = labels[APP_LABEL] ?? labels[PROJECT_LABEL];
  const generation = labels[GENERATION_LABEL];
  return { host, ...(app && { app }), ...(generation && { generation }), service, stream: streamOf(id) };
}
