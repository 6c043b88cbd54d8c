/** Where the packages come from: Debian's archive as the host itself reaches it (a mirror, a proxy), and nothing else the host knows. */

/** Debian signs its archive with these, whatever mirror it is fetched from. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Every index that apt on the host would fetch, whatever format its sources are written in; apt-get(8), indextargets. */
export const targetsArgv = (): string[] => [
  'apt-get',
  'indextargets',
  '--format',
  '$(ORIGIN)|$(CODENAME)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)',
  'Created-By: Packages',
];

/** All of apt's settings on the host; apt-config(8). */
export const settingsArgv = (): string[] => ['apt-config', 'dump', '--no-empty', '--format', '%f=%v%n'];

/** Debian's own address. */
const DEBIAN = 'http://deb.debian.org';
/** Where its archive is kept as it was at any time; snapshot.debian.org. */
const SNAPSHOTS = 'http://snapshot.debian.org/archive';

/** The archive's parts: which folder, and what is added to the suite. */
const PARTS: [string, string][] = [
  ['debian', ''],
  ['debian', '-updates'],
  ['debian-security', '-security'],
];

/** How an image wants Debian's archive, other than the host has it. */
export interface ArchiveWish {
  components?: readonly string[];
  /** The address of `debian`; with `snapshot` the address above `debian/20261121T000000Z`. */
  mirror?: string;
  /** A moment (ISO 8601, UTC). */
  snapshot?: string;
}

const entry = (uri: string, suite: string, components: Iterable<string>): string =>
  [
    'Types: deb',
    `URIs: ${uri}`,
    `Suites: ${suite}`,
    `Components: ${[...components].join(' ')}`,
    `Signed-By: ${KEYRING}`,
    '',
  ].join('\n');

/** `20261121T000000Z`, as snapshot.debian.org has it. */
const stamp = (moment: string): string =>
  `${new Date(moment).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** What is developed has neither updates nor security updates of its own. */
const partsOf = (suite: string) =>
  /^(?:sid|unstable|experimental)$/.test(suite) ? PARTS.slice(0, 1) : PARTS;

/** Sources (deb822, see sources.list(5)) for a suite with its updates, out of the answer to `targetsArgv`. */
export function sourcesFor(suite: string, targets: string, wish: ArchiveWish = {}): string {
  const { components = ['main'], mirror, snapshot } = wish;
  const at = (place: (folder: string) => string) =>
    partsOf(suite)
      .map(([folder, part]) => entry(place(folder), `${suite}${part}`, components))
      .join('\n');
  if (snapshot !== undefined) return at((folder) => `${mirror ?? SNAPSHOTS}/${folder}/${stamp(snapshot)}`);
  const security = `${DEBIAN}/debian-security`;
  if (mirror !== undefined) return at((folder) => (folder === 'debian' ? mirror : security));
  const suites = ['', '-updates', '-security'].map((part) => `${suite}${part}`);
  const found = new Map<string, { uri: string; suite: string; components: Set<string> }>();
  for (const line of targets.split('\n')) {
    const [origin = '', codename = '', release = '', component = '', uri = ''] = line.split('|');
    const name = suites.find((one) => one === codename || one === release);
    if (name === undefined || !isDebian(origin, uri)) continue;
    const key = `${uri} ${name}`;
    const known = found.get(key) ?? { uri, suite: name, components: new Set() };
    found.set(key, { ...known, components: known.components.add(component) });
  }
  if (![...found.values()].some((one) => one.suite === suite)) {
    return at((folder) => `${DEBIAN}/${folder}`);
  }
  return [...found.values()]
    .map((one) => entry(one.uri, one.suite, wish.components ?? one.components))
    .join('\n');
}

/** Debian's own archive by what its index says; where none was fetched yet, by the usual path. An address with a password would end up in the image. */
function isDebian(origin: string, uri: string): boolean {
  if (/^\w+:\/\/[^/]*@/.test(uri)) return false;
  return origin.startsWith('$(') ? /\/debian(?:-security)?\/?$/.test(uri) : origin === 'Debian';
}

/** What of the host's apt settings a build needs. */
export interface AptSettings {
  /** For the environment of the build: a proxy's address may hold a password. */
  env: Record<string, string>;
  /** For the configuration inside the image: the archive is a frozen copy, there as here. */
  options: string[];
}

/** Proxies and the age check, out of the answer to `settingsArgv`. */
export function settingsFrom(dump: string): AptSettings {
  const settings = new Map(
    dump.split('\n').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  const proxies = ['http', 'https'].flatMap((scheme) => {
    const address = settings.get(`Acquire::${scheme}::Proxy`);
    return address === undefined || address === 'DIRECT' ? [] : [[`${scheme}_proxy`, address] as const];
  });
  const frozen = ['Check-Valid-Until', 'Check-Date'].filter((name) =>
    /^(?:0|no|false|off|without|disable)$/i.test(settings.get(`Acquire::${name}`) ?? ''),
  );
  return {
    env: Object.fromEntries(proxies),
    options: frozen.map((name) => `Acquire::${name} "false"`),
  };
}
