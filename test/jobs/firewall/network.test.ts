import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import type { Config } from '../../../src/config/config.ts';
import { diff } from '../../../src/firewall/changes.ts';
import { why } from '../../../src/firewall/verdict.ts';
import { declaredOn } from '../../../src/jobs/firewall/declared.ts';
import { admitNetwork } from '../../../src/jobs/firewall/network.ts';
import type { LiveState } from '../../../src/jobs/step.ts';
import { reading } from '../../config/folder.ts';
import { alone } from '../beside.ts';
import { desk } from '../desk.ts';
import { liveState } from '../live-state.ts';
import { guardingInMemory, type TestGuarding } from './guarding.ts';

interface Place {
  config: Config;
  state: LiveState;
  guarding: TestGuarding;
}

/** A host whose firewall was in force before it joined a network. */
async function joined(t: TestContext): Promise<Place> {
  const { config, problems } = await reading(t, {
    'a.yml': `hosts: {node: {link: ssh, address: 192.0.2.2}}
overlays: {build: {kind: wireguard, network: 10.80.0.0/24, members: [node]}}
firewall: {node: {hosts: [node], rules: {http: {ports: [80]}}}}
`,
  });
  assert.ok(config, problems.join('\n'));
  const state = liveState();
  const guarding = guardingInMemory(await declaredOn('node', { config, state }));
  await state.set('overlay/build', 'node', {
    ...{ kind: 'wireguard', key: 'none', address: '10.80.0.5', interface: 'wg-build' },
  });
  return { config, state, guarding };
}

async function carryOut(direction: 'do' | 'undo', { config, state, guarding }: Place, run = 'r-1') {
  const input = admitNetwork.input.parse({ host: 'node', overlay: 'build' });
  const secret = () => Promise.reject(new Error('no secrets here'));
  const added = await admitNetwork.brief?.(input, { ...alone, config, state, run, direction, secret });
  if (!added) return;
  const { context } = desk(localShell({ host: 'node' }), '/nonexistent');
  const act = direction === 'do' ? admitNetwork.perform : admitNetwork.revert;
  await act({ ...input, ...added }, { ...context, run, guarding }, {});
}

test('the port and the ping of a network are let in, and nothing else changes', async (t) => {
  const place = await joined(t);
  await carryOut('do', place);
  const { rules } = place.guarding.good;
  assert.equal(why(rules!, { protocol: 'udp', port: 51_820 }).action, 'accept');
  assert.equal(why(rules!, { protocol: 'icmp', zone: 'overlay-build' }).action, 'accept');
  assert.equal(why(rules!, { protocol: 'icmp' }).action, 'drop');
  assert.deepEqual(diff(rules!, await declaredOn('node', place)), []);
  assert.equal(place.guarding.waiting, undefined);
});

test('once more it changes nothing, and what was there before stays when it is taken back', async (t) => {
  const place = await joined(t);
  await carryOut('do', place);
  await carryOut('do', place, 'r-2');
  await carryOut('undo', place, 'r-2');
  assert.deepEqual(place.guarding.applied, ['r-1']);
});

test('it is taken back, also where it is asked twice', async (t) => {
  const place = await joined(t);
  await carryOut('do', place);
  for (const _ of [1, 2]) await carryOut('undo', place);
  assert.equal(why(place.guarding.good.rules!, { protocol: 'udp', port: 51_820 }).action, 'drop');
  assert.deepEqual(place.guarding.applied, ['r-1', 'r-1-undo']);
});

test('nothing is put in force where nothing is', async (t) => {
  const place = { ...(await joined(t)), guarding: guardingInMemory(null) };
  await carryOut('do', place);
  assert.deepEqual(place.guarding.applied, []);
  assert.equal(place.guarding.good.rules, null);
});
