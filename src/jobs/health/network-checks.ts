/** Checks over the network, from where the hub is. */

import { type DnsTarget, probeDns, probeHttp, probeTcp, probeTls } from '../../adapters/probe/network.ts';
import type { NetworkCheck } from '../../config/checks.ts';
import { hostAndPort } from '../../host-port.ts';
import type { Observation } from '../../hubs/health/monitor.ts';
import { detailOf } from '../../hubs/health/names.ts';
import type { Check } from '../../hubs/health/scheduler.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';

/** One check of the configuration. */
export function networkCheck(name: string, check: NetworkCheck, observe: (seen: Observation) => void): Check {
  const { every, within, bad, good } = check;
  const component = check.of ?? `check/${name}`;
  const seen = { component, check: name, belief: { bad, good }, ttl: 3 * every + within };
  return {
    name: `check/${name}`,
    provider: providerOf(check),
    every,
    within,
    async run(signal) {
      try {
        const { status, detail } = await look(check, signal);
        observe({ ...seen, status, detail: detailOf(detail) });
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        observe({ ...seen, status: 'unhealthy', detail: detailOf(reasonOf(thrown)) });
      }
    },
    onMissed: () =>
      observe({
        ...seen,
        status: 'unhealthy',
        detail: messages().health.probe.late({ time: humanDuration(within) }),
      }),
  };
}

function look(check: NetworkCheck, signal: AbortSignal) {
  switch (check.kind) {
    case 'http':
      return probeHttp(check, signal);
    case 'tcp':
      return probeTcp(placeOf(check.address), signal);
    case 'tls':
      return probeTls({ ...placeOf(check.address), name: check.name, warn: check.warn }, signal);
    case 'dns':
      return probeDns(check as DnsTarget, signal);
  }
}

/** Who answers: checks of one place share its slowness. */
function providerOf(check: NetworkCheck): string {
  if (check.kind === 'http') return new URL(check.url).host;
  return check.kind === 'dns' ? `dns:${check.server ?? ''}` : check.address;
}

const placeOf = (address: string): { host: string; port: number } =>
  hostAndPort(address) as { host: string; port: number };

/** What the network says: its code, like ECONNREFUSED, where there is one. */
function reasonOf(thrown: unknown): string {
  const { code, message } = thrown as { code?: string; message?: string };
  return code ?? message ?? String(thrown);
}
