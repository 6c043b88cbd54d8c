/** What the audit says of runs, through `muster audit export`. */
import type { AuditRecord } from '../../src/jobs/audit.ts';
import type { TestMuster } from './muster.ts';

/** How each run ended: one entry for each `outcome` that is on record. */
export async function outcomes(muster: Pick<TestMuster, 'run'>): Promise<Record<string, string[]>> {
  const { stdout } = await muster.run('audit', 'export');
  const ends: Record<string, string[]> = {};
  for (const line of stdout.trim().split('\n')) {
    const { kind, run = '', status = '' } = JSON.parse(line) as AuditRecord;
    if (kind === 'outcome') ends[run] = [...(ends[run] ?? []), status];
  }
  return ends;
}
