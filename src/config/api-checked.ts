/** What no entry of `api` can know by itself: whether the entries fit together, and into the rest. */
import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { hostAndPort } from '../host-port.ts';
import { messages } from '../messages/messages.ts';
import { suggest } from '../suggest.ts';
import type { ConfigProblem } from './problem.ts';
import { type Entries, isMap } from './sections.ts';

/** An API nobody may ask, plain HTTP that others could read, tokens of nobody, and files that cannot be read. */
export async function strangeApi({ api, people }: Entries, folder: string): Promise<ConfigProblem[]> {
  const [first] = api;
  if (!first) return [];
  const words = messages().config;
  const problems: ConfigProblem[] = [];
  const tokens = api.get('tokens');
  const named = isMap(tokens?.raw) ? Object.entries(tokens.raw) : [];
  if (!tokens || (isMap(tokens.raw) && named.length === 0))
    problems.push(first[1].source.problem(['api', first[0]], words.api.noTokens, 'key'));
  for (const [name, token] of named) {
    const person = isMap(token) ? token.person : undefined;
    if (typeof person !== 'string' || people.has(person)) continue;
    const message = words.noneCalled({
      section: 'people',
      name: person,
      near: suggest(person, people.keys()),
    });
    problems.push(tokens!.source.problem(['api', 'tokens', name, 'person'], message));
  }
  const listen = api.get('listen');
  const place = typeof listen?.raw === 'string' ? hostAndPort(listen.raw) : undefined;
  if (listen && place && !isLoopback(place.host) && !api.has('tls'))
    problems.push(listen.source.problem(['api', 'listen'], words.api.plain));
  const tls = api.get('tls');
  for (const [key, path] of Object.entries(isMap(tls?.raw) ? tls.raw : {})) {
    if (typeof path !== 'string' || path === '' || path.includes('\0')) continue;
    const file = resolve(folder, path);
    if (!(await isReadable(file)))
      problems.push(tls!.source.problem(['api', 'tls', key], words.api.noFile({ file })));
  }
  return problems;
}

/** Whether only this machine itself comes in at an address. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

const isReadable = (file: string): Promise<boolean> =>
  access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
