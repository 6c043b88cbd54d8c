/** Which link reaches a host: one way in per host, opened when first needed, closed when its entry changes. */
import { isAbsolute, join } from 'node:path';
import { type AgentAddress, type ClientParts, connect } from './adapters/icp/client.ts';
import { AgentLink } from './adapters/icp/link.ts';
import { localShell } from './adapters/local/shell.ts';
import { sshShell } from './adapters/ssh/shell.ts';
import type { Config, Host } from './config/config.ts';
import { type Keys, pendingHost } from './config/enrolled.ts';
import { MusterError } from './errors.ts';
import { type Identity, openIdentity } from './identity.ts';
import { overShell, type Site } from './jobs/carry-out.ts';
import { loginTo } from './jobs/deploy/repository.ts';
import type { AgentWay } from './jobs/enrolment/keys.ts';
import { guardedBy } from './jobs/guardian.ts';
import { environmentKey, environmentKeyFile } from './jobs/keys/environment.ts';
import { overAgent } from './jobs/remote.ts';
import { guardedOverShell } from './jobs/shell-guarding.ts';
import { messages } from './messages/messages.ts';
import type { Shell } from './shell.ts';

/** Muster's own identity towards the agents of its hosts, kept in the state folder. */
export const ownIdentity = (state: string): Promise<Identity> => openIdentity(join(state, 'keys'), 'muster');

/** An environment that nobody can name so: the key pair with which Muster logs in to hosts that were added in a chat. */
const OWN = 'muster.own';
export const ownSshKeyFile = (state: string): string => environmentKeyFile(state, OWN);
/** Its public half, as `TYPE BASE64`. */
export const ownSshKey = (state: string): Promise<string> => environmentKey(state, OWN);

type AgentHost = Extract<Host, { link: 'icp' }>;

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
  readonly #behind: () => Promise<Readonly<Record<string, string>>>;
  #addresses: Readonly<Record<string, string>> = {};
  readonly #made: () => Promise<Readonly<Record<string, string>>>;
  #pins: Readonly<Record<string, string>> = {};

  /**
   * `state` is the folder where Muster keeps its state; `behind` asks where hosts are reached that are behind a network, `made` for
   * the host keys that Muster itself gave to machines, by name: a host of that name is known by it where its entry pins none.
   */
  constructor(
    config: () => Config,
    state: string,
    behind: () => Promise<Record<string, string>> = async () => ({}),
    made: () => Promise<Record<string, string>> = async () => ({}),
  ) {
    this.#config = config;
    this.#state = state;
    this.#behind = behind;
    this.#made = made;
  }

  /** Looks up once more where hosts are reached that are behind a network, and which host keys Muster gave. */
  async locate(): Promise<void> {
    [this.#addresses, this.#pins] = await Promise.all([this.#behind(), this.#made()]);
  }

  /** Where a host's steps are carried out; rejects with `config.unknown` where it is not configured (any more). */
  async reach(name: string): Promise<Site> {
    const config = this.#config();
    await this.locate();
    const host = this.#host(name);
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

  /** The ways to the agents of a host: its own and its guardian's. Throws as `reach` rejects. */
  agents(name: string): Partial<Record<keyof Keys, AgentWay>> {
    const host = this.#host(name);
    const own = host.link === 'icp' ? this.#way(name, host, this.#config().folder) : undefined;
    const guardian = this.#guardian(name, host);
    const byNext = (address: () => Omit<AgentAddress, 'host'>) => async (key: string) =>
      connect({ ...(await this.#parts(name, address)), key, next: undefined, askNext: true });
    return {
      ...(own instanceof AgentLink && { host: { link: own, byNext: byNext(() => host as AgentHost) } }),
      ...(guardian && {
        guardian: { link: guardian, byNext: byNext(() => host.guardian as NonNullable<Host['guardian']>) },
      }),
    };
  }

  /** The entry of a host as it is now, with the address where it is reached. */
  #host(name: string): Host {
    const host = this.#pinned(name, this.#configured(name));
    const address = Object.hasOwn(this.#addresses, name) ? this.#addresses[name] : undefined;
    if (address === undefined || host.link === 'local') return host;
    return { ...host, address, ...(host.guardian && { guardian: { ...host.guardian, address } }) };
  }

  #pinned(name: string, host: Host): Host {
    const pin = Object.hasOwn(this.#pins, name) ? this.#pins[name] : undefined;
    return host.link === 'ssh' && host.hostKey === undefined && pin !== undefined
      ? { ...host, hostKey: pin }
      : host;
  }

  /** The entry of a host as it is now; one that was added in a chat is logged in to with Muster's own key. */
  #configured(name: string): Host {
    const { hosts, enrolled = {} } = this.#config();
    const added = Object.hasOwn(enrolled, name) ? enrolled[name] : undefined;
    const host = Object.hasOwn(hosts, name) ? hosts[name] : undefined;
    if (host) return host.link === 'ssh' && added ? { ...host, keyFile: ownSshKeyFile(this.#state) } : host;
    if (added) throw pendingHost(name, added);
    throw new MusterError('config.unknown', { what: messages().names.looked.host, name, list: '/hosts' });
  }

  #way(name: string, host: Host, folder: string): Shell | AgentLink {
    const { labels, root, tools, guardian, ...way } = host;
    if (host.link !== 'icp') return this.#known(name, way, () => openShell(name, host, folder));
    return this.#agent(name, name, host, () => this.#keyed(name, 'host'));
  }

  #guardian(name: string, { guardian }: Host): AgentLink | undefined {
    return guardian && this.#agent(`${name} guardian`, name, guardian, () => this.#keyed(name, 'guardian'));
  }

  /** What leads to an agent. The keys of a host that was added may change, and its way goes on: they are asked for each time. */
  #agent(
    way: string,
    name: string,
    { address, port, key }: Omit<AgentAddress, 'host'>,
    now: () => Omit<AgentAddress, 'host'>,
  ): AgentLink {
    const added = this.#config().enrolled?.[name]?.added;
    const entry = added === undefined ? { address, port, key } : { address, port, added };
    const where = added === undefined ? () => ({ address, port, key }) : now;
    return this.#known(way, entry, () => new AgentLink(() => this.#parts(name, where)));
  }

  /** Where an agent of a host that was added is, and by which keys it is known now. */
  #keyed(name: string, role: keyof Keys): Omit<AgentAddress, 'host'> {
    const host = this.#host(name);
    const next = this.#config().enrolled?.[name]?.next[role];
    const { address, port, key } = (role === 'host' ? host : host.guardian) as AgentHost;
    return { address, port, key, next };
  }

  async #parts(host: string, where: () => Omit<AgentAddress, 'host'>): Promise<ClientParts> {
    this.#identity ??= ownIdentity(this.#state);
    const identity = await this.#identity;
    const { address, port, key, next } = where();
    return { host, address, port, key, next, identity };
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
