/** Changes of a host's firewall, and what there is to see of it. */
import type { Firewall } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { applyFirewall, keepFirewall, revertFirewall } from '../firewall/change.ts';
import type { Opening } from '../firewall/opened.ts';
import { compareFirewall, showFirewall } from '../firewall/show.ts';
import type { Plan, Stage } from '../plan.ts';

/** How long a change may stay that Muster keeps by itself, ms: time enough to come in again. */
const KEEP_WITHIN_MS = 60_000;

export interface FirewallPlan {
  host: string;
  /** The name of the change: the line's id. */
  change: string;
  by: string;
  rules: Firewall;
  /** What has to answer before it is kept. */
  probes: { address: string; port: number }[];
  /** What the line opens or closes. */
  opening?: Opening;
  /** Kept by a person within so many ms, and not by Muster. */
  hold?: number;
  overwrite: boolean;
}

/** The plan of `/firewall apply`, `open` and `close`: in force, knocked, kept; taken back where anything fails. */
export function firewallPlan(change: FirewallPlan): Plan {
  const { host, change: name, by, rules, probes, opening, hold, overwrite } = change;
  const { plans } = messages().jobs;
  const keepWithin = hold ?? KEEP_WITHIN_MS;
  const keepLine = `/firewall keep ${host} ${name}`;
  const apply = applyFirewall({ host, change: name, by, rules, keepWithin, overwrite, opening });
  const keep: Stage = { name: 'keep', steps: [keepFirewall({ host, change: name, probes, opening })] };
  return {
    title: plans.firewall({ host }),
    done: hold === undefined ? plans.firewalled({ host }) : plans.firewallHeld({ host }),
    locks: [`host/${host}`],
    stages: [{ name: 'apply', steps: [apply] }, ...(hold === undefined ? [keep] : [])],
    ...(hold === undefined
      ? { next: `/firewall show ${host}` }
      : { next: keepLine, keep: keepLine, undo: `/firewall revert ${host} ${name}` }),
  };
}

/** The plan of `/firewall keep`: somebody came in and says so. */
export function keepPlan(host: string, change: string): Plan {
  const { plans } = messages().jobs;
  return {
    title: plans.firewallKeep({ host, change }),
    done: plans.firewallKept({ host, change }),
    locks: [`host/${host}`],
    stages: [{ name: 'keep', steps: [keepFirewall({ host, change })] }],
    next: `/firewall show ${host}`,
  };
}

/** The plan of `/firewall revert`. */
export function revertPlan(host: string, change: string): Plan {
  const { plans } = messages().jobs;
  return {
    title: plans.firewallRevert({ host, change }),
    done: plans.firewallReverted({ host, change }),
    locks: [`host/${host}`],
    stages: [{ name: 'revert', steps: [revertFirewall({ host, change })] }],
    next: `/firewall show ${host}`,
  };
}

/** The plan of `/firewall show`, and of `/firewall plan` where there are rules to compare with. */
export function firewallLook(host: string, rules?: Firewall): Plan {
  const { plans } = messages().jobs;
  const step = rules ? compareFirewall({ host, rules }) : showFirewall({ host });
  return {
    title: plans.firewallLook({ host }),
    done: plans.firewallLooked({ host }),
    locks: [],
    stages: [{ name: 'look', steps: [step] }],
    next: rules ? `/firewall apply ${host}` : `/firewall plan ${host}`,
  };
}
