/** What is said of overlay networks. */
const list = (words: readonly string[]) => words.join(', ');

export const overlay = {
  key: 'a WireGuard key is 32 bytes in base64',
  zeroTierNetwork: 'a ZeroTier network is 16 hexadecimal digits, like 8056c2e21c000001',
  address: 'an IP address, like 10.80.0.2',
  network: 'a network, like 10.80.0.0/24: the first address of it and how many bits are fixed',
  kind: 'must be one of: wireguard, zerotier',
  small: 'it has no room for two hosts',
  seconds: 'from 1s to 1h, or 0s for none',
  notMember: (f: { host: string }) => `${f.host} is no member`,
  outside: (f: { network: string }) => `is not an address for a host in ${f.network}`,
  sharedAddress: (f: { address: string; owner: string }) => `${f.address} is already ${f.owner}`,
  sharedPort: (f: { port: string; owner: string }) =>
    `port ${f.port} is already that of ${f.owner}, which has members in common`,
  full: (f: { network: string }) => `${f.network} has no address left`,

  plans: {
    join: (f: { host: string; name: string }) => `${f.host} into ${f.name}`,
    joined: (f: { host: string; name: string }) => `${f.host} is a member of ${f.name}`,
    leave: (f: { host: string; name: string }) => `${f.host} out of ${f.name}`,
    left: (f: { host: string; name: string }) => `${f.host} has left ${f.name}`,
    test: (f: { name: string; hosts: readonly string[] }) => `test ${f.name} on ${list(f.hosts)}`,
    tested: (f: { name: string; hosts: readonly string[] }) => `${f.name} works between ${list(f.hosts)}`,
  },

  steps: {
    join: (f: { host: string; name: string }) => `make ${f.host} a member of ${f.name}`,
    tell: (f: { host: string; name: string }) => `tell ${f.host} who is in ${f.name}`,
    admit: (f: { host: string; name: string }) => `let ${f.host} into ${f.name}`,
    admitNetwork: (f: { host: string; name: string }) => `let ${f.name} into the firewall of ${f.host}`,
    expel: (f: { host: string; name: string }) => `let ${f.host} into ${f.name} no more`,
    test: (f: { host: string; name: string }) => `test ${f.name} from ${f.host}`,
    leave: (f: { host: string; name: string }) => `take ${f.host} out of ${f.name}`,
  },

  notes: {
    joined: (f: { host: string; address?: string; interface?: string; key?: string }) =>
      `${f.host}${f.address ? ` is ${f.address}` : ''}${f.interface ? ` on ${f.interface}` : ''}, key ${f.key}`,
    told: (f: { host: string; hosts: readonly string[] }) =>
      f.hosts.length > 0 ? `${f.host} knows ${list(f.hosts)}` : `${f.host} knows nobody else`,
    admitted: (f: { host: string; address: string }) => `${f.host} was let in and is ${f.address}`,
    expelled: (f: { host: string }) => `the controller lets ${f.host} in no more`,
    reached: (f: { host: string; peer: string; time: string }) => `${f.host} reaches ${f.peer} in ${f.time}`,
    alone: (f: { host: string }) => `${f.host} is the only member so far: there is nobody to reach`,
    left: (f: { host: string; name: string }) => `${f.host} is out of ${f.name}`,
    restored: (f: { host: string; name: string }) => `${f.host} is in ${f.name} as before`,
  },

  show: {
    none: 'There are no overlay networks; the section overlays of the configuration makes some.',
    member: (f: { host: string; address: string; interface?: string; key?: string }) =>
      `● ${f.host} · ${f.address}${f.interface ? ` on ${f.interface}` : ''} · key ${f.key}`,
    waiting: (f: { host: string }) => `○ ${f.host} · has not joined`,
    stray: (f: { host: string; name: string }) =>
      `✕ ${f.host} · joined, but is no member by the configuration: /overlay leave ${f.name} ${f.host}`,
    noMembers: 'No hosts fit its members.',
    nothingToTest: (f: { name: string }) => `Nobody has joined ${f.name}.`,
    notJoined: (f: { host: string; name: string }) => `${f.host} is not in ${f.name}.`,
  },

  byHand: {
    interfaces: 'make network interfaces',
    zeroTier: 'use ZeroTier',
  },

  /** Why a host could not become a member, after its name. */
  reasons: {
    taken: (f: { interface: string }) => `there is a network interface ${f.interface} that is not Muster's`,
    noTunnel: 'its kernel has no WireGuard, and wireguard-go is not installed',
    noStart: 'wireguard-go did not come up',
    service: 'the ZeroTier service does not answer',
    waits: (f: { status: string }) => `ZeroTier says ${f.status}`,
    addressTaken: (f: { address: string; owner: string }) => `${f.address} was given to ${f.owner} meanwhile`,
    unknownMember: 'the controller does not know it',
    noController: 'the controller does not answer',
    refused: 'the controller refuses the token',
    noNetwork: 'the controller has no such network, or the token may not see it',
    odd: (f: { status: number }) => `the controller answered with ${f.status}`,
    unreadable: 'the controller answered with something else than a member',
  },
};
