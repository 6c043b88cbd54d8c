/** From an image to machines that run, on real parts: Muster as users start it, DHCP, TFTP, HTTP and emulated machines. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { localShell } from '../../src/adapters/local/shell.ts';
import { needs } from '../needs.ts';
import { buildTiny } from '../tiny-image.ts';
import { type BootLan, LAN_NEEDS, openBootLan } from './boot-lan.ts';

describe('machines that boot from muster start', { skip: needs(LAN_NEEDS) }, () => {
  let lan: BootLan;
  before(async () => {
    lan = await openBootLan({ machines: [{ name: 'node-1' }] });
    const [node] = lan.machines;
    await lan.configure({
      images: { tiny: {} },
      profiles: { worker: { image: 'tiny' } },
      machines: { 'node-1': { mac: [node!.mac], profile: 'worker', power: node!.power } },
    });
    await lan.start();
    const shell = localShell({ host: 'genesis' });
    await lan.publish(await buildTiny(shell, lan.root), { promote: true });
    await shell.close();
  });
  after(() => lan?.close());

  test('boot when they are told to', async () => {
    const { status, summary } = await lan.ended(await lan.begin('/machine boot node-1'));
    assert.equal(status, 'succeeded', `${summary}\n${await lan.machines[0]?.console()}`);
    assert.equal((await lan.boots('node-1'))[0]?.outcome, 'up');
  });
});
