/** Where apps' repositories are, as the configuration says; logins apart, so that no plan and no job holds one. */
import { resolve } from 'node:path';
import { type Address, splitLogin } from '../../adapters/git/address.ts';
import type { App } from '../../config/config.ts';

/** An app's repository as git is given it: an address, or an absolute path; relative ones start at the configuration's folder. */
export function repositoryOf({ repository }: Pick<App, 'repository'>, folder: string): Address {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(repository) || /^[^/]+:/.test(repository);
  return splitLogin(address ? repository : resolve(folder, repository));
}

/** The login that the configuration has for a repository; asked for when a step runs, and sent to no other address. */
export const loginTo = (
  apps: Readonly<Record<string, Pick<App, 'repository'>>>,
  repository: string,
): string | undefined =>
  Object.values(apps)
    .map((app) => splitLogin(app.repository))
    .find((known) => known.repository === repository)?.login;
