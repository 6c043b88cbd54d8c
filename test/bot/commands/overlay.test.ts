import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Outcome } from '../../../src/bot/dispatch.ts';
import { startHouse, type TestHouse } from '../../house.ts';

const CONFIG = `
people:
  reem: {identities: {test: "7"}, roles: [all]}
  kim: {identities: {test: "8"}, roles: [web]}
roles:
  all: {allow: [{commands: ["*"]}]}
  web: {allow: [{commands: ["overlay-*"], on: ["overlay/*", "host/web-1"]}]}
hosts:
  web-1: {link: ssh, address: 192.0.2.1, labels: [node]}
  web-2: {link: ssh, address: "2001:db8::2", labels: [node]}
  web-3: {link: local}
overlays:
  build: {kind: wireguard, network: 10.80.0.0/24, members: ["label:node"], endpoints: {web-1: vpn.example.org}}
  office: {kind: zerotier, network: "8056c2e21c000001", members: [web-1], token: "env:TOKEN", addresses: {web-1: 10.1.2.3}}
`;
const KEY = `${'A'.repeat(43)}=`;

describe('/overlay', { timeout: 60_000 }, () => {
  let muster: TestHouse;
  before(async () => {
    muster = await startHouse(CONFIG);
    const { state } = muster.house.state;
    const known = { kind: 'wireguard', key: KEY, interface: 'wg-build' };
    await state.set('overlay/build', 'web-1', {
      ...known,
      address: '10.80.0.1',
      endpoint: '192.0.2.1:51820',
    });
    await state.set('overlay/build', 'web-3', { ...known, address: '10.80.0.3' });
  });
  after(() => muster.stop());

  const text = (outcome: Outcome): string => ('text' in outcome ? outcome.text : outcome.kind);
  const say = async (line: string, user?: string) => text(await muster.say(line, user));

  test('shows who is in, who may come in, and who should not be there', async () => {
    assert.equal(
      await say('/overlay show build'),
      [
        'build · wireguard · 10.80.0.0/24',
        `● web-1 · 10.80.0.1 on wg-build · key ${KEY}`,
        '○ web-2 · has not joined',
        '✕ web-3 · joined, but is no member by the configuration: /overlay leave build web-3',
        'Next: /overlay join build web-2',
      ].join('\n'),
    );
    assert.match(await say('/overlays'), /^build · [\s\S]*\noffice · zerotier · 8056c2e21c000001\n○ web-1/);
    assert.match(await say('/overlay show bild'), /no overlay network called bild \(did you mean build\?\)/);
  });

  test('plans the way into a WireGuard network: what is lacking, the host, the others, the proof', async () => {
    const plan = await say('/overlay join build web-2 --dry-run');
    assert.match(plan, /^Would do: web-2 into build/);
    for (const line of [
      'install what web-2 lacks',
      'make web-2 a member of build',
      'tell web-1 who is in build',
      'tell web-3 who is in build',
      'test build from web-2',
      'test build from web-1',
    ])
      assert.ok(plan.includes(line), `${line}\n${plan}`);
    assert.match(plan, /Locks: overlay\/build, host\/web-2/);
  });

  test('plans the way into a ZeroTier network, in which the token has no part', async () => {
    const plan = await say('/overlay join office web-1 --dry-run');
    assert.ok(plan.includes('let web-1 into office'), plan);
    assert.ok(!plan.includes('TOKEN'));
  });

  test('refuses who is no member, and a name that could be anything else', async () => {
    assert.match(await say('/overlay join build web-3'), /web-3 is no member of build by the configuration/);
    assert.match(await say('/overlay join build web-9'), /no host called web-9/);
    assert.match(await say('/overlay leave build web-2'), /^web-2 is not in build\.$/);
    assert.match(await say('/overlay test office'), /^Nobody has joined office\.$/);
    for (const name of ['../build', '-x', 'build;reboot', '$(reboot)', 'Build', 'a'.repeat(64), '"a b"'])
      assert.equal((await muster.say(`/overlay join ${name} web-1`)).kind, 'refused', name);
  });

  test('takes rights on the network and on the host', async () => {
    assert.match(await say('/overlay join build web-1 --dry-run', '8'), /^Would do/);
    assert.match(await say('/overlay join build web-2 --dry-run', '8'), /^you may not: /i);
  });
});
