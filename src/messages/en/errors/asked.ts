/** What is asked: lines, the configuration, rights. */
import { type Entry, entry } from '../../entry.ts';

export const asked = {
  internal: entry(
    (f) => `Muster itself failed: ${f.message}`,
    () => 'The log has the details; please report it.',
  ),
  'input.invalid': entry(
    (f) => `${f.problems}`,
    (f) => `See ${f.help ?? '/help'}`,
  ),
  'command.unknown': entry(
    (f) => `there is no /${f.name}.${f.near ? ` Did you mean /${f.near}?` : ''}`,
    () => 'See /help',
  ),
  'config.invalid': entry(
    (f) => `the configuration has ${f.count} problem${f.count === 1 ? '' : 's'}:\n${f.problems}`,
    () => 'Mend the files, then run muster check.',
  ),
  'config.unknown': entry(
    (f) => `there is no ${f.what} called ${f.name}${f.near ? ` (did you mean ${f.near}?)` : ''}`,
    (f) => `See ${f.list}`,
  ),
  'access.denied': entry(
    (f) => `you may not: ${f.rule}`,
    (f) => `Who can: ${f.who}`,
  ),
  'config.secret': entry(
    (f) => `the secret ${f.path} is not there: ${f.message}`,
    () => 'Set it, or say in the configuration where it is: env:NAME or file:PATH.',
  ),
  'config.letters': entry(
    (f) => `the secret ${f.path} has characters that ${f.platform} refuses`,
    () => 'Use letters, digits, _ and -, at most 256; or leave it out, and one is made from the token.',
  ),
} satisfies Record<string, Entry>;
