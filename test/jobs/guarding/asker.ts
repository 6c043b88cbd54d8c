/**
 * A Muster in a network namespace, as far as it keeps firewalls: asks what guards a host what it is told to, a line of JSON each.
 * Run with the way to the host as JSON; says of each line how it went.
 */
import { createInterface } from 'node:readline';
import { AgentLink } from '../../../src/adapters/icp/link.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import type { Login } from '../../../src/adapters/ssh/connection.ts';
import { sshShell } from '../../../src/adapters/ssh/shell.ts';
import { asMusterError } from '../../../src/errors.ts';
import type { Identity } from '../../../src/identity.ts';
import { guardedBy } from '../../../src/jobs/guardian.ts';
import type { FirewallChange, FirewallStanding, Guarding } from '../../../src/jobs/guarding.ts';
import { guardedOverShell } from '../../../src/jobs/shell-guarding.ts';
import type { Shell } from '../../../src/shell.ts';

/** How the host is reached, and what guards it. */
export type Way =
  | { by: 'guardian'; address: string; port: number; key: string; identity: Identity }
  | { by: 'ssh'; login: Login; tools: Record<string, unknown> }
  | { by: 'local'; tools: Record<string, unknown> };

/** What it can be told. `keep here` keeps over the connection that there is. */
export type Order =
  | { do: 'apply'; change: FirewallChange }
  | { do: 'keep' | 'keep here' | 'revert'; change: string }
  | { do: 'show' };

/** How it went: the code of an error, or a standing where that was asked for. */
export interface Answer {
  code?: string;
  standing?: FirewallStanding;
}

const NEVER = new AbortController().signal;

function open(way: Way): { guarding: Guarding; keepHere(change: string): Promise<unknown> } {
  if (way.by === 'guardian') {
    const link = new AgentLink(async () => ({ host: 'host', ...way }));
    const keepHere = (change: string) =>
      link.with(NEVER, (channel) => channel.request('firewall.keep', { change }));
    return { guarding: guardedBy('host', link), keepHere };
  }
  const { tools } = way;
  const fresh = (): Shell => (way.by === 'ssh' ? sshShell(way.login) : localShell({ host: 'host' }));
  const shell = fresh();
  const again = (): Shell => ({ ...shell, close: async () => {} });
  return {
    guarding: guardedOverShell({ shell, fresh, tools }),
    keepHere: (change) => guardedOverShell({ shell, fresh: again, tools }).keep(change, NEVER),
  };
}

const { guarding, keepHere } = open(JSON.parse(process.argv[2] as string) as Way);

async function carryOut(order: Order): Promise<Answer> {
  if (order.do === 'show') return { standing: await guarding.show(NEVER) };
  if (order.do === 'apply') await guarding.apply(order.change, NEVER);
  if (order.do === 'keep') await guarding.keep(order.change, NEVER);
  if (order.do === 'keep here') await keepHere(order.change);
  if (order.do === 'revert') await guarding.revert(order.change);
  return {};
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, order } = JSON.parse(line) as { id: number; order: Order };
  void carryOut(order)
    .catch((error): Answer => ({ code: asMusterError(error).code }))
    .then((answer) => process.stdout.write(`${JSON.stringify({ id, answer })}\n`));
}
process.exit(0);
