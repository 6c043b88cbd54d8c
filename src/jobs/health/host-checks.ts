/** Checks of hosts: whether they answer, and how they do. */
import { asMusterError } from '../../errors.ts';
import type { Observation } from '../../hubs/health/monitor.ts';
import { detailOf, hostId } from '../../hubs/health/names.ts';
import type { Check } from '../../hubs/health/scheduler.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';
import type { Site } from '../carry-out.ts';
import { asked } from './asked.ts';
import { type HostFinding, HostFindings, type HostProbe, lookAtHost } from './look.ts';

/** How often a host is looked at, and how long that may take, ms. */
const EVERY_MS = 20_000;
const WITHIN_MS = 15_000;
/** How soon it is looked again after it did not answer, ms. */
const SOON_MS = 2_000;

/** What is looked at on every host: the check's name, and what it asks. Times in ms. */
export const USUAL: readonly { name: string; probe: HostProbe }[] = [
  { name: 'disk', probe: { kind: 'disk', path: '/', warn: 85, alarm: 95 } },
  { name: 'memory', probe: { kind: 'memory', warn: 90, alarm: 97 } },
  { name: 'load', probe: { kind: 'load', warn: 4, alarm: 16 } },
  { name: 'time', probe: { kind: 'time', warn: 2_000, alarm: 30_000 } },
];

export interface HostCheckParts {
  reach(host: string): Promise<Site>;
  observe(seen: Observation): void;
  /** Has a check run soon. */
  again(name: string): void;
}

export const hostCheckName = (host: string): string => `host/${host}`;

/** Whether a host answers, and how it does. */
export function usualCheck(host: string, { reach, observe, again }: HostCheckParts): Check {
  const name = hostCheckName(host);
  const component = hostId(host);
  const reached = (status: 'healthy' | 'unhealthy', detail?: string) => {
    observe({ component, check: 'reach', status, detail, ttl: 4 * EVERY_MS });
    if (status === 'unhealthy') setTimeout(() => again(name), SOON_MS).unref();
  };
  return {
    name,
    provider: name,
    every: EVERY_MS,
    within: WITHIN_MS,
    async run(signal) {
      try {
        const findings = await findingsOf(
          await reach(host),
          host,
          USUAL.map(({ probe }) => probe),
          signal,
        );
        reached('healthy');
        for (const [index, found] of findings.entries())
          observe({
            component,
            check: (USUAL[index] as { name: string }).name,
            ...judgedIn(found),
            ttl: 4 * EVERY_MS,
          });
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        reached('unhealthy', detailOf(asMusterError(thrown).message));
      }
    },
    onMissed: () => reached('unhealthy', messages().health.probe.late({ time: humanDuration(WITHIN_MS) })),
  };
}

/** One check of the configuration on one host. */
export function hostCheck(
  {
    name,
    host,
    probe,
    ...times
  }: {
    name: string;
    host: string;
    probe: HostProbe;
    every: number;
    within: number;
    bad: number;
    good: number;
  },
  { reach, observe }: HostCheckParts,
): Check {
  const { every, within, bad, good } = times;
  const seen = { component: hostId(host), check: name, belief: { bad, good }, ttl: 3 * every + within };
  const late = messages().health.probe.late({ time: humanDuration(within) });
  return {
    name: `check/${name}@${host}`,
    provider: hostCheckName(host),
    every,
    within,
    async run(signal) {
      try {
        const [found] = await findingsOf(await reach(host), host, [probe], signal);
        if (found) observe({ ...seen, ...judgedIn(found) });
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        // That it does not answer is said once, by the host.
        observe({ ...seen, status: 'unknown', detail: detailOf(asMusterError(thrown).message) });
      }
    },
    onMissed: () =>
      observe({ ...seen, status: probe.kind === 'command' ? 'unhealthy' : 'unknown', detail: late }),
  };
}

/** What is found; clocks are held against this one, as exactly as the way there and back allows. */
async function findingsOf(
  site: Site,
  host: string,
  probes: HostProbe[],
  signal: AbortSignal,
): Promise<HostFinding[]> {
  const began = Date.now();
  const { findings } = HostFindings.parse(await asked(site, lookAtHost, { host, probes }, signal));
  const took = Date.now() - began;
  return findings.map((found, index) => {
    const probe = probes[index];
    if (found.clock === undefined || probe?.kind !== 'time') return found;
    // It was read somewhere between; a clock that was put meanwhile makes the time negative.
    const apart = Math.max(0, found.clock - (began + took), began - found.clock);
    const status =
      took < 0 || apart < probe.warn ? 'healthy' : apart < probe.alarm ? 'degraded' : 'unhealthy';
    return { status, detail: messages().health.probe.time({ time: humanDuration(apart) }) };
  });
}

const judgedIn = ({ status, detail }: HostFinding): Pick<Observation, 'status' | 'detail'> => ({
  status,
  detail: detailOf(detail),
});
