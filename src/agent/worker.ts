/** The agent that does the work on a host: a server of the internal protocol, which carries out steps for the managers it trusts. */

import { join } from 'node:path';
import { stepNamed } from '../jobs/catalog.ts';
import type { Agent, AgentParts } from './agent.ts';
import { openDaemon } from './daemon.ts';
import { Steps } from './steps.ts';

export interface WorkerParts extends AgentParts {
  /** The folder on the host that belongs to Muster. */
  root: string;
}

/** Starts it; what an agent before it left is ended first. */
export async function openWorker(parts: WorkerParts): Promise<Agent> {
  const { state, root, log } = parts;
  const steps = new Steps({ folder: join(state, 'steps'), root, step: stepNamed, log });
  await steps.start();
  const daemon = await openDaemon(parts, 'worker', steps.commands);
  return {
    ...daemon,
    async close() {
      await daemon.close();
      await steps.close();
    },
  };
}
