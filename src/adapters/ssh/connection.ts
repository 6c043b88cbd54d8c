/** One SSH connection to one host: opened when first needed, opened again after it was lost. */
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readFile } from 'node:fs/promises';
import { NodeSSH, type Config as SshConfig } from 'node-ssh';
import type { Client, ServerHostKeyAlgorithm } from 'ssh2';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';

/** Where and as whom to log in. */
export interface Login {
  /** The host's name in the configuration. */
  host: string;
  address: string;
  port: number;
  user: string;
  /** The private key's file; without it the agent is asked. */
  keyFile?: string;
  /** The agent's socket; `SSH_AUTH_SOCK` by default. */
  agent?: string;
  /** `SHA256:…`, the only host key that is trusted. */
  hostKey?: string;
  /** A host that answers none of `count` questions, one each `interval` ms, counts as silent. */
  keepalive?: { interval: number; count: number };
  /** Milliseconds until login has to be done. */
  connectTimeout?: number;
}

/** An open connection. `lost` is aborted, with a `MusterError` as its reason, when the connection ends. */
export interface Live {
  client: Client;
  lost: AbortSignal;
}

/** The kinds of host keys, asked for one by one where the server's first choice is not the pinned one. */
const KINDS: ServerHostKeyAlgorithm[][] = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'rsa-sha2-256'],
];

export class Connection {
  readonly #login: Login;
  #live: Promise<Live> | undefined;
  #end: () => void = () => {};
  #closed = false;

  constructor(login: Login) {
    this.#login = login;
  }

  /** The connection, shared by all who ask. Rejects with `host.unreachable`, `host.login`, `host.key.unknown` or `host.key.changed`. */
  open(): Promise<Live> {
    if (this.#closed) return Promise.reject(this.#unreachable(messages().reasons.ssh.closed));
    if (this.#live === undefined) {
      const live = this.#connect();
      const forget = () => {
        if (this.#live === live) this.#live = undefined;
      };
      live.then(({ lost }) => lost.addEventListener('abort', forget), forget);
      this.#live = live;
    }
    return this.#live;
  }

  /** What messages say about the host. */
  get facts() {
    const { host, address, port } = this.#login;
    return { host, address: `${address}:${port}` };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#live?.catch(() => {});
    this.#end();
  }

  async #connect(): Promise<Live> {
    try {
      return await this.#attempt(undefined);
    } catch (error) {
      if (!(error instanceof MusterError) || error.code !== 'host.key.changed') throw error;
      for (const kinds of KINDS) {
        const live = await this.#attempt(kinds).catch((other: MusterError) => {
          if (other.code === 'host.login') throw other;
        });
        if (live) return live;
      }
      throw error;
    }
  }

  async #attempt(serverHostKey: ServerHostKeyAlgorithm[] | undefined): Promise<Live> {
    const { host, address, port, user, keepalive, connectTimeout = 10_000 } = this.#login;
    let refused: MusterError | undefined;
    const config: SshConfig = {
      host: address,
      port,
      username: user,
      ...(await this.#credentials()),
      readyTimeout: connectTimeout,
      keepaliveInterval: keepalive?.interval ?? 5_000,
      keepaliveCountMax: keepalive?.count ?? 3,
      hostVerifier: (key: Buffer) => {
        refused = this.#verify(key);
        return refused === undefined;
      },
      ...(serverHostKey === undefined ? {} : { algorithms: { serverHostKey } }),
    };
    const ssh = new NodeSSH();
    try {
      await ssh.connect(config);
    } catch (error) {
      ssh.dispose();
      throw refused ?? this.#connectError(error as Error & { level?: string });
    }
    const client = ssh.connection;
    if (client === null) throw this.#unreachable(messages().reasons.ssh.hungUp);
    const lost = new AbortController();
    setMaxListeners(0, lost.signal);
    client.on('error', (error: Error & { level?: string }) => {
      const silent = error.level === 'client-timeout';
      const reason = silent ? new MusterError('host.silent', { host }) : this.#lost(error.message);
      lost.abort(reason);
      client.destroy();
    });
    client.on('close', () => lost.abort(this.#lost(messages().reasons.ssh.lost)));
    this.#end = () => {
      lost.abort(this.#unreachable(messages().reasons.ssh.closed));
      ssh.dispose();
    };
    return { client, lost: lost.signal };
  }

  #verify(key: Buffer): MusterError | undefined {
    const { host, hostKey } = this.#login;
    const fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
    if (hostKey === undefined) return new MusterError('host.key.unknown', { host, fingerprint });
    return hostKey === fingerprint ? undefined : new MusterError('host.key.changed', { host, fingerprint });
  }

  async #credentials(): Promise<Pick<SshConfig, 'privateKey' | 'agent'>> {
    const { keyFile, agent = process.env.SSH_AUTH_SOCK } = this.#login;
    if (keyFile !== undefined) {
      try {
        return { privateKey: await readFile(keyFile, 'utf8') };
      } catch (error) {
        throw this.#refusedLogin(messages().reasons.ssh.keyFile({ file: keyFile }), error);
      }
    }
    if (!agent) throw this.#refusedLogin(messages().reasons.ssh.noKey);
    return { agent };
  }

  #connectError(error: Error & { level?: string }): MusterError {
    const { keyFile } = this.#login;
    const { ssh } = messages().reasons;
    if (error.level === 'client-authentication') {
      const refused = keyFile ? ssh.refusedFile({ file: keyFile }) : ssh.refusedAgent;
      return this.#refusedLogin(refused, error);
    }
    if (error.level === 'agent') return this.#refusedLogin(ssh.agent, error);
    if (/privateKey|Encrypted/.test(error.message)) {
      const locked = /[Ee]ncrypted|passphrase/.test(error.message);
      return this.#refusedLogin(
        locked ? ssh.passphrase({ file: `${keyFile}` }) : ssh.notKey({ file: `${keyFile}` }),
        error,
      );
    }
    return this.#unreachable(error.message, error);
  }

  #refusedLogin(message: string, cause?: unknown): MusterError {
    const { host, user } = this.#login;
    return new MusterError('host.login', { host, user, message }, { cause });
  }

  #lost(message: string): MusterError {
    return new MusterError('host.unreachable', { ...this.facts, message, lost: true });
  }

  #unreachable(message: string, cause?: unknown): MusterError {
    return new MusterError('host.unreachable', { ...this.facts, message }, { cause });
  }
}
