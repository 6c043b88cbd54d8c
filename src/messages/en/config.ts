/** What is wrong with the configuration, as /reload and muster check say it after the place. */

/** What an entry of each section is called in a sentence. */
const ONE = {
  people: 'person',
  roles: 'role',
  hosts: 'host',
  apps: 'app',
  schedules: 'schedule',
  approvals: 'approval',
  platforms: 'platform',
  channels: 'channel',
  alerts: 'route of alerts',
  keyGroups: 'key group',
  logins: 'login',
  overlays: 'overlay network',
  firewall: 'part of the firewall',
  files: 'file',
  checks: 'check',
  maintenance: 'maintenance',
  hub: 'setting of the hub',
  logs: 'setting of the log hub',
  logSources: 'source of logs',
  logSinks: 'sink of logs',
  api: 'setting of the API',
  boot: 'setting of the boot server',
  images: 'image',
  profiles: 'profile',
  machines: 'machine',
  settings: 'setting',
} as const;
type Section = keyof typeof ONE;

const s = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
const meant = (near: string | undefined) => (near ? ` (did you mean ${near}?)` : '');

export const config = {
  files: {
    none: 'the folder has no *.yml file; the sample in config/ of Muster shows what goes into it',
    large: 'the file is larger than 1 MiB; split it',
    noFolder: 'there is no such folder; make it, or name another with --config',
    notFolder: 'that is a file; --config takes the folder it is in',
    folderDenied: 'no permission to read the folder; give it to the user Muster runs as',
    folderUnreadable: (f: { message: string }) => `the folder cannot be read: ${f.message}`,
    noTarget: 'the link points nowhere',
    notFile: 'that is a folder; only files are read, so give it another name',
    denied: 'no permission to read the file; give it to the user Muster runs as',
    notText: 'the file is not UTF-8 text',
    unreadable: (f: { message: string }) => `the file cannot be read: ${f.message}`,
    noKeyFile: (f: { file: string }) => `there is no readable file ${f.file}`,
  },

  /** What the parser of YAML finds, in its own words. */
  syntax: (f: { message: string }) => f.message,
  deep: 'it is nested too deeply',
  oneDocument: 'a file holds one document; put what follows --- into another file',
  aliases: (f: { most: number }) => `more than ${f.most} aliases; write it out`,
  keyIsWord: 'a key is a word',
  noKey: (f: { name: string }) => `no key is called ${f.name}`,
  alreadySet: (f: { name: string; place: string }) => `${f.name} is already set at ${f.place}`,

  holdsSections: (f: { names: readonly string[] }) => `a file holds sections: ${f.names.join(', ')}`,
  noSection: (f: { near?: string; names: readonly string[] }) =>
    `unknown section${meant(f.near)}; there are ${f.names.join(', ')}`,
  holdsEntries: 'must hold entries like `name: …`',
  noSuch: (f: { section: Section; names: readonly string[] }) =>
    `there is no such ${ONE[f.section]}; there are ${f.names.join(', ')}`,
  unknownKey: (f: { near?: string; names: readonly string[] }) =>
    `unknown key${meant(f.near) || `; there are ${f.names.join(', ')}`}`,

  missing: 'is missing',
  empty: 'must not be empty',
  link: 'must be one of: local, ssh, icp',
  mustBe: (f: { wanted: string; got: string }) => `must be ${f.wanted}, not ${f.got}`,
  wanted: {
    string: 'text (in quotes if it looks like something else)',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list, like [a, b]',
    object: 'a group of `key: value`',
  },
  got: {
    empty: 'empty',
    array: 'a list',
    object: 'a group of keys',
    string: 'text',
    number: 'a number',
    boolean: 'a boolean',
  },
  oneOf: (f: { names: readonly string[] }) => `one of: ${f.names.join(', ')}`,

  /** What a text must look like. */
  time: 'a time, like "22:00"',
  label: 'a label has lower-case letters, digits, - and .',
  path: 'an absolute path',
  address: 'a host name or IP address',
  logs: {
    nothing: 'a source has paths, or journal: true',
    index: 'a name of an index: lower-case letters, digits, dots, dashes and underscores',
    to: 'stdout, file, loki, otlp, syslog or elasticsearch',
  },
  hostPort: 'a host and a port, like hub.example.org:7410',
  identityTime: 'a time from 1m to 30d',
  checkKind: 'must be one of: http, tcp, tls, dns, disk, memory, load, time, unit, command, adapter',
  checkTime: 'it looks from 1s to 1d apart, waits 100ms to 10m, and is quiet for 1m to 30d',
  checkOf: 'an app or a host, like app/shop or host/web-1',
  httpUrl: 'an address like https://shop.example.org/up',
  unitName: 'a name of a unit, like nginx.service',
  hubAddress: 'a hub needs its address: where containers reach it, like hub.example.org:7410',
  api: {
    secret: 'where the token is: `env:NAME` or `file:PATH`',
    day: 'a day, like 2027-12-31',
    noTokens: 'an API needs tokens: name who may ask, under `tokens`',
    plain:
      'others could read plain HTTP there: add `tls`, or listen on 127.0.0.1, with something that ends TLS before it',
    noFile: (f: { file: string }) => `${f.file} cannot be read`,
  },
  user: 'a user name of Linux',
  hostKey: 'SHA256:… as ssh-keygen -lf or the agent prints it',
  repository: 'a git address or a path relative to the configuration, not starting with -',
  transport: 'that transport of git runs programs and is refused',
  hostOrLabel: 'a host, or label:NAME',
  secret: 'a secret, `env:NAME` or `file:PATH`, without spaces',
  url: 'an http or https address',
  chat: 'the id of a chat',
  topic: 'the id of a topic',
  globLetters: 'a glob has lower-case letters, digits, - / . and * ? [ ] { }',
  globBraces: 'the braces do not match',
  /** `message` is what the library of globs found. */
  notGlob: (f: { message: string }) => `that is not a glob: ${f.message}`,

  telegram: {
    webhookOnly: 'is for a webhook: add `mode: webhook`, or leave it out',
    noUrl: 'is missing: the public https address that Telegram brings updates to',
    notHttps: 'must be https: Telegram takes no other',
    port: 'must be at port 443, 80, 88 or 8443: Telegram takes no other',
  },
  keys: {
    named: 'a name of at most 100 letters, digits and . _ -',
    api: 'an https address without a query, like https://git.example.org/api/v1 (http only for this machine itself)',
    noApi: 'is missing: where the API of Gitea is, like https://git.example.org/api/v1',
    file: 'a path, not starting with -',
    noSource: 'a key group has at least one of: members, files, keys, environment',
    problems: {
      line: 'a public key is one line: type, key, and whose it is',
      options: 'options before a key are not taken',
      type: 'that type of key is not known',
      data: 'the key itself is damaged',
      weak: 'the key is too weak: an RSA key needs at least 2048 bits, and DSA is broken',
    },
  },
  slackWay: 'give either an appToken (Socket Mode) or a signingSecret (requests to a port)',

  /** A name that nothing has. */
  noneCalled: (f: { section: Section; name: string; near?: string }) =>
    `no ${ONE[f.section]} is called ${f.name}${meant(f.near)}`,
  noLabel: (f: { label: string; near?: string }) => `no host has the label ${f.label}${meant(f.near)}`,
  sharedIdentity: (f: { platform: string; id: string; owner: string }) =>
    `${f.platform} ${f.id} is already ${f.owner}: an identity is one person's`,
  sharedAddress: (f: { address: string; port: string; owner: string }) =>
    `${f.address} port ${f.port} is already ${f.owner}: one machine is one host`,
  noAddressSet: (f: { name: string; hosts: readonly string[]; near?: string }) =>
    `the firewall of ${f.hosts.join(', ')} has no address set ${f.name}${meant(f.near)}`,
  noZone: (f: { name: string; hosts: readonly string[]; near?: string }) =>
    `the firewall of ${f.hosts.join(', ')} has no zone ${f.name}${meant(f.near)}`,
  clearSecret:
    'this looks like a secret in clear text; say where it is (env:NAME or file:PATH), or use a key, an agent or a credential helper',

  /** Where a secret is not, after its place in the configuration. */
  secrets: {
    noVariable: (f: { name: string }) => `the environment has no ${f.name}`,
    unreadable: (f: { file: string; code: string }) => `${f.file} cannot be read (${f.code})`,
    empty: (f: { file: string }) => `${f.file} is empty`,
  },

  /** What muster check says at the end. */
  valid: (f: {
    people: number;
    roles: number;
    hosts: number;
    apps: number;
    schedules: number;
    images: number;
    machines: number;
  }) =>
    `The configuration is valid: ${[
      s(f.people, 'person', 'people'),
      s(f.roles, 'role', 'roles'),
      s(f.hosts, 'host', 'hosts'),
      s(f.apps, 'app', 'apps'),
      s(f.schedules, 'schedule', 'schedules'),
      ...(f.images > 0 ? [s(f.images, 'image', 'images')] : []),
      ...(f.machines > 0 ? [s(f.machines, 'machine', 'machines')] : []),
    ].join(', ')}.`,
  bad: (f: { count: number; folder: string }) =>
    `${s(f.count, 'problem', 'problems')} in ${f.folder}. Mend them, then run muster check again.`,
};
