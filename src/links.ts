/** Which link reaches a host: one shell per host, opened when first needed, closed when its entry changes. */
import { isAbsolute, join } from 'node:path';
import { localShell } from './adapters/local/shell.ts';
import { sshShell } from './adapters/ssh/shell.ts';
import type { Config, Host } from './config/config.ts';
import { MusterError } from './errors.ts';
import { overShell, type Site } from './jobs/carry-out.ts';
import { loginTo } from './jobs/deploy/repository.ts';
import { messages } from './messages/messages.ts';
import type { Shell } from './shell.ts';

export class Links {
  readonly #config: () => Config;
  readonly #open = new Map<string, { entry: string; shell: Shell }>();
  readonly #replaced: Shell[] = [];

  constructor(config: () => Config) {
    this.#config = config;
  }

  /** Where a host's steps are carried out; rejects with `config.unknown` where it is not configured (any more). */
  async reach(name: string): Promise<Site> {
    const config = this.#config();
    const host = Object.hasOwn(config.hosts, name) ? config.hosts[name] : undefined;
    if (!host)
      throw new MusterError('config.unknown', { what: messages().names.looked.host, name, list: '/hosts' });
    const shell = this.#shell(name, host, config.folder);
    const login = (repository: string) => loginTo(config.apps, repository);
    return overShell({ shell, root: host.root, tools: host.tools, loginTo: login });
  }

  #shell(name: string, host: Host, folder: string): Shell {
    const { labels, root, tools, ...way } = host;
    const entry = JSON.stringify(way);
    const known = this.#open.get(name);
    if (known?.entry === entry) return known.shell;
    // A changed way gets a new shell; steps that run over the old one keep it to their end.
    if (known) this.#replaced.push(known.shell);
    const shell = openShell(name, host, folder);
    this.#open.set(name, { entry, shell });
    return shell;
  }

  async close(): Promise<void> {
    const open = [...this.#open.values()].map(({ shell }) => shell);
    await Promise.all([...open, ...this.#replaced].map((shell) => shell.close()));
  }
}

function openShell(name: string, host: Host, folder: string): Shell {
  if (host.link === 'local') return localShell({ host: name });
  const { address, port, user, keyFile, hostKey } = host;
  const key = keyFile === undefined ? undefined : isAbsolute(keyFile) ? keyFile : join(folder, keyFile);
  return sshShell({ host: name, address, port, user, keyFile: key, hostKey });
}
