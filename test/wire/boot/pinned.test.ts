/** A host that booted as one of Muster's machines is known by the host key that it was given. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Config } from '../../../src/config/config.ts';
import { Links } from '../../../src/links.ts';
import { noSshd, type Sshd, startSshd } from '../../adapters/ssh/sshd.ts';

describe('a host that is a machine of Muster’s', { skip: noSshd }, () => {
  const OTHER = `SHA256:${'x'.repeat(43)}`;
  let sshd: Sshd;
  before(async () => {
    sshd = await startSshd();
  });
  after(() => sshd.close());

  /** Runs a program there, with the keys that machines were given, and the one that the host's own entry pins. */
  const run = async (given: Record<string, string>, hostKey?: string): Promise<number> => {
    const { port, user, keyFile, folder } = sshd;
    const host = { link: 'ssh', address: '127.0.0.1', port, user, keyFile, root: folder, hostKey };
    const config = { ...Config.parse({ hosts: { 'node-7': host } }), folder };
    const links = new Links(
      () => config,
      folder,
      undefined,
      async () => given,
    );
    try {
      const { place } = await links.reach('node-7');
      const { code } = (await place?.shell.run(['true'])) ?? { code: -1 };
      return code;
    } finally {
      await links.close();
    }
  };

  test('is known by that key where its entry pins none', async () => {
    assert.equal(await run({ 'node-7': sshd.hostKeys.ed25519 }), 0);
    await assert.rejects(run({ 'node-8': sshd.hostKeys.ed25519 }), { code: 'host.key.unknown' });
  });

  test('is another one where it shows another key', async () => {
    await assert.rejects(run({ 'node-7': OTHER }), { code: 'host.key.changed' });
  });

  test('is known by what its own entry pins before anything else', async () => {
    assert.equal(await run({ 'node-7': OTHER }, sshd.hostKeys.ed25519), 0);
  });
});
