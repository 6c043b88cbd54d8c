/** Machines that boot over the network. */
export const machines = {
  config: {
    power: 'power is ipmi, redfish, wake, libvirt or command',
    powerWord:
      'wake, or libvirt:HOST where that runs it by its own name; what needs a password or a program of yours stands in the configuration, under machines',
    image: 'an image, like debian-live, or a version of one, like debian-live@2026-11-21.1',
    who: 'a machine is named by its name or by a MAC address',
    marks: 'a machine is known by --mac, --uuid or --serial',
    unmarked: 'it cannot be told from others: give it a mac, uuid or serial',
    address: 'an IPv4 address with the size of its network, like 10.77.0.7/24',
    settings: (f: { names: readonly string[] }) => `what can be set is ${f.names.join(', ')}`,
    twice: (f: { what: string; owner: string }) => `${f.what} is ${f.owner} already`,
    notLocal: (f: { host: string }) => `${f.host} has to be the host that Muster runs on (link: local)`,
    noDiscovery: (f: { image: string }) =>
      `${f.image} is no image that shows what is in a machine: it lacks discovery: true`,
    needsDiscovery: 'unknown: discover needs the image that shows what is in a machine, as discovery',
    service: 'a unit of systemd, like nginx or getty@tty1.service',
    kernelLine: 'printable characters without quotes, backslashes, # and ${',
    kernelWord: '; && and || may not stand alone: iPXE would end its command there',
    uuid: 'a UUID looks like 4c4c4544-0042-3510-8054-b4c04f4e3232',
  },
  /** What has to be said of what a machine was given as it booted. */
  given: {
    nobody: (f: { user: string; groups: readonly string[] }) =>
      `nobody may log in as ${f.user}: no key of ${f.groups.join(', ')} is known`,
    noKeys: (f: { source: string; reason: string }) => `no key of ${f.source} is known: ${f.reason}`,
    noCard: (f: { address: string }) =>
      `it does not get the address ${f.address}: no MAC address of it is known`,
    noProfile: (f: { profile: string }) => `there is no profile ${f.profile}: it was only given its name`,
  },
  /** Stacks of machines, once these are up. */
  stacks: {
    byHand: (f: { machine: string; app: string; line: string }) =>
      `${f.machine} is up, and ${f.app} is to run there: ${f.line}`,
    noHost: (f: { machine: string; app: string }) =>
      `${f.machine} is up, but ${f.app} cannot be started there: there is no host ${f.machine}. Add it under hosts, with link: ssh, then /reload`,
    refused: (f: { machine: string; line: string; reason: string }) =>
      `${f.machine} is up, but ${f.line} was refused: ${f.reason}`,
    failed: (f: { machine: string; app: string }) => `${f.machine} is up, but ${f.app} did not start there`,
    runs: (f: { machine: string; app: string }) => `${f.app} runs on ${f.machine}`,
    manyFailed: 'machines are up, but their stacks did not start',
    manyRun: 'machines run their stacks',
    retry: 'Retry',
    /** How it stands, for `/machine show`. */
    standing: {
      waits: (f: { app: string }) => `${f.app} starts there once it is up`,
      asked: (f: { app: string; run: string }) => `${f.app} is to start there: ${f.run} waits`,
      starts: (f: { app: string; run: string }) => `${f.app} is being started there: ${f.run}`,
      well: (f: { app: string; run?: string | undefined }) =>
        `${f.app} runs there${f.run === undefined ? '' : `, by ${f.run}`}`,
      ill: (f: { app: string; run: string }) => `${f.app} did not start there: /why ${f.run}`,
      hand: (f: { app: string; machine: string }) =>
        `nobody started ${f.app} there: /deploy ${f.app} --to ${f.machine}`,
    },
  },
  /** Why somebody gets what it gets. */
  because: {
    'matched.mac': (f) => `it is ${f.machine}, by its MAC address ${f.value}`,
    'matched.uuid': (f) => `it is ${f.machine}, by its UUID ${f.value}`,
    'matched.serial': (f) => `it is ${f.machine}, by its serial number ${f.value}`,
    twice: (f) => `${f.value} is both ${f.one}'s and ${f.other}'s`,
    hides: (f) => `${f.machine} was added in a chat, too: what the file says counts`,
    'profile.own': (f) => `its profile is ${f.profile}`,
    'profile.default': (f) => `it has no profile of its own, thus ${f.profile}`,
    'profile.none': () => 'it has no profile',
    'image.assigned': (f) => `${f.version} was assigned to it by ${f.run}`,
    'image.once': (f) => `${f.version} was asked for this one boot by ${f.run}`,
    'image.fixed.machine': (f) => `its entry names ${f.version}`,
    'image.fixed.profile': (f) => `its profile names ${f.version}`,
    'image.promoted.machine': (f) => `its entry names ${f.image}, of which ${f.version} is promoted`,
    'image.promoted.profile': (f) => `its profile names ${f.image}, of which ${f.version} is promoted`,
    'image.gone': (f) => `there is no ${f.version} any more`,
    'image.unpromoted': (f) => `no version of ${f.image} is promoted`,
    'image.none': () => 'no image is named for it, thus its own disk',
    fallback: (f) => `${f.failed} did not boot on it last (${f.cause}), thus ${f.version}`,
    'fallback.none': (f) =>
      `${f.version} did not boot on it last, and no version before it does: it is tried again`,
    architecture: (f) => `${f.version} is for ${f.architecture}, and it is ${f.own}`,
    loop: (f) => `this is boot ${f.count} within ${f.minutes} min, and it did not come up once`,
    'loop.waits': (f) => `${f.count} boots within ${f.minutes} min, none of which came up: it waits`,
    unknown: (f) => `nobody knows ${f.mac}`,
    'unknown.discover': (f) => `machines that nobody knows show what is in them, with ${f.version}`,
    'unknown.local': () => 'machines that nobody knows start their own disk, and are announced',
    'unknown.ignore': () => 'machines that nobody knows start their own disk',
    trouble: () => 'the boot server could not look it up now',
  } as Readonly<Record<string, (facts: Readonly<Record<string, string>>) => string>>,
  alarms: {
    failed: (f: { machine: string; version?: string | undefined }) =>
      f.version === undefined
        ? `${f.machine} did not boot`
        : `${f.machine} did not come up with ${f.version}`,
    up: (f: { machine: string }) => `${f.machine} is up`,
    manyFailed: 'machines did not come up',
    manyUp: 'machines are up again',
    fallback: (f: { machine: string; failed: string; version: string }) =>
      `${f.machine} did not come up with ${f.failed}, and gets ${f.version}`,
    fellBack: (f: { machine: string; version: string }) => `${f.machine} fell back to ${f.version} and is up`,
    loop: (f: { machine: string; count: number; minutes: number }) =>
      `${f.machine} boots again and again: ${f.count} times within ${f.minutes} min, and it did not come up once`,
    manyLoop: 'machines boot again and again',
    idle: (f: { machine: string }) => `${f.machine} waits: there is nothing that it may boot`,
    boots: (f: { machine: string }) => `${f.machine} boots`,
    manyIdle: 'machines wait, as there is nothing that they may boot',
    manyBoot: 'machines boot',
    twice: (f: { value: string; one: string; other: string }) =>
      `${f.value} asks for an image, and is both ${f.one}'s and ${f.other}'s: it gets nothing`,
    manyTwice: 'pairs of machines have a mark in common: they get nothing',
    manyOnce: 'pairs of machines are told apart again',
    onceAgain: (f: { one: string; other: string }) => `${f.one} and ${f.other} are told apart again`,
    stranger: (f: { mac: string; firmware: string }) =>
      `a machine that nobody knows asks for an image: ${f.mac} (${f.firmware})`,
    at: (f: { address: string }) => `at ${f.address}`,
    inside: (f: { cores: number; cpu: string; memory: string }) =>
      `${f.cores} × ${f.cpu}, ${f.memory} of memory`,
    link: 'linked',
    noLink: 'no link',
    adopted: (f: { mac: string }) => `${f.mac} is one of ours now`,
    manyStrangers: 'machines that nobody knows ask for an image',
    manyAdopted: 'machines are ours now',
    adopt: 'Adopt',
    why: 'Why',
    forged: (f: { address: string; times: number }) =>
      `${f.address} calls home for machines with tokens that nobody has (${f.times})`,
    forgedOver: (f: { address: string }) => `${f.address} does not call home any more`,
    manyForged: 'addresses call home for machines with tokens that nobody has',
    manyForgedOver: 'addresses do not call home any more',
    forgedHint: (f: { address: string }) => `See what ${f.address} is: none of it was believed.`,
    takenTwice: (f: { machine: string; address: string }) =>
      `what ${f.machine} is given as it boots was asked for a second time, from ${f.address}: refused`,
    takenElsewhere: (f: { machine: string; address: string }) =>
      `what ${f.machine} is given as it boots was asked for by another machine, ${f.address}: refused`,
    manyTaken: 'machines: somebody else asked for what they are given as they boot: refused',
    takenHint: (f: { machine: string }) =>
      `Somebody knows the token of this boot: see who reads the network of ${f.machine}.`,
  },
  list: {
    none: 'No machines yet. One that nobody knows is listed here once it asks the boot server.',
    power: (f: { kind: string; state: string }) => `power: ${f.kind}, ${f.state}`,
    stranger: (f: { mac: string; firmware: string; time: string }) =>
      `? ${f.mac} · ${f.firmware} · asked ${f.time} ago`,
    up: (f: { version: string; time: string }) => `up with ${f.version} for ${f.time}`,
    booting: (f: { stage: string; time: string }) => `boots: ${f.stage} since ${f.time}`,
    failed: (f: { stage: string; time: string }) => `✕ ${f.stage}, ${f.time} ago`,
    never: 'never booted',
    rest: (f: { count: number }) => `(${f.count} more)`,
  },
  show: {
    from: { config: 'of the configuration', chat: 'added in a chat' },
    hides: 'added in a chat, too; the file counts',
    marks: (f: { what: string; value: string }) => `${f.what} ${f.value}`,
    gets: (f: { what: string }) => `gets ${f.what}`,
    assigned: (f: { version: string; run: string }) => `${f.version}, assigned by ${f.run}`,
    own: 'its own disk',
    hostKey: (f: { fingerprint: string }) => `SSH host key ${f.fingerprint}`,
    boot: (f: { at: string; version: string; outcome: string; time: string }) =>
      `${f.at} ${f.version} · ${f.outcome} · ${f.time}`,
    noBoots: 'it has not booted from here yet',
    outcomes: { open: 'boots', up: 'up', failed: 'failed' },
  },
  why: {
    up: (f: { machine: string; version: string; time: string }) =>
      `${f.machine} came up with ${f.version} in ${f.time}`,
    open: (f: { machine: string; stage: string; time: string }) =>
      `${f.machine} boots, and is at ${f.stage} since ${f.time}`,
    failed: (f: { machine: string; version: string }) => `${f.machine} did not come up with ${f.version}`,
    nothing: (f: { machine: string }) => `${f.machine} has not booted from here yet`,
    note: (f: { time: string; stage: string; cause: string; detail: string }) =>
      `${f.time} ${f.stage}: ${f.cause}${f.detail === '' ? '' : ` (${f.detail})`}`,
  },
  /** What would be booted, for `/boot plan`. */
  plan: {
    noServer: '▲ no boot server runs: the configuration has no boot.host',
    image: (f: { who: string; version: string }) => `${f.who} would get ${f.version}, because`,
    discovery: (f: { who: string; version: string }) =>
      `${f.who} would show what is in it with ${f.version}, because`,
    local: (f: { who: string }) => `${f.who} would start its own disk, because`,
    wait: (f: { who: string; time: string }) =>
      `${f.who} would have to wait and ask again after ${f.time}, because`,
  },
  answers: {
    added: (f: { machine: string }) => `${f.machine} was added`,
    set: (f: { machine: string; what: string }) => `${f.machine}: ${f.what}`,
    follows: (f: { machine: string }) => `${f.machine} gets what its configuration says again`,
    removed: (f: { machine: string }) => `${f.machine} was removed`,
    nothing: (f: { image: string }) => `no machine boots ${f.image}`,
    fixed: (f: { names: readonly string[]; image: string }) =>
      `left out, as their configuration names a version of ${f.image}: ${f.names.join(', ')}`,
  },
  audit: {
    added: (f: { machine: string }) => `${f.machine} added`,
    set: (f: { machine: string; what: string }) => `${f.machine}: ${f.what}`,
    removed: (f: { machine: string }) => `${f.machine} removed`,
  },
  plans: {
    boot: (f: { machine: string; version: string }) => `boot of ${f.machine} with ${f.version}`,
    booted: (f: { machine: string; version: string }) => `${f.machine} is up with ${f.version}`,
    rollout: (f: { version: string; count: number }) =>
      `${f.version} on ${f.count} ${f.count === 1 ? 'machine' : 'machines'}`,
    rolledOut: (f: { version: string; count: number }) =>
      `${f.version} is up on ${f.count} ${f.count === 1 ? 'machine' : 'machines'}`,
  },
  steps: {
    start: (f: { machine: string }) => `switch ${f.machine} on`,
    stage: (f: { machine: string; stage: string }) => `${f.machine}: ${f.stage}`,
    renew: (f: { machine: string; version: string }) => `${f.machine} to ${f.version}`,
    stack: (f: { machine: string; app: string }) => `${f.app} on ${f.machine}`,
    healthy: (f: { host: string }) => `health of ${f.host}`,
  },
  notes: {
    byHand: (f: { machine: string }) =>
      `nobody can switch ${f.machine} but by hand: switch it on, or restart it`,
    shows: (f: { machine: string }) => `${f.machine} still shows what is in it, and restarts by itself`,
    cycled: (f: { machine: string }) => `${f.machine} was switched off and on`,
    rebooted: (f: { machine: string }) => `${f.machine} was told to restart, over ssh`,
    fell: (f: { machine: string; version: string }) => `${f.machine} fell back to ${f.version} and is up`,
    back: (f: { machine: string; version: string }) => `${f.machine} is back to ${f.version} and is up`,
    noWay: (f: { machine: string; version: string }) =>
      `${f.machine} gets ${f.version} when it boots next; nobody can restart it but by hand`,
    untouched: (f: { count: number }) => `${f.count} ${f.count === 1 ? 'machine' : 'machines'} untouched`,
    waits: (f: { machine: string; why: string }) => `${f.machine} waits: ${f.why}`,
    silent: 'the boot server does not answer; it is waited for',
  },
};
