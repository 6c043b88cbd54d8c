import { wireguard } from '../../../src/adapters/wireguard/wireguard.ts';
import type { Overlay, Peer } from '../../../src/overlay.ts';
import { overlayConformance } from '../../conformance/overlay.ts';
import { startHosts } from '../../hosts.ts';
import { needs } from '../../needs.ts';

overlayConformance(
  'WireGuard',
  async () => {
    const { hosts, stop } = await startHosts(['one', 'other']);
    const peers: Peer[][] = [[], []];
    const network = (index: number) => {
      const { shell, root } = hosts[index]!;
      return wireguard.open({ shell, options: {} }).network(root, {
        ...{ kind: 'wireguard', name: 'build', address: `10.80.0.${index + 1}`, prefix: 24 },
        ...{ port: 51_820, keepalive: 25, peers: peers[index]! },
      });
    };
    /** The network with the peers that are known by then. */
    const now = (index: number): Overlay => ({
      join: (signal) => network(index).join(signal),
      leave: (signal) => network(index).leave(signal),
      status: (signal) => network(index).status(signal),
      membership: (signal) => network(index).membership(signal),
      test: (peer, signal) => network(index).test(peer, signal),
    });
    return {
      one: now(0),
      other: now(1),
      stop,
      async meet() {
        for (const [index, { shell, address }] of hosts.entries()) {
          const { key } = await network(index).status();
          const endpoint = `${address}:51820`;
          peers[1 - index] = [{ host: shell.host, key: key!, address: `10.80.0.${index + 1}`, endpoint }];
        }
        await network(0).join();
        await network(1).join();
      },
    };
  },
  needs(['wg', 'wireguard-go', 'ip', 'ping', 'root']),
);
