/** Brings a host to where it can do what is asked of it. */
import { checkHost, inspectHost } from '../host/inspect.ts';
import { installHost } from '../host/install.ts';
import { NEED, type NeedName } from '../host/needs.ts';
import { startEngine } from '../host/start.ts';
import type { Plan } from '../plan.ts';

/** The plan of `/prepare HOST`: look, install, start, look again. Safe to repeat; on a host that lacks nothing it changes nothing. */
export function preparePlan({ host, needs }: { host: string; needs: readonly NeedName[] }): Plan {
  const input = { host, needs: [...needs] };
  const what = needs.filter((need) => NEED[need].packages.length > 0).map((need) => NEED[need].what);
  return {
    title: `prepare ${host} (${what.join(', ')})`,
    done: `${host} is ready (${what.join(', ')})`,
    locks: [`host/${host}`],
    stages: [
      { name: 'inspect', steps: [inspectHost(input)] },
      { name: 'install', steps: [installHost(input)] },
      ...(needs.includes('running') ? [{ name: 'start', steps: [startEngine({ host })] }] : []),
      { name: 'check', steps: [checkHost(input)] },
    ],
    next: needs.includes('builder') ? '/build base' : '/apps',
  };
}
