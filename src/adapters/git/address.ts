/** A repository's address as git gets it: credentials travel in the environment, which no process list shows. */

/** Where a repository is, and who one is there. */
export interface Address {
  /** An address or an absolute path, without user and password where these are a login (https, http). */
  repository: string;
  /** `user:password` as it stood in the address, percent-encoded. */
  login?: string;
}

/** Takes the login out of an address. Of `ssh` addresses the user is no secret and stays. */
export function splitLogin(repository: string): Address {
  const [, scheme, login, rest] = /^(https?:\/\/)([^/@]+)@(.*)$/.exec(repository) ?? [];
  return scheme === undefined ? { repository } : { repository: `${scheme}${rest}`, login };
}

/** What git needs in its environment to log in: a header (RFC 7617) for this address alone. */
export function loginEnv({ repository, login }: Address): Record<string, string> {
  if (login === undefined) return {};
  const [user = '', password = ''] = login.split(/:(.*)/s).map(decode);
  const header = Buffer.from(`${user}:${password}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${repository}.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${header}`,
  };
}

/** The text without the user and password of any address in it. */
export const withoutLogin = (text: string): string =>
  text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1[redacted]@');

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
