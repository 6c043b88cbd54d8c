/** Follows logs in the log hub. */
import type { LogAsked } from '../../log-asking.ts';
import { messages } from '../../messages/messages.ts';
import { follow } from '../logs/follow.ts';
import type { Plan } from '../plan.ts';

/** The plan of `/logs TARGET --follow` where there is a hub; `host` is the one in whose lane it is. */
export function followPlan(parts: {
  target: string;
  host: string;
  asked: LogAsked;
  severalHosts: boolean;
}): Plan {
  const { target } = parts;
  return {
    title: messages().logs.following({ target }),
    done: messages().logs.followed({ target }),
    locks: [],
    stages: [{ name: 'logs', steps: [follow(parts)] }],
    next: `/logs ${target}`,
    fleeting: true,
  };
}
