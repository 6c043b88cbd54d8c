/** Why a boot did not come up: a code of its own for each cause, out of what was seen and told. Pure; the words are errors `boot.CODE`. */
import type { BootStage, Trouble } from '../../boot.ts';
import { type ErrorCode, MusterError } from '../../errors.ts';
import { printable } from '../../shell.ts';
import { humanDuration } from '../../units.ts';
import type { KeptBoot } from './kept-boot.ts';
import { becauseText } from './words.ts';

/** What the machine said itself. */
const TOLD = [
  'kernel.failed',
  'initrd.failed',
  'root.sha256',
  'root.fetch',
  'root.unpack',
  'root.memory',
  'root.failed',
  'configured.files',
  'configured.service',
  'configured.space',
  'configured.failed',
  'up.service',
  'up.failed',
] as const;

/** What nobody said, and is seen by what did not happen. */
const MISSED = [
  'dhcp.never',
  'dhcp.unanswered',
  'dhcp.unacknowledged',
  'dhcp.foreign',
  'loader.unasked',
  'loader.failed',
  'loader.missing',
  'script.unasked',
  'script.refused',
  'kernel.unfetched',
  'kernel.stuck',
  'initrd.unfetched',
  'initrd.stuck',
  'root.silent',
  'root.stuck',
  'root.unopened',
  'configured.silent',
  'up.silent',
  'restarted',
  'replaced',
] as const;

export type Cause = (typeof TOLD)[number] | (typeof MISSED)[number];
/** Every cause there is: each has its words. */
export const CAUSES: readonly Cause[] = [...TOLD, ...MISSED];

/** What another version of an image may not have: these make a machine fall back to the version before. */
const OF_IMAGE: ReadonlySet<string> = new Set([
  'root.sha256',
  'root.unpack',
  'root.memory',
  'root.failed',
  'root.silent',
  'root.unopened',
  'configured.service',
  'configured.silent',
  'up.service',
  'up.failed',
  'up.silent',
]);
/** How far a machine had to be, that what it did next is the image's doing. */
const STARTED: ReadonlySet<string> = new Set(['root', 'configured', 'up']);

/** Whether the machine itself said so: what it says later does not make that untrue. */
export const isTold = (code: string): boolean => (TOLD as readonly string[]).includes(code);

/** Whether the image may be to blame. */
export const isOfImage = ({ code, facts }: Trouble): boolean =>
  OF_IMAGE.has(code) || (code === 'restarted' && STARTED.has(facts.stage ?? ''));

/** What a machine says of itself, as a cause; `detail` is a stranger's. */
export function toldTrouble(stage: BootStage, cause: string, detail: string): Trouble {
  const exact = `${stage}.${cause}`;
  const code = isTold(exact) ? exact : isTold(`${stage}.failed`) ? `${stage}.failed` : 'up.failed';
  return { code, facts: { stage, detail: printable(detail.slice(0, 300)), ...(cause !== '' && { cause }) } };
}

/** Why a stage was not reached in time, by what is known of the boot. `limit` is how long it had, ms. */
export function missedTrouble(
  boot: Pick<KeptBoot, 'notes' | 'because'>,
  stage: BootStage,
  limit: number,
): Trouble {
  const detail = (of: BootStage, cause: string) =>
    boot.notes.findLast((note) => note.stage === of && note.cause === cause)?.detail;
  const has = (cause: string, of: BootStage = stage) => detail(of, cause) !== undefined;
  const trouble = (code: Cause, facts: Record<string, string> = {}): Trouble => ({
    code,
    facts: { stage, limit: humanDuration(limit), ...facts },
  });
  const foreign = detail('dhcp', 'foreign');
  // Who only offered something has to do with it as long as nobody's offer was taken.
  const rival = foreign ?? detail('dhcp', 'rival');
  const failed = detail('loader', 'failed');
  const [, missing] = /^(.+): missing$/.exec(failed ?? '') ?? [];
  switch (stage) {
    case 'dhcp':
      if (!has('asked')) return trouble('dhcp.never');
      // Firmware takes no address from whom it has nothing to load.
      if (missing !== undefined) return trouble('loader.missing', { file: missing });
      if (rival !== undefined) return trouble('dhcp.foreign', { server: rival });
      return trouble(has('offered') ? 'dhcp.unacknowledged' : 'dhcp.unanswered');
    case 'loader': {
      if (missing !== undefined) return trouble('loader.missing', { file: missing });
      if (failed !== undefined) return trouble('loader.failed', { detail: failed });
      return foreign === undefined ? trouble('loader.unasked') : trouble('dhcp.foreign', { server: foreign });
    }
    case 'script': {
      const [why] = boot.because?.slice(-1) ?? [];
      if (why) return trouble('script.refused', { ...why.facts, because: why.code });
      return foreign === undefined ? trouble('script.unasked') : trouble('dhcp.foreign', { server: foreign });
    }
    case 'kernel':
      return trouble(has('fetching') ? 'kernel.stuck' : 'kernel.unfetched');
    case 'initrd':
      return trouble(has('fetching') ? 'initrd.stuck' : 'initrd.unfetched');
    case 'root':
      if (has('fetched')) return trouble('root.unopened');
      return trouble(has('fetching') ? 'root.stuck' : 'root.silent');
    case 'configured':
      return trouble('configured.silent');
    case 'up':
      return trouble('up.silent');
  }
}

/** A cause as an error, in words and with what to do. */
export function asError(machine: string, { code, facts }: Trouble, version?: string): MusterError {
  const known = (CAUSES as readonly string[]).includes(code) ? code : 'up.failed';
  const why = facts.because === undefined ? undefined : becauseText({ code: facts.because, facts });
  return new MusterError(`boot.${known}` as ErrorCode, { version, why, ...facts, machine });
}
