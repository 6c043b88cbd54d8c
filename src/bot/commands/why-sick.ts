/** Why something is not well: what is wrong, since when, what changed before that, and what it said last. */
import { z } from 'zod';
import { hostsOfSubject } from '../../config/hosts.ts';
import { inWords } from '../../hubs/health/words.ts';
import { newBases } from '../../jobs/bases.ts';
import { changesOn } from '../../jobs/health/changes.ts';
import { HealthRecord } from '../../jobs/health/record.ts';
import { messages } from '../../messages/messages.ts';
import { humanTime } from '../../units.ts';
import { healthLine, hubLines, nameIn, reasonLines, TARGET, targetOf } from '../answers/health.ts';
import { defineCommand } from '../command.ts';

const MOST_CHANGES = 5;
const MOST_COURSES = 5;

export const whySick = defineCommand({
  name: 'why-sick',
  about: () => messages().commands['why-sick'],
  examples: ['why-sick shop', 'why-sick host/web-1', 'why-sick environment/production'],
  input: z.object({
    target: z
      .string()
      .max(80)
      .regex(TARGET, { error: () => messages().health.target }),
  }),
  words: ['target'],
  risk: 'read',
  scope: ({ target }) =>
    target.includes('/') || target === 'cloud' ? [target] : [`app/${target}`, `host/${target}`],
  async answer({ target: text }, { config, state, runs, audit }) {
    const target = targetOf(config, text);
    const record = new HealthRecord(state);
    const [standing, told] = await Promise.all([record.get(target), record.told()]);
    const now = Date.now();
    const words = messages().health;
    const head = [healthLine(target, standing), ...hubLines(config, told, now)];
    if (!standing) return { text: head.join('\n') };
    const { reasons, changes, lines, maintenance } = standing;
    if (reasons.length === 0)
      return {
        text: [
          ...head,
          ...(maintenance === undefined ? [words.well({ what: nameIn(target) })] : [maintenance]),
        ].join('\n'),
      };
    const began = Math.min(...reasons.map(({ since }) => since));
    // What it needs and does not have is the first link of the chain.
    const needs = [...new Set(reasons.flatMap(({ because }) => because ?? []))];
    const causes = await Promise.all(needs.map((need) => record.get(need)));
    const before = await changesOn(target, began, {
      runs,
      audit,
      hostsOf: (subject) => hostsOfSubject(config, subject),
      newBases: () => newBases(state),
    });
    const time = (at: number) => humanTime(new Date(at).toISOString());
    return {
      text: [
        ...head,
        ...(maintenance === undefined ? [] : [maintenance]),
        words.chain,
        ...causes.flatMap((cause) =>
          (cause?.reasons ?? []).slice(0, 1).map((reason) => `← ${inWords(reason)}`),
        ),
        ...reasonLines(standing, now),
        ...(before.length > 0
          ? [words.changes, ...before.slice(0, MOST_CHANGES).map((change) => `${change.text}`)]
          : [words.nothingChanged]),
        ...(lines.length > 0 ? [words.lines, ...lines.map((line) => `> ${line}`)] : []),
        ...(changes.length > 0
          ? [
              words.courses,
              ...changes
                .slice(-MOST_COURSES)
                .map(
                  ({ at, to, why }) =>
                    `${time(at)} ${words.states[to]}${why === undefined ? '' : `: ${why}`}`,
                ),
            ]
          : []),
        messages().phrases.next({ line: nextOf(target, before[0]?.run) }),
      ].join('\n'),
    };
  },
});

/** What to do next: back from what was changed, else once more from the start. */
function nextOf(target: string, run: string | undefined): string {
  const [kind, name] = target.split('/');
  if (kind === 'app') return run === undefined ? `/restart ${name}` : `/rollback ${name}`;
  return kind === 'host' ? `/prepare ${name}` : '/alerts';
}
