/** A user of this machine with a home of their own, as long as a test takes. Needs root. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface TestPerson {
  user: string;
  uid: number;
  gid: number;
  home: string;
  close(): Promise<void>;
}

/** Adds the user. Their home is writable for themselves only; its folder is readable for all. */
export async function addPerson(): Promise<TestPerson> {
  const user = `muster-${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), 'muster-home-'));
  await chmod(folder, 0o755);
  const home = join(folder, 'home');
  const words = ['--create-home', '--home-dir', home, '--shell', '/bin/sh', '--password', '*', '--', user];
  await locked('useradd', words);
  const number = async (which: string) => Number((await execute('id', [which, user])).stdout);
  return {
    user,
    uid: await number('-u'),
    gid: await number('-g'),
    home,
    async close() {
      await locked('userdel', ['--force', '--', user]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Another test may hold the lock on the list of users. */
async function locked(program: string, words: string[]): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await execute(program, words);
      return;
    } catch (thrown) {
      if (tries > 50 || !/lock/.test(String((thrown as Error).message))) throw thrown;
      await sleep(200);
    }
  }
}
