/** What a container says of itself, as observations. */
import type { Caller, HubReport } from '../../hub.ts';
import type { Observation } from './monitor.ts';
import { detailOf, nameOf, serviceId } from './names.ts';

/** A report counts at most so long, ms: whoever promises more is asked again before. */
const LONGEST_TTL_MS = 3_600_000;
/** The container has counted its own failures by then. */
const AT_ONCE = { bad: 1, good: 1 };

/** The check as which a container's own word counts. */
export const REPORT = 'report';

/** What a report says of its service on its host; a check that is not named any more is forgotten by its time. */
export function observationsOf(
  { app, service, host }: Caller,
  { status, ttl, checks }: HubReport,
): Observation[] {
  const about = {
    component: serviceId(app, service, host),
    ttl: Math.min(ttl, LONGEST_TTL_MS),
    belief: AT_ONCE,
  };
  const worst = checks.find((check) => check.status === status && status !== 'healthy');
  const detail = worst && detailOf([worst.name, worst.detail].filter(Boolean).join(': '));
  return [
    { ...about, check: REPORT, status, detail },
    ...checks.map((check) => ({
      ...about,
      check: `${REPORT}.${nameOf(check.name)}`,
      status: check.status,
      detail: detailOf(check.detail),
    })),
  ];
}
