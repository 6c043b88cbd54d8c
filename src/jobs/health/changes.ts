/** What changed lately on something: the likeliest cause of what is wrong with it. */
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';
import type { Audit } from '../audit.ts';
import { planHosts } from '../plan.ts';
import type { Run } from '../run-record.ts';
import type { Runs } from '../runs.ts';

/** How far back is looked, ms, and over how many runs. */
const BACK_MS = 3_600_000;
const MOST_RUNS = 40;
/** What only looks is no cause. */
const READS =
  /^(?:logs|health|status|firewall (?:show|plan|why)|config (?:show|diff|render|history)|overlay (?:show|test))$/;

/** One change, the newest first. */
export interface LateChange {
  /** ms since the epoch. */
  at: number;
  /** The run; undefined for the configuration. */
  run?: string;
  text: string;
}

export interface ChangesParts {
  runs: Pick<Runs, 'latest'>;
  audit: Pick<Audit, 'latest'>;
  /** The hosts on which an app runs. */
  hostsOf(app: string): readonly string[];
  now?: () => number;
}

/** What was done to `subject` (`app/shop`, `host/web-1`, `cloud`) in the hour before `before`, ms since the epoch. */
export async function changesOn(
  subject: string,
  before: number,
  { runs, audit, hostsOf }: ChangesParts,
): Promise<LateChange[]> {
  const [latest, reloads] = await Promise.all([
    runs.latest(MOST_RUNS),
    audit.latest(3, ({ kind }) => kind === 'reload'),
  ]);
  const hosts = subject.startsWith('app/') ? hostsOf(subject.slice('app/'.length)) : [];
  const isAbout = (run: Run) =>
    subject === 'cloud' ||
    run.plan.locks.includes(subject) ||
    run.scope.includes(subject) ||
    (subject.startsWith('host/') && planHosts(run.plan).includes(subject.slice('host/'.length))) ||
    // What is done to a host may harm what runs there.
    run.plan.locks.some((lock) => lock.startsWith('host/') && hosts.includes(lock.slice('host/'.length)));
  const done = latest.flatMap((run): LateChange[] => {
    const at = Date.parse(run.started ?? run.accepted);
    if (READS.test(run.command) || run.plan.fleeting || !isAbout(run) || !isLately(at, before)) return [];
    const words = { what: run.plan.title, by: run.by.person, ago: agoOf(at, before), run: run.id };
    return [{ at, run: run.id, text: messages().health.changed(words) }];
  });
  const loaded = reloads.flatMap(({ at: text }): LateChange[] => {
    const at = Date.parse(text);
    return isLately(at, before) ? [{ at, text: messages().health.reloaded({ ago: agoOf(at, before) }) }] : [];
  });
  return [...done, ...loaded].sort((a, b) => b.at - a.at);
}

const isLately = (at: number, before: number): boolean => at <= before && before - at < BACK_MS;
const agoOf = (at: number, before: number): string => humanDuration(Math.max(0, before - at));
