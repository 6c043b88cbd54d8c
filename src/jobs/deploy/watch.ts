/** Waits until all of an app's containers are well, on the engine's events; each event is followed by a look. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ContainerState, PROJECT_LABEL } from '../../adapters/docker/container.ts';
import type { Docker } from '../../adapters/docker/docker.ts';
import type { EngineEvent } from '../../adapters/docker/events.ts';
import { type ErrorCode, MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { Patient } from './health.ts';

/** How often to look without an event, ms: for what only time tells, and should events be lost. */
const LOOK_MS = 1_000;
/** Looks in a row that a lost way to the host may cost; a service that restarts is back by then. */
const BLIND_LOOKS = 5;
const CUT: ReadonlySet<ErrorCode> = new Set(['host.unreachable', 'host.silent']);

/** The container that will not get well, and why; without a container where the app has none. */
export class Ill extends Error {
  readonly container: ContainerState | undefined;

  constructor(why: string, container?: ContainerState) {
    super(container ? `${container.service}: ${why}` : why);
    this.container = container;
  }
}

/** What is not well yet when the time is up. */
export interface Watching {
  /** Called after each look with the share of containers that are well. */
  onShare?: (share: number) => void;
  /** Called with what is still waited for, the first of it. */
  onWaiting?: (container: ContainerState, why: string) => void;
}

/**
 * Resolves with true once all are well; rejects with `Ill`, or with the signal's reason. What it waits for goes on
 * without it, so a lost connection is no end of the wait: it looks again, and only then rejects with that error.
 */
export async function settled(
  engine: Docker,
  app: string,
  signal: AbortSignal,
  watching: Watching = {},
): Promise<true> {
  const done = new AbortController();
  const both = AbortSignal.any([signal, done.signal]);
  const bell = new Bell();
  const patients = new Map<string, Patient>();
  let listening = false;
  let cut: { error: MusterError; looks: number } | undefined;
  const listen = async () => {
    const events = await engine.events(`${PROJECT_LABEL}=${app}`, both);
    listening = true;
    const deaf = () => {
      listening = false;
    };
    ringAt(events, bell).then(deaf, deaf);
  };
  try {
    for (;;) {
      if (signal.aborted) throw cut?.error ?? signal.reason;
      try {
        // Listening comes before looking, so that nothing falls in between.
        if (!listening) await listen();
        if (await look(engine, app, patients, watching)) return true;
        cut = undefined;
      } catch (error) {
        if (signal.aborted) continue;
        if (!(error instanceof MusterError && CUT.has(error.code))) throw error;
        cut = { error, looks: (cut?.looks ?? 0) + 1 };
        if (cut.looks > BLIND_LOOKS) throw error;
      }
      await Promise.race([bell.rung(), sleep(LOOK_MS, undefined, { signal: both })]).catch(() => {});
    }
  } finally {
    done.abort();
  }
}

async function ringAt(events: AsyncIterable<EngineEvent>, bell: Bell): Promise<void> {
  for await (const { action } of events) if (!action.startsWith('exec_')) bell.ring();
}

async function look(
  engine: Docker,
  app: string,
  patients: Map<string, Patient>,
  { onShare, onWaiting }: Watching,
): Promise<boolean> {
  const listed = (await engine.project(app)).filter(
    ({ labels }) => labels['com.docker.compose.oneoff'] !== 'True',
  );
  if (listed.length === 0) throw new Ill(messages().jobs.health.nothing);
  const states = await Promise.all(listed.map(({ id }) => engine.inspect(id)));
  let well = 0;
  let open: { state: ContainerState; why: string } | undefined;
  for (const state of states) {
    if (!state) continue;
    const patient = patients.get(state.id) ?? new Patient();
    patients.set(state.id, patient);
    const verdict = patient.judge(state, performance.now());
    if (verdict.kind === 'ill') throw new Ill(verdict.why, state);
    if (verdict.kind === 'well') well += 1;
    else open ??= { state, why: verdict.why };
  }
  onShare?.(well / listed.length);
  if (open) onWaiting?.(open.state, open.why);
  return well === listed.length;
}

/** Rings once for any number of events between two looks. */
class Bell {
  #rung = false;
  #wake: () => void = () => {};

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  async rung(): Promise<void> {
    if (!this.#rung)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#rung = false;
  }
}
