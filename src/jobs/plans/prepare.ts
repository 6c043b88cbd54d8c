/** Brings a host to where it can do what is asked of it. */

import { messages } from '../../messages/messages.ts';
import { checkHost, inspectHost } from '../host/inspect.ts';
import { installHost } from '../host/install.ts';
import { NEED, type NeedName } from '../host/needs.ts';
import { startEngine } from '../host/start.ts';
import type { Plan, Stage } from '../plan.ts';

/** The plan of `/prepare HOST`: look, install, start, look again, and let in who may log in there. Safe to repeat; on a host that lacks nothing it changes nothing. */
export function preparePlan({
  host,
  needs,
  keys = [],
  behind,
}: {
  host: string;
  needs: readonly NeedName[];
  /** The stages that let people in; none by default. */
  keys?: readonly Stage[];
  /** The network that the host is to be behind, and the stages that take it there; without a network those that let it be reached by any. */
  behind?: { overlay?: string; stages: readonly Stage[] };
}): Plan {
  const input = { host, needs: [...needs] };
  const { needs: names, plans } = messages().jobs;
  const what = needs.filter((need) => NEED[need].packages.length > 0).map((need) => names[need]);
  return {
    title: plans.prepare({ host, needs: what }),
    done: behind?.overlay
      ? messages().behind.plans.safe({ host, needs: what, overlay: behind.overlay })
      : plans.prepared({ host, needs: what }),
    locks: [`host/${host}`, ...(behind?.overlay ? [`overlay/${behind.overlay}`] : [])],
    stages: [
      { name: 'inspect', steps: [inspectHost(input)] },
      { name: 'install', steps: [installHost(input)] },
      ...(needs.includes('running') ? [{ name: 'start', steps: [startEngine({ host })] }] : []),
      { name: 'check', steps: [checkHost(input)] },
      ...keys,
      ...(behind?.stages ?? []),
    ],
    next: needs.includes('builder') ? '/build base' : '/apps',
    ...(behind?.overlay && { posts: 'nodes' as const }),
    ...((keys.length > 0 || behind) && { again: `/prepare ${host}` }),
  };
}
