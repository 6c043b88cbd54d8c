/** Keeps watch over the containers of a host: what its engine tells becomes observations, and a watch that ends is begun anew. */
import { setTimeout as sleep } from 'node:timers/promises';
import { asMusterError } from '../../errors.ts';
import { beatOf } from '../../hubs/health/container.ts';
import type { Observation } from '../../hubs/health/monitor.ts';
import { detailOf, hostId, serviceId } from '../../hubs/health/names.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import type { Site } from '../carry-out.ts';
import { asked } from './asked.ts';
import { Told, watchHost } from './watch.ts';

/** How long what was told of a container counts, ms: all are told again within a part of that. */
const COUNTS_MS = 60_000;
/** How long to wait before a watch is begun anew, ms: twice as long each time, up to the longest. */
const AGAIN_MS = 500;
const LONGEST_MS = 10_000;
/** A watch that went on for so long was a good one, ms. */
const GOOD_MS = 30_000;

export interface HostWatchParts {
  host: string;
  apps: readonly string[];
  reach(host: string): Promise<Site>;
  observe(seen: Observation): void;
  forget(id: string): void;
  /** Whether something of an app may go now: it is worked on. */
  maintained(subject: string): boolean;
  /** Told when the watch was lost: the host may be. */
  onLost(): void;
  log: Log;
}

export class HostWatch {
  readonly #parts: HostWatchParts;
  /** What each container stands for, by its name. */
  readonly #known = new Map<string, string>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(parts: HostWatchParts) {
    this.#parts = parts;
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Forgets all of it: nothing is to run on that host any more. */
  leave(): void {
    for (const id of this.#known.values()) this.#parts.forget(id);
  }

  async #run(): Promise<void> {
    const { host, reach, apps, observe, onLost, log } = this.#parts;
    const { signal } = this.#stop;
    let pause = AGAIN_MS;
    while (!signal.aborted) {
      const began = performance.now();
      try {
        const site = await reach(host);
        await asked(site, watchHost, { host, apps: [...apps] }, signal, (line) => this.#take(line));
      } catch (thrown) {
        if (signal.aborted) break;
        const error = asMusterError(thrown);
        log.debug({ err: thrown, host }, 'the watch over a host ended');
        if (error.code === 'engine.down' || error.code === 'host.denied')
          observe({
            component: hostId(host),
            check: 'engine',
            status: 'unhealthy',
            detail: detailOf(error.message),
          });
        else onLost();
      }
      if (performance.now() - began > GOOD_MS) pause = AGAIN_MS;
      await sleep(pause, undefined, { signal }).catch(() => {});
      pause = Math.min(LONGEST_MS, 2 * pause);
    }
  }

  #take(line: string): void {
    const { host, observe, forget, maintained } = this.#parts;
    const told = parse(line);
    if (!told) return;
    if ('all' in told) {
      observe({ component: hostId(host), check: 'engine', status: 'healthy', ttl: COUNTS_MS });
      const names = new Set(told.all);
      for (const name of this.#known.keys()) if (!names.has(name)) this.#gone(name);
      return;
    }
    if ('gone' in told) {
      this.#gone(told.gone);
      return;
    }
    const { app, service, name, number, lines } = told;
    const id = serviceId(app, service, host, number > 1 ? `${number}` : undefined);
    const beat = beatOf(told);
    if (!beat) {
      // What ended as it should is nothing to watch over, unless it was stopped in the middle.
      if (!this.#known.has(name) || maintained(`app/${app}`)) forget(id);
      return;
    }
    this.#known.set(name, id);
    observe({
      ...beat,
      component: id,
      check: 'container',
      detail: detailOf(beat.detail),
      lines,
      ttl: COUNTS_MS,
    });
  }

  /** A container that is not there any more: no news while its app is worked on. */
  #gone(name: string): void {
    const id = this.#known.get(name);
    if (id === undefined) return;
    const app = id.split('/').slice(0, 2).join('/');
    if (this.#parts.maintained(app)) {
      this.#known.delete(name);
      this.#parts.forget(id);
      return;
    }
    const detail = messages().health.container.removed;
    this.#parts.observe({ component: id, check: 'container', status: 'unhealthy', detail, ttl: COUNTS_MS });
  }
}

function parse(line: string): Told | undefined {
  try {
    return Told.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
