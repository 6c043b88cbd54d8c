/** The SSH host keys of machines: the same at each boot, and of a machine that is gone no other one's. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  forgetHostKey,
  hostKey,
  hostKeyFile,
  hostKeyPin,
  hostKeyPins,
} from '../../../src/jobs/machine/host-key.ts';
import type { LiveState } from '../../../src/jobs/step.ts';

describe('the host key of a machine', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-host-key-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const kept = new Map<string, unknown>();
  const live: LiveState = {
    get: async (family, name) => kept.get(`${family} ${name}`),
    set: async (family, name, value) => void kept.set(`${family} ${name}`, value),
    remove: async (family, name) => void kept.delete(`${family} ${name}`),
    all: async (family) =>
      Object.fromEntries(
        [...kept].flatMap(([key, value]) =>
          key.startsWith(`${family} `) ? [[key.slice(family.length + 1), value]] : [],
        ),
      ),
  };

  test('is the same at each boot, also where live state was lost', async () => {
    const first = await hostKey(folder, 'node-1', live);
    const pin = await hostKeyPin(live, 'node-1');
    kept.clear();
    assert.deepEqual(await hostKey(folder, 'node-1', live), first);
    assert.equal(await hostKeyPin(live, 'node-1'), pin);
    assert.deepEqual(await hostKeyPins(live), { 'node-1': pin });
  });

  test('is another one where a machine was removed and made anew by its name, once', async () => {
    const first = await hostKey(folder, 'node-2', live);
    await forgetHostKey(live, 'node-2');
    await forgetHostKey(live, 'node-2');
    assert.equal(await hostKeyPin(live, 'node-2'), undefined, 'nobody trusts it any more');
    assert.equal((await hostKeyPins(live))['node-2'], undefined);
    const second = await hostKey(folder, 'node-2', live);
    assert.notEqual(second.public, first.public);
    assert.deepEqual(await hostKey(folder, 'node-2', live), second);
  });

  test('is not made twice where it was cut off between the new one and its record', async () => {
    await hostKey(folder, 'node-3', live);
    await forgetHostKey(live, 'node-3');
    const gone = await live.get('machines.hostkeys', 'node-3');
    const second = await hostKey(folder, 'node-3', live);
    await live.set('machines.hostkeys', 'node-3', gone);
    assert.deepEqual(await hostKey(folder, 'node-3', live), second);
    assert.equal(await readFile(hostKeyFile(folder, 'node-3'), 'utf8'), second.private);
  });

  test('that somebody made unreadable stays an error, and of a machine that never booted there is none', async () => {
    await hostKey(folder, 'node-4', live);
    await forgetHostKey(live, 'node-4');
    await writeFile(hostKeyFile(folder, 'node-4'), 'somebody was here');
    await assert.rejects(hostKey(folder, 'node-4', live), { code: 'machine.hostkey' });
    await forgetHostKey(live, 'never-booted');
    assert.equal(await live.get('machines.hostkeys', 'never-booted'), undefined);
  });
});
