import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Controller } from '../../../src/adapters/zerotier/controller.ts';
import { zerotier } from '../../../src/adapters/zerotier/zerotier.ts';
import { Secret } from '../../../src/secret.ts';
import { overlayConformance } from '../../conformance/overlay.ts';
import { type FakeZeroTier, startZeroTier } from '../../fakes/zerotier.ts';
import { needs } from '../../needs.ts';

const on = (shell: Awaited<ReturnType<FakeZeroTier['host']>>['shell'], network: string) =>
  zerotier.open({ shell, options: {} }).network({ kind: 'zerotier', name: 'office', network });

overlayConformance(
  'ZeroTier',
  async () => {
    const fake = await startZeroTier();
    const { address, network } = fake;
    const controller = new Controller({ address, network, token: new Secret(fake.token) });
    const [one, other] = [await fake.host('one'), await fake.host('other')];
    return {
      one: on(one.shell, network),
      other: on(other.shell, network),
      async meet() {
        for (const { node, shell } of [one, other])
          await controller.set(node, { authorized: true }, { overlay: 'office', host: shell.host });
      },
      stop: fake.stop,
    };
  },
  needs(['ping']),
);

describe('ZeroTier on a host', () => {
  let fake: FakeZeroTier;
  before(async () => {
    fake = await startZeroTier();
  });
  after(() => fake?.stop());

  test('waits until the controller lets it in', async () => {
    const { shell, node } = await fake.host('web-1');
    assert.deepEqual(await on(shell, fake.network).join(), { state: 'waiting', key: node });
    assert.equal(fake.members.get(node)?.authorized, false);
    await assert.rejects(on(shell, fake.network).test({ host: 'web-2', address: '127.80.0.9' }), {
      code: 'overlay.silent',
    });
  });

  test('waits for ever on a network that nobody has', async () => {
    const { shell, node } = await fake.host('web-2');
    const nobody = on(shell, 'ffffffffffffffff');
    assert.deepEqual(await nobody.join(), { state: 'waiting', key: node });
    await nobody.leave();
    assert.deepEqual(await nobody.status(), { state: 'out' });
  });

  test('says so where its service is not installed, does not run, or may not be asked', async () => {
    const { shell, home } = await fake.host('web-3');
    await writeFile(join(home, 'down'), '');
    await assert.rejects(on(shell, fake.network).join(), {
      code: 'overlay.failed',
      message: 'web-3 is no member of office: the ZeroTier service does not answer',
    });
    await rm(join(home, 'down'));
    await rm(join(home, 'authtoken.secret'));
    await assert.rejects(on(shell, fake.network).join(), {
      code: 'host.denied',
      message: 'no permission on web-3: only root may use ZeroTier',
    });
    await rm(join(home, 'bin/zerotier-cli'));
    await assert.rejects(on(shell, fake.network).join(), { code: 'shell.notfound' });
  });

  test('has a command line that refuses what the real one refuses', async () => {
    const { shell } = await fake.host('web-4');
    const codes = async (...argv: string[]) => {
      const { code } = await shell.run(['zerotier-cli', ...argv], { accept: [0, 1, 2] });
      return code;
    };
    assert.equal(await codes('join', 'build'), 2);
    assert.equal(await codes('join', fake.network, 'more'), 1);
    assert.equal(await codes('leave', fake.network), 1);
    assert.equal(await codes('listnetworks', '-j'), 1);
    assert.equal(await codes('destroy'), 1);
    assert.equal(await codes('join', fake.network), 0);
  });
});

describe('the controller of a ZeroTier network', () => {
  let fake: FakeZeroTier;
  before(async () => {
    fake = await startZeroTier();
  });
  after(() => fake?.stop());
  const about = { overlay: 'office', host: 'web-1' };
  const controller = (more: { token?: string; network?: string; address?: string } = {}) =>
    new Controller({
      address: more.address ?? fake.address,
      network: more.network ?? fake.network,
      token: new Secret(more.token ?? fake.token),
    });

  test('lets a node in, gives it an address, and shuts it out', async () => {
    assert.equal(await controller().member('89e92ceee5', about), undefined);
    const set = await controller().set(
      '89e92ceee5',
      { authorized: true, ipAssignments: ['127.80.0.77'] },
      about,
    );
    assert.deepEqual(set.config, { authorized: true, ipAssignments: ['127.80.0.77'] });
    assert.deepEqual((await controller().member('89e92ceee5', about))?.config, set.config);
    const out = await controller().set('89e92ceee5', { authorized: false }, about);
    assert.deepEqual(out.config, { authorized: false, ipAssignments: ['127.80.0.77'] });
  });

  test('is told of by what went wrong, and never by its token', async () => {
    for (const [more, message] of [
      [{ token: 'wrong-token' }, 'the controller refuses the token'],
      [{ network: 'ffffffffffffffff' }, 'the controller has no such network, or the token may not see it'],
      [{ address: 'http://127.0.0.1:1' }, 'the controller does not answer'],
    ] as const) {
      for (const ask of [
        () => controller(more).member('89e92ceee6', about),
        () => controller(more).set('89e92ceee6', { authorized: true }, about),
      ])
        await assert.rejects(ask, (error: Error & { code: string }) => {
          assert.equal(error.code, 'overlay.controller');
          assert.equal(error.message, `the controller of office did not change web-1: ${message}`);
          assert.ok(
            !JSON.stringify(error).includes(fake.token) && !JSON.stringify(error).includes('wrong-token'),
          );
          return true;
        });
    }
    await assert.rejects(controller().set('not-a-node', { authorized: true }, about), {
      message: 'the controller of office did not change web-1: the controller answered with 400',
    });
  });
});
