/** Repositories of apps: which commit a ref stands for, and a commit's files. */
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { Commit } from '../../names.ts';
import type { Output, RunOptions, Shell } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import { type Address, loginEnv } from './address.ts';
import {
  cleanArgv,
  dropArgv,
  exportArgv,
  fetchArgv,
  fetchRefsArgv,
  GIT_ENV,
  hasArgv,
  initArgv,
  keepArgv,
  keptRef,
  listKeptArgv,
  lsRemoteArgv,
} from './commands.ts';
import { isUnadvertised, reasonOf } from './reason.ts';
import { findRef, nearRef, parseRefs, type Ref } from './refs.ts';

/** Which repository: its app's name for messages, where it is, and the login. */
export interface Repository extends Address {
  app: string;
}

/** A commit to fetch into a bare repository on the host. `ref` is what a person typed for it. */
export interface Wanted extends Repository {
  folder: string;
  commit: string;
  ref: string;
}

type Watch = Pick<RunOptions, 'signal' | 'onLine'>;

/** How long a server may take to list its refs, ms. */
const LIST_MS = 60_000;
const LIST_BYTES = 64 * 1024 * 1024;

export const git = defineAdapter({
  name: 'git',
  about: 'Repositories of apps',
  options: noOptions,
  open: ({ shell }) => {
    const refs = (from: Repository, watch: Watch = {}, full?: string): Promise<Ref[]> =>
      listRefs(shell, from, watch, full);
    return {
      refs,
      /**
       * The commit a branch, tag or whole commit id stands for now; a whole commit id is not looked up.
       * Rejects with `git.unreachable` or `git.ref.unknown`.
       */
      async resolve({ ref, ...from }: Repository & { ref: string }, watch: Watch = {}): Promise<string> {
        if (Commit.safeParse(ref).success) return ref;
        if (ref.startsWith('-')) throw new MusterError('git.ref.unknown', { app: from.app, ref });
        const known = await refs(from, watch, ref.startsWith('refs/') ? ref : undefined);
        const found = findRef(known, ref);
        if (found) return found.commit;
        throw new MusterError('git.ref.unknown', { app: from.app, ref, near: nearRef(known, ref) });
      },
      /** Fetches a commit into a bare repository, which is made where there is none. Rejects as `resolve` does. */
      fetch: (wanted: Wanted, watch: Watch = {}): Promise<void> => fetch(shell, wanted, watch),
      /** Writes a commit's files into an empty folder. No hooks, no filters, no submodules. `index` is a scratch file. */
      async export(
        { folder, commit, into, index }: { folder: string; commit: string; into: string; index: string },
        watch: Watch = {},
      ): Promise<void> {
        await shell.run(exportArgv(folder, Commit.parse(commit), into), {
          ...watch,
          env: { ...GIT_ENV, GIT_INDEX_FILE: index },
          cwd: into,
        });
      },
      /** Forgets all fetched commits but these; says how many. */
      async forget(folder: string, keep: readonly string[]): Promise<number> {
        const listed = await shell.run(listKeptArgv(folder), { env: GIT_ENV, accept: [0, 128] });
        const kept = new Set(keep.map(keptRef));
        const old = listed.stdout.split('\n').filter((ref) => ref !== '' && !kept.has(ref));
        for (const ref of old) await shell.run(dropArgv(folder, ref), { env: GIT_ENV });
        if (old.length > 0) await shell.run(cleanArgv(folder), { env: GIT_ENV });
        return old.length;
      },
    };
  },
});

async function listRefs(shell: Shell, from: Repository, watch: Watch, full?: string): Promise<Ref[]> {
  const options = { ...watch, env: { ...GIT_ENV, ...loginEnv(from) }, timeout: LIST_MS, keep: LIST_BYTES };
  const { stdout } = await reaching(from.app, shell.run(lsRemoteArgv(from.repository, full), options));
  return parseRefs(stdout);
}

async function fetch(shell: Shell, wanted: Wanted, watch: Watch): Promise<void> {
  const { app, folder, ref, repository } = wanted;
  const commit = Commit.parse(wanted.commit);
  const options = { ...watch, env: { ...GIT_ENV, ...loginEnv(wanted) } };
  const has = async () =>
    (await shell.run(hasArgv(folder, commit), { ...options, onLine: undefined, accept: [0, 1, 128] }))
      .code === 0;
  await shell.run(initArgv(folder, commit.length === 64 ? 'sha256' : 'sha1'), options);
  if (await has()) {
    await shell.run(keepArgv(folder, commit), options);
    return;
  }
  try {
    await shell.run(fetchArgv(folder, repository, commit), options);
    return;
  } catch (error) {
    if (!isUnadvertisedError(error)) throw unreachable(app, error);
  }
  const all = ['refs/heads/*', 'refs/tags/*'];
  const found = Commit.safeParse(ref).success
    ? undefined
    : findRef(await listRefs(shell, wanted, watch), ref);
  await reaching(app, shell.run(fetchRefsArgv(folder, repository, found ? [found.name] : all), options));
  if (!(await has())) throw new MusterError('git.ref.unknown', { app, ref: commit });
  await shell.run(keepArgv(folder, commit), options);
}

const isUnadvertisedError = (error: unknown): boolean =>
  error instanceof MusterError && error.code === 'shell.exit' && isUnadvertised(error.lines);

const reaching = (app: string, call: Promise<Output>): Promise<Output> =>
  call.catch((error) => {
    throw unreachable(app, error);
  });

/** What git said when it ended badly becomes `git.unreachable`; all else stays what it is. */
function unreachable(app: string, error: unknown): unknown {
  if (!(error instanceof MusterError)) return error;
  if (error.code === 'shell.timeout') {
    return new MusterError(
      'git.unreachable',
      { app, message: messages().reasons.noAnswer },
      { cause: error },
    );
  }
  if (error.code !== 'shell.exit') return error;
  const message = reasonOf(error.lines);
  return new MusterError('git.unreachable', { app, message }, { cause: error, lines: error.lines });
}
