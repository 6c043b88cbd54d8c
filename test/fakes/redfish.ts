/**
 * A controller that speaks Redfish over TLS (DMTF DSP0266), as strict as real ones: it wants a password, an `If-Match`, JSON with the
 * fields it knows, and refuses to switch on what is on. Where it is given no machine, that is a process of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { certify } from '../../src/certificate.ts';
import { fingerprintOf } from '../../src/fingerprint.ts';
import type { Namespace } from '../namespaces.ts';

export interface RedfishQuirks {
  /** The ids of its systems. */
  systems?: string[];
  /** Answers a reset with 202 and a task that takes so many looks. */
  tasks?: number;
  /** That task ends as an exception. */
  fails?: boolean;
  /** The words of a reset, which it tells at a place of their own. */
  words?: string[];
  /** The machine takes no notice of a request to end itself. */
  ignores?: boolean;
  /** Somebody else changes the system between a look and a change, so often. */
  races?: number;
  /** What it switches, as machines of `openBootLan` are switched. */
  machine?: { on(): Promise<void>; off(): Promise<void>; isOn(): Promise<boolean> };
  /** Where it is reached, instead of this machine. */
  inside?: Pick<Namespace, 'name'>;
  /** Lies in place of its answers. */
  answers?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface FakeRedfish {
  address: string;
  user: string;
  password: string;
  /** The fingerprint of its key. */
  certificate: string;
  /** The process that it switches where it has no machine; undefined where that is off. */
  pid(): number | undefined;
  /** What the next boot goes by: `Pxe` once, or nothing. */
  boot(): string | undefined;
  /** Every request as `METHOD path`, oldest first. */
  requests: string[];
  stop(): Promise<void>;
}

const WORDS = ['On', 'ForceOff', 'GracefulShutdown', 'ForceRestart', 'PowerCycle'];

export async function startRedfish(quirks: RedfishQuirks = {}): Promise<FakeRedfish> {
  const { systems = ['1'], words, ignores = false } = quirks;
  const [user, password] = ['muster', randomBytes(9).toString('base64url')];
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const [from, until] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
  const cert = certify({
    key: publicKey,
    name: 'bmc',
    issuer: { key: privateKey, name: 'bmc' },
    from,
    until,
  });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const requests: string[] = [];
  let races = quirks.races ?? 0;
  let sleeper: ChildProcess | undefined;
  let override: string | undefined;
  let version = 1;
  let task: { left: number; failed: boolean } | undefined;

  const machine = quirks.machine ?? {
    isOn: async () => sleeper !== undefined,
    async on() {
      sleeper = spawn('sleep', ['600'], { stdio: 'ignore' });
    },
    async off() {
      const gone = sleeper && once(sleeper, 'exit');
      sleeper?.kill('SIGKILL');
      await gone;
      sleeper = undefined;
    },
  };
  const switchOn = async () => {
    await machine.on();
    override = undefined;
  };
  /** What is wrong with it; undefined where it was done. */
  const reset = async (word: unknown): Promise<string | undefined> => {
    if (typeof word !== 'string' || !(words ?? WORDS).includes(word))
      return 'Base.1.8.ActionParameterNotSupported';
    const starts = word === 'On';
    if (starts === (await machine.isOn())) return starts ? 'The system is already on.' : 'The system is off.';
    if (starts) await switchOn();
    else if (word !== 'GracefulShutdown' || !ignores) await machine.off();
    if (word === 'ForceRestart' || word === 'PowerCycle') await switchOn();
    version += 1;
    return undefined;
  };
  const path = (id: string) => `/redfish/v1/Systems/${id}`;
  const shown = async (id: string) => ({
    '@odata.id': path(id),
    Id: id,
    PowerState: (await machine.isOn()) ? 'On' : 'Off',
    Boot: {
      BootSourceOverrideEnabled: override ? 'Once' : 'Disabled',
      BootSourceOverrideTarget: override ?? 'None',
      'BootSourceOverrideTarget@Redfish.AllowableValues': ['None', 'Pxe', 'Hdd'],
    },
    Actions: {
      '#ComputerSystem.Reset': {
        target: `${path(id)}/Actions/ComputerSystem.Reset`,
        ...(words
          ? { '@Redfish.ActionInfo': `${path(id)}/ResetActionInfo` }
          : { 'ResetType@Redfish.AllowableValues': WORDS }),
      },
    },
  });

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    requests.push(`${method} ${url}`);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const send = (status: number, body?: unknown, more: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...more });
      response.end(body === undefined ? '' : JSON.stringify(body));
    };
    const refuse = (status: number, Message: string) =>
      send(status, { error: { code: 'Base.1.8.GeneralError', '@Message.ExtendedInfo': [{ Message }] } });
    if (quirks.answers?.(request, response)) return;
    if (url === '/redfish/v1/') return send(200, { Systems: { '@odata.id': '/redfish/v1/Systems' } });
    if (headers.authorization !== wanted) return refuse(401, 'Log in.');
    if (url === '/redfish/v1/Systems' && method === 'GET') {
      const Members = systems.slice(0, 1).map((id) => ({ '@odata.id': path(id) }));
      return send(200, { Members, ...(systems.length > 1 && { 'Members@odata.nextLink': `${url}?skip=1` }) });
    }
    if (url === '/redfish/v1/Systems?skip=1')
      return send(200, { Members: systems.slice(1).map((id) => ({ '@odata.id': path(id) })) });
    if (url === '/redfish/v1/TaskMonitors/1' && method === 'GET') {
      if (task === undefined) return refuse(404, 'No such task.');
      task.left -= 1;
      if (task.left > 0) return send(202, { TaskState: 'Running' });
      const TaskState = task.failed ? 'Exception' : 'Completed';
      task = undefined;
      return send(200, { TaskState });
    }
    const id = systems.find((one) => url === path(one) || url.startsWith(`${path(one)}/`));
    if (id === undefined) return refuse(404, 'There is no such resource.');
    if (url === path(id) && method === 'GET') {
      send(200, await shown(id), { etag: `W/"${version}"` });
      if (races > 0) {
        races -= 1;
        version += 1;
      }
      return;
    }
    if (url === `${path(id)}/ResetActionInfo` && method === 'GET')
      return send(200, { Parameters: [{ Name: 'ResetType', AllowableValues: words }] });
    const body = parse(text);
    if (headers['content-type'] !== 'application/json' || body === undefined)
      return refuse(400, 'That is no JSON.');
    if (url === path(id) && method === 'PATCH') {
      if (headers['if-match'] === undefined) return refuse(428, 'Say which version you mean.');
      if (headers['if-match'] !== `W/"${version}"`) return refuse(412, 'It has changed.');
      const { Boot, ...others } = body as { Boot?: Record<string, unknown> };
      const { BootSourceOverrideTarget: target, BootSourceOverrideEnabled: enabled, ...rest } = Boot ?? {};
      if (target !== 'Pxe' || enabled !== 'Once' || Object.keys({ ...others, ...rest }).length > 0)
        return refuse(400, 'The property is unknown.');
      override = target;
      version += 1;
      return send(204);
    }
    if (url === `${path(id)}/Actions/ComputerSystem.Reset` && method === 'POST') {
      const wrong = await reset((body as { ResetType?: unknown }).ResetType);
      if (wrong !== undefined) return refuse(409, wrong);
      if (quirks.tasks === undefined) return send(204);
      task = { left: quirks.tasks, failed: quirks.fails === true };
      return send(202, { TaskState: 'New' }, { location: '/redfish/v1/TaskMonitors/1' });
    }
    refuse(405, 'That is not done here.');
  };
  const server = createServer({ key, cert }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const door = await open(server, quirks.inside);
  return {
    address: `https://127.0.0.1:${door.port}`,
    user,
    password,
    certificate: fingerprintOf(publicKey),
    pid: () => sleeper?.pid,
    boot: () => override,
    requests,
    async stop() {
      await machine.off();
      server.closeAllConnections();
      const closed = once(server, 'close');
      server.close();
      await closed;
      await door.close();
    },
  };
}

/** Passes each connection on, byte by byte, from a port of 127.0.0.1 to a socket that has a path: networks do not part those. */
const PASSING = `const { connect, createServer } = require('node:net');
const door = createServer((from) => {
  const to = connect(process.argv[1]);
  for (const [one, other] of [[from, to], [to, from]]) one.on('error', () => other.destroy()).pipe(other);
});
door.listen(0, '127.0.0.1', () => console.log(door.address().port));`;

/** Has a server listen at a port of 127.0.0.1: on this machine, or inside a network of a test's own. */
async function open(
  server: Server,
  inside?: Pick<Namespace, 'name'>,
): Promise<{ port: number; close(): Promise<void> }> {
  if (!inside) {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return { port: (server.address() as AddressInfo).port, close: async () => {} };
  }
  const folder = await mkdtemp(join(tmpdir(), 'muster-redfish-'));
  const path = join(folder, 'socket');
  await once(server.listen(path), 'listening');
  const argv = [`--net=/run/netns/${inside.name}`, '--', execPath, '-e', PASSING, path];
  const passing = spawn('nsenter', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = await once(passing.stdout, 'data');
  return {
    port: Number(String(printed)),
    async close() {
      const over = once(passing, 'exit');
      passing.kill('SIGKILL');
      await over;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The fingerprint that no key has. */
export const STRANGER = `SHA256:${createHash('sha256').update('nobody').digest('base64').slice(0, 43)}`;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
