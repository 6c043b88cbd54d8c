/** Whether an app's containers are well, judged from what the engine says of them; no engine needed. */
import type { ContainerState } from '../../adapters/docker/container.ts';

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
    if (state.restarts - this.#first >= LOOP) return ill(`it keeps restarting (${ending(state)})`);
    switch (state.status) {
      case 'running':
        if (state.health === 'healthy') return WELL;
        if (state.health === 'unhealthy') return ill(unhealthy(state));
        if (state.health === 'starting') return waiting('its healthcheck has not passed yet');
        return lasted >= STEADY_MS ? WELL : waiting('it has only just started');
      case 'created':
        return state.error ? ill(state.error) : waiting('it has not started yet');
      case 'exited':
      case 'dead':
        if (state.exitCode === 0 && state.error === '') return WELL;
        if (state.restarted && lasted < STILL_MS) return waiting(ending(state));
        return ill(ending(state));
      default:
        return waiting(`it is ${state.status}`);
    }
  }
}

const ending = (state: ContainerState): string => state.error || `it ended with code ${state.exitCode}`;

const unhealthy = ({ healthOutput, healthCode }: ContainerState): string => {
  const last = healthOutput
    .split('\n')
    .findLast((line) => line.trim() !== '')
    ?.trim();
  if (last) return `its healthcheck says: ${last.slice(0, 150)}`;
  return healthCode === undefined ? 'its healthcheck fails' : `its healthcheck ended with code ${healthCode}`;
};
