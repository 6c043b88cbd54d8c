/** Reads tar archives with the real tool, and plans of machines as a shell would. */
import { execFileSync } from 'node:child_process';

/** What an archive has in it, as `tar --list --verbose` says it: mode, path and content, by path. */
export function listed(archive: Buffer): Map<string, { mode: string; text: string }> {
  const list = execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--quoting-style=literal'], {
    input: archive,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const found = new Map<string, { mode: string; text: string }>();
  for (const line of list.trimEnd().split('\n')) {
    const [, mode = '', path = ''] = /^(\S+) 0\/0 +\d+ \S+ \S+ (.*)$/.exec(line) ?? [];
    const text = mode.startsWith('-')
      ? execFileSync('tar', ['--extract', '--to-stdout', '--', path], { input: archive, encoding: 'utf8' })
      : '';
    found.set(path, { mode, text });
  }
  return found;
}

/** The lines of a plan, each as its words. */
export const planWords = (plan: string): string[][] =>
  plan
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').map(decodeURIComponent));
