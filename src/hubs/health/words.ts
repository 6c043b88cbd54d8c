/** What is wrong, in a sentence. */
import { messages } from '../../messages/messages.ts';
import { serviceOf } from './names.ts';
import type { Reason } from './rollup.ts';

/** `web of shop is unhealthy on web-1: connection refused`. */
export function inWords({ component, check = '', status, detail, because }: Omit<Reason, 'since'>): string {
  const { wrong, states, checks, byHost } = messages().health;
  const state = states[status];
  const name = component.slice(component.indexOf('/') + 1);
  const service = serviceOf(component);
  const vital = check === 'reach' || check === 'engine';
  const plain = service
    ? wrong.service({ ...service, state })
    : vital
      ? wrong[check]({ host: name })
      : component.startsWith('host/')
        ? wrong.host({
            host: name,
            check: Object.hasOwn(checks, check) ? checks[check as keyof typeof checks] : check,
          })
        : component.startsWith('check/')
          ? wrong.check({ name, state })
          : wrong.other({ name, check, state });
  if (because !== undefined) return byHost({ what: plain, host: because.slice(because.indexOf('/') + 1) });
  // What was seen may say just that.
  return !detail || detail === plain ? plain : wrong.with({ what: plain, detail });
}
