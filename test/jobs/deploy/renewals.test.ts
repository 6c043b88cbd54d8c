import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Authority } from '../../../src/adapters/gate/authority.ts';
import type { Site } from '../../../src/jobs/carry-out.ts';
import { noteHeld, noteServices } from '../../../src/jobs/deploy/identities.ts';
import { LateIdentities } from '../../../src/jobs/deploy/late.ts';
import { Renewals } from '../../../src/jobs/deploy/renewals.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { stateInMemory } from './walk.ts';

const PIN = (letter: string) => `SHA256:${letter.repeat(43)}`;
const live = { app: 'shop', host: 'web-1' };

describe('what live generations show to the hub', () => {
  let folder: string;
  let authority: Authority;
  let hub = { address: 'hub:1', pins: [PIN('a')] };
  let state: ReturnType<typeof stateInMemory>;
  let written: string[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-renewals-'));
    authority = await Authority.open({ keys: folder, lifetime: () => 3_600_000, place: () => hub });
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    hub = { address: 'hub:1', pins: [PIN('a')] };
    state = stateInMemory();
    written = [];
    for (const generation of ['r-old', 'r-new'])
      await noteServices(state, { ...live, generation, services: ['web'] });
    await state.set('generations/shop', 'web-1', { current: 'r-new', list: [] });
  });
  const write = async (generation: string) => {
    const web = authority.issue({ ...live, generation, service: 'web' });
    await noteHeld(state, { ...live, generation, identities: { web }, held: true });
  };
  const renewals = () =>
    new Renewals({
      state,
      apps: () => ['shop'],
      reach: async () =>
        ({
          async carryOut({
            job,
          }: {
            job: { input: { generation: string; identities: { web: { place: object } } } };
          }) {
            written.push(`${job.input.generation} ${JSON.stringify(job.input.identities.web.place)}`);
          },
        }) as unknown as Site,
      issue: async (caller) => authority.issue(caller),
      place: authority.place,
      log: createLog({ level: 'silent', destination: 2, scrubber: new Scrubber() }),
    });

  test('stays as it is while it is new, and is of the generation that is live', async () => {
    await write('r-new');
    assert.deepEqual(await renewals().look(), []);
  });

  test('is written where a renewal of the generation before was noted last, while that one was replaced', async () => {
    await write('r-old');
    assert.deepEqual(await renewals().look(), [{ ...live, generation: 'r-new' }]);
    assert.deepEqual(await renewals().look(), []);
  });

  test('is told of as health where it runs out soon, and no more once it was written anew', async () => {
    const told: string[] = [];
    let now = Date.now();
    const late = new LateIdentities({
      state,
      apps: () => ['shop'],
      observe: ({ component, check, status, detail }) =>
        void told.push(`${component} ${check} ${status}: ${detail}`),
      forget: (id, check) => void told.push(`${id} ${check} is over`),
      now: () => now,
    });
    await write('r-new');
    await late.look();
    assert.deepEqual(told, []);
    now += 3_000_000;
    await late.look();
    assert.match(
      told.shift() ?? '',
      /^app\/shop identity@web-1 degraded: .* on web-1 .* runs out in (?:9|10) min/,
    );
    now += 3_000_000;
    await late.look();
    assert.match(told.shift() ?? '', /unhealthy: .* has run out/);
    now = Date.now();
    await late.look();
    assert.deepEqual(told, ['app/shop identity@web-1 is over']);
  });

  test('is written anew at once where the hub has another address, or another key', async () => {
    await write('r-new');
    hub = { ...hub, address: 'hub:2' };
    assert.equal((await renewals().look()).length, 1);
    assert.match(written[0] as string, /^r-new .*hub:2/);
    hub = { ...hub, pins: [PIN('b')] };
    assert.equal((await renewals().look()).length, 1);
    assert.match(written[1] as string, /SHA256:bbb/);
    assert.deepEqual(await renewals().look(), []);
  });
});
