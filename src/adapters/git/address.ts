/** A repository's address as git gets it: credentials travel in the environment, which no process list shows. */

export interface Address {
  /** Without a password. */
  address: string;
  /** What git needs in its environment to log in. */
  env: Record<string, string>;
}

/** Takes user and password out of an https address and makes them a header (RFC 7617) that git reads from its environment. */
export function addressOf(repository: string): Address {
  const [, scheme, login, rest] = /^(https:\/\/)([^/@]+)@(.*)$/.exec(repository) ?? [];
  if (scheme === undefined || login === undefined) return { address: repository, env: {} };
  const address = `${scheme}${rest}`;
  const [user = '', password = ''] = login.split(/:(.*)/s).map(decode);
  const header = Buffer.from(`${user}:${password}`).toString('base64');
  return {
    address,
    env: {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `http.${address}.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${header}`,
    },
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
