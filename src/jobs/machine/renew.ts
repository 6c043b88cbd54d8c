/** Brings a machine to another version of its image: it boots it and comes up, or goes back to the version before. */
import { z } from 'zod';
import { ImageVersion } from '../../image.ts';
import { messages } from '../../messages/messages.ts';
import { HostName, MachineName } from '../../names.ts';
import { defineStep, type Here } from '../step.ts';
import { type Assignment, assign, want } from './assignment.ts';
import { bootsOf } from './boots.ts';
import { furthest } from './fold.ts';
import { type Former, formerOf, noteRestarted, pin } from './former.ts';
import type { KeptBoot } from './kept-boot.ts';
import { Restart, restart } from './restart.ts';
import { bootOf, leave, reached } from './waiting.ts';

const noRun = async () => undefined;

const Renewal = z.strictObject({
  /** Where the boot server is. */
  host: HostName,
  machine: MachineName,
  version: ImageVersion,
  /** What it ran when this was planned: where it goes back to. */
  before: ImageVersion.optional(),
  restart: Restart,
  /** How long it may take until it asks for an address, ms. */
  patience: z.number().int().positive(),
});
type Renewal = z.output<typeof Renewal>;

export const renewMachine = defineStep({
  name: 'machine.renew',
  lane: 'read',
  input: Renewal,
  uses: {},
  timeout: '3h',
  title: ({ machine, version }) => messages().machines.steps.renew({ machine, version }),
  async here(input, here) {
    const { state, run, direction } = here.beside;
    if (direction === 'undo') return goBack(input, here);
    const { machine, version } = input;
    const former = await pin(state, machine, run, (_, since) => ({ version, since, run }));
    await comeUp(
      input,
      { run, version, since: former.since, restarted: former.restarted },
      here,
      async () => {
        await noteRestarted(state, machine, former);
      },
    );
  },
  run: noRun,
  undo: noRun,
});

/** Restarts a machine, and waits until it is up with a version. */
async function comeUp(
  { machine, restart: how, patience }: Renewal,
  boot: {
    run: string;
    version: ImageVersion;
    since: number;
    restarted?: boolean | undefined;
    /** Whether a boot of that version that is going on will do. */
    adopt?: boolean;
  },
  here: Here,
  onRestart: () => Promise<void>,
): Promise<void> {
  const { beside } = here;
  const { run, version, since } = boot;
  const awaited = { machine, run };
  const begun = await bootOf(beside.state, awaited);
  const adopt = boot.adopt ? { adopt: version } : {};
  if (!begun) await want(beside.state, machine, { since, run, patience, ...adopt });
  // The boot server is to know of it before the machine asks.
  const known = await reached(awaited, () => true, beside);
  if (!boot.restarted && furthest(known) === undefined) {
    await restart(how, machine, here);
    await onRestart();
  }
  await reached({ ...awaited, version }, ({ outcome }) => outcome === 'up', beside);
}

/** Has a machine boot what it did before, unless it does so already. */
async function goBack(input: Renewal, here: Here): Promise<void> {
  const { machine, restart: how } = input;
  const { state, run, note } = here.beside;
  const former = await formerOf(state, machine, run);
  if (!former) return;
  const back = formerly(input, former);
  const first = await bootOf(state, { machine, run });
  await leave(state, { machine, run });
  const version = back?.version;
  const again = `${run}/back`;
  const began = await bootOf(state, { machine, run: again });
  if (!began) await assign(state, machine, back && { ...back, since: Date.now() });
  // It was not restarted, so that it still runs what it did.
  if ((!first || furthest(first) === undefined) && !former.restarted) return;
  const [last] = await bootsOf(state, machine);
  const { notes } = messages().machines;
  if (version === undefined) return note(notes.noWay({ machine, version: input.version }));
  if (isUpWith(last, version)) return note(notes.fell({ machine, version }));
  // What runs and nobody can restart gets it once somebody does; what did not come up restarts by itself.
  if (how.by === 'hand' && last?.outcome === 'up') return note(notes.noWay({ machine, version }));
  // What nobody can restart but by hand restarts by itself, and may have done so already.
  const going = { run: again, version, since: Date.now(), adopt: how.by === 'hand' };
  await comeUp(input, going, here, async () => {});
  note(notes.back({ machine, version }));
}

/** What a machine is to be told again: what it was told before, or the version it ran, where nothing or the new one was. */
function formerly({ version, before }: Renewal, { assignment, run, since }: Former): Assignment | undefined {
  if (assignment?.version !== undefined && assignment.version !== version) return assignment;
  return before === undefined || before === version ? undefined : { version: before, since, run };
}

const isUpWith = (boot: KeptBoot | undefined, version: ImageVersion): boolean =>
  boot?.outcome === 'up' && boot.version === version;
