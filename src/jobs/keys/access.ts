/** Who gained and who lost access, and what has to be said about where keys came from. */
import { linesOf } from '../../adapters/authorized-keys/block.ts';
import { type ErrorCode, MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { commentOf, keyFingerprint, readKey } from '../../public-key.ts';
import type { Report } from '../step.ts';
import type { Key, Remark } from './input.ts';

/** Of how many changes each is told on the card; of more, only how many, and each in the log. */
const NAMED = 10;

/** The keys of a block. Lines that somebody else put into it and that are none let nobody in. */
export function keysIn(block: string | undefined): Key[] {
  return linesOf(block).flatMap((line) => {
    const found = readKey(line);
    return typeof found === 'string' ? [] : [{ ...found.key, person: commentOf(found.comment) }];
  });
}

/** Everything in a file that looks like a key's base64. */
export const keysOf = (text: string): Set<string> => new Set(text.match(/AAAA[A-Za-z0-9+/]{20,}={0,2}/g));

/** Tells who gained and who lost access, by person and fingerprint. `others` are the keys that stand outside of Muster's block. */
export function tellAccess(
  { before, after, others }: { before: readonly Key[]; after: readonly Key[]; others: ReadonlySet<string> },
  where: { host: string; user: string },
  report: Report,
): void {
  const words = messages().jobs.keys;
  const without = (keys: readonly Key[], of: readonly Key[]) => {
    const there = new Set(of.map(({ data }) => data));
    return keys.filter(({ data }) => !there.has(data));
  };
  const [gained, lost] = [without(after, before), without(before, after)];
  const facts = (key: Key) => ({ ...where, person: key.person, fingerprint: keyFingerprint(key) });
  const lines = [
    ...gained.map((key) => words.gained(facts(key))),
    ...lost.map((key) => (others.has(key.data) ? words.stays(facts(key)) : words.lost(facts(key)))),
  ];
  if (lines.length === 0) report.note(words.same({ ...where, count: after.length }));
  const few = lines.length <= NAMED;
  for (const line of lines) few ? report.note(line) : report.line(line);
  if (!few) report.note(words.many({ ...where, gained: gained.length, lost: lost.length }));
}

/** Tells what was kept although a source does not name it any more, and what was left out. */
export function tellRemarks(remarks: readonly Remark[], report: Report): void {
  const words = messages().jobs.keys;
  for (const remark of remarks) {
    switch (remark.kind) {
      case 'failed': {
        const { code, facts, source, count } = remark;
        const error = new MusterError(code as ErrorCode, facts);
        report.note(words.failed({ source, count, reason: error.message }));
        break;
      }
      case 'empty':
        report.note(words.empty(remark));
        break;
      case 'many':
        report.note(words.held(remark));
        break;
      case 'refused':
        report.note(
          words.refused({ person: remark.person, why: messages().config.keys.problems[remark.why] }),
        );
    }
  }
}
