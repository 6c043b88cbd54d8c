/** Secrets that stand in the configuration in clear text, where everybody who reads its repository sees them. */
import { messages } from '../messages/messages.ts';
import { Scrubber } from '../secret.ts';
import type { ConfigProblem } from './problem.ts';
import { type Entries, isMap, SECTIONS } from './sections.ts';

/** A warning for each text that looks like a credential; the warning never holds it. */
export function clearSecrets(entries: Entries): ConfigProblem[] {
  const scrubber = new Scrubber();
  const looksSecret = (key: string, text: string): boolean => {
    const line = `${key}: ${text}`;
    return scrubber.text(text) !== text || scrubber.text(line) !== line;
  };
  const find = (value: unknown, path: (string | number)[]): (string | number)[][] => {
    if (typeof value === 'string') {
      // Where a secret is, is none.
      if (/^(?:env|file):/.test(value)) return [];
      const key = path.findLast((step) => typeof step === 'string') as string;
      return looksSecret(key, value) ? [path] : [];
    }
    if (Array.isArray(value)) return value.flatMap((entry, index) => find(entry, [...path, index]));
    return isMap(value) ? Object.entries(value).flatMap(([key, entry]) => find(entry, [...path, key])) : [];
  };
  return SECTIONS.flatMap((section) =>
    [...entries[section]].flatMap(([name, { raw, source }]) =>
      find(raw, [section, name]).map((path) => source.problem(path, messages().config.clearSecret)),
    ),
  );
}
