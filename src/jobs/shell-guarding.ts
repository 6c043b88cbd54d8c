/** A firewall that a timer on the host keeps, over its shell: for hosts without a guardian. It goes the guardian's way. */
import { openAll } from '../adapters/adapter.ts';
import { nftables } from '../adapters/nftables/nftables.ts';
import { rollback } from '../adapters/rollback/rollback.ts';
import { MusterError } from '../errors.ts';
import { messages } from '../messages/messages.ts';
import type { Shell } from '../shell.ts';
import type { FirewallStanding, Guarding } from './guarding.ts';

/** How often a change is looked at anew that another one came before. */
const TRIES = 3;

export interface ShellGuardingParts {
  shell: Shell;
  /** A way in of its own, which nobody used before; it is closed afterwards. */
  fresh(): Shell;
  /** The host's settings of its tools. */
  tools: Record<string, unknown>;
}

/** Keeps a host's packet filter with nftables. Rejects with `firewall.root` where Muster is not root there. */
export function guardedOverShell({ shell, fresh, tools }: ShellGuardingParts): Guarding {
  const open = (over = shell) => openAll({ nftables, rollback }, over, tools);

  const look = async (signal: AbortSignal) => {
    const host = open();
    const words = messages().firewall;
    let standing = await host.rollback.show(signal);
    for (;;) {
      const rules = (standing.pending ?? standing.good)?.rules ?? null;
      let drift: string[] = [];
      if (rules) drift = (await host.nftables.drift(rules, { signal })) ?? [words.absent];
      // What is in a table of our name that nobody put there by us is somebody else's.
      else if (standing.trouble === undefined && (await host.nftables.read({ signal })))
        drift = [words.strange];
      const seen = { ...standing, rules, drift };
      if (drift.length === 0) return seen;
      // It may have been taken back while it was looked at.
      standing = await host.rollback.show(signal);
      if (standing.good?.id === seen.good?.id && standing.pending?.id === seen.pending?.id) return seen;
    }
  };

  /** What others changed. Where nothing is loaded at boot, a table that is gone went with a restart. */
  const theirs = (drift: readonly string[], boots: boolean) =>
    drift.filter((line) => boots || line !== messages().firewall.absent);

  return {
    async apply({ change: id, by, rules, keepWithin, overwrite }, signal) {
      for (let tries = 1; ; tries += 1) {
        const { good, pending, drift, trouble, boots } = await look(signal);
        if (pending?.id === id && drift.length === 0) return;
        if (pending && pending.id !== id)
          throw new MusterError('firewall.waiting', { id: pending.id, by: pending.by });
        if (trouble !== undefined) throw new MusterError('firewall.trouble', { trouble });
        // One that was cut off on its way into force is no more than noted: it has to be taken back first.
        if (pending || theirs(drift, boots).some((line) => !overwrite.includes(line)))
          throw new MusterError('firewall.drift', { drift: drift.join(', ') });
        const host = open();
        await host.nftables.check(rules, { signal });
        const { table } = host.nftables;
        const ruleset = host.nftables.render(rules);
        const seen = good?.id ?? 'none';
        try {
          return await host.rollback.apply({ id, by, rules, ruleset, table, keepWithin, seen }, signal);
        } catch (error) {
          const moved = error instanceof MusterError && error.code === 'firewall.moved';
          if (!moved || tries === TRIES) throw error;
        }
      }
    },
    async keep(change, signal) {
      const anew = fresh();
      try {
        await open(anew).rollback.keep(change, signal);
      } finally {
        await anew.close();
      }
    },
    async revert(change) {
      await open()
        .rollback.revert(change)
        .catch((error) => {
          if (!(error instanceof MusterError) || error.code !== 'firewall.gone') throw error;
        });
    },
    async show(signal): Promise<FirewallStanding> {
      const { good, before, pending, rules, drift, trouble, boots } = await look(signal);
      const waiting = pending && { id: pending.id, by: pending.by, until: Date.now() + pending.left };
      return { good: good?.id, before, pending: waiting, drift, trouble, rules, fleeting: !boots };
    },
  };
}
