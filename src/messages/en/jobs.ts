/** What jobs, their stages and steps are called, and what steps tell on the way. */
type Access = { person: string; user: string; host: string; fingerprint: string };
type Release = { app: string; commit: string; host: string };

const list = (words: readonly string[]) => words.join(', ');

export const jobs = {
  /** Stages by name, as cards show them. */
  stages: {
    fetch: 'fetch',
    compose: 'compose',
    build: 'build',
    start: 'start',
    healthy: 'healthy',
    expose: 'expose',
    keep: 'keep',
    hold: 'hold',
    logs: 'logs',
    inspect: 'inspect',
    restart: 'restart',
    install: 'install',
    check: 'check',
    import: 'import',
    publish: 'publish',
    try: 'try',
    promote: 'promote',
    prune: 'remove',
    join: 'join',
    tell: 'tell',
    admit: 'admit',
    test: 'test',
    leave: 'leave',
    close: 'close',
    open: 'open',
    listen: 'listen',
    prove: 'prove',
    settle: 'settle',
    firewall: 'firewall',
    keys: 'keys',
    apply: 'apply',
    look: 'look',
    revert: 'revert',
    set: 'set',
    write: 'write',
    deliver: 'deliver',
    diff: 'diff',
    dhcp: 'DHCP',
    loader: 'loader',
    script: 'script',
    kernel: 'kernel',
    initrd: 'initrd',
    root: 'root',
    configured: 'configured',
    up: 'up',
    power: 'power',
    canary: 'canary',
    list: 'list',
    remove: 'remove',
  } as Readonly<Record<string, string>>,

  plans: {
    deploy: (f: { what: string; hosts: readonly string[] }) => `${f.what} on ${list(f.hosts)}`,
    deployed: (f: { what: string; hosts: readonly string[] }) => `${f.what} is live on ${list(f.hosts)}`,
    rollback: (f: { app: string; releases: readonly string[]; hosts: readonly string[] }) =>
      `${f.app} back to ${list(f.releases)} on ${list(f.hosts)}`,
    rolledBack: (f: { app: string; releases: readonly string[]; hosts: readonly string[] }) =>
      `${f.app} is back to ${list(f.releases)} on ${list(f.hosts)}`,
    restart: (f: { app: string; hosts: readonly string[] }) => `restart of ${f.app} on ${list(f.hosts)}`,
    restarted: (f: { app: string; hosts: readonly string[] }) =>
      `${f.app} was restarted on ${list(f.hosts)} and is healthy`,
    logs: (f: { app: string; hosts: readonly string[] }) => `log of ${f.app} on ${list(f.hosts)}`,
    logged: (f: { app: string; hosts: readonly string[] }) =>
      `that was the log of ${f.app} on ${list(f.hosts)}`,
    prepare: (f: { host: string; needs: readonly string[] }) => `prepare ${f.host} (${list(f.needs)})`,
    prepared: (f: { host: string; needs: readonly string[] }) => `${f.host} is ready (${list(f.needs)})`,
    build: (f: { image: string; hosts: readonly string[] }) => `build ${f.image} on ${list(f.hosts)}`,
    keys: (f: { hosts: readonly string[] }) => `keys that may log in on ${list(f.hosts)}`,
    keysDone: (f: { groups: readonly string[]; hosts: readonly string[] }) =>
      f.groups.length === 0
        ? `nobody may log in by a key of Muster's on ${list(f.hosts)}`
        : `${list(f.groups)} may log in on ${list(f.hosts)}`,
    built: (f: { image: string; hosts: readonly string[] }) => `${f.image} is ready on ${list(f.hosts)}`,
    firewall: (f: { host: string }) => `firewall of ${f.host}`,
    firewalled: (f: { host: string }) => `${f.host} has its firewall`,
    firewallKeep: (f: { host: string; change: string }) => `keep the firewall of ${f.host} (${f.change})`,
    firewallKept: (f: { host: string; change: string }) => `the firewall of ${f.host} is kept (${f.change})`,
    firewallRevert: (f: { host: string; change: string }) =>
      `take back the firewall of ${f.host} (${f.change})`,
    firewallReverted: (f: { host: string; change: string }) =>
      `${f.host} has the firewall back that it had before ${f.change}`,
    firewallLook: (f: { host: string }) => `look at the firewall of ${f.host}`,
    firewallLooked: (f: { host: string }) => `that was the firewall of ${f.host}`,
  },

  steps: {
    fetch: (f: Release) => `fetch ${f.app} (${f.commit}) on ${f.host}`,
    compose: (f: Release) => `read the compose file of ${f.app} (${f.commit}) on ${f.host}`,
    build: (f: Release) => `build ${f.app} (${f.commit}) on ${f.host}`,
    start: (f: Release) => `start ${f.app} (${f.commit}) on ${f.host}`,
    healthy: (f: Release) => `wait for ${f.app} (${f.commit}) to be healthy on ${f.host}`,
    keep: (f: Release) => `keep ${f.app} (${f.commit}) on ${f.host}`,
    collect: (f: { host: string }) => `all that ${f.host} prints`,
    logs: (f: { app: string; host: string }) => `log of ${f.app} on ${f.host}`,
    identities: (f: { app: string; host: string }) => `give ${f.app} on ${f.host} what it shows to the hub`,
    inspect: (f: { host: string }) => `see what ${f.host} lacks`,
    look: (f: { host: string }) => `see how ${f.host} does`,
    watch: (f: { host: string }) => `watch over ${f.host}`,
    restart: (f: { app: string; host: string }) => `restart ${f.app} on ${f.host}`,
    install: (f: { host: string }) => `install what ${f.host} lacks`,
    engine: (f: { host: string }) => `start the Docker engine of ${f.host}`,
    check: (f: { host: string }) => `check ${f.host}`,
    root: (f: { host: string }) => `build the base image's files on ${f.host}`,
    keys: (f: { host: string; user: string; count: number }) =>
      f.count === 0
        ? `take Muster's keys of ${f.user} away on ${f.host}`
        : `write ${f.count} ${f.count === 1 ? 'key' : 'keys'} of ${f.user} on ${f.host}`,
    import: (f: { image: string; host: string }) => `import ${f.image} on ${f.host}`,
    applyFirewall: (f: { host: string }) => `put the firewall of ${f.host} in force`,
    keepFirewall: (f: { host: string }) => `come in to ${f.host} again, and keep its firewall`,
    holdFirewall: (f: { host: string }) => `wait until somebody keeps the firewall of ${f.host}`,
    revertFirewall: (f: { host: string }) => `take back the firewall of ${f.host}`,
    showFirewall: (f: { host: string }) => `ask how the firewall of ${f.host} stands`,
    expose: (f: { host: string; app: string; ports: string }) => `open ${f.ports} for ${f.app} on ${f.host}`,
    closeApp: (f: { host: string; app: string }) => `close what was open for ${f.app} on ${f.host}`,
    compareFirewall: (f: { host: string }) => `compare the firewall of ${f.host} with what is declared`,
  },

  /** What is told of a host's firewall. */
  firewall: {
    none: 'Muster filters nothing there',
    same: 'nothing would change',
    drift: (f: { line: string }) => `changed by others: ${f.line}`,
    pending: (f: { id: string; by: string; until: string }) =>
      `${f.id} (${f.by}) is taken back at ${f.until} if nobody keeps it`,
    trouble: (f: { trouble: string }) => `the last good firewall cannot be put in force: ${f.trouble}`,
    fleeting: 'after a restart of the host nothing of it is in force: there is no systemd',
    conflict: (f: { kind: string; rule: string; by: string }) =>
      f.kind === 'never'
        ? `${f.rule} never lets anything in: ${f.by} drops it all`
        : `${f.by} limits what ${f.rule} lets in`,
  },

  notes: {
    dropped: (f: { count: number }) => `(${f.count} ${f.count === 1 ? 'line' : 'lines'} left out)`,
    cutOff: (f: { title: string }) => `${f.title} was cut off; it starts again when Muster is back`,
    firewallWaits: (f: { time: string }) => `in force; taken back after ${f.time} if nobody keeps it`,
    exposed: (f: { host: string; app: string; ports: string }) =>
      `${f.ports} is open on ${f.host} for ${f.app}`,
    unexposed: (f: { host: string; app: string }) => `nothing is open on ${f.host} for ${f.app}`,
    notInForce: (f: { host: string; app: string }) =>
      `the firewall of ${f.host} is not in force yet; what ${f.app} exposes is part of the next /firewall apply ${f.host}`,
    staysClosed: (f: { host: string; app: string; count: number; ports: string }) =>
      f.count === 1
        ? `${f.ports} is published by compose and stays closed on ${f.host}: expose it in the app ${f.app}`
        : `${f.ports} are published by compose and stay closed on ${f.host}: expose them in the app ${f.app}`,
    firewallAnswers: (f: { address: string }) => `${f.address} answers`,
    nothingMatches: (f: { app: string; host: string }) => `${f.app} wrote nothing that matches on ${f.host}`,
    oldStays: (f: { app: string; message: string }) =>
      `old generations of ${f.app} could not be removed: ${f.message}`,
    isBack: (f: { app: string; release: string; host: string }) =>
      `${f.app} ${f.release} is back on ${f.host}`,
    isBackIll: (f: { app: string; release: string; host: string }) =>
      `${f.app} ${f.release} was started again on ${f.host}, but is not healthy`,
    unchanged: (f: { day: string }) => `nothing has changed since the build of ${f.day}, which is used again`,
    packed: (f: { count: number; size: string; digest: string }) =>
      `${f.count} packages, ${f.size}, sha256 ${f.digest}`,
    noRuntime: (f: { message: string }) =>
      `Node.js could not be fetched with npm (${f.message}): Debian's is used, with which containers start a tenth of a second later`,
    upToDate: (f: { image: string; size: string }) => `${f.image} is up to date: ${f.size}`,
    standsIn: (f: { app: string; host: string; message: string }) =>
      `the hub could not be asked: ${f.app} on ${f.host} keeps what it prints until that is back (${f.message})`,
    unlinked: (f: { app: string; host: string; message: string }) =>
      `the hub was never up: ${f.app} on ${f.host} is linked to it when it is started again after that (${f.message})`,
    appsBelow: (f: { apps: readonly string[]; host: string; base: string }) =>
      `still on an older ${f.base} on ${f.host}: ${list(f.apps)}; /deploy builds them anew`,
    oldBase: (f: { app: string; host: string; services: readonly string[]; base: string }) =>
      `${f.app} stands on an older ${f.base} on ${f.host} (${list(f.services)}): /deploy ${f.app} builds it anew`,
    baseReady: (f: { image: string; size: string; tag: string; runtime: string; client: string }) =>
      `${f.image} ${f.size} (${f.tag}): Debian 12, Node.js ${f.runtime}, hub ${f.client}`,
    lacksNothing: (f: { host: string }) => `${f.host} has everything it needs`,
    engineRuns: (f: { host: string }) => `the Docker engine of ${f.host} runs`,
    installed: (f: { host: string; needs: readonly string[] }) => `installed on ${f.host}: ${list(f.needs)}`,
  },

  /** Of those who may log in by key. */
  keys: {
    gained: (f: Access) => `${f.person} may now log in as ${f.user} on ${f.host} (${f.fingerprint})`,
    lost: (f: Access) => `${f.person} may no longer log in as ${f.user} on ${f.host} (${f.fingerprint})`,
    stays: (f: Access) =>
      `${f.person} is no longer in Muster's block, but another line still lets the key in as ${f.user} on ${f.host} (${f.fingerprint})`,
    same: (f: { host: string; user: string; count: number }) =>
      `nothing changed for ${f.user} on ${f.host} (${f.count} ${f.count === 1 ? 'key' : 'keys'})`,
    many: (f: { host: string; user: string; gained: number; lost: number }) =>
      `${f.user} on ${f.host}: ${f.gained} gained access, ${f.lost} lost it; the log names them`,
    failed: (f: { source: string; count: number; reason: string }) =>
      `${f.reason}; the ${f.count} keys known last of ${f.source} stay`,
    empty: (f: { source: string; count: number }) =>
      `${f.source} has no key any more; the ${f.count} known last stay`,
    held: (f: { group: string; count: number; of: number }) =>
      `${f.count} of ${f.of} keys of ${f.group} would go at once; they stay until /keys sync --yes`,
    refused: (f: { person: string; why: string }) => `a key of ${f.person} was left out: ${f.why}`,
  },

  needs: {
    git: 'git',
    engine: 'Docker engine',
    compose: 'Docker Compose',
    builder: 'mmdebstrap',
    wireguard: 'WireGuard tools',
    tunnel: 'WireGuard',
    ping: 'ping',
    ipmi: 'ipmitool',
    redfish: 'curl',
    virtual: 'libvirt and QEMU',
    dnsmasq: 'dnsmasq',
    ipxe: 'iPXE',
    emulator: 'QEMU, to try images',
    running: 'running Docker engine',
    space: 'disk space',
  },

  /** What has to be typed by hand where Muster may not or cannot. */
  byHand: {
    onlyRoot: (f: { what: string }) => `only root may ${f.what}`,
    install: (f: { needs: readonly string[] }) => `install ${list(f.needs)}`,
    startEngine: 'start the Docker engine',
    on: (f: { needs: readonly string[]; host: string }) => `${list(f.needs)} on ${f.host}`,
    fix: (f: { why: string; host: string }) => `Install it there by hand (${f.why}), then /prepare ${f.host}`,
    noApt: 'it has no apt',
    noPackage: (f: { packages: readonly string[] }) => `its archives have no ${f.packages.join(' or ')}`,
  },

  health: {
    restarting: (f: { ending: string }) => `it keeps restarting (${f.ending})`,
    starting: 'its healthcheck has not passed yet',
    justStarted: 'it has only just started',
    notStarted: 'it has not started yet',
    is: (f: { status: string }) => `it is ${f.status}`,
    ended: (f: { code: number }) => `it ended with code ${f.code}`,
    says: (f: { line: string }) => `its healthcheck says: ${f.line}`,
    fails: 'its healthcheck fails',
    code: (f: { code: number }) => `its healthcheck ended with code ${f.code}`,
    late: (f: { time: string }) => `after ${f.time}`,
    nothing: 'it has no containers',
  },

  ends: {
    neverBegan: (f: { by: string }) => `cancelled by ${f.by} before it began`,
    /** What to do after a failure, where `or` shows more. */
    retry: (f: { id: string; or: string }) => `/retry ${f.id} after a fix, or ${f.or}`,
    undoFailed: (f: { summary: string; trouble?: string }) =>
      `${f.summary}; and taking it back failed: ${f.trouble}`,
    undoFailedAlike: (f: { summary: string }) =>
      `${f.summary}; for the same reason it could not be taken back`,
  },

  schedules: {
    configured: (f: { name: string }) => `${f.name} is set in the configuration`,
    removeThere: (f: { name: string }) => `${f.name} is set in the configuration; remove it there`,
  },
};
