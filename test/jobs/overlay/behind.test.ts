/** A host that is reached by a network only: what would cut Muster off is refused before anything changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Config } from '../../../src/config/config.ts';
import { MusterError } from '../../../src/errors.ts';
import { behindOf, noteBehind } from '../../../src/jobs/networks.ts';
import { admitMember, expelMember } from '../../../src/jobs/overlay/admit.ts';
import { forgetMember } from '../../../src/jobs/overlay/forget.ts';
import { joinOverlay, leaveOverlay } from '../../../src/jobs/overlay/join.ts';
import type { AnyStep, LiveState } from '../../../src/jobs/step.ts';
import { alone } from '../beside.ts';
import { liveState } from '../live-state.ts';

const BEHIND = { overlay: 'build', address: '10.80.0.5', run: 'r-0' };
const membership = (name: string, address: string) => ({
  ...{ kind: 'wireguard' as const, name, address },
  ...{ prefix: 24, port: 51_820, keepalive: 25, peers: [] },
});
const brief = async (step: AnyStep, state: LiveState, given: object, direction: 'do' | 'undo' = 'do') => {
  const config = { ...Config.parse({}), folder: '/nowhere' };
  const secret = () => Promise.reject(new Error('no secrets here'));
  return step.brief?.(step.input.parse({ host: 'node', ...given }), {
    ...alone,
    ...{ state, config, secret, direction, run: 'r-1' },
  });
};
const code = (wanted: string) => (error: unknown) => error instanceof MusterError && error.code === wanted;

test('it neither leaves that network nor gets another address there; other networks are its own affair', async () => {
  const state = liveState();
  await noteBehind(state, 'node', BEHIND);
  const own = membership('build', '10.80.0.5');
  await assert.rejects(brief(leaveOverlay, state, { membership: own }), code('behind.leaves'));
  await assert.rejects(
    brief(joinOverlay, state, { membership: membership('build', '10.80.0.6') }),
    code('behind.moves'),
  );
  assert.ok(await brief(joinOverlay, state, { membership: own }));
  assert.ok(await brief(leaveOverlay, state, { membership: membership('office', '10.90.0.5') }));
  assert.ok(await brief(leaveOverlay, state, { membership: own }, 'undo'));
});

test('one that is gone for good is reached by no network any more, unless that is taken back', async () => {
  const state = liveState();
  await noteBehind(state, 'node', BEHIND);
  await state.set('overlay/build', 'node', { kind: 'wireguard', key: 'k', address: '10.80.0.5' });
  await brief(forgetMember, state, { name: 'build' });
  assert.equal(await behindOf(state, 'node'), undefined);
  await brief(forgetMember, state, { name: 'build' }, 'undo');
  assert.deepEqual(await behindOf(state, 'node'), BEHIND);
});

test('what the steps of a network note or tell a controller is taken back by the run, not left out on its way back', () => {
  for (const step of [forgetMember, admitMember, expelMember]) assert.ok(step.undo, step.name);
});
