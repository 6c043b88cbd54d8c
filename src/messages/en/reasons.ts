/** Why something failed, as the summary of an error goes on; and what else steps say in a few words. */
export const reasons = {
  mayNotStart: (f: { program: string }) => `${f.program} may not be started`,
  notWritable: (f: { path: string }) => `${f.path} cannot be written`,
  otherPackage: (f: { name: string }) => `${f.name} does not hold what it is to hold`,
  group: (f: { group: number }) => `process group ${f.group}`,

  ssh: {
    closed: 'the connection was closed',
    sessionClosed: 'it closed the session',
    lost: 'the connection was lost',
    hungUp: 'it hung up at once',
    noSession: (f: { why: string }) => `it opens no session: ${f.why}`,
    noShell: 'its login shell does not run sh',
    keyFile: (f: { file: string }) => `the key file ${f.file} cannot be read`,
    noKey: 'there is neither a keyFile nor an agent',
    refusedFile: (f: { file: string }) => `it refused ${f.file}`,
    refusedAgent: "it refused the agent's keys",
    agent: 'the agent does not answer',
    passphrase: (f: { file: string }) => `${f.file} needs a passphrase; give it to an agent`,
    notKey: (f: { file: string }) => `${f.file} is not a private key`,
  },

  port: { taken: 'something listens there already', denied: 'it is not allowed' },
  noAnswer: 'it does not answer',
  errorPage: 'a page of errors instead of an answer',
  socketShut: 'the socket was closed before it was open',
  fileRefused: (f: { platform: string; status: number }) => `${f.platform} took no file: ${f.status}`,
  /** Where nobody knows which. */
  aSignal: 'a signal',
  /** Of a tool that failed without a word. */
  notSaid: (f: { tool: string }) => `${f.tool} did not say why`,
  /** Where a process of Muster runs. */
  process: (f: { machine: string; pid: string }) => `${f.machine}, process ${f.pid}`,
  engineSocket: "the Docker engine's socket may not be used",
  engineUser: (f: { user: string }) => `${f.user} may not use the Docker engine`,
  noRoot: 'a root file system takes root, or user namespaces',
  composeTool: 'docker compose or docker-compose',
  compose: {
    noMap: 'it is not a map with services',
    empty: 'it has no services',
    badName: (f: { name: string }) => `${f.name} is not a name for a service`,
    leadsOut: (f: { path: string }) => `${f.path} leads out of the repository`,
    circle: 'its extends or includes go round in circles',
    variable: (f: { path: string }) => `${f.path} has a variable in a path`,
    unset: (f: { path: string; name: string }) => `${f.path} uses ${f.name}, which is not set`,
    hubFolder: (f: { service: string; folder: string }) =>
      `${f.service} mounts something at ${f.folder}, where Muster puts its identity towards the hub`,
    fixedName: (f: { service: string }) =>
      `${f.service} has a container_name of its own: only one app on the host can have it`,
  },

  /** What of a generation may be gone. */
  gone: {
    source: 'its source',
    files: 'its files',
    image: (f: { image: string }) => `the image ${f.image}`,
  },
  pull: (f: { host: string }) => `Is the name right, and may ${f.host} pull it?`,
  /** Of Muster's own Redis. */
  redis: {
    folder: 'a state folder with a short enough path',
    shorter: (f: { socket: string }) =>
      `A unix socket's path has at most 107 bytes; this one is ${f.socket}. Use --state with a shorter folder.`,
    install: 'apt-get install redis-server, or set REDIS_URL',
    noAnswer: 'no answer',
    notUp: (f: { log: string }) => `the embedded server did not come up; see ${f.log}`,
  },
  /** Of a service that knows organisations. */
  members: {
    pages: (f: { most: number }) => `a list has more than ${f.most} pages`,
    short: (f: { count: number; total: number }) => `a list of ${f.total} has only ${f.count}`,
    noList: 'a list was asked for, and it is none',
    elsewhere: 'it leads to another server',
    large: 'a page is too large',
    shape: 'it is not a list of people or keys',
    late: (f: { time: string }) => `no answer within ${f.time}`,
  },
  /** Of an authorized_keys file. */
  keys: {
    busy: 'others write to it all the time',
    denied: (f: { user: string }) => `only root or ${f.user} may change who logs in as ${f.user}`,
    outside: 'it, or its folder, leads out of the home or is no file',
    noHome: 'the user has no home',
    large: 'it is larger than 512 KiB',
    failed: 'the disk is full or refuses',
  },
  /** Of what takes a packet filter back on a host without a guardian. */
  rollback: {
    cut: 'it did not arrive whole',
    timer: 'no timer could be started there',
    folder: (f: { folder: string }) => `${f.folder} does not belong to root`,
  },
  removed: (f: { generation: string }) => `removed ${f.generation}`,
  client: 'the program hub that goes into the base image',
  free: (f: { size: string }) => `${f.size} free`,
  freeSpace: (f: { host: string }) => `Free some space on ${f.host}: docker system prune`,

  /** What is wrong with the chain of the audit; records are known by their number in it. */
  chain: {
    unreadable: (f: { record: number }) => `record ${f.record} is not readable`,
    missing: (f: { record: number; found: string }) =>
      `record ${f.record} is missing or out of order (found ${f.found})`,
    edited: (f: { record: number }) => `record ${f.record} was edited`,
    cut: (f: { record: number }) => `records after ${f.record} are missing`,
    head: 'the head of the chain was edited',
  },
};
