/** The Docker engine of one host, over its API: containers, images, logs, events. */
import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { defineAdapter } from '../adapter.ts';
import { isConflict, isMissing, openEngine } from './connection.ts';
import { type Container, type ContainerState, containerOf, PROJECT_LABEL, stateOf } from './container.ts';
import { type EngineEvent, readEvents } from './events.ts';
import { type Batch, sinceOf, take } from './follow.ts';
import { type LogLine, LogReader } from './logs.ts';
import type { Mark } from './mark.ts';

export interface Image {
  id: string;
  /** Bytes. */
  size: number;
  tags: string[];
  /** Digests of what its layers hold, the lowest first. */
  layers: string[];
}

export interface LogOptions {
  /** The last lines only. */
  tail?: number;
  /** UTC, ISO 8601. */
  since?: string;
  /** Goes on until the container ends or the signal aborts, which is not an error here. */
  follow?: boolean;
  signal?: AbortSignal;
}

/** How long the engine may take to answer a question, ms: one that is frozen takes a connection and never answers. */
const PATIENCE_MS = 60_000;

export const docker = defineAdapter({
  name: 'docker',
  about: 'The Docker engine',
  options: z.object({ socket: z.string().startsWith('/').default('/var/run/docker.sock') }),
  open: ({ shell, options: { socket } }) => {
    const { engine, explain } = openEngine(shell, socket);
    /** Every call rejects with `engine.down`, `host.denied` or `host.diskfull` where that is the cause. */
    const asking = async <T>(call: Promise<T>): Promise<T> => {
      try {
        return await call;
      } catch (error) {
        throw explain(error);
      }
    };
    /** For questions: what removes things or reads a log may take its time. */
    const inTime = async <T>(call: Promise<T>): Promise<T> => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        const down = new MusterError('engine.down', { host: shell.host });
        timer = setTimeout(() => reject(down), PATIENCE_MS);
      });
      return Promise.race([call, late]).finally(() => clearTimeout(timer));
    };
    const missing = <T>(call: Promise<T>): Promise<T | undefined> =>
      asking(call.catch((error) => (isMissing(error) ? undefined : Promise.reject(error))));

    /** Containers, also stopped ones, that carry a label (`key` or `key=value`). */
    const labelled = async (label: string): Promise<Container[]> =>
      (await asking(inTime(engine.listContainers({ all: true, filters: { label: [label] } })))).map(
        containerOf,
      );

    /** How a container stands; undefined where it is gone. */
    const inspect = async (id: string): Promise<ContainerState | undefined> => {
      const info = await missing(inTime(engine.getContainer(id).inspect()));
      return info && stateOf(info);
    };

    /** One answer of the engine's, to its end. */
    const once = async (
      { id, tty }: Pick<ContainerState, 'id' | 'tty'>,
      { mark, signal }: { mark?: Mark; signal?: AbortSignal },
      onBatch: (batch: Batch) => Promise<void>,
    ): Promise<Mark | undefined> => {
      const query = { stdout: true, stderr: true, timestamps: true, since: mark && sinceOf(mark) };
      const asked = engine.getContainer(id).logs({
        ...(query as Dockerode.ContainerLogsOptions),
        follow: true,
        abortSignal: signal,
      });
      let last = mark;
      const heard = (batch: Batch) => {
        last = batch.mark;
        return onBatch(batch);
      };
      let stream: Readable | undefined;
      try {
        stream = (await missing(asked)) as Readable | undefined;
        if (stream) await asking(take(stream, tty, mark, heard));
      } catch (error) {
        if (!signal?.aborted) throw error;
      } finally {
        stream?.destroy();
      }
      return last;
    };

    return {
      socket,
      async ping(): Promise<void> {
        await asking(inTime(engine.ping()));
      },
      /** The engine's version, like `20.10.24`. */
      version: async (): Promise<string> => (await asking(inTime(engine.version()))).Version,
      /** All containers, also stopped ones. */
      all: async (): Promise<Container[]> =>
        (await asking(inTime(engine.listContainers({ all: true })))).map(containerOf),
      labelled,
      /** The containers of a Compose project. */
      project: (name: string): Promise<Container[]> => labelled(`${PROJECT_LABEL}=${name}`),
      inspect,
      /** Stops a container as it wants to be stopped, and starts it again; one that is gone is no error. */
      async restart(id: string): Promise<void> {
        await missing(engine.getContainer(id).restart());
      },
      /** Removes a container and its anonymous volumes, running or not; one that is gone is no error. */
      async remove(id: string): Promise<void> {
        await asking(
          engine
            .getContainer(id)
            .remove({ force: true, v: true })
            .catch((error) => (isMissing(error) || isConflict(error) ? undefined : Promise.reject(error))),
        );
      },
      /** Hands over a container's log line by line; resolves when there is no more. One that is gone has none. */
      async logs(id: string, options: LogOptions, onLine: (line: LogLine) => void): Promise<void> {
        const state = await inspect(id);
        if (!state) return;
        const reader = new LogReader(state.tty, onLine);
        const query = {
          stdout: true,
          stderr: true,
          timestamps: true,
          tail: options.tail,
          since: options.since === undefined ? undefined : Date.parse(options.since) / 1_000,
        };
        if (!options.follow) {
          const bytes = await missing(
            engine.getContainer(id).logs({ ...query, follow: false, abortSignal: options.signal }),
          );
          if (bytes) reader.push(bytes);
        } else {
          const { signal } = options;
          const stream = (await missing(
            engine.getContainer(id).logs({ ...query, follow: true, abortSignal: signal }),
          )) as Readable | undefined;
          await asking(pour(stream, reader, signal));
        }
        reader.end();
      },
      /**
       * Hands over a container's log from a mark on (or from its beginning), each line exactly once and as it was written; resolves
       * when the container has ended or the signal aborts, with how far it was taken.
       */
      async take(
        container: Pick<ContainerState, 'id' | 'tty'>,
        { mark, signal }: { mark?: Mark; signal?: AbortSignal },
        onBatch: (batch: Batch) => Promise<void>,
      ): Promise<Mark | undefined> {
        let [since, last] = [mark, mark];
        // Where the container ends, the engine may close its answer before the last lines are in it.
        do {
          since = last;
          last = await once(container, { mark: since, signal }, onBatch);
        } while (last !== since && !signal?.aborted);
        return last;
      },
      /** Resolves once the engine is listening out for what happens to containers (with a label); iterate until the signal aborts. */
      async events(label: string | undefined, signal: AbortSignal): Promise<AsyncIterable<EngineEvent>> {
        const filters = { type: ['container' as const], ...(label !== undefined && { label: [label] }) };
        const options = { filters, abortSignal: signal };
        const stream = await asking(inTime(engine.getEvents(options)));
        return readEvents(stream as Readable, signal);
      },
      /** An image by name or id; undefined where there is none. */
      async image(name: string): Promise<Image | undefined> {
        const info = await missing(inTime(engine.getImage(name).inspect()));
        return (
          info && {
            id: info.Id,
            size: info.Size,
            tags: info.RepoTags ?? [],
            layers: info.RootFS?.Layers ?? [],
          }
        );
      },
      /** The names (`repository:tag`) of images that match a pattern like `muster-shop-*`. */
      async imageNames(pattern: string): Promise<string[]> {
        const images = await asking(inTime(engine.listImages({ filters: { reference: [pattern] } })));
        return images.flatMap((image) => image.RepoTags ?? []).filter((tag) => tag !== '<none>:<none>');
      },
      /** Takes a name away, and the image with it where that was the last one; false where something still needs it. */
      async removeImage(name: string): Promise<boolean> {
        const removed = engine.getImage(name).remove();
        return asking(
          removed.then(
            () => true,
            (error) => (isMissing(error) ? true : isConflict(error) ? false : Promise.reject(error as Error)),
          ),
        );
      },
    };
  },
  probe: (engine) => engine.ping(),
});

export type Docker = ReturnType<typeof docker.open>;

async function pour(
  stream: Readable | undefined,
  reader: LogReader,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!stream) return;
  try {
    for await (const chunk of stream) reader.push(chunk as Buffer);
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    stream.destroy();
  }
}
