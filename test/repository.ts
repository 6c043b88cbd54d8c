/** A git repository of a test's own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};

export class TestRepository {
  readonly folder: string;

  /** Makes an empty one, with the branch `main`. */
  constructor(folder: string, ...options: string[]) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    this.git('init', '--quiet', '--initial-branch=main', '--template=', ...options);
  }

  git(...words: string[]): string {
    return execFileSync('git', ['-C', this.folder, ...words], { env: ENVIRONMENT, encoding: 'utf8' }).trim();
  }

  /** Commits these files onto a branch (made from `main` where it is not there); `null` removes one. Gives the commit. */
  commit(branch: string, files: Record<string, string | null>): string {
    const branches = this.git('branch', '--list', '--format=%(refname:short)').split('\n');
    const empty = branches[0] === '';
    if (empty) this.git('symbolic-ref', 'HEAD', `refs/heads/${branch}`);
    else if (branches.includes(branch)) this.git('checkout', '--quiet', branch, '--');
    else this.git('checkout', '--quiet', '-b', branch, 'refs/heads/main');
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.folder, path);
      rmSync(file, { force: true });
      if (text === null) continue;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    this.git('add', '--all', '--force', '.');
    this.git('commit', '--quiet', '--allow-empty', '--message', 'A commit');
    return this.git('rev-parse', 'HEAD');
  }
}
