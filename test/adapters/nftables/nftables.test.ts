/** The packet filter in the kernel, between network namespaces of the tests' own. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { nftables } from '../../../src/adapters/nftables/nftables.ts';
import { MusterError } from '../../../src/errors.ts';
import { Firewall } from '../../../src/firewall/firewall.ts';
import { addNamespace, address, cable, type Namespace, outsideAndHost } from '../../namespaces.ts';
import { needs } from '../../needs.ts';
import { until } from '../../until.ts';

const HOST = ['10.66.0.2', 'fd66::2'];
const rule = (id: string, more: object) => ({ id, owner: 'config', protocol: 'tcp', ...more });
const firewall = (rules: object[], more: object = {}): Firewall => Firewall.parse({ rules, ...more });
const open = (of: Namespace) => nftables.open({ shell: of.shell, options: { table: 'muster' } });

describe('a firewall in the kernel', { skip: needs(['nft', 'ip', 'ping', 'ps', 'root']) }, () => {
  let net: Awaited<ReturnType<typeof outsideAndHost>>;
  let api: ReturnType<typeof open>;
  /** What outside gets from a port over IPv4 and over IPv6; what should answer has all the time it needs. */
  const sees = async (port: number, expected: string[], more: object = {}) => {
    const seen = HOST.map((to, i) =>
      net.outside.reach({ address: to, port, ...(expected[i] === 'open' && { patience: 20_000 }), ...more }),
    );
    assert.deepEqual(await Promise.all(seen), expected);
  };
  const BOTH = ['open', 'open'];
  const NEITHER = ['silent', 'silent'];

  before(async () => {
    net = await outsideAndHost();
    api = open(net.host);
    for (const port of [22, 80, 443, 8005]) await net.host.listen({ address: '::', port });
    await net.host.listen({ address: '::', port: 53, protocol: 'udp' });
    await net.outside.listen({ address: '::', port: 7000 });
  });
  after(() => net?.remove());

  it('lets nothing in that is not declared, and is not there before', async () => {
    assert.equal(await api.read(), undefined);
    assert.equal(await api.drift(firewall([])), undefined);
    await sees(443, BOTH);
    await api.replace(firewall([rule('web', { ports: [443] })]));
    await sees(443, BOTH);
    await sees(22, NEITHER);
    await sees(53, NEITHER, { protocol: 'udp' });
  });

  it('knows ranges, UDP, families, sources and ping', async () => {
    await net.outside.run('ip', 'address', 'add', '10.66.0.9/24', 'dev', 'eth0');
    await api.replace(
      firewall([
        rule('range', { ports: ['8000-8010'] }),
        rule('names', { protocol: 'udp', ports: [53], sources: ['0.0.0.0/0'] }),
        rule('office', { ports: [22], sources: ['10.66.0.9', 'fd66::/64'] }),
        rule('ping', { protocol: 'icmp', sources: ['10.66.0.9'] }),
      ]),
    );
    await sees(8005, BOTH);
    await sees(53, ['open', 'silent'], { protocol: 'udp' });
    await sees(22, ['silent', 'open']);
    const from = '10.66.0.9';
    assert.equal(await net.outside.reach({ address: HOST[0]!, port: 22, from, patience: 20_000 }), 'open');
    await net.outside.run('ping', '-c1', '-W20', '-I', from, HOST[0]!);
    await assert.rejects(net.outside.run('ping', '-c1', '-W1', '-I', '10.66.0.1', HOST[0]!));
    await assert.rejects(net.outside.run('ping', '-c1', '-W1', HOST[1]!));
  });

  it('lets address sets of any size in, or keeps them out whatever else is declared', async () => {
    const many = Array.from({ length: 2_000 }, (_, i) => `10.${100 + (i >> 8)}.${i & 255}.7`);
    const sets = { office: [...many, '10.66.0.0/24'], banned: [...many, 'fd66::/64'] };
    await api.replace(
      firewall(
        [
          rule('office', { ports: [22, 80], sources: ['@office'] }),
          rule('web', { ports: [443] }),
          rule('banned', { ports: ['1-65535'], sources: ['@banned'], action: 'drop' }),
          rule('ping', { protocol: 'icmp', sources: ['@office'] }),
        ],
        { sets },
      ),
    );
    await sees(22, ['open', 'silent']);
    await sees(443, ['open', 'silent']);
    await sees(8005, NEITHER);
    await net.outside.run('ping', '-c1', '-W20', HOST[0]!);
  });

  it('holds each address to a limit, also where another rule has none', async () => {
    const limit = { rate: 1, per: 'hour', burst: 3 };
    await api.replace(
      firewall([rule('slow', { ports: [22], limit }), rule('fast', { ports: [22], owner: 'app/shop' })]),
    );
    for (let i = 0; i < 3; i += 1) await sees(22, BOTH);
    await sees(22, NEITHER);
    const other = { from: '10.66.0.9', patience: 20_000 };
    assert.equal(await net.outside.reach({ address: HOST[0]!, port: 22, ...other }), 'open');
  });

  it('leaves the host free to speak to the world and to itself', async () => {
    await api.replace(firewall([]));
    for (const address of ['10.66.0.1', 'fd66::1'])
      assert.equal(await net.host.reach({ address, port: 7000, patience: 20_000 }), 'open');
    for (const address of ['127.0.0.1', '::1', ...HOST])
      assert.equal(await net.host.reach({ address, port: 443, patience: 20_000 }), 'open');
  });

  it('never cuts the search for neighbours', async () => {
    await api.replace(firewall([rule('web', { ports: [443] })]));
    for (const of of [net.host, net.outside]) {
      await of.run('ip', 'neighbour', 'flush', 'all');
    }
    await sees(443, BOTH);
  });

  it('keeps connections through changes of a thousand rules, and after their port is closed', async () => {
    const thousand = (from: number) =>
      Array.from({ length: 1_000 }, (_, i) =>
        rule(`r${i}`, { ports: [from + i], sources: i % 2 ? [] : [`10.${i % 200}.0.0/16`] }),
      );
    await api.replace(firewall([rule('web', { ports: [443] }), ...thousand(10_000)]));
    const held = await Promise.all(HOST.map((to) => net.outside.hold({ address: to, port: 443 })));
    for (let i = 0; i < 5; i += 1) {
      const said = held.map((one) => one.say(`round ${i}`));
      await api.replace(firewall([rule('web', { ports: [443] }), ...thousand(20_000 + i)]));
      assert.deepEqual(await Promise.all(said), [`round ${i}`, `round ${i}`]);
    }
    await api.replace(firewall(thousand(30_000)));
    await sees(443, NEITHER);
    for (const one of held) assert.equal(await one.say('still here'), 'still here');
  });

  it('keeps what was connected before the kernel knew of connections, whoever speaks first', async () => {
    const fresh = await outsideAndHost();
    try {
      await fresh.outside.listen({ address: '0.0.0.0', port: 7000, talk: true });
      await fresh.host.listen({ address: HOST[0]!, port: 22 });
      const download = await fresh.host.hold({ address: '10.66.0.1', port: 7000 });
      const login = await fresh.outside.hold({ address: HOST[0]!, port: 22 });
      await until(async () => (await download.heard()) > 0);
      await open(fresh.host).replace(firewall([]));
      const before = await download.heard();
      await until(async () => (await download.heard()) > before + 20, 'more of the download');
      assert.equal(await login.say('still here'), 'still here');
      assert.equal(await fresh.outside.reach({ address: HOST[0]!, port: 22 }), 'silent');
    } finally {
      await fresh.remove();
    }
  });

  it('changes all or nothing', async () => {
    await api.replace(firewall([rule('web', { ports: [443] })]));
    const api2 = nftables.open({
      shell: {
        ...net.host.shell,
        run: (argv, options) =>
          net.host.shell.run(argv, {
            ...options,
            stdin: `${options?.stdin ?? ''}add rule inet muster none drop\n`,
          }),
      },
      options: { table: 'muster' },
    });
    const refused = (error: unknown) => error instanceof MusterError && error.code === 'firewall.refused';
    await assert.rejects(api2.check(firewall([])), refused);
    await assert.rejects(api2.replace(firewall([])), refused);
    assert.deepEqual(await api.drift(firewall([rule('web', { ports: [443] })])), []);
    await sees(443, BOTH);
  });

  it('asks without changing', async () => {
    await api.replace(firewall([]));
    await api.check(firewall([rule('web', { ports: [443] })]));
    assert.deepEqual(await api.drift(firewall([])), []);
  });

  it('leaves alone what others have, and is gone when it is removed', async () => {
    await net.host.run('nft', 'add', 'table', 'inet', 'theirs');
    await api.replace(firewall([]));
    await api.remove();
    await api.remove();
    assert.equal(await api.read(), undefined);
    assert.match(await net.host.run('nft', 'list', 'tables'), /theirs/);
    await sees(22, BOTH);
  });

  it('does not let neighbours speak to what listens on loopback, though its port is declared', async () => {
    const lan = await outsideAndHost();
    try {
      await lan.host.listen({ address: '127.0.0.1', port: 6000 });
      // What engines switch on for ports that are published on loopback.
      for (const of of [lan.host, lan.outside])
        await of.run('sysctl', '-qw', 'net.ipv4.conf.all.route_localnet=1');
      await lan.outside.run('ip', 'address', 'delete', '127.0.0.1/8', 'dev', 'lo');
      await lan.outside.run('ip', 'route', 'add', '127.0.0.1', 'via', HOST[0]!, 'src', '10.66.0.1');
      const loopback = { address: '127.0.0.1', port: 6000 };
      assert.equal(await lan.outside.reach({ ...loopback, patience: 20_000 }), 'open');
      await open(lan.host).replace(firewall([rule('app', { ports: [6000] })]));
      assert.equal(await lan.outside.reach(loopback), 'silent');
      assert.equal(await lan.host.reach({ ...loopback, patience: 20_000 }), 'open');
    } finally {
      await lan.remove();
    }
  });

  it('treats zones apart: an overlay may have what the world has not', async () => {
    const peer = await addNamespace();
    try {
      await cable(peer, 'eth0', net.host, 'wg0');
      await address(peer, 'eth0', '10.77.0.1/24');
      await address(net.host, 'wg0', '10.77.0.2/24');
      const zones = [{ name: 'overlay', interfaces: ['wg*'] }];
      const pings = ['a', 'b'].map((id) => ({ id, owner: 'config', protocol: 'icmp' }));
      const wanted = firewall(
        [
          rule('ssh', { ports: [22], zones: ['overlay'] }),
          pings[0]!,
          { ...pings[1]!, zones: ['overlay', 'outside'] },
        ],
        { zones },
      );
      await api.replace(wanted);
      assert.deepEqual(await api.drift(wanted), []);
      const to = { address: '10.77.0.2' };
      assert.equal(await peer.reach({ ...to, port: 22, patience: 20_000 }), 'open');
      assert.equal(await peer.reach({ ...to, port: 443 }), 'silent');
      await sees(22, NEITHER);
      const trusted = [{ name: 'overlay', interfaces: ['wg0'], default: 'accept' }];
      const no = rule('no', { ports: [443], zones: ['overlay'], action: 'drop' });
      await api.replace(firewall([no], { zones: trusted }));
      assert.equal(await peer.reach({ ...to, port: 22, patience: 20_000 }), 'open');
      assert.equal(await peer.reach({ ...to, port: 443 }), 'silent');
    } finally {
      await peer.remove();
    }
  });

  it('lets pass what only crosses a bridge, and nothing to the host or behind it', async () => {
    const [lan, machine, container] = [await addNamespace(), await addNamespace(), await addNamespace()];
    try {
      const { host } = net;
      await host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
      await cable(lan, 'eth0', host, 'lan0');
      await cable(machine, 'eth0', host, 'tap0');
      await cable(container, 'eth0', host, 'docker0');
      for (const port of ['lan0', 'tap0']) await host.run('ip', 'link', 'set', port, 'master', 'br0', 'up');
      await address(host, 'br0', '10.88.0.1/24');
      await address(host, 'docker0', '10.99.0.1/24');
      await address(lan, 'eth0', '10.88.0.2/24');
      await address(machine, 'eth0', '10.88.0.3/24');
      await address(container, 'eth0', '10.99.0.2/24');
      await container.run('ip', 'route', 'add', 'default', 'via', '10.99.0.1');
      await lan.run('ip', 'route', 'add', '10.99.0.0/24', 'via', '10.88.0.1');
      await host.run('sysctl', '-qw', 'net.bridge.bridge-nf-call-iptables=1', 'net.ipv4.ip_forward=1');
      for (const of of [lan, machine, container]) await of.listen({ address: '0.0.0.0', port: 5000 });
      const zones = [
        { name: 'lan', interfaces: ['br0'], bridged: true },
        { name: 'containers', interfaces: ['docker0'], default: 'accept' },
      ];
      const patience = 20_000;
      await api.remove();
      assert.equal(await lan.reach({ address: '10.99.0.2', port: 5000, patience }), 'open');
      await api.replace(firewall([rule('web', { ports: [443] })], { zones }));
      assert.equal(await lan.reach({ address: '10.88.0.3', port: 5000, patience }), 'open');
      assert.equal(await machine.reach({ address: '10.88.0.2', port: 5000, patience }), 'open');
      assert.equal(await lan.reach({ address: '10.88.0.1', port: 443, patience }), 'open');
      assert.equal(await lan.reach({ address: '10.88.0.1', port: 22 }), 'silent');
      assert.equal(await lan.reach({ address: '10.99.0.2', port: 5000 }), 'silent');
      await api.replace(firewall([], { zones: [{ ...zones[0]!, bridged: false }, zones[1]!] }));
      assert.equal(await lan.reach({ address: '10.88.0.3', port: 5000 }), 'silent');
    } finally {
      for (const of of [lan, machine, container]) await of.remove();
      await net.host.run('ip', 'link', 'delete', 'br0');
    }
  });

  it('tells what others changed', async () => {
    const wanted = firewall([
      rule('web', { ports: [80, 443] }),
      rule('office', { ports: [22], sources: ['10.0.0.0/8'] }),
    ]);
    const nft = (...words: string[]) => net.host.run('nft', ...words);
    const changes: [string[], RegExp[]][] = [
      [['add', 'element', 'inet', 'muster', 'all_accept_tcp', '{ 8080 }'], [/^\+ 8080 in set /]],
      [['delete', 'element', 'inet', 'muster', 'all_accept_tcp', '{ 443 }'], [/^- 443 in set /]],
      [
        ['add', 'element', 'inet', 'muster', 'all_accept_from_4', '{ 11.0.0.0/8 . tcp . 1-9 }'],
        [/^\+ 11\.0\.0\.0\/8 \. tcp \. 1-9 in set /],
      ],
      [
        ['insert', 'rule', 'inet', 'muster', 'prerouting', 'tcp dport 1234 accept comment "tmp"'],
        [/^\+ rule in chain prerouting: tcp dport 1234 accept comment "tmp"$/],
      ],
      [
        ['flush', 'chain', 'inet', 'muster', 'zone_outside'],
        Array(7).fill(/^- rule in chain zone_outside: /),
      ],
      [
        ['chain', 'inet', 'muster', 'prerouting', '{ policy accept; }'],
        [/^- chain prerouting: filter prerouting -150 drop$/, /^\+ chain prerouting: .* accept$/],
      ],
      [['add', 'table', 'inet', 'muster', '{ flags dormant; }'], [/^\+ flags dormant$/]],
      [['add', 'chain', 'inet', 'muster', 'mine'], [/^\+ chain mine$/]],
      [['add', 'counter', 'inet', 'muster', 'mine'], [/^\+ counter mine$/]],
      [['add', 'set', 'inet', 'muster', 'mine', '{ type ipv4_addr; }'], [/^\+ set mine$/]],
    ];
    for (const [change, expected] of changes) {
      await api.replace(wanted);
      assert.deepEqual(await api.drift(wanted), []);
      await nft(...change);
      const lines = (await api.drift(wanted))!;
      assert.equal(lines.length, expected.length, lines.join('\n'));
      for (const [i, pattern] of expected.entries()) assert.match(lines[i]!, pattern);
    }
    await api.remove();
  });
});

describe('a host without nftables', () => {
  it('is told apart from one without a table', async () => {
    const local = localShell({ host: 'bare' });
    const shell = { ...local, run: (argv: readonly string[]) => local.run([`/nowhere/${argv[0]}`]) };
    const api = nftables.open({ shell, options: { table: 'muster' } });
    await assert.rejects(
      api.read(),
      (error: unknown) => error instanceof MusterError && error.code === 'shell.notfound',
    );
    await local.close();
  });
});
