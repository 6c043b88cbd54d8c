/** Git's many words of a failure, in one line. */

import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';
import { withoutLogin } from './address.ts';

/** What git says after the line that names the cause. */
const NOISE =
  /could not read from remote repository|please make sure you have the correct access|^and the repository exists|^warning: |^hint: |^\s*$/i;

/** The line that names the cause, without prefixes, logins or control characters. */
export function reasonOf(lines: readonly string[]): string {
  const telling = lines.filter((line) => !NOISE.test(line));
  const line =
    telling.findLast((one) => /^(?:fatal|error|remote|ssh|ERROR):/.test(one)) ??
    telling.at(-1) ??
    lines.at(-1) ??
    messages().reasons.notSaid({ tool: 'git' });
  const plain = line.replace(/^(?:(?:fatal|error|remote|ERROR): )+/, '').trim();
  return printable(withoutLogin(plain)).slice(0, 200);
}

/** Whether the server answered, but does not give out this commit by its id. */
export const isUnadvertised = (lines: readonly string[]): boolean =>
  lines.some((line) =>
    /not our ref|unadvertised object|couldn't find remote ref|unable to find remote ref/i.test(line),
  );
