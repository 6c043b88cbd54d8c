/** Debian's packages on one host. */
import type { RunOptions } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import {
  ENVIRONMENT,
  installArgv,
  interruptedArgv,
  mendArgv,
  parsePolicy,
  parseQuery,
  policyArgv,
  queryArgv,
  updateArgv,
} from './commands.ts';

type Watch = Pick<RunOptions, 'onLine' | 'signal'>;

export const apt = defineAdapter({
  name: 'apt',
  about: "Debian's packages",
  options: noOptions,
  open: ({ shell }) => ({
    /** Those of the packages that are installed, with their versions. */
    async installed(packages: readonly string[]): Promise<Map<string, string>> {
      if (packages.length === 0) return new Map();
      const { stdout } = await shell.run(queryArgv(packages), { env: ENVIRONMENT, accept: [0, 1] });
      return parseQuery(stdout);
    },
    /** Those of the packages that apt could install, as of the last update. */
    async available(packages: readonly string[]): Promise<Set<string>> {
      if (packages.length === 0) return new Set();
      const { stdout } = await shell.run(policyArgv(packages), { env: ENVIRONMENT });
      return parsePolicy(stdout);
    },
    /** Fetches the archives' indexes. Rejects with `shell.exit` where an archive does not answer. */
    async update(watch: Watch = {}): Promise<void> {
      await shell.run(updateArgv(), { ...watch, env: ENVIRONMENT });
    },
    /** Installs packages; an installation that was cut off earlier is finished first. Needs root. */
    async install(packages: readonly string[], watch: Watch = {}): Promise<void> {
      if (packages.length === 0) return;
      const { stdout } = await shell.run(interruptedArgv(), { signal: watch.signal });
      if (stdout !== '') await shell.run(mendArgv(), { ...watch, env: ENVIRONMENT });
      await shell.run(installArgv(packages), { ...watch, env: ENVIRONMENT });
    },
  }),
  probe: (packages) => packages.installed(['dpkg']),
});
