/** What is said of packet filters: what is wrong in a declaration, and what is let in or kept out. */
type Named = { name: string };
type Line = {
  action: string;
  protocol: string;
  ports: string;
  source: string;
  zone: string | undefined;
  limit: string | undefined;
  owners: string;
};

export const firewall = {
  name: 'a name is at most 32 lower-case letters, digits and inner dashes, and begins with a letter',
  interface: 'a network interface has at most 15 characters, like eth0; br-* stands for all that begin so',
  addresses: 'addresses look like 10.0.0.7, 10.0.0.0/8, 10.0.0.1-10.0.0.9 or 2001:db8::/32',
  source: 'a source is addresses, like 10.0.0.0/8, or an address set, like @office',
  ports: 'a port is a number from 1 to 65535; a range looks like 8000-8010',
  label: 'at most 100 letters, digits and . _ : @ / -, like app/shop',
  comment: 'a comment is one line of at most 200 characters',
  portsNeeded: 'tcp and udp need ports; ping (icmp) has none',
  limitedDrop: 'only what is let in can have a limit',
  twice: (f: Named) => `${f.name} is there twice, or its name is taken`,
  bridges: 'bridges are named whole: br0, not br*',
  noZone: (f: Named) => `there is no zone ${f.name}`,
  noSet: (f: Named) => `there is no address set ${f.name}`,
  line: (f: Line) => {
    const what = `${f.action === 'drop' ? 'drop ' : ''}${f.protocol === 'icmp' ? 'ping' : `${f.protocol} ${f.ports}`}`;
    const where = f.zone === undefined ? '' : ` in ${f.zone}`;
    const limit = f.limit === undefined ? '' : `, at most ${f.limit} each`;
    return `${what} from ${f.source}${where}${limit} (${f.owners})`;
  },
  rate: {
    second: (f: { rate: number }) => `${f.rate} a second`,
    minute: (f: { rate: number }) => `${f.rate} a minute`,
    hour: (f: { rate: number }) => `${f.rate} an hour`,
  },
  zoneDefault: (f: { name: string; default: string }) =>
    `zone ${f.name} ${f.default === 'drop' ? 'drops all else' : 'accepts all else'}`,
  zoneBridged: (f: Named) => `what only crosses a bridge of zone ${f.name} passes`,
  zoneInterface: (f: { zone: string; interface: string }) => `${f.interface} is in zone ${f.zone}`,
  setEntry: (f: { name: string; addresses: string }) => `${f.addresses} is in @${f.name}`,
  /** What ufw cannot do, after `ufw cannot do that on web-1: `. */
  ufw: {
    limit: (f: { id: string }) => `the limit of ${f.id}; it knows only one limit of its own`,
    ping: 'it answers ping from everywhere, so that has to be declared',
    pingRule: (f: { id: string }) => `${f.id}; it answers ping from everywhere`,
    accepting: 'a firewall that accepts by default',
    bridged: (f: Named) => `bridges with machines of their own, in zone ${f.name}`,
    outside: (f: { id: string }) => `${f.id} is for zone outside alone, and there are other zones that drop`,
    many: (f: { count: number }) => `${f.count} rules are too many for it`,
    ipv6: 'IPv6 is switched off in its settings, and would not be filtered',
  },
  /** Instead of a difference, where nothing is there. */
  absent: "none of Muster's rules are there",
  strange: '+ a table by the name of ours that Muster did not make',
  /** What the kernel has and Muster did not put there, or the other way round. */
  drift: {
    element: (f: { set: string; element: string }) => `${f.element} in set ${f.set}`,
    rule: (f: { chain: string; rule: string }) => `rule in chain ${f.chain}: ${f.rule}`,
    moved: (f: { chain: string }) => `the rules of chain ${f.chain} are in another order`,
    /** Rules of ufw that others changed since ours were put before them. */
    others: (f: { rules: string }) => `rules of others, without effect behind Muster's: ${f.rules}`,
    off: '- ufw is switched off',
  },
};
