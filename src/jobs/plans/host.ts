/** What is done to hosts that were added in a chat. */
import { messages } from '../../messages/messages.ts';
import { removeHost, rotateHost } from '../enrolment/catalog.ts';
import type { Plan } from '../plan.ts';

/** The plan of `/host rotate HOST`. Safe to repeat: it goes on where it was cut off. */
export const rotatePlan = (host: string): Plan => ({
  title: messages().hosts.plans.rotate({ host }),
  done: messages().hosts.plans.rotated({ host }),
  locks: [`host/${host}`],
  stages: [{ name: 'rotate', steps: [rotateHost({ host })] }],
  next: '/hosts',
});

/** The plan of `/host remove HOST`; `forget` is what live state knows of it, by family and name. */
export const removePlan = (host: string, forget: { family: string; name: string }[]): Plan => ({
  title: messages().hosts.plans.remove({ host }),
  done: messages().hosts.plans.removed({ host }),
  locks: [`host/${host}`],
  stages: [{ name: 'remove', steps: [removeHost({ host, forget })] }],
  next: '/hosts',
});
