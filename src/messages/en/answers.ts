/** What commands answer. */
const s = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`;

export const answers = {
  planned: {
    title: (f: { title: string }) => `Would do: ${f.title}`,
    locks: (f: { locks: readonly string[] }) => `Locks: ${f.locks.join(', ')}`,
    hash: (f: { hash: string }) =>
      `Plan ${f.hash}. Nothing was done; the same line without --dry-run does it.`,
  },
  why: {
    nothingYet: 'You have not asked for anything yet. See /help',
    allowed: (f: { text?: string; rule?: string }) => `${f.text} was allowed by ${f.rule}.`,
    refused: (f: { text?: string; person: string; at: string; why: string }) =>
      `${f.text ? `"${f.text}"` : 'that'} by ${f.person} was refused at ${f.at}: ${f.why}${
        /[.?!]$/.test(f.why) ? '' : '.'
      }`,
    asked: (f: { id: string; title: string; person: string; text: string }) =>
      `${f.id} (${f.title}) was asked for by ${f.person}: ${f.text}`,
    waits: (f: { lock: string; holder?: string; title?: string; person?: string; time: string }) =>
      `It waits for ${f.lock}, which ${f.holder} (${f.title}, ${f.person}) has held for ${f.time}.`,
    is: (f: { status: string }) => `It is ${f.status}.`,
    ended: (f: { status: string; cancelled: boolean; summary?: string }) =>
      `It ${f.cancelled ? 'was ' : ''}${f.status}: ${f.summary}`,
  },
  runs: {
    ended: (f: { status: string; time: string }) => `${f.status} ${f.time} ago`,
    open: (f: { status: string; time: string }) => `${f.status} for ${f.time}`,
    none: 'No jobs yet.',
    noLines: 'No lines.',
    earlier: (f: { count: number }) => `(${f.count} earlier lines not shown; --tail and --grep choose)`,
    leftOut: (f: { count: number }) => `(${s(f.count, 'earlier line')} left out)`,
    whole: (f: { count: number }) => `All ${s(f.count, 'line')}`,
    plan: (f: { hash: string }) => `plan ${f.hash}`,
    stopping: (f: { id: string; title: string }) =>
      `Stopping ${f.id} (${f.title}). Its card says when nothing of it is left.`,
    cancelled: (f: { title: string }) => `${f.title} is cancelled; it had not begun.`,
    noFollow: "a job's card follows it already; --follow is for apps",
  },
  schedules: {
    none: 'Nothing is scheduled.',
    never: 'never',
    entry: (f: {
      name: string;
      when: string;
      line: string;
      as: string;
      from: 'config' | 'chat';
      next: string;
    }) => `${f.name} · ${f.when} · ${f.line} · as ${f.as}, ${f.from} · next ${f.next}`,
    added: (f: { name: string; line: string; next?: string; before?: { line: string; when: string } }) =>
      `${f.name} runs ${f.line} ${f.next ? `next at ${f.next}` : 'never'}.${
        f.before ? ` It ran ${f.before.line} at ${f.before.when} before.` : ''
      }`,
    or: (f: { name: string }) => `/schedule list, or /schedule remove ${f.name}`,
    gone: (f: { name: string }) => `${f.name} is gone. See /schedule list`,
    noLoop: 'a schedule cannot run schedules',
    missed: (f: { name: string; line: string; count: number; first: string; last: string; run: boolean }) => {
      const when = f.count === 1 ? f.first : `${f.count} times from ${f.first} to ${f.last}`;
      return `${f.name} (${f.line}) was due ${when}, and Muster was not running. I ${
        f.run ? 'run it once now' : 'do not run it now'
      }.`;
    },
    refused: (f: { line: string; text: string }) => `"${f.line}" was refused: ${f.text}`,
  },
  keys: {
    none: 'No key groups yet. Add one to keyGroups in the configuration, then /reload',
    group: (f: { group: string; keys: number; people: number }) =>
      `${f.group} · ${s(f.keys, 'key')} of ${f.people === 1 ? '1 owner' : `${f.people} owners`}`,
    never: (f: { group: string }) => `${f.group} · never written`,
    source: (f: { source: string; keys: number; time: string }) =>
      `${f.source}: ${s(f.keys, 'key')} ${f.time} ago`,
    block: (f: { user: string; host: string; groups: readonly string[]; count: number; time: string }) =>
      `${f.user} on ${f.host}: ${f.groups.join(', ')}, ${s(f.count, 'key')}, written ${f.time} ago`,
  },
  apps: {
    none: 'No apps yet. Add one to apps in the configuration, then /reload',
    notDeployed: (f: { host: string }) => `${f.host}: not deployed`,
    live: (f: { host: string; ref: string; commit: string; time: string }) =>
      `${f.host}: ${f.ref} (${f.commit}) for ${f.time}`,
    /** What is looked up, for `config.unknown`. */
    hostOf: (f: { app: string }) => `host of ${f.app}`,
    runsOn: (f: { app: string; hosts: readonly string[] }) =>
      `/apps (${f.app} runs on ${f.hosts.join(', ')})`,
  },
  hosts: {
    none: 'No hosts yet. Add one to hosts in the configuration, then /reload',
    local: 'this machine',
  },
  firewall: {
    what: 'what is a port or a range, like 443 or udp/8000-8010, or ping',
    notOpened: (f: { host: string; names: readonly string[] }) =>
      f.names.length === 0
        ? `Nothing was opened on ${f.host} in a chat. What the configuration declares is closed there.`
        : `That was not opened on ${f.host} in a chat; these were: ${f.names.join(', ')}`,
    why: (f: {
      action: string;
      zone: string;
      rule?: string;
      owner?: string;
      comment?: string;
      limits: readonly string[];
    }) =>
      [
        `${f.action === 'accept' ? '● let in' : '✕ dropped'}: ${f.rule ? `${f.rule} (${f.owner})${f.comment ? `, ${f.comment}` : ''}` : `no rule; zone ${f.zone} ${f.action === 'accept' ? 'accepts' : 'drops'} all else`}`,
        ...(f.limits.length > 0 ? [`within the limits of ${f.limits.join(', ')}`] : []),
      ].join('\n'),
    unknown: (f: { zone?: string; from?: string }) =>
      `There is no such ${f.zone === undefined ? `address as ${f.from}` : `zone as ${f.zone}, or no such address`}.`,
  },
  status: {
    count: (f: {
      hosts: number;
      live: number;
      apps: number;
      open: number;
      alerts: number;
      acknowledged: number;
    }) =>
      `${s(f.hosts, 'host')} · ${f.live} of ${s(f.apps, 'app')} live · ${s(f.open, 'open job')}${
        f.alerts > 0 ? ` · ${s(f.alerts, 'open alert')}` : ''
      }${f.acknowledged > 0 ? ` (${f.acknowledged} acknowledged)` : ''}`,
    lastFailure: (f: { run: string }) => `Last failure: ${f.run}`,
    look: '/jobs, /apps or /hosts',
  },
  audit: {
    broken: (f: { problem: string; records: number }) =>
      `The audit chain is broken: ${f.problem}. ${f.records} records before it are intact.`,
    intact: (f: { records: number }) => `All ${f.records} audit records are intact and in order.`,
    refused: (f: { why: string }) => `(refused: ${f.why})`,
    /** What a record is of. */
    kinds: {
      command: 'command',
      refused: 'refused',
      blocked: 'blocked',
      cancel: 'cancel',
      asked: 'asked',
      approval: 'approval',
      outcome: 'outcome',
      reload: 'reload',
      host: 'host',
      config: 'data',
      image: 'image',
      schedule: 'schedule',
      machine: 'machine',
    },
    /** Of the configuration, when its files changed. */
    loaded: (f: { changed: readonly string[] }) => `loaded: ${f.changed.join('; ')}`,
    notLoaded: (f: { problem: string }) => `refused: ${f.problem}`,
    planChanged: 'the plan changed; approvals are void',
    approvalsVoid: 'approvals do not hold any more',
    askerGone: 'whoever asked went away',
  },
  approvals: {
    left: (f: { id: string; left: number }) => `Noted. ${f.id} needs ${s(f.left, 'more approval')}.`,
    onlyAsker: (f: { by: string }) => `only ${f.by} can confirm it`,
    notYourself: 'somebody else has to approve what you asked for',
    byRole: (f: { roles: readonly string[] }) => `this is approved by role ${f.roles.join(' or ')}`,
    needsApproval: (f: { id: string }) => `it needs approval: /approve ${f.id}`,
    notYours: 'it is not yours to refuse',
    refused: (f: { title: string }) => `${f.title} will not be done.`,
  },
  build: {
    noHost: 'no host builds images',
    label: '/hosts; label one with build, or say --on HOST',
  },
  help: {
    unknown: (f: { name: string; near?: string }) =>
      `There is no /${f.name}.${f.near ? ` Did you mean /help ${f.near}?` : ''} See /help`,
  },
};
