import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { knownBases, rememberBase, standsOn } from '../../src/jobs/bases.ts';
import { stateInMemory } from './deploy/walk.ts';

const AT = '2026-11-21T00:00:00.000Z';

describe('base images on record', () => {
  it('are known by their layers, each once', async () => {
    const state = stateInMemory();
    for (const at of [AT, '2026-11-22T00:00:00.000Z'])
      await rememberBase(state, { layers: ['sha256:a', 'sha256:b'], tag: 't', host: 'web-1', at });
    assert.deepEqual(await knownBases(state), [['sha256:a', 'sha256:b']]);
  });

  it('are forgotten where 200 others were seen since', async () => {
    const state = stateInMemory();
    for (let day = 0; day <= 200; day += 1) {
      const at = new Date(Date.parse(AT) + day * 86_400_000).toISOString();
      await rememberBase(state, { layers: [`sha256:${day}`], tag: 't', host: 'web-1', at });
    }
    const known = (await knownBases(state)).map(([layer]) => layer);
    assert.equal(known.length, 200);
    assert.ok(!known.includes('sha256:0') && known.includes('sha256:200'));
  });
});

describe('an image', () => {
  const base = ['sha256:a', 'sha256:b'];

  it('stands on a base where its layers begin with all of it', () => {
    assert.ok(standsOn(['sha256:a', 'sha256:b', 'sha256:c'], base));
    assert.ok(standsOn(base, base));
  });

  it('stands on none where a layer is missing, another one, or not at the bottom', () => {
    for (const layers of [['sha256:a'], ['sha256:a', 'sha256:c', 'sha256:b'], ['sha256:c', ...base], []])
      assert.ok(!standsOn(layers, base), layers.join());
    assert.ok(!standsOn(base, []));
  });
});
