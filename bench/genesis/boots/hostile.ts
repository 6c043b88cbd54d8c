/** A DHCP server that nobody asked for: quick, sure of itself, with other addresses and a file that leads nowhere. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../test/until.ts';
import { end, start } from './hand-made.ts';
import { OTHER } from './lan.ts';

export interface Hostile {
  stop(): Promise<void>;
}

export async function startHostile(namespace: string): Promise<Hostile> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-hostile-'));
  const child = start(namespace, [
    ...['dnsmasq', '--conf-file=/dev/null', '--keep-in-foreground', '--port=0', '--interface=eth0'],
    ...['--bind-interfaces', '--no-ping', '--pid-file=', '--log-facility=-', '--user=root'],
    ...[`--dhcp-leasefile=${folder}/leases`, '--dhcp-range=10.77.0.150,10.77.0.199,1h'],
    '--dhcp-authoritative',
    // Nobody is there: what asks for it waits.
    ...[`--dhcp-boot=wrong.kpxe,,${OTHER}`, '--dhcp-match=set:ipxe,175'],
    `--dhcp-boot=tag:ipxe,http://${OTHER}/wrong.ipxe`,
  ]);
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += chunk;
  });
  const stop = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  await until(() => text.includes('sockets bound'), 'the hostile server listens').catch(async (error) => {
    await stop();
    throw error;
  });
  return { stop };
}
