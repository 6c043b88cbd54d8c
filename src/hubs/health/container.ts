/** How a container is, by what the engine says of it. Pure. */
import { messages } from '../../messages/messages.ts';
import type { Beat } from './pulse.ts';

/** What a watcher on the host tells of a container. */
export interface Seen {
  app: string;
  service: string;
  /** The container's name, and its number among those of its service: most have one. */
  name: string;
  number: number;
  status: string;
  health?: string;
  healthOutput?: string;
  exitCode: number;
  error: string;
  restarted: boolean;
}

/** Undefined where it is nothing to watch over: it ended as it should, or has not begun. */
export function beatOf(seen: Seen): Beat | undefined {
  const { status, health, healthOutput = '', exitCode, error, restarted } = seen;
  const words = messages().health.container;
  switch (status) {
    case 'running': {
      if (health === 'unhealthy')
        // The engine has counted its failures already.
        return { status: 'unhealthy', detail: lastLine(healthOutput) ?? words.fails, sure: true };
      if (health === 'starting') return { status: 'unknown' };
      return { status: 'healthy', sure: health === 'healthy' };
    }
    case 'restarting':
      return { status: 'unhealthy', detail: words.restarts({ code: exitCode }), sure: true };
    case 'paused':
      return { status: 'degraded', detail: words.paused, sure: true };
    case 'exited':
    case 'dead':
      if (exitCode === 0 && error === '' && !restarted) return undefined;
      return { status: 'unhealthy', detail: error || words.ended({ code: exitCode }), sure: true };
    case 'created':
      return error === '' ? undefined : { status: 'unhealthy', detail: error, sure: true };
    default:
      return undefined;
  }
}

const lastLine = (text: string): string | undefined =>
  text
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '');
