import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sshd } from '../../../src/adapters/sshd/sshd.ts';
import { MusterError } from '../../../src/errors.ts';
import { addNamespace, type Namespace } from '../../namespaces.ts';
import { needs } from '../../needs.ts';
import { until } from '../../until.ts';
import { noSshd } from '../ssh/sshd.ts';
import { endTimersOf, type OwnSshd, startOwnSshd } from './own-sshd.ts';

const PORT = 22;
const LISTENS = '# Written by Muster: sshd listens on its overlay network only.\nListenAddress 127.0.0.2\n';
const code = (wanted: string) => (error: unknown) => error instanceof MusterError && error.code === wanted;

describe('where sshd listens', { skip: needs(['ip', 'root']) || noSshd }, () => {
  let host: Namespace;
  let own: OwnSshd;
  const listening = async (address: string) =>
    (await host.reach({ address, port: PORT, patience: 5_000 })) === 'open';
  const both = async () => [await listening('127.0.0.1'), await listening('127.0.0.2')];
  /** An sshd that was just told listens nowhere for a moment. */
  const onlyOther = async () => (await both()).join() === 'false,true';
  const server = (name = 'state') =>
    sshd.open({ shell: host.shell, options: own.options }).at(join(own.folder, name), 'none.service');

  before(async () => {
    host = await addNamespace();
    own = await startOwnSshd(host.shell, PORT);
    await until(() => listening('127.0.0.1'), 'sshd');
  });
  after(async () => {
    await own?.stop();
    await host?.remove();
  });

  test('is one address for as long as nobody keeps it, then as before by itself', async () => {
    assert.equal(await server().listen('r-1', '127.0.0.2', 10), true);
    await until(onlyOther, 'only the other address');
    await until(() => listening('127.0.0.1'), 'all addresses again');
    assert.equal(await own.written(), undefined);
    await assert.rejects(server().keep('r-1', '127.0.0.2'), code('sshd.gone'));
  });

  test('stays where it was kept, the same change may be asked for again, and a kept one is taken back', async () => {
    for (const _ of [1, 2]) await server().listen('r-2', '127.0.0.2', 600);
    await assert.rejects(server().listen('r-3', '127.0.0.2', 600), code('sshd.waiting'));
    for (const _ of [1, 2]) await server().keep('r-2', '127.0.0.2');
    await until(onlyOther, 'only the other address');
    const pid = await own.pid();
    assert.equal(await server().listen('r-4', '127.0.0.2', 600), false);
    await server().keep('r-4', '127.0.0.2');
    await server().back('r-4');
    assert.deepEqual([await both(), await own.pid()], [[false, true], pid]);
    await server().back('r-2');
    await until(() => listening('127.0.0.1'), 'all addresses again');
  });

  test('is as its own configuration says once it is opened, which can be taken back, too', async () => {
    await server().listen('r-5', '127.0.0.2', 600);
    await server().keep('r-5', '127.0.0.2');
    assert.equal(await server().open('r-6'), true);
    await until(() => listening('127.0.0.1'), 'all addresses again');
    await server().back('r-6');
    await until(onlyOther, 'only the other address');
    await server().open('r-7');
    assert.equal(await server().open('r-8'), false);
  });

  test('is done once more where it was cut off before it was written, or before sshd was told', async () => {
    for (const written of [false, true]) {
      await until(() => listening('127.0.0.1'), 'all addresses again');
      await endTimersOf(own.folder);
      const state = join(own.folder, `cut-${written}`, 'sshd');
      await mkdir(state, { recursive: true });
      await writeFile(join(state, 'pending'), 'r-11\n');
      const file = join(own.options.folder, 'muster-overlay.conf');
      if (written) await writeFile(file, LISTENS);
      const cut = server(`cut-${written}`);
      await cut.listen('r-11', '127.0.0.2', 5);
      await until(onlyOther, 'only the other address');
      assert.equal(await own.written(), LISTENS);
      await until(() => listening('127.0.0.1'), 'all addresses again, by the timer');
      assert.equal(await own.written(), undefined);
    }
  });

  test('is as before by itself also where sshd ended, as the host lost that address', async () => {
    await until(() => listening('127.0.0.1'), 'all addresses again');
    await endTimersOf(own.folder);
    const lost = server('lost');
    await lost.listen('r-12', '192.0.2.77', 5);
    await until(async () => !(await listening('127.0.0.1')), 'sshd to end');
    await until(() => listening('127.0.0.1'), 'an sshd again');
    assert.equal(await own.written(), undefined);
  });

  test('changes nothing where sshd would not take it, or would listen elsewhere, too', async () => {
    await until(() => listening('127.0.0.1'), 'all addresses again');
    await assert.rejects(server().listen('r-9', 'no address', 600), code('sshd.refused'));
    assert.equal(await own.written(), undefined);
    const other = await startOwnSshd(host.shell, 2222, ['ListenAddress 127.0.0.3']);
    try {
      const beside = sshd
        .open({ shell: host.shell, options: other.options })
        .at(join(other.folder, 's'), 'u');
      // The last one is the end of the address on which it listens.
      for (const address of ['127.0.0.2', '27.0.0.3']) {
        await assert.rejects(beside.listen('r-10', address, 600), (error) => {
          assert.ok(error instanceof MusterError);
          return error.code === 'sshd.elsewhere' && /127\.0\.0\.3:2222/.test(error.message);
        });
        assert.equal(await other.written(), undefined);
      }
    } finally {
      await other.stop();
    }
    assert.deepEqual(await both(), [true, true]);
  });
});
