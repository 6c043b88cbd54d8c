/** Sees to it that what live generations show to the hub never runs out, and that what was deployed while the hub was away gets it. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller, HubPlace, Issued } from '../../hub.ts';
import type { Log } from '../../log.ts';
import type { Site } from '../carry-out.ts';
import type { LiveState } from '../step.ts';
import { type Held, heldBy, issueFor, noteHeld, placeName } from './identities.ts';
import { renewIdentities } from './renew.ts';

/** From one look to the next, ms. */
const EVERY_MS = 20_000;
/** How long a host that could not be reached is left alone, ms. */
const PAUSE_MS = 5 * 60_000;

export interface RenewalsParts {
  state: LiveState;
  /** The apps that are configured. */
  apps(): readonly string[];
  reach(host: string): Promise<Site>;
  issue(caller: Caller): Promise<Issued>;
  /** Where the hub is now, as a caller is told. */
  place(caller: Caller): HubPlace;
  log: Log;
  /** The time in ms; the real one by default. */
  now?(): number;
}

/** A live generation. */
interface Live {
  app: string;
  host: string;
  generation: string;
}

export class Renewals {
  readonly #parts: RenewalsParts;
  /** Until when hosts are left alone, ms. */
  readonly #paused = new Map<string, number>();
  readonly #stop = new AbortController();
  #done: Promise<void> | undefined;

  constructor(parts: RenewalsParts) {
    this.#parts = parts;
  }

  /** Looks now and then until closed. */
  start(): void {
    this.#done = this.#goOn();
  }

  /** Renews what is due: at half its time, and at once where the hub has another address or key. Resolves with the live generations that were given new ones. */
  async look(): Promise<Live[]> {
    const due = await this.#due();
    const hosts = [...new Set(due.map(({ host }) => host))];
    const onHost = (host: string) => this.#onHost(due.filter((live) => live.host === host));
    const renewed = await Promise.all(hosts.map(onHost));
    return renewed.flat();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #goOn(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.look().catch((err) => this.#parts.log.warn({ err }, 'identities could not be renewed'));
      await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #due(): Promise<Live[]> {
    const { state, apps, place } = this.#parts;
    const now = this.#now();
    const due: Live[] = [];
    for (const app of apps()) {
      for (const [host, value] of Object.entries(await state.all(`generations/${app}`))) {
        const generation = (value as { current?: string }).current;
        if (generation === undefined || (this.#paused.get(host) ?? 0) > now) continue;
        const name = placeName(place({ app, host, generation, service: '' }));
        const held = await heldBy(state, { app, host });
        if (isDue(held, { generation, place: name, now })) due.push({ app, host, generation });
      }
    }
    return due;
  }

  /** One after the other: a host that does not answer is asked once. */
  async #onHost(due: readonly Live[]): Promise<Live[]> {
    const renewed: Live[] = [];
    for (const live of due) {
      try {
        if (await this.#renew(live)) renewed.push(live);
      } catch (err) {
        this.#paused.set(live.host, this.#now() + PAUSE_MS);
        this.#parts.log.warn({ err, ...live }, 'identities could not be renewed on a host');
        break;
      }
    }
    return renewed;
  }

  /** False where its services are not known: it was deployed before there was a hub. */
  async #renew(live: Live): Promise<boolean> {
    const { state, reach, issue } = this.#parts;
    const identities = await issueFor(live, { state, issue });
    if (Object.keys(identities).length === 0) return false;
    const run = `identities-${randomBytes(6).toString('hex')}`;
    const place = { run, origin: run, direction: 'do', stage: 0, index: 0 } as const;
    const job = { ...renewIdentities({ ...live, identities }), ...place };
    const abort = new AbortController();
    const report = { line() {}, progress() {}, note() {} };
    const work = { step: renewIdentities, job, attempt: 1, again: false, cancelled: false, abort };
    await (await reach(live.host)).carryOut(work, report);
    await noteHeld(state, { ...live, identities, held: true });
    return true;
  }

  #now = (): number => this.#parts.now?.() ?? Date.now();
}

/** Where less than half of its time is left, nothing was written for this generation, or the hub is elsewhere by now. */
const isDue = (
  held: Held | undefined,
  { generation, place, now }: { generation: string; place: string; now: number },
): boolean =>
  held?.generation !== generation ||
  held.place !== place ||
  now > (Date.parse(held.from) + Date.parse(held.until)) / 2;
