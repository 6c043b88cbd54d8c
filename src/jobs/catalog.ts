/** Every kind of step, by name: explicit, no scanning of folders. */

import { z } from 'zod';
import { MusterError } from '../errors.ts';
import { HostName } from '../names.ts';
import { buildSteps } from './build/catalog.ts';
import { deploySteps } from './deploy/catalog.ts';
import { enrolmentSteps } from './enrolment/catalog.ts';
import { fileSteps } from './files/catalog.ts';
import { firewallSteps } from './firewall/catalog.ts';
import { healthSteps } from './health/catalog.ts';
import { hostSteps } from './host/catalog.ts';
import { imageSteps } from './image/catalog.ts';
import { keySteps } from './keys/catalog.ts';
import { logSteps } from './logs/catalog.ts';
import { machineSteps } from './machine/catalog.ts';
import { overlaySteps } from './overlay/catalog.ts';
import { powerSteps } from './power/catalog.ts';
import { type AnyStep, defineStep } from './step.ts';
import { virtualSteps } from './vm/catalog.ts';

const STEPS = new Map<string, AnyStep>(
  [
    ...deploySteps,
    ...buildSteps,
    ...healthSteps,
    ...hostSteps,
    ...keySteps,
    ...fileSteps,
    ...firewallSteps,
    ...overlaySteps,
    ...enrolmentSteps,
    ...logSteps,
    ...machineSteps,
    ...powerSteps,
    ...virtualSteps,
    ...imageSteps,
  ].map((step) => [step.name, step]),
);

/** The step of a name; one that fails at once where there is none, as a plan of another version of Muster may name it. */
export const stepNamed = (name: string): AnyStep => STEPS.get(name) ?? unknownStep(name);

/** Fails, done or undone, so that a run which holds such a step ends like any other and lets go of its locks. */
function unknownStep(name: string): AnyStep {
  const fail = () => Promise.reject(new MusterError('step.unknown', { name }));
  return defineStep({
    name,
    input: z.looseObject({ host: HostName }),
    uses: {},
    timeout: '1m',
    title: () => name,
    run: fail,
    undo: fail,
  });
}
