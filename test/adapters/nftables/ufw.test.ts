/** ufw's hole: what is translated before INPUT passes it by. Shown open, and shown closed by our table beside it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { nftables } from '../../../src/adapters/nftables/nftables.ts';
import { Firewall } from '../../../src/firewall/firewall.ts';
import { addNamespace, address, cable, type Namespace, outsideAndHost } from '../../namespaces.ts';
import { needs } from '../../needs.ts';
import { ufwIn } from '../../ufw.ts';

const PATIENT = { patience: 20_000 };

describe('a host with ufw and a published port', {
  skip: needs(['nft', 'ufw', 'iptables', 'ip', 'ps', 'root']),
}, () => {
  let net: Awaited<ReturnType<typeof outsideAndHost>>;
  let container: Namespace;
  let ufw: Awaited<ReturnType<typeof ufwIn>>;

  before(async () => {
    net = await outsideAndHost();
    container = await addNamespace();
    const { host } = net;
    await cable(container, 'eth0', host, 'docker0');
    await address(container, 'eth0', '10.88.0.2/24');
    await address(host, 'docker0', '10.88.0.1/24');
    await container.run('ip', 'route', 'add', 'default', 'via', '10.88.0.1');
    await host.run('sysctl', '-qw', 'net.ipv4.ip_forward=1');
    // What an engine does for `--publish 8080:80`.
    const publish =
      'PREROUTING -p tcp -m addrtype --dst-type LOCAL --dport 8080 -j DNAT --to-destination 10.88.0.2:80';
    await host.run('iptables', '-t', 'nat', '-A', ...publish.split(' '));
    await container.listen({ address: '10.88.0.2', port: 80 });
    await host.listen({ address: '0.0.0.0', port: 9090 });
    await host.listen({ address: '0.0.0.0', port: 22 });
    ufw = await ufwIn(host);
    await ufw.run('default', 'deny', 'incoming');
    await ufw.run('allow', '22/tcp');
    // Engines put their rules before those of ufw.
    await host.run(
      'iptables',
      '-I',
      'FORWARD',
      '-i',
      'eth0',
      '-o',
      'docker0',
      '-p',
      'tcp',
      '--dport',
      '80',
      '-j',
      'ACCEPT',
    );
    await ufw.run('--force', 'enable');
  });
  after(async () => {
    await ufw?.remove();
    await container?.remove();
    await net?.remove();
  });

  const reach = (port: number, more: object = {}) =>
    net.outside.reach({ address: '10.66.0.2', port, ...more });

  it('shows the published port, though ufw denies it', async () => {
    assert.equal(await reach(22, PATIENT), 'open');
    assert.equal(await reach(9090), 'silent');
    assert.equal(await reach(8080, PATIENT), 'open');
  });

  it('does not show it once our table is there, and then only what both let in', async () => {
    const api = nftables.open({ shell: net.host.shell, options: { table: 'muster' } });
    const zones = [{ name: 'containers', interfaces: ['docker0'], default: 'accept' }];
    const firewall = (...ports: number[]) =>
      Firewall.parse({ zones, rules: [{ id: 'a', owner: 'config', protocol: 'tcp', ports }] });
    await api.replace(firewall(22));
    assert.equal(await reach(22, PATIENT), 'open');
    assert.equal(await reach(8080), 'silent');
    await api.replace(firewall(22, 8080, 9090));
    assert.equal(await reach(8080, PATIENT), 'open');
    // An accept is not final: ufw still denies.
    assert.equal(await reach(9090), 'silent');
  });
});
