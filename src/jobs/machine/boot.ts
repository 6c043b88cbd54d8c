/** Boots one machine, and waits for each of its stages: the first step says what it boots and restarts it, the others wait beside Redis. */
import { z } from 'zod';
import { STAGES } from '../../boot.ts';
import { ImageVersion } from '../../image.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, MachineName } from '../../names.ts';
import { defineStep, type Here } from '../step.ts';
import { assign, lasting, want } from './assignment.ts';
import { furthest, isPast } from './fold.ts';
import { formerOf, noteRestarted, pin } from './former.ts';
import { Restart, restart } from './restart.ts';
import { bootOf, leave, reached } from './waiting.ts';
import { stageText } from './words.ts';

/** How long a step may take; the boot server ends a boot long before. */
const TIMEOUT = '3h';
const noRun = async () => undefined;

const Start = z.strictObject({
  /** Where the boot server is. */
  host: HostName,
  machine: MachineName,
  /** What it is to boot from now on; what it was told or is configured by default. */
  version: ImageVersion.optional(),
  /** Only this time. */
  once: z.boolean().default(false),
  restart: Restart,
  /** How long it may take until it asks for an address, ms. */
  patience: z.number().int().positive(),
});
type Start = z.output<typeof Start>;

/** Says what a machine boots, and restarts it. */
export const startBoot = defineStep({
  name: 'machine.start',
  lane: 'read',
  input: Start,
  uses: {},
  timeout: TIMEOUT,
  title: ({ machine }) => messages().machines.steps.start({ machine }),
  async here(input, here) {
    const { machine, version, once, patience } = input;
    const { state, run, direction } = here.beside;
    if (direction === 'undo') return takeBack(input, here);
    const former = await pin(state, machine, run, (before, since) => {
      const afterwards = lasting(before);
      // That a version did not boot before counts no more: somebody wants to see it.
      if (version === undefined)
        return { since, run: before?.run ?? run, ...(afterwards !== undefined && { version: afterwards }) };
      if (!once) return { version, since, run };
      return { version, once: true, since, run, ...(afterwards !== undefined && { afterwards }) };
    });
    const begun = await bootOf(state, { machine, run });
    if (begun && furthest(begun) !== undefined) return;
    if (!begun) await want(state, machine, { since: former.since, run, patience });
    // The boot server is to know of it before the machine asks.
    await reached({ machine, run }, () => true, here.beside);
    if (former.restarted) return;
    await restart(input.restart, machine, here);
    await noteRestarted(state, machine, former);
  },
  run: noRun,
  undo: noRun,
});

/** Waits until a machine has reached a stage of its boot. */
export const awaitStage = defineStep({
  name: 'machine.stage',
  lane: 'read',
  input: z.strictObject({
    host: HostName,
    machine: MachineName,
    stage: z.enum(STAGES),
    version: ImageVersion.optional(),
  }),
  uses: {},
  timeout: TIMEOUT,
  title: ({ machine, stage }) => messages().machines.steps.stage({ machine, stage: stageText(stage) }),
  async here({ machine, stage, version }, { beside }) {
    const { run } = beside;
    const is = (boot: Parameters<Parameters<typeof reached>[1]>[0]) =>
      stage === 'up' ? boot.outcome === 'up' : isPast(boot, stage);
    await reached({ machine, run, ...(version !== undefined && { version }) }, is, beside);
  },
  run: noRun,
});

/** Puts back what the machine was told before; its boot goes on, and nobody waits for it. */
async function takeBack({ machine }: Start, { beside: { state, run } }: Here): Promise<void> {
  const former = await formerOf(state, machine, run);
  if (former) await assign(state, machine, former.assignment);
  await leave(state, { machine, run });
}
