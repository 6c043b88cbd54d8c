/** Ports that a Docker engine opens past every usual firewall, and the same ports behind ours. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { nftables } from '../../../src/adapters/nftables/nftables.ts';
import { CONTAINERS, Firewall } from '../../../src/firewall/firewall.ts';
import { lacksEngine, startEngine, type TestEngine } from '../../engine.ts';
import { type Namespace, outsideAndHost } from '../../namespaces.ts';
import { needs } from '../../needs.ts';
import { until } from '../../until.ts';

const V4 = '10.66.0.2';
const V6 = 'fd66::2';
const PATIENT = { patience: 20_000 };
const echo = (port: number) => ['muster/base', 'busybox', 'nc', '-ll', '-p', `${port}`, '-e', 'cat'];

describe('a Docker engine behind a firewall', {
  skip: lacksEngine('nft') || needs(['nft', 'iptables', 'ps', 'root']),
}, () => {
  let net: Awaited<ReturnType<typeof outsideAndHost>>;
  let outside: Namespace;
  let host: Namespace;
  let engine: TestEngine;
  let api: ReturnType<typeof nftables.open>;
  /** Addresses of the container that publishes nothing. */
  let hidden: string[] = [];

  const apply = (...ports: number[]) =>
    api.replace(
      Firewall.parse({
        zones: [CONTAINERS],
        rules: ports.map((port) => ({ id: `p${port}`, owner: 'app/shop', protocol: 'tcp', ports: [port] })),
      }),
    );
  const run = (...words: string[]) => engine.docker('run', '--detach', ...words);
  const addresses = async (name: string) =>
    (
      await engine.docker(
        ...['inspect', '--format'],
        '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.GlobalIPv6Address}}{{end}}',
        name,
      )
    )
      .trim()
      .split(' ');
  /** Every way to a port that somebody opened without declaring it. */
  const ways = (): [way: string, address: string, port: number][] => [
    ['a published port', V4, 8080],
    ['a published port over IPv6', V6, 8080],
    ['the host network', V4, 9090],
    ['the host network over IPv6', V6, 9090],
    ['a direct route to a container', hidden[0]!, 7070],
    ['a direct route to a container over IPv6', hidden[1]!, 7070],
  ];
  const seen = (expected: string) =>
    Promise.all(
      ways().map(async ([way, address, port]) => [
        way,
        await outside.reach({ address, port, ...(expected === 'open' && PATIENT) }),
      ]),
    );
  const all = (answer: string) => ways().map(([way]) => [way, answer]);

  before(async () => {
    net = await outsideAndHost();
    ({ outside, host } = net);
    api = nftables.open({ shell: host.shell, options: { table: 'muster' } });
    await host.run('sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1');
    engine = await startEngine(undefined, host.name);
    await engine.docker(
      ...[
        'network',
        'create',
        '--ipv6',
        '--subnet',
        'fd00:a::/64',
        '--opt',
        'com.docker.network.bridge.gateway_mode_ipv4=nat-unprotected',
      ],
      ...['--opt', 'com.docker.network.bridge.gateway_mode_ipv6=nat-unprotected', 'shop'],
    );
    await engine.docker('network', 'create', '--ipv6', '--subnet', 'fd00:b::/64', 'other');
    await run(
      '--name',
      'web',
      '--network',
      'shop',
      '--publish',
      '8080:80',
      '--publish',
      '8443:80',
      ...echo(80),
    );
    await run('--name', 'bare', '--network', 'host', ...echo(9090));
    await run('--name', 'hidden', '--network', 'shop', ...echo(7070));
    await run('--name', 'apart', '--network', 'other', ...echo(5050));
    hidden = await addresses('hidden');
    await outside.run('ip', 'route', 'add', `${hidden[0]}/32`, 'via', V4);
    await outside.run('ip', 'route', 'add', `${hidden[1]}/128`, 'via', V6);
    await outside.listen({ address: '::', port: 6060 });
  });
  after(async () => {
    await engine?.stop();
    await net?.remove();
  });

  it('shows all it serves, where there is no such firewall', async () => {
    assert.deepEqual(await seen('open'), all('open'));
  });

  it('shows nothing of it, where nothing is declared', async () => {
    await apply();
    assert.deepEqual(await seen('silent'), all('silent'));
  });

  it('shows what is declared, and nothing besides', async () => {
    await apply(8080, 9090);
    const expected = all('open').map(([way, answer]) => [way, way!.includes('route') ? 'silent' : answer]);
    assert.deepEqual(
      await Promise.all(
        ways().map(async ([way, address, port]) => [
          way,
          await outside.reach({ address, port, ...(!way.includes('route') && PATIENT) }),
        ]),
      ),
      expected,
    );
    assert.equal(await outside.reach({ address: V4, port: 8443 }), 'silent');
  });

  it('does not show a container by the number of a declared port', async () => {
    await apply(7070);
    assert.deepEqual((await seen('silent')).slice(4), all('silent').slice(4));
  });

  it('keeps its containers free to speak to each other, to the host and to the world', async () => {
    await apply();
    await host.listen({ address: '::', port: 4040 });
    const asks = (from: string, address: string, port: number) =>
      engine.docker(
        'exec',
        from,
        'busybox',
        'sh',
        '-c',
        `echo hello | busybox nc -w 20 ${address} ${port} | head -c5`,
      );
    const web = await addresses('web');
    const [gateway] = (
      await engine.docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', 'shop')
    )
      .trim()
      .split(' ');
    // By name, which asks the engine's own name server.
    assert.equal(await asks('hidden', 'web', 80), 'hello');
    assert.equal(await asks('hidden', web[1]!, 80), 'hello');
    assert.equal(await asks('hidden', gateway!, 4040), 'hello');
    assert.equal(await asks('hidden', V4, 4040), 'hello');
    assert.equal(await asks('hidden', '10.66.0.1', 6060), 'hello');
    assert.equal(await asks('hidden', 'fd66::1', 6060), 'hello');
    await engine.docker('exec', 'hidden', 'busybox', 'ping', '-c1', '-W20', '10.66.0.1');
    // From one bridge to a port that a container on another one publishes.
    assert.equal(await asks('apart', V4, 8080), 'hello');
    assert.equal(await host.reach({ address: V4, port: 8080, ...PATIENT }), 'open');
    assert.equal(await host.reach({ address: '127.0.0.1', port: 8080, ...PATIENT }), 'open');
  });

  it('stays behind it when frames on bridges are filtered, too', async () => {
    await host.run(
      'sysctl',
      '-qw',
      'net.bridge.bridge-nf-call-iptables=1',
      'net.bridge.bridge-nf-call-ip6tables=1',
    );
    await apply(8080);
    assert.equal(
      await engine.docker(
        'exec',
        'hidden',
        'busybox',
        'sh',
        '-c',
        'echo hello | busybox nc -w 20 web 80 | head -c5',
      ),
      'hello',
    );
    assert.equal(await outside.reach({ address: V4, port: 8080, ...PATIENT }), 'open');
    assert.equal(await outside.reach({ address: V4, port: 9090 }), 'silent');
    assert.equal(await outside.reach({ address: hidden[0]!, port: 7070 }), 'silent');
  });

  it('stays behind it when containers are new, or get other addresses', async () => {
    await apply(8080);
    await engine.docker('rm', '--force', 'web');
    await run('--name', 'guest', '--network', 'shop', ...echo(80));
    await run(
      '--name',
      'web',
      '--network',
      'shop',
      '--publish',
      '8080:80',
      '--publish',
      '8443:80',
      ...echo(80),
    );
    assert.equal(await outside.reach({ address: V4, port: 8080, ...PATIENT }), 'open');
    assert.equal(await outside.reach({ address: V4, port: 8443 }), 'silent');
    await until(async () => (await outside.reach({ address: V6, port: 8080 })) === 'open');
    assert.equal(await outside.reach({ address: V6, port: 8443 }), 'silent');
  });

  it('stays behind it while the engine ends and starts again, at every moment', async () => {
    await apply(8443);
    const firewall = await api.read();
    let over = false;
    const restarted = engine.restart().finally(() => {
      over = true;
    });
    const answers: string[] = [];
    let rounds = 0;
    while (!over) {
      // The host serves what it likes only where it was declared.
      for (const [way, got] of await seen('silent')) if (got !== 'silent') answers.push(`${way}: ${got}`);
      rounds += 1;
    }
    await restarted;
    for (const name of ['web', 'bare', 'hidden']) await engine.docker('start', name);
    assert.ok(rounds > 1);
    assert.deepEqual(answers, []);
    assert.equal(await outside.reach({ address: V4, port: 8443, ...PATIENT }), 'open');
    assert.deepEqual(await seen('silent'), all('silent'));
    assert.deepEqual(await api.read(), firewall);
  });
});
