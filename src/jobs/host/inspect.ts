/** What a host lacks, and the proof that it lacks nothing any more. */
import { dockerd } from '../../adapters/dockerd/dockerd.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Report } from '../step.ts';
import { defineStep } from '../step.ts';
import { examine, type Finding } from './examine.ts';
import { HostNeeds } from './input.ts';
import { NEED } from './needs.ts';

/** Looks; what is missing is no failure yet, as the next stages bring it. */
export const inspectHost = defineStep({
  name: 'host.inspect',
  lane: 'read',
  input: HostNeeds,
  uses: { dockerd },
  timeout: '2m',
  title: ({ host }) => messages().jobs.steps.inspect({ host }),
  async run({ needs }, { shell, root, dockerd: { socket }, signal, report }) {
    const findings = await examine(shell, { root, socket }, needs, signal);
    tell(findings, report);
    const lacking = findings.filter(({ need, ok }) => !ok && NEED[need].required);
    if (lacking.length === 0) report.note(messages().jobs.notes.lacksNothing(shell));
    return findings;
  },
});

/** Looks again; rejects with `engine.missing` or `engine.down` where something required is still not there. */
export const checkHost = defineStep({
  name: 'host.check',
  lane: 'read',
  input: HostNeeds,
  uses: { dockerd },
  timeout: '2m',
  title: ({ host }) => messages().jobs.steps.check({ host }),
  async run({ needs }, { shell, root, dockerd: { socket }, signal, report }) {
    const findings = await examine(shell, { root, socket }, needs, signal);
    for (const { need, ok, found, fix } of findings) {
      if (!ok && !NEED[need].required) report.note(`${found ?? messages().jobs.needs[need]}. ${fix}`);
    }
    const lacking = findings.filter(({ need, ok }) => !ok && NEED[need].required).map(({ need }) => need);
    if (lacking.length === 0) return findings;
    tell(findings, report);
    if (lacking.every((need) => need === 'running'))
      throw new MusterError('engine.down', { host: shell.host });
    const what = lacking.map((need) => messages().jobs.needs[need]).join(', ');
    throw new MusterError('engine.missing', { host: shell.host, what });
  },
});

function tell(findings: readonly Finding[], report: Report): void {
  for (const { need, ok, found } of findings) {
    report.line([ok ? '✓' : '✕', messages().jobs.needs[need], found].filter(Boolean).join(' '));
  }
}
