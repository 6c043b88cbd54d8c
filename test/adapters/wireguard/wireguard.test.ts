/** Real wireguard-go between hosts that are namespaces of this machine. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { wireguard } from '../../../src/adapters/wireguard/wireguard.ts';
import type { Overlay, Peer, WireGuardMembership } from '../../../src/overlay.ts';
import { startHosts, type TestHost, type TestHosts } from '../../hosts.ts';
import { needs } from '../../needs.ts';
import { until } from '../../until.ts';

const lacking = needs(['wg', 'wireguard-go', 'ip', 'ping', 'root']);

describe('a WireGuard network', { skip: lacking, timeout: 180_000 }, () => {
  let all: TestHosts;
  let [a, b, c] = [] as unknown as [TestHost, TestHost, TestHost];
  before(async () => {
    all = await startHosts(['web-1', 'web-2', 'web-3']);
    [a, b, c] = all.hosts as [TestHost, TestHost, TestHost];
  });
  after(() => all?.stop());

  const inside = (host: TestHost) => `10.80.0.${host.address.split('.')[3]}`;
  const on = (host: TestHost, peers: Peer[] = [], more: Partial<WireGuardMembership> = {}): Overlay =>
    wireguard.open({ shell: host.shell, options: {} }).network(host.root, {
      ...{ kind: 'wireguard', name: 'build', address: inside(host), prefix: 24 },
      ...{ port: 51_820, keepalive: 25, peers },
      ...more,
    });
  /** A member as others know it; it joins without any where it has no key yet. */
  const peer = async (host: TestHost): Promise<Peer> => {
    const known = await on(host).status();
    const { key } = known.state === 'out' ? await on(host).join() : known;
    return { host: host.shell.host, key: key!, address: inside(host), endpoint: `${host.address}:51820` };
  };
  /** Tells each of the hosts of all the others. */
  const meet = async (...hosts: TestHost[]) => {
    const peers = await Promise.all(hosts.map(peer));
    for (const [index, host] of hosts.entries())
      await on(
        host,
        peers.filter((_, one) => one !== index),
      ).join();
  };
  const as = (host: TestHost) => ({ host: host.shell.host, address: inside(host) });
  const processes = async (host: TestHost) =>
    (await host.run('ps', '-eo', 'pid=,args='))
      .split('\n')
      .filter((line) => line.includes('wireguard-go --'));

  test('is between two hosts that know each other, and is left again', async () => {
    assert.deepEqual(await on(a).status(), { state: 'out' });
    await on(a).leave();
    await meet(a, b);
    const standing = await on(a).status();
    assert.deepEqual(
      { ...standing, key: standing.key?.length },
      { state: 'up', key: 44, interface: 'wg-build', address: '10.80.0.1' },
    );
    assert.ok((await on(a).test(as(b))) > 0);
    assert.ok((await on(b).test(as(a))) > 0);
    await on(a).leave();
    assert.deepEqual(await on(a).status(), { state: 'out' });
    await assert.rejects(a.run('ip', 'link', 'show', 'wg-build'));
    assert.deepEqual(await processes(a), []);
    assert.doesNotMatch(await a.run('ls', a.root, `${a.root}/overlays/build`), /peers|membership|pid/);
  });

  test('leaves everything as it is where nothing is to be done', async () => {
    await meet(a, b);
    await on(a).test(as(b));
    const [before] = await processes(a);
    const handshakes = await a.run('wg', 'show', 'wg-build', 'latest-handshakes');
    await meet(a, b);
    assert.deepEqual(await processes(a), [before]);
    assert.equal(await a.run('wg', 'show', 'wg-build', 'latest-handshakes'), handshakes);
  });

  test('takes a third host in without a lost packet between the two', async () => {
    await meet(a, b);
    await on(a).test(as(b));
    const count = 400;
    const pinging = a.run('ping', '-n', '-q', '-i', '0.01', '-c', `${count}`, '-W', '5', inside(b));
    await meet(a, b, c);
    await on(b, [await peer(a)]).join();
    await meet(a, b, c);
    assert.match(
      await pinging,
      new RegExp(`${count} packets transmitted, ${count} received, 0% packet loss`),
    );
    await on(c).test(as(a));
    await on(c).test(as(b));
    await on(a, [await peer(b)]).join();
    assert.equal((await a.run('wg', 'show', 'wg-build', 'peers')).trim().split('\n').length, 1);
    await assert.rejects(a.run('ping', '-n', '-c', '1', '-W', '1', inside(c)), 'it was forgotten');
  });

  test('keeps the private key on its host, in one file, for nobody else’s eyes', async () => {
    await meet(a, b);
    const file = `${a.root}/overlays/build/private.key`;
    const key = (await a.run('cat', file)).trim();
    assert.match(await a.run('stat', '-c', '%a %U', file), /^600 root$/m);
    assert.match(await a.run('stat', '-c', '%a', `${a.root}/overlays/build`), /^700$/m);
    const found = await a.shell.run(['grep', '-rlF', '--', key, a.root]);
    assert.deepEqual(found.stdout.trim().split('\n'), [file]);
    const seen: string[] = [];
    const listening = {
      ...a.shell,
      run: async (...[argv, options]: Parameters<typeof a.shell.run>) => {
        const output = await a.shell.run(argv, options);
        seen.push(JSON.stringify([argv, options, output]));
        return output;
      },
    };
    await on(a).leave();
    const known = await peer(b);
    await on({ ...a, shell: listening }, [known]).join();
    await on({ ...a, shell: listening }, [known]).status();
    await on({ ...a, shell: listening }, [known]).leave();
    await on({ ...a, shell: listening }, [known]).join();
    assert.ok(seen.length > 20);
    assert.ok(!seen.some((text) => text.includes(key)), 'no command takes or prints it');
    assert.equal((await a.run('cat', file)).trim(), key, 'and it is the same when the host comes back');
    assert.doesNotMatch(await a.run('ps', '-eo', 'args='), new RegExp(key.replace(/[+/]/g, '\\$&')));
  });

  test('is found down and brought up again after wireguard-go was killed', async () => {
    await meet(a, b);
    await on(a).test(as(b));
    const [process] = await processes(a);
    await a.run('kill', '-KILL', process!.trim().split(' ')[0]!);
    await until(async () => (await on(a).status()).state === 'down', 'the interface to go');
    await meet(a, b);
    assert.equal((await on(a).status()).state, 'up');
    await on(a).test(as(b));
    assert.equal((await processes(a)).length, 1);
  });

  test('is brought up again where wireguard-go holds the interface and answers nobody', async () => {
    await meet(a, b);
    const [process] = await processes(a);
    await a.run('kill', '-STOP', process!.trim().split(' ')[0]!);
    await meet(b, a);
    await on(a).test(as(b));
    assert.equal((await processes(a)).length, 1);
  });

  test('comes up at boot by the script that lies on the host, without Muster', async () => {
    await meet(a, b);
    await b.reboot();
    assert.equal((await on(b).status()).state, 'down');
    const { key } = await peer(b);
    const folder = `${b.root}/overlays/build`;
    await b.run('sh', `${folder}/up`, 'wg-build', folder, '10.80.0.2/24', '51820');
    assert.deepEqual(await on(b).status(), {
      ...{ state: 'up', key, interface: 'wg-build', address: '10.80.0.2' },
    });
    await on(b).test(as(a));
    await on(a).test(as(b));
  });

  test('outlives the step that started it, and is not swept away with it', async () => {
    await on(c).leave();
    // Others on this machine sweep by marks, too.
    const mark = `r-wg${process.pid}.do.0.0`;
    await on({ ...c, shell: c.shell.marked(mark) }).join();
    assert.deepEqual(await c.shell.sweep(mark), []);
    assert.equal((await on(c).status()).state, 'up');
    assert.equal((await processes(c)).length, 1);
  });

  test('moves with its configuration: another address, another port, another endpoint', async () => {
    await meet(a, b);
    const [known] = [await peer(b)];
    await on(a, [known], { address: '10.80.0.77', port: 51_999 }).join();
    assert.equal(await a.run('wg', 'show', 'wg-build', 'listen-port'), '51999\n');
    const addresses = await a.run('ip', '-o', '-4', 'address', 'show', 'dev', 'wg-build');
    assert.match(addresses, /10\.80\.0\.77\/24/);
    assert.doesNotMatch(addresses, /10\.80\.0\.1\//);
    await on(a, [{ ...known, endpoint: '192.0.2.200:4000' }], { port: 51_999 }).join();
    assert.match(await a.run('wg', 'show', 'wg-build', 'endpoints'), /192\.0\.2\.200:4000/);
    await meet(a, b);
    await on(a).test(as(b));
  });

  test('is IPv6, too', async () => {
    const more = { name: 'six', port: 51_821, prefix: 64 };
    const six = (host: TestHost, peers: Peer[] = []) =>
      on(host, peers, { ...more, address: `fd00:80::${host.address.split('.')[3]}` });
    const known = async (host: TestHost): Promise<Peer> => ({
      ...{ host: host.shell.host, key: (await six(host).join()).key!, endpoint: `${host.address}:51821` },
      address: `fd00:80::${host.address.split('.')[3]}`,
    });
    const [one, two] = [await known(a), await known(b)];
    await six(a, [two]).join();
    await six(b, [one]).join();
    assert.ok((await six(a).test({ host: 'web-2', address: 'fd00:80::2' })) > 0);
    await six(a).leave();
    await six(b).leave();
  });

  test('is joined whatever Muster’s folder and the network are called', async () => {
    const root = `${c.root}/a b'"$(touch ${c.root}-hurt);%n`;
    const name = `a${'-very'.repeat(11)}-long`;
    const long = on({ ...c, root }, [], { name, port: 51_840 });
    const standing = await long.join();
    assert.match(`${standing.interface}`, /^wg-[0-9a-f]{12}$/);
    assert.equal((await long.status()).state, 'up');
    await long.leave();
    assert.equal((await long.status()).state, 'out');
    await assert.rejects(c.run('ls', `${c.root}-hurt`), { code: 'shell.exit' });
  });

  test('touches no interface that is not its own', async () => {
    await c.run('ip', 'link', 'add', 'wg-office', 'type', 'veth', 'peer', 'name', 'other');
    const office = on(c, [], { name: 'office', port: 51_830 });
    await assert.rejects(office.join(), {
      code: 'overlay.failed',
      message: "web-3 is no member of office: there is a network interface wg-office that is not Muster's",
    });
    await office.leave();
    assert.match(await c.run('ip', 'link', 'show', 'wg-office'), /wg-office/);
  });

  test('says whom it does not reach', async () => {
    await meet(a, b);
    await on(b).leave();
    const controller = new AbortController();
    const testing = on(a).test(as(b), controller.signal);
    await assert.rejects(testing, {
      code: 'overlay.silent',
      message: 'web-1 does not reach web-2 (10.80.0.2) over build',
    });
  });
});
