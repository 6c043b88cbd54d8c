/** Which link reaches a host: one way in per host, opened when first needed, closed when its entry changes. */
import { isAbsolute, join } from 'node:path';
import type { AgentAddress } from './adapters/icp/client.ts';
import { type Identity, openIdentity } from './adapters/icp/identity.ts';
import { AgentLink } from './adapters/icp/link.ts';
import { localShell } from './adapters/local/shell.ts';
import { sshShell } from './adapters/ssh/shell.ts';
import type { Config, Host } from './config/config.ts';
import { MusterError } from './errors.ts';
import { overShell, type Site } from './jobs/carry-out.ts';
import { loginTo } from './jobs/deploy/repository.ts';
import { guardedBy } from './jobs/guardian.ts';
import { overAgent } from './jobs/remote.ts';
import { guardedOverShell } from './jobs/shell-guarding.ts';
import { messages } from './messages/messages.ts';
import type { Shell } from './shell.ts';

/** Muster's own identity towards the agents of its hosts, kept in the state folder. */
export const ownIdentity = (state: string): Promise<Identity> => openIdentity(join(state, 'keys'), 'muster');

/** A host's way in, as long as its entry does not change. */
interface Way {
  entry: string;
  to: Shell | AgentLink;
}

/** A host whose programs are run over a shell. */
type ShellHost = Exclude<Host, { link: 'icp' }>;

export class Links {
  readonly #config: () => Config;
  readonly #state: string;
  readonly #open = new Map<string, Way>();
  readonly #replaced: Way[] = [];
  #identity: Promise<Identity> | undefined;

  /** `state` is the folder where Muster keeps its state. */
  constructor(config: () => Config, state: string) {
    this.#config = config;
    this.#state = state;
  }

  /** Where a host's steps are carried out; rejects with `config.unknown` where it is not configured (any more). */
  async reach(name: string): Promise<Site> {
    const config = this.#config();
    const host = Object.hasOwn(config.hosts, name) ? config.hosts[name] : undefined;
    if (!host)
      throw new MusterError('config.unknown', { what: messages().names.looked.host, name, list: '/hosts' });
    const to = this.#way(name, host, config.folder);
    const { root, tools } = host;
    const login = (repository: string) => loginTo(config.apps, repository);
    const guardian = this.#guardian(name, host);
    if (to instanceof AgentLink)
      return overAgent({ host: name, link: to, tools, loginTo: login, guarding: guardedBy(name, guardian) });
    const fresh = () => openShell(name, host as ShellHost, config.folder);
    const guarding = guardian ? guardedBy(name, guardian) : guardedOverShell({ shell: to, fresh, tools });
    return overShell({ shell: to, root, tools, loginTo: login, guarding });
  }

  #way(name: string, host: Host, folder: string): Shell | AgentLink {
    const { labels, root, tools, guardian, ...way } = host;
    return this.#known(name, way, () =>
      host.link === 'icp' ? this.#agent(name, host) : openShell(name, host, folder),
    );
  }

  #guardian(name: string, { guardian }: Host): AgentLink | undefined {
    return guardian && this.#known(`${name} guardian`, guardian, () => this.#agent(name, guardian));
  }

  #known<To extends Shell | AgentLink>(name: string, way: object, open: () => To): To {
    const entry = JSON.stringify(way);
    const known = this.#open.get(name);
    if (known?.entry === entry) return known.to as To;
    // A changed entry gets a new way; steps that run over the old one keep it to their end.
    if (known) this.#replaced.push(known);
    const to = open();
    this.#open.set(name, { entry, to });
    return to;
  }

  #agent(host: string, { address, port, key }: Omit<AgentAddress, 'host'>): AgentLink {
    return new AgentLink(async () => {
      this.#identity ??= ownIdentity(this.#state);
      return { host, address, port, key, identity: await this.#identity };
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values(), ...this.#replaced].map(({ to }) => to.close()));
  }
}

function openShell(name: string, host: ShellHost, folder: string): Shell {
  if (host.link === 'local') return localShell({ host: name });
  const { address, port, user, keyFile, hostKey } = host;
  const key = keyFile === undefined ? undefined : isAbsolute(keyFile) ? keyFile : join(folder, keyFile);
  return sshShell({ host: name, address, port, user, keyFile: key, hostKey });
}
