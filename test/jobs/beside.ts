/** What Muster has beside its hosts, for steps that add no hosts and have nothing to tell before they begin. */
import type { Beside } from '../../src/jobs/step.ts';

const none = () => Promise.reject(new Error('no host was added here'));

export const alone: Pick<Beside, 'enrolment' | 'note' | 'origin'> = {
  origin: 'r-1',
  enrolment: { rotate: none, remove: none },
  note: () => {},
};
