/** All that a host serves: published ports, the host's own network, containers themselves and a process; TCP and UDP, IPv4 and IPv6. */
import { existsSync } from 'node:fs';
import { startEngine, type TestEngine } from '../../test/engine.ts';
import type { Namespace, Target } from '../../test/namespaces.ts';

const ADDRESSES = ['10.66.0.2', 'fd66::2'];
const SUBNETS = ['10.77.0.0/24', 'fd77::/64'];
const ECHO = `
process.on('SIGTERM', () => process.exit());
const [tcp, udp] = process.argv.slice(1).map((ports) => ports.split(',').map(Number));
for (const port of tcp) require('net').createServer((s) => s.on('error', () => {}).pipe(s)).listen(port, '::');
for (const port of udp) {
  const socket = require('dgram').createSocket('udp6');
  socket.on('message', (m, from) => socket.send(m, from.port, from.address)).bind(port);
}`;

/** One way in. */
export type Way = Required<Target>;

export interface Served {
  engine: TestEngine;
  /** What is to be reached from outside, and what is not. */
  declared(): Way[];
  undeclared(): Way[];
  /** Makes the containers anew, with other addresses. */
  recreate(): Promise<void>;
  /** Ends the engine. */
  remove(): Promise<void>;
}

/** Serves it all in `host`; `outside` knows the way to the containers. */
export async function serveAll(host: Namespace, outside: Namespace): Promise<Served> {
  for (const port of [6_060])
    for (const protocol of ['tcp', 'udp'] as const) await host.listen({ address: '::', port, protocol });
  await host.run('sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1');
  const engine = await startEngine(undefined, host.name);
  try {
    const [four, six] = SUBNETS as [string, string];
    const open = (family: string) => [
      '--opt',
      `com.docker.network.bridge.gateway_mode_ipv${family}=nat-unprotected`,
    ];
    await engine.docker(
      ...['network', 'create', '--ipv6', '--subnet', four, '--subnet', six],
      ...[...open('4'), ...open('6'), 'shop'],
    );
    for (const [at, subnet] of SUBNETS.entries())
      await outside.run('ip', 'route', 'add', subnet, 'via', ADDRESSES[at] as string);
    await run(engine, 'bare', ['--network', 'host'], '9090,9091', '9053,9054');
    let addresses = await inShop(engine);
    let turn = 0;
    return {
      engine,
      declared: () => [...both('tcp', 8_080, 9_090), ...both('udp', 8_053, 9_053)],
      undeclared: () => [
        ...both('tcp', 8_443, 9_091, 6_060),
        ...both('udp', 8_054, 9_054, 6_060),
        ...addresses.flatMap((address): Way[] => [
          { address, port: 80, protocol: 'tcp' },
          { address, port: 53, protocol: 'udp' },
        ]),
      ],
      async recreate() {
        turn += 1;
        await engine.docker('rm', '--force', 'web', 'hidden');
        // Whoever comes first gets the address.
        addresses = await inShop(engine, turn % 2 === 1);
      },
      remove: () => engine.stop(),
    };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

/** The containers of the network `shop`: their addresses. */
async function inShop(engine: TestEngine, other = false): Promise<string[]> {
  const publish = ['8080:80', '8443:80', '8053:53/udp', '8054:53/udp'].flatMap((port) => ['--publish', port]);
  const both = [
    () => run(engine, 'web', ['--network', 'shop', ...publish], '80', '53'),
    () => run(engine, 'hidden', ['--network', 'shop'], '80', '53'),
  ];
  for (const one of other ? both.reverse() : both) await one();
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.GlobalIPv6Address}}{{end}}';
  const found = await engine.docker('inspect', '--format', format, 'web', 'hidden');
  return found.split(/\s+/).filter(Boolean);
}

/** A container that says back what it hears; the engine starts it again when it starts itself. */
async function run(
  engine: TestEngine,
  name: string,
  more: string[],
  tcp: string,
  udp: string,
): Promise<void> {
  const mounts = ['/usr/lib:/usr/lib', '/usr/lib:/lib', '/usr/lib64:/lib64', `${process.execPath}:/node`]
    .filter((mount) => existsSync(mount.split(':')[0] as string))
    .flatMap((mount) => ['--volume', `${mount}:ro`]);
  const serve = ['muster/base', '/node', '--eval', ECHO, tcp, udp];
  await engine.docker('run', '--detach', '--restart', 'always', '--name', name, ...mounts, ...more, ...serve);
}

const both = (protocol: 'tcp' | 'udp', ...ports: number[]): Way[] =>
  ports.flatMap((port) => ADDRESSES.map((address) => ({ address, port, protocol })));
