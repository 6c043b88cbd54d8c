/** The boot server. */
export const boot = {
  config: {
    mode: 'dhcp is authoritative, which gives out addresses itself, or proxy, beside another server',
    address: 'an IPv4 address, like 10.77.0.1',
    network: 'an IPv4 network, like 10.77.0.0/24',
    range: 'a range of IPv4 addresses, like 10.77.0.50-10.77.0.150',
    outside: (f: { address: string; network: string }) => `not in the network ${f.network}: ${f.address}`,
    interface: 'a network interface, like eth0: at most 15 letters, digits, dots, dashes and underscores',
  },
  /** Told where it does not run. */
  down: {
    server: 'the boot server is down',
    serverOver: 'the boot server is up again',
    ended: (f: { how: string }) => `It ended by itself (${f.how}) and is started again.`,
    serverHint: 'its reasons are in the log; machines that run go on',
    dhcp: 'dnsmasq does not run: no machine can boot over the network',
    dhcpOver: 'dnsmasq runs again',
    dhcpHint:
      'it is started again and again; is boot.interface there, and does nothing else give out addresses on this host?',
  },
  up: (f: { address: string; port: number }) =>
    `The boot server gives out scripts and images at http://${f.address}:${f.port}.`,
  /** Shown on a machine's console by iPXE. */
  scripts: {
    image: (f: { machine: string; version: string }) => `Muster boots ${f.machine} with ${f.version}`,
    discovery: (f: { version: string }) =>
      `Muster does not know this machine and looks at it with ${f.version}`,
    local: 'Muster leaves this machine to its own disk',
    wait: (f: { seconds: number }) =>
      `Muster has nothing for this machine now, it asks again in ${f.seconds} s`,
    unsupported: (f: { platform: string; architecture: string }) =>
      `Muster has no images for this machine: ${f.platform} ${f.architecture}`,
  },
};
