/** One boot as what happened makes it, event by event. Pure. */
import {
  type Because,
  type Boot,
  type BootNews,
  type BootStage,
  type Sighting,
  STAGES,
  type Trouble,
} from '../../boot.ts';
import { printable } from '../../shell.ts';
import { isTold, toldTrouble } from './causes.ts';
import type { KeptBoot } from './kept-boot.ts';

/** What happens to a boot; `at` is ms since the epoch. */
export type BootEvent = { at: number } & (
  | {
      what: 'seen';
      sighting: Sighting /** Whether another server gives out the addresses. */;
      proxy: boolean;
    }
  | { what: 'script'; boot: Pick<KeptBoot, 'version' | 'because' | 'mac' | 'firmware' | 'address'> }
  /** It may not boot yet. */
  | { what: 'waits'; because: Because[] }
  /** Somebody waits for it, and nobody any more. */
  | { what: 'wanted'; wanted: NonNullable<KeptBoot['wanted']> }
  | { what: 'unwanted' }
  | { what: 'given'; claim?: string }
  | { what: 'told'; news: BootNews /** Whose words these are. */; address?: string }
  | { what: 'ended'; trouble: Trouble }
);

/** The most notes that are kept: the oldest are what explains most. */
const MOST_NOTES = 50;
/** And of one kind: what somebody repeats does not take the place of what explains it. */
const MOST_OF_KIND = 15;
const CONFIGURED = STAGES.indexOf('configured');
/** The most characters of a stranger's words in each. */
const MOST_DETAIL = 300;

/** The boot after an event; the same object where nothing changes. */
export function fold(boot: KeptBoot, event: BootEvent): KeptBoot {
  if (boot.outcome === 'up' && event.what !== 'given' && event.what !== 'wanted') return boot;
  switch (event.what) {
    case 'seen':
      return seen(boot, event);
    case 'script':
      return reach({ ...boot, ...event.boot }, 'script', event.at);
    case 'waits':
      return { ...boot, because: event.because };
    case 'wanted':
      return { ...boot, wanted: event.wanted };
    case 'unwanted': {
      const { wanted, ...rest } = boot;
      return wanted ? rest : boot;
    }
    case 'given':
      return { ...boot, given: { at: event.at, ...(event.claim !== undefined && { claim: event.claim }) } };
    case 'told':
      return told(moved(boot, event), event.news, event.at);
    case 'ended':
      return boot.outcome === 'open' ? end(boot, event.trouble, event.at) : boot;
  }
}

/** Its system may have another address than its loader had, by the same DHCP server: it is known from when its root file system is there. */
function moved(boot: KeptBoot, { news, address }: Extract<BootEvent, { what: 'told' }>): KeptBoot {
  const began = news.stage === 'root' && news.outcome === 'reached' && !isPast(boot, 'root');
  return began && address !== undefined ? { ...boot, address } : boot;
}

/** The furthest stage that was reached; whoever got there was at those before, seen or not. */
export function furthest({ reached }: Pick<Boot, 'reached'>): BootStage | undefined {
  return STAGES.findLast((stage) => reached[stage] !== undefined);
}

/** The stage it is at: the one after the furthest that was reached. Undefined once it is up. */
export const stageAt = (boot: Pick<Boot, 'reached'>): BootStage | undefined => {
  const last = furthest(boot);
  return STAGES[last === undefined ? 0 : STAGES.indexOf(last) + 1];
};

/** Whether a stage was reached, or one after it. */
export function isPast(boot: Pick<Boot, 'reached'>, stage: BootStage): boolean {
  const last = furthest(boot);
  return last !== undefined && STAGES.indexOf(last) >= STAGES.indexOf(stage);
}

function seen(boot: KeptBoot, { sighting, proxy, at }: Extract<BootEvent, { what: 'seen' }>): KeptBoot {
  switch (sighting.what) {
    case 'dhcp-asked':
      return note({ ...boot, ...firmwareOf(boot, sighting.firmware) }, at, 'dhcp', 'asked');
    case 'dhcp-offered': {
      const noted = note(boot, at, 'dhcp', 'offered', sighting.address);
      return proxy ? reach(noted, 'dhcp', at) : noted;
    }
    case 'dhcp-acknowledged':
      return reach(boot, 'dhcp', at);
    case 'dhcp-foreign':
      return note(boot, at, 'dhcp', sighting.offered ? 'rival' : 'foreign', sighting.server);
    case 'loader-sent':
      return reach(boot, 'loader', at);
    case 'loader-failed':
      return note(boot, at, 'loader', 'failed', `${sighting.file}: ${sighting.message}`);
    case 'forged':
      return boot;
    case 'fetching':
      return note(boot, at, sighting.part, 'fetching');
    case 'fetched':
      // That it was sent says nothing of whether it is what it is to be: the machine tells that.
      return sighting.part === 'root' ? note(boot, at, 'root', 'fetched') : reach(boot, sighting.part, at);
  }
}

const firmwareOf = ({ firmware }: KeptBoot, seen: string | undefined) =>
  firmware === undefined && seen !== undefined ? { firmware: seen } : {};

function told(boot: KeptBoot, { stage, outcome, cause, detail }: BootNews, at: number): KeptBoot {
  if (outcome === 'retried') return note(boot, at, stage, cause || 'retried', detail);
  if (outcome === 'failed') {
    if (boot.trouble && isTold(boot.trouble.code)) return boot;
    return end(note(boot, at, stage, cause || 'failed', detail), toldTrouble(stage, cause, detail), at);
  }
  return reach(STAGES.indexOf(stage) < CONFIGURED ? boot : given(boot, at), stage, at);
}

/** What could not be given at first was given after all, where the machine says that it is configured. */
function given(boot: KeptBoot, at: number): KeptBoot {
  const { trouble, ended, ...rest } = boot;
  if (trouble?.code !== 'configured.files') return boot;
  return note({ ...rest, outcome: 'open' }, at, 'configured', 'late');
}

function reach(boot: KeptBoot, stage: BootStage, at: number): KeptBoot {
  if (boot.reached[stage] !== undefined) return boot;
  const next = { ...boot, reached: { ...boot.reached, [stage]: at } };
  if (stage !== 'up') return next;
  // What it said itself to be wrong is not undone by its being up; that nothing was heard of it is.
  if (boot.trouble && isTold(boot.trouble.code)) return boot;
  const { trouble, ...well } = next;
  const late = trouble ? note(well, at, 'up', 'late') : well;
  return { ...late, outcome: 'up', ended: at };
}

function end(boot: KeptBoot, trouble: Trouble, at: number): KeptBoot {
  return { ...boot, outcome: 'failed', ended: at, trouble };
}

function note(boot: KeptBoot, at: number, stage: BootStage, cause: string, said = ''): KeptBoot {
  const detail = printable(said.slice(0, MOST_DETAIL)).slice(0, MOST_DETAIL);
  const alike = boot.notes.filter((one) => one.stage === stage && one.cause === cause);
  const full = boot.notes.length >= MOST_NOTES || alike.length >= MOST_OF_KIND;
  if (full || alike.some((one) => one.detail === detail)) return boot;
  return { ...boot, notes: [...boot.notes, { at, stage, cause, detail }] };
}
