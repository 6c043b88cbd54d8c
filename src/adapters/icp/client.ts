/** The manager's end: connects to an agent whose key is pinned, when first needed and again after the connection was lost. */
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import type { Allowance } from '../../allowance.ts';
import { MusterError } from '../../errors.ts';
import type { Identity } from '../../identity.ts';
import { messages } from '../../messages/messages.ts';
import { Channel, type Commands } from './channel.ts';
import { decode, errorOf, MAX_MESSAGE } from './message.ts';
import { keyOf, NEXT_NAME, PATH, PROTOCOL } from './server.ts';

/** How long a connection may take, ms. */
const CONNECT_MS = 5_000;

/** Where an agent is, and by whose key it is known. */
export interface AgentAddress {
  /** The host's name in the configuration. */
  host: string;
  address: string;
  port: number;
  /** `SHA256:…`, the only key that is trusted. */
  key?: string;
  /** Another key that is trusted, too, while the agent changes from one to the other. */
  next?: string;
}

export interface ClientParts extends AgentAddress {
  /** Who Muster is to its agents. */
  identity: Identity;
  /** What an agent may ask in return. */
  commands?: Commands;
  /** Takes whatever key the agent shows: nothing may be told to it or believed until it has proved who it is. */
  unproven?: boolean;
  /** How much the agent may say; no limit by default. */
  allowance?: Allowance;
  /** Asks the agent to show the key that it is about to change to. */
  askNext?: boolean;
}

/**
 * Connects once. Rejects with `host.unreachable`, `host.key.unknown` (it carries the fingerprint that was shown),
 * `host.key.changed`, `icp.stranger` or `icp.busy`.
 */
export async function connect(parts: ClientParts): Promise<Channel> {
  const { host, address, port, identity, commands = {}, allowance } = parts;
  const facts = { host, address: `${address}:${port}` };
  const unreachable = (message: string, cause?: unknown) =>
    new MusterError('host.unreachable', { ...facts, message }, { cause });
  const tls = await secured(parts, unreachable);
  const fingerprint = keyOf(tls);
  const wrong =
    fingerprint === undefined ? unreachable(messages().reasons.ssh.hungUp) : checkKey(parts, fingerprint);
  if (fingerprint === undefined || wrong) {
    tls.destroy();
    throw wrong;
  }
  const socket = new WebSocket(`wss://agent${PATH}`, PROTOCOL, {
    createConnection: () => tls,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    handshakeTimeout: CONNECT_MS,
  });
  return new Promise<Channel>((resolve, reject) => {
    socket.once('open', () =>
      resolve(
        new Channel({
          socket,
          ends: { ours: identity.fingerprint, theirs: fingerprint },
          commands,
          allowance,
          lost: () =>
            new MusterError('host.unreachable', {
              ...facts,
              message: messages().reasons.ssh.lost,
              lost: true,
            }),
        }),
      ),
    );
    socket.once('unexpected-response', (_, response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.once('close', () => {
        reject(refusal(body, host) ?? unreachable(`HTTP ${response.statusCode}`));
        socket.terminate();
      });
    });
    socket.once('error', (error) => {
      // Who does not know our key hangs up without a word, right after TLS.
      reject(
        /hang up|ECONNRESET|closed before/i.test(error.message)
          ? new MusterError('icp.stranger', { host, fingerprint: identity.fingerprint })
          : unreachable(error.message, error),
      );
    });
  });
}

function secured(
  { address, port, identity, askNext }: ClientParts,
  unreachable: (message: string, cause?: unknown) => MusterError,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const tls = connectTls({
      host: address,
      port,
      ...(askNext && { servername: NEXT_NAME }),
      key: identity.key,
      cert: identity.certificate,
      minVersion: 'TLSv1.3',
      ALPNProtocols: [PROTOCOL],
      // There is no authority: the key is what counts, and it is looked at before a word is said.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    const patience = setTimeout(() => tls.destroy(new Error('ETIMEDOUT')), CONNECT_MS);
    tls.once('secureConnect', () => {
      clearTimeout(patience);
      resolve(tls);
    });
    tls.on('error', (error) => {
      clearTimeout(patience);
      reject(unreachable(error.message, error));
    });
    tls.once('close', () => reject(unreachable(messages().reasons.ssh.hungUp)));
  });
}

function checkKey({ host, key, next, unproven }: ClientParts, fingerprint: string): MusterError | undefined {
  if (unproven) return undefined;
  if (key === undefined) return new MusterError('host.key.unknown', { host, fingerprint });
  return key === fingerprint || next === fingerprint
    ? undefined
    : new MusterError('host.key.changed', { host, fingerprint });
}

/** The error that an agent gives instead of a connection. */
function refusal(body: string, host: string): MusterError | undefined {
  try {
    const { data } = decode(body);
    return errorOf({ ...data, facts: { host } });
  } catch {
    return undefined;
  }
}
