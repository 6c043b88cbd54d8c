/** A user over ssh who may not use the Docker engine: every way in says so, and what an administrator has to type. */
import assert from 'node:assert/strict';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startGuestSshd } from '../adapters/ssh/guest.ts';
import { lacksSshCloud, openSshCloud, type SshCloud } from './ssh-cloud.ts';

describe('a user who may not use the engine', { skip: lacksSshCloud() }, () => {
  let cloud: SshCloud;
  let guest: Awaited<ReturnType<typeof startGuestSshd>>;

  before(async () => {
    cloud = await openSshCloud();
    guest = await startGuestSshd();
    const root = join(guest.home, 'muster');
    await mkdir(root);
    await chown(root, guest.id, guest.id);
    // It is the socket that keeps the guest out, not a folder on the way to it.
    await Promise.all([
      chmod(cloud.engine.root, 0o711),
      chmod(cloud.engine.socket, 0o660),
      chmod(cloud.muster.folder, 0o711),
    ]);
    const { port, user, keyFile, hostKeys } = guest;
    await cloud.configure(
      { web: cloud.host({ port, user, keyFile, hostKey: hostKeys.ed25519, root }) },
      { hello: `{repository: ${cloud.repository}, hosts: [web]}` },
    );
    await cloud.muster.start();
  });
  after(async () => {
    await cloud?.stop();
    await guest?.close();
  });

  test('is told so by a deploy and by a log, with the next thing to do', async () => {
    for (const line of ['/deploy hello', '/logs hello']) {
      const { exit, stdout } = await cloud.muster.run('say', line);
      assert.equal(exit, 1, stdout);
      assert.match(stdout, /: no permission on web: the Docker engine's socket may not be used\n/);
      assert.match(
        stdout,
        /\nGive Muster's user on web that right \(root, or the group docker\)\.\nNext: \/retry /,
      );
      assert.doesNotMatch(stdout, /\.[jt]s:\d+|node_modules/);
    }
    assert.equal(await cloud.running(), '');
  });

  test('is told by /prepare and the doctor what an administrator has to type', async () => {
    const command = 'sudo usermod --append --groups docker -- muster-guest';
    const prepared = await cloud.muster.run('say', '/prepare web');
    assert.equal(prepared.exit, 1);
    assert.match(prepared.stdout, /: no permission on web: muster-guest may not use the Docker engine\n/);
    assert.ok(prepared.stdout.includes(`\nType on web: ${command}\n`), prepared.stdout);
    const { exit, stdout } = await cloud.muster.run('doctor');
    assert.equal(exit, 1);
    assert.match(stdout, /✕ web: running Docker engine .*muster-guest may not use the Docker engine/);
    assert.ok(stdout.includes(`Type on web: ${command}\n`), stdout);
  });
});
