/** Builds the image that apps stand on. */

import { messages } from '../../messages/messages.ts';
import { BASE_IMAGE } from '../bases.ts';
import { importBase } from '../build/import.ts';
import { buildRoot } from '../build/root.ts';
import type { Plan } from '../plan.ts';

/** The plan of `/build base`: every host builds its own from the same recipe, then gives it to its engine. */
export function buildBasePlan({ hosts }: { hosts: readonly string[] }): Plan {
  const { plans } = messages().jobs;
  return {
    title: plans.build({ image: BASE_IMAGE, hosts }),
    done: plans.built({ image: BASE_IMAGE, hosts }),
    locks: ['image/base'],
    stages: [
      { name: 'build', steps: hosts.map((host) => buildRoot({ host })) },
      { name: 'import', steps: hosts.map((host) => importBase({ host })) },
    ],
    next: '/apps',
  };
}
