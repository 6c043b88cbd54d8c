/** Changes of a host's firewall, and what there is to see of it. */
import type { Firewall } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { applyFirewall, keepFirewall, revertFirewall } from '../firewall/change.ts';
import { holdFirewall } from '../firewall/hold.ts';
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
  const apply = applyFirewall({ host, change: name, by, rules, keepWithin, overwrite, opening });
  const keep: Stage =
    hold === undefined
      ? { name: 'keep', steps: [keepFirewall({ host, change: name, probes, opening })] }
      : { name: 'hold', steps: [holdFirewall({ host, change: name, keepWithin })] };
  return {
    title: plans.firewall({ host }),
    done: plans.firewalled({ host }),
    locks: [`host/${host}`],
    stages: [{ name: 'apply', steps: [apply] }, keep],
    next: `/firewall show ${host}`,
    ...(hold !== undefined && { keep: `/firewall keep ${host} ${name}` }),
  };
}

/** The plan of `/firewall keep`: somebody came in and says so. The run of the change waits for it, and holds the host's lock. */
export function keepPlan(host: string, change: string): Plan {
  const { plans } = messages().jobs;
  return {
    title: plans.firewallKeep({ host, change }),
    done: plans.firewallKept({ host, change }),
    locks: [],
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
    locks: [],
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
