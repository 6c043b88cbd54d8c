/** The hosts of the files and those that were added in a chat, together. A file's entry counts where both have one. */
import { type Config, Host } from './config.ts';
import type { SourceDocument } from './document.ts';
import type { Enrolled } from './enrolled.ts';
import type { Entries } from './sections.ts';

/** A configuration with these hosts of the chat instead of those it had. One whose entry is not valid (any more) is left out. */
export function withEnrolled(config: Config, enrolled: Enrolled): Config {
  const before = config.enrolled ?? {};
  const hosts: Record<string, Host> = Object.create(null);
  for (const [name, host] of Object.entries(config.hosts))
    if (!Object.hasOwn(before, name)) hosts[name] = host;
  const added = Object.entries(enrolled).filter(([name]) => !Object.hasOwn(hosts, name));
  if (added.length === 0 && Object.keys(before).length === 0) return config;
  for (const [name, { entry, trusted }] of added) {
    const { data } = Host.safeParse(entry);
    if (trusted && data) hosts[name] = data;
  }
  return { ...config, hosts, enrolled: Object.fromEntries(added) };
}

/** The entries as others may name them: with the hosts of the chat, which have no place in a file. */
export function entriesWith(entries: Entries, enrolled: Enrolled): Entries {
  const added = Object.entries(enrolled).filter(([name]) => !entries.hosts.has(name));
  const hosts = new Map([
    ...entries.hosts,
    ...added.map(([name, { entry }]) => [name, { raw: entry, source: CHAT }] as const),
  ]);
  return { ...entries, hosts };
}

/** Where hosts of the chat stand. */
const CHAT: SourceDocument = {
  file: '/host add',
  data: undefined,
  problems: [],
  problem: (path, message) => ({ file: CHAT.file, line: 0, column: 0, path: path.join('.'), message }),
};
