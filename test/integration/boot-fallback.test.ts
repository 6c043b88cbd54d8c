/** A machine whose image is damaged: it refuses it, says so, and comes up with the version before; all on real parts. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { library } from '../../src/image.ts';
import { becauseText } from '../../src/jobs/machine/words.ts';
import { messages } from '../../src/messages/messages.ts';
import { flip } from '../flip.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { BOOT_MS, type BootLan, LAN_NEEDS, openBootLan, PATIENT } from './boot-lan.ts';

const [V1, V2] = ['tiny@2026-11-21.1', 'tiny@2026-11-21.2'] as const;

describe('a machine whose new image has another byte', { skip: needs(LAN_NEEDS) }, () => {
  let lan: BootLan;
  const upWith = (version: string) =>
    until(
      async () => {
        const [last] = await lan.boots('node-1');
        return last?.outcome === 'up' && last.version === version ? last : undefined;
      },
      `node-1 is up with ${version}`,
      BOOT_MS,
    );
  const answers = async (line: string): Promise<string> =>
    (await lan.muster.say(line)).events.map((event) => (event.type === 'reply' ? event.text : '')).join('\n');

  before(async () => {
    lan = await openBootLan({ machines: [{ name: 'node-1' }] });
    const [node] = lan.machines;
    await lan.configure({
      images: { tiny: {} },
      profiles: { worker: { image: 'tiny', deadlines: PATIENT } },
      machines: { 'node-1': { mac: [node!.mac], profile: 'worker', power: node!.power } },
    });
    await lan.start();
    const { bootable, archive } = await lan.image();
    // The first one boots as HashiOS does.
    const first = { ...bootable, root: archive, format: 'tar.xz' as const };
    await lan.publish({ ...first, version: V1, kernelLine: 'quiet boot=ramdisk' }, { promote: true });
    await lan.publish({ ...bootable, version: V2 }, { promote: true });
    await flip(library(lan.root).blob(bootable.root.sha256));
  });
  after(() => lan?.close());

  test('refuses it, says so, and comes up by itself with the version before', async () => {
    const run = await lan.begin('/machine boot node-1');
    const { status, summary } = await lan.ended(run);
    assert.equal(status, 'failed', summary);
    assert.equal((await lan.runs.get(run)).error?.code, 'boot.root.sha256', summary);
    // It restarts by itself, and operators hear of it before it is up.
    await until(async () => (await lan.boots('node-1'))[0]?.version === V1, 'it is given the other', BOOT_MS);
    const { alarms, plan } = messages().machines;
    const fell = { machine: 'node-1', failed: V2, version: V1 };
    assert.ok((await answers('/alerts')).includes(alarms.fallback(fell)));
    const { because } = await upWith(V1);
    const reason = { failed: V2, version: V1, cause: 'root.sha256' };
    assert.deepEqual(because?.at(-1), { code: 'fallback', facts: reason });
    const [, refused] = await lan.boots('node-1');
    assert.deepEqual(
      [refused?.version, refused?.outcome, refused?.trouble?.code],
      [V2, 'failed', 'root.sha256'],
    );
    // It fetched it anew before it gave up.
    assert.ok(refused?.notes.some(({ stage, cause }) => stage === 'root' && cause === 'sha256'));
    assert.ok((await answers('/machine why node-1')).includes(because!.map(becauseText).at(-1)!));
    const gets = plan.image({ who: 'node-1', version: V1 });
    assert.ok((await answers('/boot plan node-1')).includes(gets));
  });
});
