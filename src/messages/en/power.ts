/** How machines are switched on and off, and virtual machines. */
type Named = { machine: string };
type Placed = { machine: string; host: string };
type Made = { memory: string; cpus: number; mac: string };

export const power = {
  config: {
    address: 'a name or an IP address',
    user: 'printable characters, without a colon',
    https: 'begins with https:// and names a host, and perhaps a port',
    fingerprint: 'SHA256:… of the key of its certificate, as `SHA256:` and 43 characters',
    argv: 'the program first, and not with a dash',
    domain: 'a name of libvirt: letters, digits, dots, dashes, underscores and pluses',
  },

  /** What somebody wants of a machine. */
  deeds: {
    on: 'switched on',
    soft: 'asked to shut down',
    hard: 'switched off',
    cycle: 'switched off and on',
  },

  /** Why it could not be switched, after a colon. */
  reasons: {
    silent: 'no answer',
    closed: 'nothing listens there',
    noAddress: 'nobody knows an address for that name',
    tls: 'it speaks no TLS that is still good',
    broken: 'the connection broke',
    suite: 'it does not take that cipher suite',
    state: 'it cannot do that as it is now',
    redirect: 'it points elsewhere, where its password is not sent',
    status: (f: { status: number; words: string }) => `status ${f.status}${f.words ? `, ${f.words}` : ''}`,
    task: (f: { state: string }) => `its task ended as ${f.state}`,
    taskOpen: 'its task does not end',
  },

  steps: {
    on: (f: Named) => `switch ${f.machine} on`,
    soft: (f: Named) => `ask ${f.machine} to switch itself off`,
    hard: (f: Named) => `take the power from ${f.machine}`,
    cycle: (f: Named) => `switch ${f.machine} off and on`,
    network: (f: Named) => `have ${f.machine} boot from the network next`,
    look: (f: Named) => `look whether ${f.machine} is on`,
    create: (f: Placed) => `make ${f.machine} on ${f.host}`,
    destroy: (f: Placed) => `remove ${f.machine} with its disk from ${f.host}`,
    enter: (f: Named) => `add ${f.machine} as a machine`,
    forget: (f: Named) => `forget ${f.machine} and what it booted`,
    list: (f: { host: string }) => `look at the virtual machines of ${f.host}`,
    console: (f: Placed) => `read the console of ${f.machine} on ${f.host}`,
  },

  plans: {
    create: (f: Placed) => `virtual machine ${f.machine} on ${f.host}`,
    created: (f: Placed) => `${f.machine} is there on ${f.host}, and off`,
    destroy: (f: Placed) => `remove the virtual machine ${f.machine} from ${f.host}`,
    destroyed: (f: Placed) => `${f.machine} is gone from ${f.host}, with its disk`,
    list: (f: { hosts: readonly string[] }) => `virtual machines on ${f.hosts.join(', ')}`,
    listed: (f: { count: number }) => (f.count === 1 ? '1 virtual machine' : `${f.count} virtual machines`),
    console: (f: Named) => `console of ${f.machine}`,
    /** What is true once it was done. */
    done: {
      on: (f: Named) => `${f.machine} is switched on`,
      soft: (f: Named) => `${f.machine} has switched itself off`,
      hard: (f: Named) => `${f.machine} has no power any more`,
      cycle: (f: Named) => `${f.machine} was switched off and on`,
      network: (f: Named) => `${f.machine} boots from the network next`,
      status: (f: Named) => `looked whether ${f.machine} is on`,
    },
  },

  notes: {
    byFirmware: (f: Named) =>
      `nobody can tell ${f.machine} to boot from the network but its own firmware: it has to come first there`,
    made: (f: Placed & Made) => `${f.machine} on ${f.host}: ${f.memory}, ${f.cpus} CPUs, ${f.mac}`,
    woken: (f: Named) =>
      `${f.machine} was sent what wakes it; where it is on already, somebody has to restart it by hand`,
    silent: (f: Named) => `${f.machine} has said nothing on its serial line so far`,
  },

  /** How a machine stands. */
  states: {
    on: (f: Named) => `● ${f.machine} is on`,
    off: (f: Named) => `○ ${f.machine} is off`,
    unknown: (f: Named) => `nobody can tell whether ${f.machine} is on: its power does not say`,
  },

  /** The same in a word, after what switches it. */
  is: { on: 'on', off: 'off', unknown: 'nobody can tell whether it is on' },

  /** Virtual machines, a line each. */
  list: {
    none: 'There are no virtual machines; /vm create makes one.',
    on: (f: Placed & Made) => `● ${f.machine} · on, on ${f.host} · ${f.memory}, ${f.cpus} CPUs · ${f.mac}`,
    off: (f: Placed & Made) => `○ ${f.machine} · off, on ${f.host} · ${f.memory}, ${f.cpus} CPUs · ${f.mac}`,
    unknown: (f: Placed & Made) =>
      `▲ ${f.machine} · nobody can tell, on ${f.host} · ${f.memory}, ${f.cpus} CPUs · ${f.mac}`,
    gone: (f: Placed & Made) =>
      `✕ ${f.machine} · ${f.host} has it no more (${f.memory}, ${f.cpus} CPUs, ${f.mac}): /vm destroy ${f.machine}`,
  },
};

/** What the commands say of themselves. */
export const powerCommands = {
  'machine power': {
    summary: 'Switch a machine on or off, or tell whether it is on',
    description:
      'Off asks its operating system to end first; where that does not, --hard takes the power. What is so already stays so.',
    fields: {
      machine: 'the machine, by its name',
      deed: 'what to do',
      hard: 'take the power at once',
    },
  },
  'vm create': {
    summary: 'Make a virtual machine, which boots from the network like any other',
    description:
      'It is added as a machine, with a MAC address of its own and the power that libvirt gives; it is not switched on. Where the making is cut off, what is there of it goes on or is removed.',
    fields: {
      machine: 'its name',
      on: 'the host whose libvirt runs it',
      memory: 'its memory',
      cpus: 'how many processors it has',
      disk: 'how large its disk is; without it, it has none',
      network: 'a network of libvirt there, or one of tools.libvirt.networks of the host',
      firmware: 'what it boots by',
      profile: 'what it is to be, as a machine',
      label: 'labels, like canary',
    },
  },
  'vm start': { summary: 'Switch a virtual machine on', fields: { machine: 'the virtual machine' } },
  'vm stop': {
    summary: 'Ask a virtual machine to end, or take its power',
    fields: { machine: 'the virtual machine', hard: 'take the power at once' },
  },
  'vm destroy': {
    summary: 'Remove a virtual machine and its disk for good',
    description: 'Only what Muster has made: a domain of somebody else under that name is not touched.',
    fields: { machine: 'the virtual machine' },
  },
  'vm list': {
    summary: 'The virtual machines, where they are, and which of them are on',
    fields: { on: 'only those on this host' },
  },
  'vm console': {
    summary: 'What a virtual machine has said last on its serial line',
    fields: { machine: 'the virtual machine', lines: 'how many lines' },
  },
};
