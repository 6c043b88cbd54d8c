/** One request of a controller by curl(1): all of it goes in by standard input, so that no process list has the password. */

/** What is asked. */
export interface Asked {
  method: 'GET' | 'POST' | 'PATCH';
  /** Whole, `https:` only. */
  url: string;
  user: string;
  password: string;
  headers?: Readonly<Record<string, string>>;
  /** JSON. */
  body?: string;
  /** SHA-256 of the public key it has to show, base64 with padding; an authority that the host trusts by default. */
  pin?: string;
}

/** What was answered; names of headers are in lower case. */
export interface Answered {
  status: number;
  headers: ReadonlyMap<string, string>;
  body: string;
}

/** The most that an answer may have, bytes, and the seconds that it may take. */
const MOST = 1_048_576;
const SECONDS = 25;

/** Neither a `.curlrc` nor a proxy of the host has a say. */
export const CURL: readonly string[] = ['curl', '--disable', '--config', '-'];

/** A value as curl's configuration has it; see `--config` in curl(1). */
const quoted = (text: string): string =>
  `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;

/** What curl reads: one option a line. */
export function curlConfig({ method, url, user, password, headers = {}, body, pin }: Asked): string {
  const all = {
    ...{ Accept: 'application/json', 'OData-Version': '4.0' },
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    ...headers,
  };
  const lines = [
    `url = ${quoted(url)}`,
    `request = ${quoted(method)}`,
    `user = ${quoted(`${user}:${password}`)}`,
    ...Object.entries(all).map(([name, value]) => `header = ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`data-raw = ${quoted(body)}`]),
    // The key is what counts: who signed the certificate does not matter then.
    ...(pin === undefined ? [] : ['insecure', `pinnedpubkey = ${quoted(`sha256//${pin}`)}`]),
    ...['silent', 'show-error', 'include', 'basic', 'globoff', 'path-as-is', 'http1.1', 'tlsv1.2'],
    ...['proto = "=https"', 'noproxy = "*"', 'max-redirs = 0'],
    ...[`connect-timeout = 10`, `max-time = ${SECONDS}`, `max-filesize = ${MOST}`],
  ];
  return `${lines.join('\n')}\n`;
}

/** The head and the body of what curl printed; undefined where it is no answer. */
export function parseAnswer(text: string): Answered | undefined {
  let rest = text;
  for (;;) {
    const end = /\r?\n\r?\n/.exec(rest);
    if (!end) return undefined;
    const [first = '', ...lines] = rest.slice(0, end.index).split(/\r?\n/);
    rest = rest.slice(end.index + end[0].length);
    const [, digits] = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(first) ?? [];
    if (digits === undefined) return undefined;
    const status = Number(digits);
    // What only says that more is to come.
    if (status < 200) continue;
    const headers = new Map(
      lines.map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()] as const;
      }),
    );
    return { status, headers, body: rest };
  }
}

/** What curl's exit codes mean, see EXIT CODES in curl(1). */
export type CurlFailure = 'address' | 'refused' | 'silent' | 'tls' | 'authority' | 'pin' | 'broken';

export function curlFailure(code: number): CurlFailure {
  if (code === 6) return 'address';
  if (code === 7) return 'refused';
  if (code === 28) return 'silent';
  if (code === 35) return 'tls';
  if (code === 51 || code === 60) return 'authority';
  if (code === 90) return 'pin';
  return 'broken';
}
