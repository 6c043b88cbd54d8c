/** Debian packages: says what is missing and why, and installs it where that is possible, without starting any service. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { SetupProblem, say } from './say.mjs';
import { find, installCommand, missing, TOOLS } from './tools.mjs';

const POLICY = '/usr/sbin/policy-rc.d';
const OURS = '# Muster set-up: no services are started while packages are installed.';

/** Makes sure that tools are there: installs them as root on Debian, or throws a `SetupProblem` that says how to. */
export function ensureTools(tools) {
  forgetPolicy();
  const lacking = missing(tools);
  if (lacking.length === 0) return;
  const list = lacking.map((tool) => `  ${TOOLS[tool].package.padEnd(16)} ${TOOLS[tool].why}`).join('\n');
  const apt = find('apt-get');
  if (!apt) {
    throw new SetupProblem(
      `These are missing (by the names of Debian's packages):\n${list}\nInstall them with this system's package manager, then try again.`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new SetupProblem(
      `These packages are missing:\n${list}\nInstall them, then try again:\n  ${installCommand(lacking)}`,
    );
  }
  say(`installing ${lacking.length} Debian package${lacking.length === 1 ? '' : 's'}:\n${list}`);
  withoutServices(() => {
    run([apt, 'update', '-q'], lacking);
    run(
      [apt, 'install', '-y', '-q', '--no-install-recommends', ...lacking.map((tool) => TOOLS[tool].package)],
      lacking,
    );
  });
  const still = missing(lacking);
  if (still.length > 0) throw new SetupProblem(`Still missing after the installation: ${still.join(', ')}`);
  say('installed; their services were not started');
}

function run(argv, lacking) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr, error } = spawnSync(argv[0], argv.slice(1), {
    encoding: 'utf8',
    env,
    maxBuffer: 1 << 26,
  });
  if (status === 0) return;
  const lines = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`
    .trim()
    .split('\n')
    .slice(-15)
    .join('\n');
  throw new SetupProblem(
    `${argv.slice(0, 2).join(' ')} failed:\n${lines}\nBy hand it is:\n  ${installCommand(lacking)}`,
  );
}

/**
 * Debian starts services at installation unless policy-rc.d forbids it (invoke-rc.d(8)). A policy of the machine's
 * own stays as it is; ours is gone afterwards, also after Ctrl-C, which has to wait until apt is done.
 */
function withoutServices(install) {
  const wait = () => {};
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, wait);
  try {
    if (!existsSync(POLICY))
      writeFileSync(POLICY, `#!/bin/sh\n${OURS}\nexit 101\n`, { mode: 0o755, flag: 'wx' });
    install();
  } finally {
    forgetPolicy();
    for (const signal of signals) process.off(signal, wait);
  }
}

/** Takes our policy away, also one that a killed set-up left behind. */
function forgetPolicy() {
  if (process.getuid?.() === 0 && existsSync(POLICY) && readFileSync(POLICY, 'utf8').includes(OURS))
    rmSync(POLICY);
}
