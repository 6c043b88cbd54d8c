/** Wakes a machine by its network card (Wake-on-LAN): a packet to everybody on its network, and nothing ever comes back. */
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Power } from '../../power.ts';
import type { Shell } from '../../shell.ts';

const SEND_MS = 15_000;

/**
 * Sends six bytes of 0xff and sixteen times each address, three times, to the ports that are usual. Perl is on each Debian host
 * (perl-base is essential); a shell's /dev/udp may not send to everybody. `$ARGV[1]` is the interface, empty for the one of the route;
 * 25 is SO_BINDTODEVICE, socket(7).
 */
const SCRIPT = `
use strict; use Socket;
my ($to, $device, @macs) = @ARGV;
socket(my $socket, PF_INET, SOCK_DGRAM, getprotobyname("udp") || 17) or die "socket: $!\\n";
setsockopt($socket, SOL_SOCKET, SO_BROADCAST, 1) or die "broadcast: $!\\n";
if ($device ne "") { setsockopt($socket, SOL_SOCKET, 25, "$device\\0") or die "$device: $!\\n"; }
for my $round (1 .. 3) {
  for my $mac (@macs) {
    my $packet = ("\\xff" x 6) . (pack("H12", $mac =~ s/://gr) x 16);
    for my $port (9, 7) {
      defined send($socket, $packet, 0, sockaddr_in($port, inet_aton($to))) or die "$to: $!\\n";
    }
  }
  select(undef, undef, undef, 0.1) if $round < 3;
}
`;

export interface WakeTarget {
  machine: string;
  /** As `src/boot.ts` has them. */
  mac: readonly string[];
  /** Who hears it: an IPv4 address. */
  broadcast: string;
  /** By which interface, where it is not the one of the route. */
  interface?: string;
}

/** What sends the packets. */
export const wakeArgv = ({ mac, broadcast, interface: device = '' }: WakeTarget): string[] => [
  ...['perl', '-e', SCRIPT, '--'],
  ...[broadcast, device, ...mac],
];

/** The power of a machine that can only be woken. */
export function wake(shell: Shell, target: WakeTarget, signal?: AbortSignal): Power {
  const { machine } = target;
  const cannot = (deed: string) => Promise.reject(new MusterError('power.cannot', { machine, deed }));
  return {
    status: async () => 'unknown',
    async on() {
      if (target.mac.length === 0) throw new MusterError('power.nomac', { machine });
      await shell.run(wakeArgv(target), { timeout: SEND_MS, env: { LC_ALL: 'C' }, signal });
    },
    off: (hard) => cannot(messages().power.deeds[hard ? 'hard' : 'soft']),
    cycle: () => cannot(messages().power.deeds.cycle),
    bootFromNetworkOnce: async () => false,
  };
}
