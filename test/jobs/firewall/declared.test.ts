import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { why } from '../../../src/firewall/verdict.ts';
import { declaredOn, refreshed } from '../../../src/jobs/firewall/declared.ts';
import { noteBehind } from '../../../src/jobs/networks.ts';
import { reading } from '../../config/folder.ts';
import { liveState } from '../live-state.ts';

const NOTHING = { opens: [], closes: [] };

async function sources(t: TestContext) {
  const { config, problems } = await reading(t, {
    'a.yml': `hosts: {node: {link: ssh, address: 192.0.2.2}}
overlays: {build: {kind: wireguard, network: 10.80.0.0/24, members: [node], behind: [node]}}
firewall: {node: {hosts: [node], rules: {http: {ports: [80]}}}}
`,
  });
  assert.ok(config, problems.join('\n'));
  const state = liveState();
  const joins = async () => {
    await state.set('overlay/build', 'node', {
      ...{ kind: 'wireguard', key: 'none', address: '10.80.0.5', interface: 'wg-build' },
    });
    await noteBehind(state, 'node', { overlay: 'build', address: '10.80.0.5', run: 'r-1' });
  };
  return { config, state, joins };
}

test('a firewall that was planned before its host went behind a network does not open it again', async (t) => {
  const { joins, ...place } = await sources(t);
  const planned = await declaredOn('node', place);
  await joins();
  const rules = await refreshed('node', planned, place, NOTHING);
  for (const port of [22, 80]) {
    assert.equal(why(rules, { protocol: 'tcp', port }).action, 'drop', `${port} from outside`);
    assert.equal(why(rules, { protocol: 'tcp', port, zone: 'overlay-build' }).action, 'accept', `${port}`);
  }
  assert.equal(why(rules, { protocol: 'udp', port: 51_820 }).action, 'accept');
});

test('a firewall whose host is where it was stays as it was planned', async (t) => {
  const { joins, ...place } = await sources(t);
  await joins();
  const planned = await declaredOn('node', place);
  assert.deepEqual(await refreshed('node', planned, place, NOTHING), planned);
});
