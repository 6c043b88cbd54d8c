/** The files that say who and where a machine is: for Debian's tools and systemd-networkd. */
import type { Given, GivenNetwork } from './given.ts';

/** `/etc/hosts`: its own name leads to its own address, or to the one that Debian has for machines without a fixed one. */
export function hostsFile({ machine, network }: Pick<Given, 'machine' | 'network'>): string {
  const own = network ? network.address.replace(/\/.*$/, '') : '127.0.1.1';
  return [
    '127.0.0.1\tlocalhost',
    `${own}\t${machine}`,
    '',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'ff02::1\tip6-allnodes',
    'ff02::2\tip6-allrouters',
    '',
  ].join('\n');
}

/** A unit of systemd-networkd, see systemd.network(5). */
export const networkFile = ({ mac, address, router, dns }: GivenNetwork): string =>
  [
    '[Match]',
    `MACAddress=${mac}`,
    '',
    '[Network]',
    `Address=${address}`,
    ...(router ? [`Gateway=${router}`] : []),
    ...dns.map((server) => `DNS=${server}`),
    '',
  ].join('\n');

/** `/etc/resolv.conf`; undefined where no name server is known. */
export const resolvFile = ({ dns }: GivenNetwork): string | undefined =>
  dns.length === 0 ? undefined : dns.map((server) => `nameserver ${server}\n`).join('');
