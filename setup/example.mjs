/** The example app as a git repository: branches `main` and `bad`, tag `v1`; the same commits on every machine. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashOf, ROOT } from './modules.mjs';
import { SetupProblem, say } from './say.mjs';

const EXAMPLE = join(ROOT, 'examples/hello');

/** Nothing of the user's git: no configuration, no hooks, no templates, no repository around this one. */
const ENVIRONMENT = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  LC_ALL: 'C',
  TZ: 'UTC',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Muster',
  GIT_AUTHOR_EMAIL: 'muster@example.com',
  GIT_COMMITTER_NAME: 'Muster',
  GIT_COMMITTER_EMAIL: 'muster@example.com',
};
const FIRST_COMMIT = Date.UTC(2025, 0, 1) / 1000;

/**
 * Makes the repository at `folder` (replacing an older one that it made), or does nothing where it is up to date.
 * `from` holds the app; `from.v1` and `from.bad`, where they exist, are laid over it for the tag and the branch.
 */
export function makeExample(folder, from = EXAMPLE) {
  if (!existsSync(from)) throw new SetupProblem(`There is no ${from} to make the example from.`);
  const hash = hashOf([from, `${from}.v1`, `${from}.bad`, import.meta.filename], '/');
  const stamp = join(folder, '.git/muster-example');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  const next = `${folder}.${process.pid}`;
  rmSync(next, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  try {
    lay(next, from);
    writeFileSync(join(next, '.git/muster-example'), hash);
    rmSync(folder, { recursive: true, force: true });
    renameSync(next, folder);
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

/** The same, with a word about it; a repository that somebody else made or committed to is left alone. */
export function ensureExample(folder, from = EXAMPLE) {
  if (!existsSync(from)) return say(`there is no ${from}: going on without the example's repository`);
  if (existsSync(folder) && !isOurs(folder)) return say(`${folder} has changes of your own: left as it is`);
  makeExample(folder, from);
}

function lay(folder, from) {
  let commits = 0;
  const git = (...argv) =>
    execFileSync(
      'git',
      ['-C', folder, '-c', 'core.hooksPath=/dev/null', '-c', 'commit.gpgSign=false', ...argv],
      {
        env: dated(FIRST_COMMIT + commits * 86_400),
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  const commit = (message, ...layers) => {
    git('rm', '-rfq', '--ignore-unmatch', '.');
    for (const layer of layers) if (existsSync(layer)) cpSync(layer, folder, { recursive: true });
    git('add', '--all', '--force', '.');
    git('commit', '-q', '--allow-empty', '-m', message);
    commits += 1;
  };
  mkdirSync(folder, { recursive: true });
  git('init', '-q', '-b', 'main', '--template=');
  commit('Say hello', from, `${from}.v1`);
  git('tag', 'v1');
  if (existsSync(`${from}.v1`)) commit('Say it better', from);
  git('checkout', '-q', '-b', 'bad');
  commit('Break it', from, `${from}.bad`);
  git('checkout', '-q', 'main');
  writeFileSync(join(folder, '.git/muster-heads'), git('for-each-ref', '--format=%(objectname) %(refname)'));
}

function isOurs(folder) {
  try {
    const git = (...argv) =>
      execFileSync('git', ['-C', folder, ...argv], { env: dated(0), encoding: 'utf8' });
    const heads = readFileSync(join(folder, '.git/muster-heads'), 'utf8');
    return (
      git('for-each-ref', '--format=%(objectname) %(refname)') === heads &&
      git('status', '--porcelain') === ''
    );
  } catch {
    return false;
  }
}

const dated = (seconds) => ({
  ...ENVIRONMENT,
  GIT_AUTHOR_DATE: `${seconds} +0000`,
  GIT_COMMITTER_DATE: `${seconds} +0000`,
});
