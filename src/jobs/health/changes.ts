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

/** What builds an app's images anew. */
const DEPLOYS = /^(?:deploy|retry)$/;

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
  /** The hosts of a subject: those on which `app/shop` runs, those of `environment/production`. */
  hostsOf(subject: string): readonly string[];
  /** When base images came that were not there before, ms since the epoch. */
  newBases(): Promise<readonly number[]>;
  now?: () => number;
}

/** What was done to `subject` (`app/shop`, `host/web-1`, `environment/production`, `cloud`) in the hour before `before`, ms since the epoch. */
export async function changesOn(
  subject: string,
  before: number,
  { runs, audit, hostsOf, newBases }: ChangesParts,
): Promise<LateChange[]> {
  const [latest, reloads, bases] = await Promise.all([
    runs.latest(MOST_RUNS),
    audit.latest(3, ({ kind }) => kind === 'reload'),
    newBases(),
  ]);
  const hosts = subject.startsWith('host/') ? [subject.slice('host/'.length)] : hostsOf(subject);
  const isAbout = (run: Run) =>
    subject === 'cloud' ||
    run.plan.locks.includes(subject) ||
    run.scope.includes(subject) ||
    (!subject.startsWith('app/') && planHosts(run.plan).some((host) => hosts.includes(host))) ||
    // What is done to a host may harm what runs there.
    run.plan.locks.some((lock) => lock.startsWith('host/') && hosts.includes(lock.slice('host/'.length)));
  const based = subject.startsWith('app/') ? basesBelow(latest, { subject, before, hosts, bases }) : [];
  const done = latest.flatMap((run): LateChange[] => {
    const at = atOf(run);
    if (READS.test(run.command) || run.plan.fleeting) return [];
    if (!based.includes(run) && !(isAbout(run) && isLately(at, before))) return [];
    const words = { what: run.plan.title, by: run.by.person, ago: agoOf(at, before), run: run.id };
    return [{ at, run: run.id, text: messages().health.changed(words) }];
  });
  const loaded = reloads.flatMap(({ at: text }): LateChange[] => {
    const at = Date.parse(text);
    return isLately(at, before) ? [{ at, text: messages().health.reloaded({ ago: agoOf(at, before) }) }] : [];
  });
  return [...done, ...loaded].sort((a, b) => b.at - a.at);
}

/**
 * The runs that made another base image than there was, which the app's last deploy was the first to stand on: however long ago, the
 * app has it only since then.
 */
function basesBelow(
  latest: readonly Run[],
  {
    subject,
    before,
    hosts,
    bases,
  }: { subject: string; before: number; hosts: readonly string[]; bases: readonly number[] },
): Run[] {
  const deploys = latest
    .filter((run) => DEPLOYS.test(run.command) && run.plan.locks.includes(subject) && atOf(run) <= before)
    .sort((a, b) => atOf(b) - atOf(a));
  const [last, ...earlier] = deploys;
  if (!last || !isLately(atOf(last), before)) return [];
  const since = Math.max(0, ...earlier.filter(({ status }) => status === 'succeeded').map(atOf));
  return latest.filter((run) => {
    const [from, to] = [atOf(run), Date.parse(run.ended ?? run.accepted)];
    return (
      run.plan.locks.includes('image/base') &&
      to > since &&
      from <= atOf(last) &&
      planHosts(run.plan).some((host) => hosts.includes(host)) &&
      bases.some((at) => at >= from && at <= to)
    );
  });
}

const atOf = (run: Run): number => Date.parse(run.started ?? run.accepted);
const isLately = (at: number, before: number): boolean => at <= before && before - at < BACK_MS;
const agoOf = (at: number, before: number): string => humanDuration(Math.max(0, before - at));
