/** The command lines of Debian's package tools, and what they answer: apt-get(8), apt-cache(8), dpkg-query(1). */

/** Waits a minute for whoever holds dpkg's lock (unattended upgrades, say). */
const PATIENT = ['-o', 'DPkg::Lock::Timeout=60'];

/** Nobody is there to answer questions, and answers are read by a program. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  DEBIAN_FRONTEND: 'noninteractive',
  LC_ALL: 'C.UTF-8',
};

/** Asks for version and state; ends with 1 where dpkg never heard of one of them. */
export const queryArgv = (packages: readonly string[]): string[] => [
  'dpkg-query',
  '--show',
  '--showformat',
  `\${Package}\\t\${Version}\\t\${db:Status-Status}\\n`,
  '--',
  ...packages,
];

/** Fetches the archives' indexes. */
export const updateArgv = (): string[] => ['apt-get', ...PATIENT, 'update'];

/** Installs without recommended packages; a configuration file that somebody changed is kept. */
export const installArgv = (packages: readonly string[]): string[] => [
  'apt-get',
  ...PATIENT,
  '-o',
  'Dpkg::Options::=--force-confold',
  'install',
  '--yes',
  '--no-install-recommends',
  '--',
  ...packages,
];

/** Asks which version apt would install. */
export const policyArgv = (packages: readonly string[]): string[] => [
  'apt-cache',
  'policy',
  '--',
  ...packages,
];

/** Names a journal that an interrupted dpkg left behind (apt-get refuses to work while there is one); empty where there is none. */
export const interruptedArgv = (): string[] => [
  'find',
  '/var/lib/dpkg/updates',
  '-type',
  'f',
  '-name',
  '[0-9]*',
  '-print',
  '-quit',
];

/** Finishes what an interrupted dpkg left half done. */
export const mendArgv = (): string[] => ['dpkg', '--force-confold', '--configure', '--pending'];

/** Installed packages and their versions, from the answer to `queryArgv`. */
export function parseQuery(stdout: string): Map<string, string> {
  const rows = stdout.split('\n').map((row) => row.split('\t'));
  return new Map(
    rows
      .filter((row) => row[2] === 'installed')
      .map(([name, version]) => [name as string, version as string] as const),
  );
}

/** The packages that apt could install, from the answer to `policyArgv`. */
export function parsePolicy(stdout: string): Set<string> {
  const available = new Set<string>();
  let name: string | undefined;
  for (const line of stdout.split('\n')) {
    if (/^\S.*:$/.test(line)) name = line.slice(0, -1);
    const candidate = line.match(/^ {2}Candidate: (.+)$/)?.[1];
    if (name !== undefined && candidate !== undefined && candidate !== '(none)') available.add(name);
  }
  return available;
}
