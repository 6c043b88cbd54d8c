/** Why Compose refuses a file, in one line. */

import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';

const NOISE = /variable is not set|^time=.*level=warning|^WARN|^\s*$|attribute `version` is obsolete/i;

/** The telling line of what Compose printed to stderr; `folder` is the source tree, whose place says nothing to people. */
export function reasonOf(stderr: string, folder: string): string {
  const lines = stderr.split('\n').filter((line) => !NOISE.test(line));
  const because = lines.findIndex((line) => /is invalid because:\s*$/.test(line));
  const line = because === -1 ? lines.at(-1) : lines[because + 1];
  const plain = (line ?? messages().reasons.notSaid({ tool: 'Compose' }))
    .replaceAll(`${folder}/`, '')
    .replace(/^(?:ERROR: |\.?[A-Za-z.]*(?:Error|Exception): |validating [^:]+: )+/, '')
    .trim();
  return printable(plain).slice(0, 200);
}

/** Warnings about variables that the file uses and nobody sets, as people should read them. */
export const unsetVariables = (stderr: string): string[] => [
  ...new Set([...stderr.matchAll(/\bThe \\?"?(\w+)\\?"? variable is not set/g)].map(([, name]) => name!)),
];
