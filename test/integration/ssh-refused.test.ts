/** Hosts over ssh that cannot be used, through the program as users run it: each refusal names the cause and what to do. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lacksSshCloud, openSshCloud, type SshCloud } from './ssh-cloud.ts';

/** What another sshd would show: the right form, of no key. */
const OTHER_KEY = `SHA256:${'A'.repeat(43)}`;

describe('a host over ssh that cannot be used', { skip: lacksSshCloud() }, () => {
  let cloud: SshCloud;

  before(async () => {
    cloud = await openSshCloud(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
    const wrong = join(cloud.muster.folder, 'wrong');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', wrong]);
    const hosts = {
      unpinned: cloud.host({ hostKey: undefined }),
      changed: cloud.host({ address: '127.0.0.2', hostKey: OTHER_KEY }),
      locked: cloud.host({ address: '127.0.0.3', keyFile: wrong }),
      silent: cloud.host({ port: 1 }),
    };
    const apps = Object.keys(hosts).map((name) => [
      `on-${name}`,
      `{repository: ${cloud.repository}, hosts: [${name}]}`,
    ]);
    await cloud.configure(hosts, Object.fromEntries(apps));
    await cloud.muster.start();
  });
  after(() => cloud?.stop());

  /** Deploys in vain: gives the card's lines, after a look that nothing was changed by it. */
  async function refusal(app: string): Promise<string[]> {
    const look = async () => [await cloud.running(), (await cloud.muster.run('say', '/apps')).stdout];
    const before = await look();
    const { exit, stdout } = await cloud.muster.run('say', `/deploy ${app}`);
    assert.equal(exit, 1, stdout);
    assert.deepEqual(await look(), before);
    return stdout.trim().split('\n');
  }

  test('one whose key is not pinned is refused, each time, with the line that would trust it', async () => {
    const key = cloud.sshd.hostKeys.ed25519;
    for (const card of [await refusal('on-unpinned'), await refusal('on-unpinned')]) {
      assert.match(card.at(-3) ?? '', /: unpinned shows a host key that is not pinned: SHA256:/);
      assert.equal(card.at(-2), `If it is the right machine, add to its entry: hostKey: ${key}`);
      assert.match(card.at(-1) ?? '', /^Next: \/retry r-/);
    }
  });

  test('what only a person can mend is tried once', async () => {
    const { events } = await cloud.muster.say('/deploy on-unpinned');
    const tries = events.filter((event) => event.type === 'step' && event.state === 'running');
    assert.equal(tries.length, 1);
  });

  test('one whose key has changed is refused, and told what that may mean', async () => {
    const card = await refusal('on-changed');
    assert.ok(
      card.at(-3)?.includes(`shows another host key (${cloud.sshd.hostKeys.ed25519}) than the pinned one`),
    );
    assert.equal(
      card.at(-2),
      'If it was reinstalled, change its key in the files; where it was added in a chat, /host remove changed and add it again. If not, somebody is in between.',
    );
  });

  test('one that does not let the key in is named with the user and the file, and where the key belongs', async () => {
    const card = await refusal('on-locked');
    const { user } = cloud.sshd;
    assert.match(
      card.at(-3) ?? '',
      new RegExp(`: locked does not let ${user} log in: it refused /.*/wrong$`),
    );
    assert.equal(card.at(-2), `Put Muster's public key into ~/.ssh/authorized_keys of ${user} on locked.`);
  });

  test('one where nobody listens is named in a line with the cause, and what to look at next', async () => {
    const card = await refusal('on-silent');
    assert.match(card.at(-3) ?? '', /: silent does not answer: connect ECONNREFUSED 127\.0\.0\.1:1$/);
    assert.equal(card.at(-2), "Is 127.0.0.1:1 on, and may Muster's key log in?");
    assert.match(card.at(-1) ?? '', /^Next: \/retry r-/);
  });
});
