/** Reads tar archives with the real tool, and plans of machines as a shell would. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What an archive has in it, as `tar --list --verbose` says it: mode, path and content, by path. */
export function listed(archive: Buffer): Map<string, { mode: string; text: string }> {
  const list = execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--quoting-style=literal'], {
    input: archive,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'muster-tar-'));
  try {
    execFileSync('tar', ['--extract', '--directory', folder], { input: archive });
    const found = new Map<string, { mode: string; text: string }>();
    for (const line of list.trimEnd().split('\n')) {
      const [, mode = '', path = ''] = /^(\S+) 0\/0 +\d+ \S+ \S+ (.*)$/.exec(line) ?? [];
      found.set(path, { mode, text: mode.startsWith('-') ? readFileSync(join(folder, path), 'utf8') : '' });
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The lines of a plan, each as its words. */
export const planWords = (plan: string): string[][] =>
  plan
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').map(decodeURIComponent));
