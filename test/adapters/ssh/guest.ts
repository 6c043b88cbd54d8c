/** A real sshd on whose machine there is one more user, who may do nothing special; this machine's own users stay as they are. */
import { appendFile, chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sshd, startSshd } from './sshd.ts';

const GUEST = 'muster-guest';
/** A user and group id that nobody has: 65534 is nobody's, and the last one Debian gives out is 59999. */
const ID = 64_999;

/** `home` is the guest's folder; `close` removes it. Needs root. */
export async function startGuestSshd(): Promise<Sshd & { home: string; id: number }> {
  const home = await mkdtemp(join(tmpdir(), 'muster-guest-'));
  const users = join(home, 'passwd');
  await copyFile('/etc/passwd', users);
  await appendFile(users, `${GUEST}:*:${ID}:${ID}::${home}:/bin/sh\n`);
  // The changed list of users is seen by this sshd and what it starts, and by nobody else.
  const starter = ['unshare', '--mount', 'sh', '-c', `mount --bind ${users} /etc/passwd && exec "$@"`, 'sh'];
  const sshd = await startSshd([], { starter });
  await Promise.all([chmod(home, 0o755), chmod(sshd.folder, 0o711)]);
  await chmod(join(sshd.folder, 'authorized_keys'), 0o644);
  return {
    ...sshd,
    user: GUEST,
    home,
    id: ID,
    async close() {
      await sshd.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
