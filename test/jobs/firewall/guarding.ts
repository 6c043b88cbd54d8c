/** What keeps a firewall, in memory: one change waits at a time, and only its own name keeps it. */
import { MusterError } from '../../../src/errors.ts';
import type { Firewall } from '../../../src/firewall/firewall.ts';
import type { FirewallChange, FirewallStanding, Guarding } from '../../../src/jobs/guarding.ts';

export interface TestGuarding extends Guarding {
  /** What was kept last, and what waits. */
  good: { id: string; rules: Firewall | null };
  waiting?: FirewallChange;
  /** The name of what was kept before the last one. */
  before?: string;
  /** The names of all changes that were put in force. */
  applied: string[];
}

export function guardingInMemory(rules: Firewall | null): TestGuarding {
  const guarding: TestGuarding = {
    good: { id: 'first', rules },
    applied: [],
    async apply(change) {
      const { waiting } = guarding;
      if (waiting?.change === change.change) return;
      if (waiting) throw new MusterError('firewall.waiting', { id: waiting.change, by: waiting.by });
      guarding.waiting = change;
      guarding.applied.push(change.change);
    },
    async keep(change) {
      const { waiting, good } = guarding;
      if (!waiting && good.id === change) return;
      if (waiting?.change !== change) throw new MusterError('firewall.gone', { id: change });
      guarding.before = good.id;
      guarding.good = { id: change, rules: waiting.rules };
      guarding.waiting = undefined;
    },
    async revert(change) {
      if (guarding.waiting?.change === change) guarding.waiting = undefined;
    },
    async show(): Promise<FirewallStanding> {
      const { good, before, waiting } = guarding;
      const pending = waiting && { id: waiting.change, by: waiting.by, until: 0 };
      return { good: good.id, before, pending, drift: [], rules: waiting?.rules ?? good.rules };
    },
  };
  return guarding;
}
