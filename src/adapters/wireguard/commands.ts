/** WireGuard's command lines and files as data: wg(8), ip(8), systemd.unit(5). */
import { join } from 'node:path/posix';
import { type Endpoint, interfaceOf, type Peer, type WireGuardMembership } from '../../overlay.ts';
import { quote } from '../../shell.ts';
import { DOWN, KEY } from './scripts.ts';

/** What belongs to one network on a host. */
export interface Places {
  interface: string;
  folder: string;
  /** Mode 0600; it stays when the host leaves. */
  key: string;
  peers: string;
  /** Peers that are new or other than before. */
  changed: string;
  /** The membership that is in force. */
  membership: string;
  /** The script that brings the interface up. */
  up: string;
  unit: string;
  unitFile: string;
  log: string;
}

/** Where everything of a network is, with Muster's folder on the host as `root`. */
export function placesOf(root: string, name: string): Places {
  const folder = join(root, 'overlays', name);
  const unit = `muster-overlay-${name}.service`;
  return {
    interface: interfaceOf(name),
    folder,
    key: join(folder, 'private.key'),
    peers: join(folder, 'peers.conf'),
    changed: join(folder, 'changed.conf'),
    membership: join(folder, 'membership.json'),
    up: join(folder, 'up'),
    unit,
    unitFile: join('/etc/systemd/system', unit),
    log: join(folder, 'log'),
  };
}

/** Makes the key where there is none; prints the public one. */
export const keyArgv = ({ key }: Places): string[] => ['sh', '-c', KEY, 'sh', key];

/** Brings the interface up by the script that lies on the host. */
export const upArgv = (
  { up, interface: name, folder }: Places,
  { address, prefix, port }: Pick<WireGuardMembership, 'address' | 'prefix' | 'port'>,
): string[] => ['sh', up, name, folder, `${address}/${prefix}`, String(port)];

export const downArgv = ({ interface: name, folder }: Places): string[] => [
  'sh',
  '-c',
  DOWN,
  'sh',
  name,
  folder,
];

/** One fact of an interface; never `dump`, which prints the private key. Ends with 124 where a wireguard-go does not answer. */
export const showArgv = (
  { interface: name }: Places,
  what: 'public-key' | 'allowed-ips' | 'persistent-keepalive',
): string[] => ['timeout', '5', 'wg', 'show', name, what];

/** Adds peers of a file, or changes those that are there; all others go on undisturbed. */
export const addArgv = ({ interface: name }: Places, file: string): string[] => ['wg', 'addconf', name, file];

export const removeArgv = ({ interface: name }: Places, keys: readonly string[]): string[] => [
  'wg',
  'set',
  name,
  ...keys.flatMap((key) => ['peer', key, 'remove']),
];

/** A name is looked up twice at most: by default wg tries for a minute. */
export const ENVIRONMENT = { LC_ALL: 'C', WG_ENDPOINT_RESOLUTION_RETRIES: '2' };

/** Has systemd run what follows: it may administer the network where Muster's worker may not. What it starts there lives on. */
export const BY_SYSTEMD: readonly string[] = [
  ...['systemd-run', '--quiet', '--wait', '--pipe', '--collect', '--property=KillMode=process'],
  ...Object.entries(ENVIRONMENT).map(([name, value]) => `--setenv=${name}=${value}`),
  '--',
];

const CAP_NET_ADMIN = 12n;

/** Whether a process may administer its network, by its `/proc/PID/status`. */
export function mayAdminister(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return effective === undefined || ((BigInt(`0x${effective}`) >> CAP_NET_ADMIN) & 1n) === 1n;
}

/** A file of peers, as `wg addconf` reads it. */
export function peersFile(peers: readonly Peer[], keepalive: number): string {
  const blocks = peers.map(({ key, address, endpoint }) => {
    const lines = ['[Peer]', `PublicKey = ${key}`, `AllowedIPs = ${allowed(address)}`];
    if (endpoint !== undefined) lines.push(`Endpoint = ${endpoint}`);
    lines.push(`PersistentKeepalive = ${keepalive}`);
    return `${lines.join('\n')}\n`;
  });
  return blocks.join('\n');
}

/** Makes the host bring the network up at boot (systemd.service(5)); its wireguard-go lives in this unit, whoever started it. */
export const unitFile = (places: Places, membership: WireGuardMembership): string => `[Unit]
Description=Muster overlay network ${membership.name}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
Environment=WG_ENDPOINT_RESOLUTION_RETRIES=2
ExecStart=/bin/${upArgv(places, membership).map(escaped).join(' ')}
ExecStop=-/sbin/ip link delete dev ${places.interface}

[Install]
WantedBy=multi-user.target
`;

/** In a unit `%` and `$` stand for something else. */
const escaped = (word: string): string => quote(word).replaceAll('%', '%%').replaceAll('$', '$$$$');

/** What an interface knows of its peers, by key. */
export function readPeers(
  allowedIps: string,
  keepalives: string,
): Map<string, { allowed: string; keepalive: number }> {
  const keep = new Map(rows(keepalives));
  return new Map(
    rows(allowedIps).map(([key, ips]) => {
      const seconds = keep.get(key);
      return [
        key,
        { allowed: ips, keepalive: seconds === undefined || seconds === 'off' ? 0 : Number(seconds) },
      ];
    }),
  );
}

/** Those that the interface does not know as they are to be; `before` is what it was told last, by key. */
export function changedPeers(
  { peers, keepalive }: Pick<WireGuardMembership, 'peers' | 'keepalive'>,
  known: ReturnType<typeof readPeers>,
  before: ReadonlyMap<string, Endpoint | undefined>,
): Peer[] {
  return peers.filter(({ key, address, endpoint }) => {
    const now = known.get(key);
    // A peer that called from elsewhere is answered there: only what we ourselves say anew counts.
    const moved = endpoint !== undefined && before.get(key) !== endpoint;
    return now === undefined || now.allowed !== allowed(address) || now.keepalive !== keepalive || moved;
  });
}

const allowed = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`;

const rows = (text: string): [string, string][] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t') as [string, string]);
