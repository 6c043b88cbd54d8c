import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type BasePolicy, checkBase } from '../../../src/jobs/deploy/base.ts';

const LAYERS: Record<string, string[]> = {
  'muster/base:latest': ['sha256:new', 'sha256:hub'],
  fresh: ['sha256:new', 'sha256:hub', 'sha256:app'],
  old: ['sha256:old', 'sha256:hub', 'sha256:app'],
  'muster/base:forged': ['sha256:other'],
  part: ['sha256:new'],
};
const KNOWN = [
  ['sha256:new', 'sha256:hub'],
  ['sha256:old', 'sha256:hub'],
];
const engine = {
  image: async (name: string) => {
    const layers = LAYERS[name];
    return layers && { id: name, size: 1, tags: [], layers };
  },
};

/** What is noted of an app whose services, `web` first, have these images. */
async function check(images: string[], policy: Partial<BasePolicy> = {}): Promise<string[]> {
  const notes: string[] = [];
  const services = images.map((image, at) => ({ name: ['web', 'db'][at] as string, image, built: true }));
  const place = { host: 'web-1', report: { note: (text: string) => void notes.push(text) } };
  await checkBase(engine, { app: 'shop', services }, { required: true, known: KNOWN, ...policy }, place);
  return notes;
}

describe('the images of an app', () => {
  it('on the base image are let in without a word', async () => {
    assert.deepEqual(await check(['fresh', 'muster/base:latest']), []);
  });

  it('on an older one are let in, too, and told', async () => {
    for (const required of [true, false])
      assert.deepEqual(await check(['fresh', 'old'], { required }), [
        'shop stands on an older muster/base on web-1 (db): /deploy shop builds it anew',
      ]);
  });

  it('on another one are refused where the host demands the base image, whatever they are called', async () => {
    for (const image of ['muster/base:forged', 'part', 'gone']) {
      const refused = { code: 'image.base', message: /^web-1 takes only images on muster\/base.*: db$/ };
      await assert.rejects(check(['fresh', image]), refused, image);
      assert.deepEqual(await check(['fresh', image], { required: false }), []);
    }
  });

  it('are all refused there as long as no base image is on record', async () => {
    await assert.rejects(check(['muster/base:latest'], { known: [] }), { code: 'image.base' });
    assert.deepEqual(await check(['muster/base:latest'], { known: [], required: false }), []);
  });
});
