import { z } from 'zod';
import type { AuditRecord } from '../../jobs/audit.ts';
import { messages } from '../../messages/messages.ts';
import { reasonOf } from '../answers/explain.ts';
import { defineCommand } from '../command.ts';

const statusOf = ({ status }: AuditRecord): string | undefined => {
  const words: Readonly<Record<string, string>> = messages().phrases.statuses;
  return words[`${status}`] ?? status;
};

export const audit = defineCommand({
  name: 'audit',
  about: () => messages().commands.audit,
  examples: ['audit', 'audit --person reem --count 30', 'audit --verify'],
  input: z.object({
    count: z.number().int().min(1).max(50).default(10),
    person: z.string().optional(),
    verify: z.boolean().default(false),
  }),
  risk: 'read',
  scope: () => 'cloud',
  async answer({ count, person, verify }, { audit: trail }) {
    const words = messages().answers.audit;
    if (verify) {
      const { records, problem } = await trail.verify();
      if (problem) return { text: `✕ ${words.broken({ problem, records })}`, refused: true };
      return { text: `● ${words.intact({ records })}` };
    }
    const latest = await trail.latest(count, (record) => person === undefined || record.person === person);
    const lines = latest.map((record) => {
      const what =
        record.kind === 'outcome'
          ? `${record.run} ${statusOf(record)}: ${record.summary}`
          : (record.text ?? record.summary ?? record.run ?? '');
      const why = record.kind === 'refused' ? ` ${words.refused({ why: reasonOf(record) })}` : '';
      return `${record.seq} ${record.at.slice(0, 19).replace('T', ' ')} ${record.person}@${record.platform} ${words.kinds[record.kind]} ${what.split('\n')[0]}${why}`;
    });
    return { text: [...lines, messages().phrases.next({ line: '/audit --verify' })].join('\n') };
  },
});
