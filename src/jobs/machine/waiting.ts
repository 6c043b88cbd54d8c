/** Waits beside Redis for a boot that the boot server follows: it ends it by its deadlines, thus every wait has an end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MusterError } from '../../errors.ts';
import type { ImageVersion } from '../../image.ts';
import { messages } from '../../messages/messages.ts';
import type { Beside, LiveState } from '../step.ts';
import { want } from './assignment.ts';
import { isThere } from './beat.ts';
import { bootsOf } from './boots.ts';
import { asError } from './causes.ts';
import type { KeptBoot } from './kept-boot.ts';
import { becauseText } from './words.ts';

const POLL_MS = 300;
/** How long the boot server may be gone, and until it knows that a boot is waited for, ms. */
const PATIENCE_MS = 60_000;

/** A boot that a run waits for; `run` is its name. */
export interface Awaited {
  machine: string;
  run: string;
  /** What it is to boot; any version where nothing is said. */
  version?: ImageVersion;
}

/** The boot of a run: the machine's last, or the one before where it began anew. */
export const bootOf = async (state: LiveState, { machine, run }: Awaited): Promise<KeptBoot | undefined> =>
  (await bootsOf(state, machine)).find(({ wanted }) => wanted?.run === run);

/**
 * Resolves with the boot once `until` holds. Rejects with why it failed (`boot.*`), with `boot.elsewhere` where it boots another
 * version, or with `boot.down` where nobody looks after it.
 */
export async function reached(
  awaited: Awaited,
  until: (boot: KeptBoot) => boolean,
  { state, signal, note }: Pick<Beside, 'state' | 'signal' | 'note'>,
  onBoot: (boot: KeptBoot) => void = () => {},
): Promise<KeptBoot> {
  const { machine, version } = awaited;
  let well = performance.now();
  for (;;) {
    const boot = await bootOf(state, awaited);
    const there = await isThere(state, Date.now());
    if (boot) {
      onBoot(boot);
      if (boot.version !== undefined && version !== undefined && boot.version !== version)
        throw new MusterError('boot.elsewhere', { machine, version: boot.version, wanted: version });
      if (until(boot)) return boot;
      if (boot.outcome === 'failed' && boot.trouble) throw failure(boot);
      const why = boot.version === undefined ? boot.because?.at(-1) : undefined;
      if (why) note(messages().machines.notes.waits({ machine, why: becauseText(why) }));
    }
    if (boot && there) well = performance.now();
    else if (performance.now() - well > PATIENCE_MS)
      throw there ? new MusterError('boot.gone', { machine }) : new MusterError('boot.down', { machine });
    else if (!there) note(messages().machines.notes.silent);
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** Tells the boot server that nobody waits for a run's boot any more. */
export async function leave(state: LiveState, { machine, run }: Awaited): Promise<void> {
  const boot = await bootOf(state, { machine, run });
  if (boot && boot.outcome !== 'open') return;
  await want(state, machine, { since: 0, run, patience: 0, over: true });
}

function failure({ machine, trouble, version, console = [] }: KeptBoot): MusterError {
  const error = asError(machine, trouble as NonNullable<typeof trouble>, version);
  return new MusterError(error.code, error.facts, { lines: console });
}
