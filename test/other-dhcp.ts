/** Somebody else's DHCP server in the network of a test: `10.77.0.150` and on, with files that lead nowhere where that is wanted. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Lan, OTHER } from './lan.ts';
import { until } from './until.ts';

/** Has it be sure of itself, and send firmware and iPXE to what nobody serves: whoever follows waits. */
export const HOSTILE = [
  ...['--dhcp-authoritative', '--dhcp-match=set:ipxe,175', `--dhcp-boot=wrong.kpxe,,${OTHER}`],
  `--dhcp-boot=tag:ipxe,http://${OTHER}/wrong.ipxe`,
];

export interface OtherDhcp {
  /** Whether it offered an address to this card. */
  offered(mac: string): boolean;
  stop(): Promise<void>;
}

/** Starts it on the other host of a network; quick, as it does not look whether an address is taken. `more` are options of dnsmasq. */
export async function startOtherDhcp(
  { other }: Pick<Lan, 'other'>,
  more: readonly string[] = [],
): Promise<OtherDhcp> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-dhcp-'));
  const [end, lines] = [new AbortController(), [] as string[]];
  const argv = [
    ...['dnsmasq', '--conf-file=/dev/null', '--keep-in-foreground', '--port=0', '--interface=eth0'],
    ...['--bind-interfaces', '--no-ping', '--pid-file=', '--log-facility=-', '--user=root'],
    ...[`--dhcp-leasefile=${join(folder, 'leases')}`, '--dhcp-range=10.77.0.150,10.77.0.199,1h', ...more],
  ];
  const onLine = (line: string) => void lines.push(line);
  const done = other.shell.run(argv, { signal: end.signal, onLine }).catch(() => {});
  const stop = async () => {
    end.abort();
    await done;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until(() => lines.some((line) => line.includes('sockets bound')), 'the other server listens');
  } catch (error) {
    await stop();
    throw error;
  }
  return { offered: (mac) => lines.some((line) => /DHCPOFFER/.test(line) && line.includes(mac)), stop };
}
