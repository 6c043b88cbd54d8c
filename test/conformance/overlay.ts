/** What every kind of overlay network has to do, whatever does it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Overlay } from '../../src/overlay.ts';

export interface OverlayStage {
  /** The network on two hosts. */
  one: Overlay;
  other: Overlay;
  /** Does what makes members of both that have joined known to each other. */
  meet(): Promise<void>;
  stop(): Promise<void>;
}

export function overlayConformance(
  kind: string,
  open: () => Promise<OverlayStage>,
  skip: string | false,
): void {
  describe(`an overlay network of ${kind}`, { skip, timeout: 120_000 }, () => {
    let stage: OverlayStage;
    before(async () => {
      stage = await open();
    });
    after(() => stage?.stop());

    test('has no member that nobody made one, and leaving it then does nothing', async () => {
      assert.deepEqual(await stage.one.status(), { state: 'out' });
      assert.equal(await stage.one.membership(), undefined);
      await stage.one.leave();
      assert.deepEqual(await stage.one.status(), { state: 'out' });
    });

    test('is joined by two that reach each other over it', async () => {
      await stage.one.join();
      await stage.other.join();
      await stage.meet();
      const standings = [await stage.one.status(), await stage.other.status()];
      for (const { state, key, interface: device, address } of standings) {
        assert.equal(state, 'up');
        assert.ok(key && device && address);
      }
      const [one, other] = standings;
      assert.notEqual(one?.key, other?.key);
      assert.notEqual(one?.address, other?.address);
      assert.ok((await stage.one.test({ host: 'other', address: other!.address! })) >= 0);
      assert.ok((await stage.other.test({ host: 'one', address: one!.address! })) >= 0);
      assert.notEqual(await stage.one.membership(), undefined);
    });

    test('is joined a second time without a change', async () => {
      const before = await stage.one.status();
      assert.deepEqual(await stage.one.join(), before);
      assert.deepEqual(await stage.one.status(), before);
    });

    test('is left, twice if need be, and knows the host again when it returns', async () => {
      const { key } = await stage.one.status();
      await stage.one.leave();
      await stage.one.leave();
      assert.deepEqual(await stage.one.status(), { state: 'out' });
      assert.equal(await stage.one.membership(), undefined);
      assert.equal((await stage.other.status()).state, 'up');
      assert.equal((await stage.one.join()).key, key);
    });

    test('stops when it is told to', async () => {
      const told = AbortSignal.abort(new Error('enough'));
      await assert.rejects(stage.one.test({ host: 'nobody', address: '192.0.2.99' }, told));
    });
  });
}
