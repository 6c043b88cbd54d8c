/** Tells how a host's firewall stands, and what a change would come to. Changes nothing. */
import { z } from 'zod';
import { describe, diff } from '../../firewall/changes.ts';
import { effective } from '../../firewall/effective.ts';
import { Firewall } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { defineStep } from '../step.ts';
import { NONE } from './change.ts';

export const showFirewall = defineStep({
  name: 'firewall.show',
  lane: 'read',
  guards: true,
  input: z.strictObject({ host: HostName }),
  uses: {},
  timeout: '1m',
  title: ({ host }) => messages().jobs.steps.showFirewall({ host }),
  async run(_, { guarding, signal, report }) {
    const words = messages().jobs.firewall;
    const { rules, pending, drift, trouble, fleeting } = await guarding.show(signal);
    if (!rules) report.line(words.none);
    else for (const lane of effective(rules).lanes) for (const line of describe(lane)) report.line(line);
    for (const line of drift) report.line(words.drift({ line }));
    if (pending) report.note(words.pending({ ...pending, until: new Date(pending.until).toISOString() }));
    if (rules && fleeting) report.note(words.fleeting);
    if (trouble) report.note(words.trouble({ trouble }));
  },
});

/** What would change: `-` is in force and would go, `+` would come. */
export const compareFirewall = defineStep({
  name: 'firewall.compare',
  lane: 'read',
  guards: true,
  input: z.strictObject({ host: HostName, rules: Firewall }),
  uses: {},
  timeout: '1m',
  title: ({ host }) => messages().jobs.steps.compareFirewall({ host }),
  async run({ rules }, { guarding, signal, report }) {
    const words = messages().jobs.firewall;
    const { rules: before, drift } = await guarding.show(signal);
    const lines = diff(before ?? NONE, rules);
    if (lines.length === 0) report.line(words.same);
    for (const line of lines) report.line(line);
    for (const { kind, rule, by } of effective(rules).conflicts)
      report.note(words.conflict({ kind, rule: rule.id, by: by.id }));
    for (const line of drift) report.line(words.drift({ line }));
  },
});
