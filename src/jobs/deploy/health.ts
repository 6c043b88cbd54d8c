/** Whether an app's containers are well, judged from what the engine says of them; no engine needed. */
import type { ContainerState } from '../../adapters/docker/container.ts';
import { messages } from '../../messages/messages.ts';

/** How long a container without a healthcheck has to run to count as well, ms. */
export const STEADY_MS = 3_000;
/** Restarts while it is watched that make a restart loop. */
export const LOOP = 4;
/** How long a container that the engine should start again may lie still, ms. */
const STILL_MS = 10_000;

export type Verdict = { kind: 'well' } | { kind: 'waiting'; why: string } | { kind: 'ill'; why: string };

const WELL: Verdict = { kind: 'well' };
const waiting = (why: string): Verdict => ({ kind: 'waiting', why });
const ill = (why: string): Verdict => ({ kind: 'ill', why });

/** Watches one container over time: how often it was started again, and since when it is as it is. */
export class Patient {
  #first: number | undefined;
  #shape = '';
  #since = 0;

  /** `now` in ms, of any clock that only goes forward. */
  judge(state: ContainerState, now: number): Verdict {
    this.#first ??= state.restarts;
    const shape = `${state.status} ${state.startedAt} ${state.restarts}`;
    if (shape !== this.#shape) [this.#shape, this.#since] = [shape, now];
    const lasted = now - this.#since;
    if (state.restarts - this.#first >= LOOP)
      return ill(messages().jobs.health.restarting({ ending: ending(state) }));
    switch (state.status) {
      case 'running':
        if (state.health === 'healthy') return WELL;
        if (state.health === 'unhealthy') return ill(unhealthy(state));
        if (state.health === 'starting') return waiting(messages().jobs.health.starting);
        return lasted >= STEADY_MS ? WELL : waiting(messages().jobs.health.justStarted);
      case 'created':
        return state.error ? ill(state.error) : waiting(messages().jobs.health.notStarted);
      case 'exited':
      case 'dead':
        if (state.exitCode === 0 && state.error === '') return WELL;
        if (state.restarted && lasted < STILL_MS) return waiting(ending(state));
        return ill(ending(state));
      default:
        return waiting(messages().jobs.health.is({ status: state.status }));
    }
  }
}

const ending = (state: ContainerState): string =>
  state.error || messages().jobs.health.ended({ code: state.exitCode });

const unhealthy = ({ healthOutput, healthCode }: ContainerState): string => {
  const last = healthOutput
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim();
  const { health } = messages().jobs;
  if (last) return health.says({ line: last.slice(0, 150) });
  return healthCode === undefined ? health.fails : health.code({ code: healthCode });
};
