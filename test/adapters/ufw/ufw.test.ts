/** ufw behind the same interface as nftables: the same result, or a clear refusal. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { tupleOf } from '../../../src/adapters/ufw/files.ts';
import { rulesOf } from '../../../src/adapters/ufw/rules.ts';
import { ufw } from '../../../src/adapters/ufw/ufw.ts';
import { MusterError } from '../../../src/errors.ts';
import { Firewall } from '../../../src/firewall/firewall.ts';
import { addNamespace, address, cable, type Namespace, outsideAndHost } from '../../namespaces.ts';
import { needs } from '../../needs.ts';
import { type TestUfw, ufwIn } from '../../ufw.ts';

const HOST = ['10.66.0.2', 'fd66::2'];
const BOTH = ['open', 'open'];
const NEITHER = ['silent', 'silent'];
const rule = (id: string, more: object = {}) => ({
  id,
  owner: 'config',
  protocol: 'tcp',
  ports: [443],
  ...more,
});
const ping = { id: 'ping', owner: 'config', protocol: 'icmp' };
const firewall = (rules: object[], more: object = {}): Firewall =>
  Firewall.parse({ rules: [ping, ...rules], ...more });
const refused = (code: string, words: RegExp) => (error: unknown) =>
  error instanceof MusterError && error.code === code && words.test(error.message);

describe('rules of ufw', () => {
  const tuples = (value: Firewall) =>
    rulesOf(value, 'web-1')[4].map((one) => tupleOf(one, 4).replace(/ comment=.*/, ''));

  it('come in the order in which the first that fits is right', () => {
    const zones = [
      { name: 'containers', interfaces: ['docker0', 'br-*'], default: 'accept' },
      { name: 'overlay', interfaces: ['wg0'] },
    ];
    assert.deepEqual(
      tuples(
        firewall(
          [
            rule('web', { ports: [443, '8000-8010'] }),
            rule('ssh', { ports: [22], zones: ['overlay'], sources: ['10.0.0.1-10.0.0.2', '::1'] }),
            rule('bad', { ports: ['1-65535'], sources: ['6.6.6.6'], action: 'drop' }),
            rule('no', { ports: [53], protocol: 'udp', zones: ['containers'], action: 'drop' }),
          ],
          { zones },
        ),
      ),
      [
        'allow any any 0.0.0.0/0 any 0.0.0.0/0 in_lo',
        'deny udp 53 0.0.0.0/0 any 0.0.0.0/0 in_docker0',
        'deny udp 53 0.0.0.0/0 any 0.0.0.0/0 in_br-+',
        'allow any any 0.0.0.0/0 any 0.0.0.0/0 in_docker0',
        'route:allow any any 0.0.0.0/0 any 0.0.0.0/0 in_docker0',
        'allow any any 0.0.0.0/0 any 0.0.0.0/0 in_br-+',
        'route:allow any any 0.0.0.0/0 any 0.0.0.0/0 in_br-+',
        'deny tcp 1:65535 0.0.0.0/0 any 6.6.6.6 in',
        'allow tcp 443 0.0.0.0/0 any 0.0.0.0/0 in',
        'allow tcp 8000:8010 0.0.0.0/0 any 0.0.0.0/0 in',
        'allow tcp 22 0.0.0.0/0 any 10.0.0.1 in_wg0',
        'allow tcp 22 0.0.0.0/0 any 10.0.0.2 in_wg0',
      ],
    );
  });

  it('are refused where ufw cannot do the same', () => {
    const lan = { name: 'lan', interfaces: ['br0'] };
    const cases: [Firewall, RegExp][] = [
      [firewall([rule('slow', { limit: { rate: 6, per: 'minute' } })]), /limit of slow/],
      [Firewall.parse({ rules: [rule('web')] }), /ping/],
      [firewall([{ ...ping, id: 'no-ping', action: 'drop' }]), /no-ping/],
      [firewall([], { default: 'accept' }), /accepts by default/],
      [firewall([], { zones: [{ ...lan, bridged: true }] }), /bridges .* zone lan/],
      [firewall([rule('web', { zones: ['outside'] })], { zones: [lan] }), /web is for zone outside alone/],
      [
        firewall([
          rule('many', {
            sources: Array.from({ length: 2_000 }, (_, i) => `10.${i >> 7}.${(i & 127) * 2}.1`),
          }),
        ]),
        /2002 rules are too many/,
      ],
    ];
    for (const [value, words] of cases)
      assert.throws(() => rulesOf(value, 'web-1'), refused('firewall.unsupported', words), String(words));
  });
});

describe('a firewall by way of ufw', { skip: needs(['ufw', 'iptables', 'ip', 'ps', 'root']) }, () => {
  let net: Awaited<ReturnType<typeof outsideAndHost>>;
  let mine: TestUfw;
  let api: ReturnType<typeof ufw.open>;
  let container: Namespace;
  const zones = [{ name: 'containers', interfaces: ['docker0'], default: 'accept' }];
  const sees = async (port: number, expected: string[], more: object = {}) => {
    const seen = HOST.map((to, i) =>
      net.outside.reach({ address: to, port, ...(expected[i] === 'open' && { patience: 20_000 }), ...more }),
    );
    assert.deepEqual(await Promise.all(seen), expected);
  };

  before(async () => {
    net = await outsideAndHost();
    mine = await ufwIn(net.host);
    api = ufw.open({ shell: mine.shell, options: ufw.options.parse({}) });
    container = await addNamespace();
    await cable(container, 'eth0', net.host, 'docker0');
    await address(container, 'eth0', '10.88.0.2/24');
    await address(net.host, 'docker0', '10.88.0.1/24');
    await container.run('ip', 'route', 'add', 'default', 'via', '10.88.0.1');
    await net.outside.run('ip', 'route', 'add', '10.88.0.0/24', 'via', HOST[0]!);
    await net.host.run('sysctl', '-qw', 'net.ipv4.ip_forward=1');
    for (const port of [22, 443, 8005]) await net.host.listen({ address: '::', port });
    await net.host.listen({ address: '::', port: 53, protocol: 'udp' });
    await net.outside.listen({ address: '::', port: 7000 });
    await container.listen({ address: '0.0.0.0', port: 443 });
  });
  after(async () => {
    await container?.remove();
    await mine?.remove();
    await net?.remove();
  });

  it('lets in what is declared, and nothing besides', async () => {
    assert.equal(await api.drift(firewall([])), undefined);
    const wanted = firewall(
      [
        rule('web', { ports: [443, '8000-8010'] }),
        rule('names', { protocol: 'udp', ports: [53], sources: ['0.0.0.0/0'] }),
        rule('office', { ports: [22], sources: ['10.66.0.9', 'fd66::/64'] }),
        rule('bad', { ports: ['8005'], sources: ['fd66::/16'], action: 'drop' }),
      ],
      { zones },
    );
    await sees(22, BOTH);
    assert.equal(await net.outside.reach({ address: '10.88.0.2', port: 443, patience: 20_000 }), 'open');
    // To switch it on is for people to do: it has rules of theirs, and cuts off whoever has none.
    await assert.rejects(api.check(wanted), refused('firewall.off', /switched off on/));
    await mine.run('allow', '22/tcp');
    await mine.run('--force', 'enable');
    await api.check(wanted);
    assert.equal(await api.drift(wanted), undefined);
    await sees(22, BOTH);
    await api.replace(wanted);
    assert.deepEqual(await api.drift(wanted), []);
    await sees(443, BOTH);
    await sees(8005, ['open', 'silent']);
    await sees(22, ['silent', 'open']);
    await sees(53, ['open', 'silent'], { protocol: 'udp' });
    assert.equal(await net.outside.reach({ address: '10.88.0.2', port: 443 }), 'silent');
    const patience = 20_000;
    assert.equal(await container.reach({ address: '10.66.0.1', port: 7000, patience }), 'open');
    assert.equal(await container.reach({ address: '10.88.0.1', port: 22, patience }), 'open');
  });

  it('says the same in its own words, also after it reads its files anew', async () => {
    const wanted = firewall([rule('web', { ports: [443, '8000-8010'], sources: ['10.66.0.0/24', '::/0'] })], {
      zones,
    });
    await api.replace(wanted);
    const rules = async () =>
      (await net.host.run('iptables-save'))
        .split('\n')
        .filter((line) => line.includes('-A'))
        .join('\n');
    const before = await rules();
    assert.match(await mine.run('status'), /^443\/tcp +ALLOW +10\.66\.0\.0\/24 +# muster$/m);
    await mine.run('reload');
    assert.equal(await rules(), before);
    assert.deepEqual(await api.drift(wanted), []);
  });

  it('keeps connections through a change', async () => {
    await api.replace(firewall([rule('web')]));
    const held = await net.outside.hold({ address: HOST[0]!, port: 443 });
    await api.replace(firewall([rule('ssh', { ports: [22] })]));
    assert.equal(await held.say('still here'), 'still here');
    await sees(443, NEITHER);
  });

  it('is asked before rules of others, which stay, and tells what they changed', async () => {
    const wanted = firewall([rule('web')]);
    await api.replace(wanted);
    // The one from before is there, and does not count.
    assert.match(await mine.run('show', 'added'), /^ufw allow 22\/tcp$/m);
    assert.deepEqual(await api.drift(wanted), []);
    await sees(22, NEITHER);
    await mine.run('allow', '8005/tcp');
    const tuples = ['allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in', 'allow tcp 8005 0.0.0.0/0 any 0.0.0.0/0 in'];
    const behind = (all: string[]) => `~ rules of others, without effect behind Muster's: ${all.join(', ')}`;
    assert.deepEqual(await api.drift(wanted), [
      behind(tuples),
      behind(tuples.map((tuple) => tuple.replaceAll('0.0.0.0', '::'))),
    ]);
    await sees(8005, NEITHER);
    await mine.run('delete', 'allow', '8005/tcp');
    assert.deepEqual(await api.drift(wanted), []);
    await mine.run('prepend', 'allow', '8005/tcp');
    await mine.run('delete', 'allow', '443/tcp');
    assert.deepEqual((await api.drift(wanted))!.filter((line) => !line.startsWith('~')).sort(), [
      '+ rule in chain ufw-user-input: -p tcp -m tcp --dport 8005 -j ACCEPT',
      '+ rule in chain ufw6-user-input: -p tcp -m tcp --dport 8005 -j ACCEPT',
      '- rule in chain ufw-user-input: -p tcp --dport 443 -j ACCEPT',
      '- rule in chain ufw6-user-input: -p tcp --dport 443 -j ACCEPT',
    ]);
    await sees(8005, BOTH);
    await api.replace(wanted);
    assert.deepEqual(await api.drift(wanted), []);
    await sees(8005, NEITHER);
    await sees(443, BOTH);
    assert.match(await mine.run('show', 'added'), /^ufw allow 8005\/tcp$/m);
    await mine.run('delete', 'allow', '8005/tcp');
    await api.replace(wanted);
  });

  it('changes nothing where a family is refused', async () => {
    const wanted = firewall([rule('web')]);
    await api.replace(wanted);
    const broken = ufw.open({
      shell: {
        ...mine.shell,
        run: (argv, options) =>
          mine.shell.run(
            argv[0] === 'ip6tables-restore' &&
              argv.length === 2 &&
              String(options?.stdin).includes('dport 22 ')
              ? ['false']
              : argv,
            options,
          ),
      },
      options: ufw.options.parse({}),
    });
    await assert.rejects(
      broken.replace(firewall([rule('ssh', { ports: [22] })])),
      refused('firewall.refused', /./),
    );
    assert.deepEqual(await api.drift(wanted), []);
    await sees(443, BOTH);
    await sees(22, NEITHER);
  });

  it('keeps what an engine publishes past ufw to the same rules', async () => {
    // What an engine does for `--publish 8080:443`, in front of all rules of ufw.
    const published =
      '-p tcp -m addrtype --dst-type LOCAL --dport 8080 -j DNAT --to-destination 10.88.0.2:443';
    const passed = '-i eth0 -o docker0 -p tcp --dport 443 -j ACCEPT';
    await net.host.run('iptables', '-t', 'nat', '-A', 'PREROUTING', ...published.split(' '));
    await net.host.run('iptables', '-I', 'FORWARD', ...passed.split(' '));
    const reach = (port: number, more: object = {}) =>
      net.outside.reach({ address: HOST[0]!, port, ...more });
    await api.remove();
    assert.equal(await reach(443), 'silent');
    assert.equal(await reach(8080, { patience: 20_000 }), 'open');
    await api.replace(firewall([rule('web')], { zones }));
    assert.equal(await reach(443, { patience: 20_000 }), 'open');
    assert.equal(await reach(8080), 'silent');
    assert.equal(await net.outside.reach({ address: '10.88.0.2', port: 443 }), 'silent');
    // Also while ufw reads its files anew, and when people switch it off.
    await mine.run('reload');
    assert.equal(await reach(8080), 'silent');
    const wanted = firewall([rule('shop', { ports: ['8080-8081'], sources: ['10.66.0.0/24'] })], { zones });
    await api.replace(wanted);
    assert.deepEqual(await api.drift(wanted), []);
    assert.equal(await reach(8080, { patience: 20_000 }), 'open');
    assert.equal(await reach(443), 'silent');
    await net.host.run('iptables', '-t', 'mangle', '-F', 'FORWARD');
    assert.deepEqual(await api.drift(wanted), ['- rule in chain FORWARD: -j muster-published']);
    await api.replace(firewall([rule('web')], { zones }));
    assert.equal(await reach(8080), 'silent');
  });

  it('does not switch on what people switched off, and takes its rules away all the same', async () => {
    const wanted = firewall([rule('web')], { zones });
    await api.replace(wanted);
    await mine.run('disable');
    assert.deepEqual(await api.drift(wanted), ['- ufw is switched off']);
    const other = firewall([rule('ssh', { ports: [22] })], { zones });
    await api.replace(other);
    assert.equal(await api.enabled(), false);
    await sees(443, BOTH);
    await mine.run('--force', 'enable');
    assert.deepEqual(await api.drift(other), []);
    await sees(443, NEITHER);
    await sees(22, BOTH);
  });

  it('loads ufw where it is on and was not loaded yet, as while a host starts', async () => {
    const wanted = firewall([rule('web')]);
    await api.replace(wanted);
    for (const iptables of ['iptables', 'ip6tables'])
      for (const table of ['filter', 'mangle']) {
        for (const chain of ['INPUT', 'FORWARD', 'OUTPUT'])
          if (table === 'filter') await net.host.run(iptables, '-P', chain, 'ACCEPT');
        for (const flag of ['-F', '-X']) await net.host.run(iptables, '-t', table, flag);
      }
    await sees(22, BOTH);
    assert.equal(await api.drift(wanted), undefined);
    await api.replace(wanted);
    assert.deepEqual(await api.drift(wanted), []);
    await sees(22, NEITHER);
    await sees(443, BOTH);
  });

  it('leaves everything as it was before, once it is removed', async () => {
    await api.replace(firewall([]));
    await sees(22, NEITHER);
    await api.remove();
    await api.remove();
    assert.equal(await api.enabled(), true);
    assert.equal(await api.drift(firewall([])), undefined);
    await sees(22, BOTH);
    await sees(443, NEITHER);
    assert.doesNotMatch(await mine.run('show', 'added'), /muster/);
    assert.doesNotMatch(await net.host.run('iptables-save'), /muster/);
  });
});
