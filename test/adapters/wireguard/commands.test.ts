import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  BY_SYSTEMD,
  changedPeers,
  peersFile,
  placesOf,
  readPeers,
  removeArgv,
  showArgv,
  unitFile,
  upArgv,
} from '../../../src/adapters/wireguard/commands.ts';
import { wireguard } from '../../../src/adapters/wireguard/wireguard.ts';
import { Endpoint, interfaceOf, type Peer, WireGuardKey, WireGuardMembership } from '../../../src/overlay.ts';
import { type Call, fakeShell, type Scripted } from '../../fakes/shell.ts';

const [ONE, TWO] = [`${'A'.repeat(43)}=`, `${'B'.repeat(42)}E=`];
const peer = (key: string, address: string, endpoint?: string): Peer => ({
  ...{ host: 'web-2', key, address },
  ...(endpoint !== undefined && { endpoint }),
});
const membership = WireGuardMembership.parse({
  ...{ kind: 'wireguard', name: 'build', address: '10.80.0.1', prefix: 24, port: 51_820, keepalive: 25 },
});

describe('what WireGuard is told', () => {
  test('is one file of peers, without anything that is secret', () => {
    assert.equal(
      peersFile([peer(ONE, '10.80.0.2', '192.0.2.2:51820'), peer(TWO, 'fd00::3')], 25),
      `[Peer]\nPublicKey = ${ONE}\nAllowedIPs = 10.80.0.2/32\nEndpoint = 192.0.2.2:51820\nPersistentKeepalive = 25\n` +
        `\n[Peer]\nPublicKey = ${TWO}\nAllowedIPs = fd00::3/128\nPersistentKeepalive = 25\n`,
    );
  });

  test('is words, each of them one argument', () => {
    const places = placesOf("/var/lib/mu'ster x", 'build');
    assert.deepEqual(upArgv(places, membership), [
      ...['sh', "/var/lib/mu'ster x/overlays/build/up", 'wg-build'],
      ...["/var/lib/mu'ster x/overlays/build", '10.80.0.1/24', '51820'],
    ]);
    assert.deepEqual(removeArgv(places, [ONE, TWO]), [
      ...['wg', 'set', 'wg-build', 'peer', ONE, 'remove', 'peer', TWO, 'remove'],
    ]);
    assert.deepEqual(showArgv(places, 'allowed-ips'), [
      'timeout',
      '5',
      'wg',
      'show',
      'wg-build',
      'allowed-ips',
    ]);
  });

  test('leaves out the peers that are as they should be', () => {
    const known = readPeers(`${ONE}\t10.80.0.2/32\n${TWO}\t(none)\n`, `${ONE}\t25\n${TWO}\toff\n`);
    const told = new Map([[ONE, '192.0.2.2:51820']]);
    const ask = (...peers: Peer[]) =>
      changedPeers({ peers, keepalive: 25 }, known, told).map(({ key }) => key);
    assert.deepEqual(ask(peer(ONE, '10.80.0.2', '192.0.2.2:51820')), []);
    assert.deepEqual(ask(peer(ONE, '10.80.0.2')), [], 'it may have called from elsewhere');
    assert.deepEqual(ask(peer(ONE, '10.80.0.2', '192.0.2.9:51820')), [ONE], 'it moved');
    assert.deepEqual(ask(peer(ONE, '10.80.0.9')), [ONE], 'its address changed');
    assert.deepEqual(ask(peer(TWO, '10.80.0.3')), [TWO], 'it was never told of an address');
    assert.deepEqual(changedPeers({ peers: [peer(ONE, '10.80.0.2')], keepalive: 0 }, known, told).length, 1);
  });

  test('is never a word that could be an option, a line or a command', () => {
    for (const bad of ['-x:51820', '192.0.2.2', 'a b:1', 'a\n[Peer]:1', '$(x):1', '[::1]', 'a:0', 'a:123456'])
      assert.equal(Endpoint.safeParse(bad).success, false, bad);
    for (const good of ['192.0.2.2:51820', '[2001:db8::1]:1', 'vpn.example.org:65535'])
      assert.equal(Endpoint.safeParse(good).success, true, good);
    for (const bad of ['', 'A'.repeat(44), `${'A'.repeat(42)}B=`, `${ONE}\n`, `-${'A'.repeat(42)}=`])
      assert.equal(WireGuardKey.safeParse(bad).success, false, bad);
    for (const name of ['../x', '-x', 'a/b', 'a b', 'A', ''])
      assert.equal(WireGuardMembership.safeParse({ ...membership, name }).success, false, name);
  });

  test('is an interface of at most 15 bytes, another one for another name', () => {
    assert.equal(interfaceOf('build'), 'wg-build');
    assert.equal(interfaceOf('twelve-bytes'), 'wg-twelve-bytes');
    const long = ['a-name-of-13-b', 'a-name-of-13-c'].map(interfaceOf);
    assert.notEqual(long[0], long[1]);
    assert.ok(long.every((name) => name.length === 15));
  });
});

describe('WireGuard on a host that systemd runs', () => {
  /** Everything works; `up` is whether the interface is there, `unit` what its file holds, `may` whose rights Muster has there. */
  const host = (now: { up: boolean; unit?: string; may?: 'all' | 'no network' }) => {
    const places = placesOf('/var/lib/muster', 'build');
    const shell = fakeShell({
      host: 'web-1',
      programs: ({ argv, stdin }: Call): Scripted => {
        const line = argv.slice(argv[0] === 'systemd-run' ? BY_SYSTEMD.length : 0).join(' ');
        if (line === 'cat /proc/self/status')
          return {
            stdout: `Name:\tcat\nCapEff:\t000001ff${now.may === 'no network' ? 'ffffefff' : 'ffffffff'}\n`,
          };
        if (line === 'id -u') return { stdout: '0\n' };
        if (line.startsWith('systemctl restart') || line.startsWith(`sh ${places.up}`)) now.up = true;
        if (line.startsWith('systemctl disable')) now.up = false;
        if (line === `dd of=${places.unitFile}.new status=none`) now.unit = stdin;
        if (line === `rm --force -- ${places.unitFile}`) now.unit = undefined;
        if (line === `cat -- ${places.unitFile}`)
          return now.unit === undefined ? { code: 1 } : { stdout: now.unit };
        if (argv[0] === 'cat') return { code: 1 };
        if (line.startsWith('timeout 5 wg show'))
          return now.up ? { stdout: line.endsWith('public-key') ? `${ONE}\n` : '' } : { code: 1 };
        if (line.endsWith(places.key)) return { stdout: `${ONE}\n` };
        return {};
      },
    });
    return { shell, network: wireguard.open({ shell, options: {} }).network('/var/lib/muster', membership) };
  };
  const systemctl = (calls: readonly Call[]) =>
    calls.map(({ argv }) => argv.join(' ')).filter((line) => line.startsWith('systemctl'));
  const UNIT = 'muster-overlay-build.service';

  test('is brought up by a unit of its own, now and at boot', async () => {
    const now: { up: boolean; unit?: string } = { up: false };
    const { shell, network } = host(now);
    await network.join();
    assert.deepEqual(systemctl(shell.calls), [
      'systemctl daemon-reload',
      `systemctl enable -- ${UNIT}`,
      `systemctl restart -- ${UNIT}`,
    ]);
    assert.equal(now.unit, unitFile(placesOf('/var/lib/muster', 'build'), membership));
    assert.match(
      `${now.unit}`,
      /^ExecStart=\/bin\/sh \/var\/lib\/muster\/overlays\/build\/up wg-build \/var\/lib\/muster\/overlays\/build 10\.80\.0\.1\/24 51820$/m,
    );
  });

  test('is not started anew where it is up, as that would cut what goes on', async () => {
    const { shell, network } = host({ up: true });
    await network.join();
    assert.deepEqual(systemctl(shell.calls), ['systemctl daemon-reload', `systemctl enable -- ${UNIT}`]);
    await network.join();
    assert.equal(systemctl(shell.calls).filter((line) => line.includes('daemon-reload')).length, 1);
  });

  test('is taken away together with its unit', async () => {
    const now: { up: boolean; unit?: string } = { up: true };
    const { shell, network } = host(now);
    await network.join();
    await network.leave();
    assert.deepEqual(systemctl(shell.calls).slice(-2), [
      `systemctl disable --now -- ${UNIT}`,
      'systemctl daemon-reload',
    ]);
    assert.equal(now.unit, undefined);
  });

  test('has systemd administer the network where Muster itself may not', async () => {
    const through = async (may: 'all' | 'no network') => {
      const { shell, network } = host({ up: false, may });
      await network.join();
      await network.leave();
      return shell.calls.filter(({ argv }) => argv[0] === 'systemd-run').map(({ argv }) => argv);
    };
    assert.deepEqual(await through('all'), []);
    const asked = await through('no network');
    for (const argv of asked) assert.deepEqual(argv.slice(0, BY_SYSTEMD.length), BY_SYSTEMD);
    const programs = new Set(asked.map((argv) => argv.slice(BY_SYSTEMD.length).slice(0, 3).join(' ')));
    const { up } = placesOf('/var/lib/muster', 'build');
    assert.ok(programs.has('timeout 5 wg') && programs.has(`sh ${up} wg-build`), [...programs].join(', '));
  });

  test('takes root, and says so', async () => {
    const shell = fakeShell({ host: 'web-1', programs: { 'id -u': { stdout: '1000\n' } } });
    const network = wireguard.open({ shell, options: {} }).network('/var/lib/muster', membership);
    await assert.rejects(network.join(), {
      code: 'host.denied',
      message: 'no permission on web-1: only root may make network interfaces',
    });
  });
});
