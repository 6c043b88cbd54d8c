/**
 * ZeroTier as far as Muster meets it: the API of a controller (ZeroTier Central, version 1) that checks token, network and
 * member, and hosts with a `zerotier-cli` on their PATH. The network itself is the loopback: whoever is let in gets an address there.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { localShell } from '../../src/adapters/local/shell.ts';
import type { Shell } from '../../src/shell.ts';

interface Controlled {
  authorized: boolean;
  ipAssignments: string[];
}

export interface FakeZeroTier {
  /** Where its API is. */
  address: string;
  token: string;
  network: string;
  /** What the controller knows of its members, by node. */
  members: Map<string, Controlled>;
  /** Every request to the API as `METHOD path`, oldest first. */
  requests: string[];
  /** A host that has ZeroTier; `node` is what ZeroTier calls it, `home` where its service keeps what it has joined. */
  host(name: string): Promise<{ shell: Shell; node: string; home: string }>;
  stop(): Promise<void>;
}

const CLI = join(import.meta.dirname, 'zerotier/zerotier-cli.mjs');
const MEMBER = /^\/api\/v1\/network\/([^/]+)\/member\/([^/]+)$/;
const NETWORK = /^\/api\/v1\/network\/([^/]+)$/;

export async function startZeroTier(): Promise<FakeZeroTier> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-zerotier-'));
  const token = randomBytes(16).toString('hex');
  const network = `8056c2e2${randomBytes(4).toString('hex')}`;
  const members = new Map<string, Controlled>();
  const requests: string[] = [];
  let last = 0;

  const shown = (node: string) => {
    const { authorized, ipAssignments } = members.get(node) as Controlled;
    const config = { authorized, ipAssignments, activeBridge: false };
    return { id: `${network}-${node}`, nodeId: node, networkId: network, config };
  };
  const api = createServer(async (request, response) => {
    const answer = (status: number, body?: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? '' : JSON.stringify(body));
    };
    const { method, url = '', headers } = request;
    requests.push(`${method} ${url}`);
    const text = await read(request);
    if (headers.authorization !== `token ${token}`) return answer(403, { message: 'access denied' });
    const [, ofNetwork] = NETWORK.exec(url) ?? [];
    if (ofNetwork !== undefined && method === 'GET')
      return ofNetwork === network ? answer(200, { id: network }) : answer(404);
    const [, id, node = ''] = MEMBER.exec(url) ?? [];
    if (id === undefined) return answer(404);
    if (id !== network) return answer(404);
    if (!/^[0-9a-f]{10}$/.test(node)) return answer(400, { message: 'invalid node id' });
    if (method === 'GET') return members.has(node) ? answer(200, shown(node)) : answer(404);
    if (method !== 'POST') return answer(405);
    const change = headers['content-type'] === 'application/json' ? checked(text) : undefined;
    if (change === undefined) return answer(400, { message: 'invalid member' });
    members.set(node, { authorized: false, ipAssignments: [], ...members.get(node), ...change });
    return answer(200, shown(node));
  });
  // How services ask for their configuration: whoever asks is known from then on.
  const planet = createServer((request, response) => {
    const [, id = '', node = ''] = (request.url ?? '').split('/');
    if (id === network && !members.has(node)) members.set(node, { authorized: false, ipAssignments: [] });
    const member = id === network ? members.get(node) : undefined;
    if (member?.authorized && member.ipAssignments.length === 0) {
      last += 1;
      member.ipAssignments = [`127.80.0.${last}`];
    }
    const status = id !== network ? 'NOT_FOUND' : member?.authorized ? 'OK' : 'ACCESS_DENIED';
    const up = status === 'OK';
    const assignedAddresses = up ? (member?.ipAssignments ?? []).map((ip) => `${ip}/8`) : [];
    response.end(
      JSON.stringify({ status, name: 'fake', portDeviceName: up ? 'lo' : 'ztfake', assignedAddresses }),
    );
  });
  const socket = join(folder, 'planet.sock');
  await Promise.all([
    once(api.listen(0, '127.0.0.1'), 'listening'),
    once(planet.listen(socket), 'listening'),
  ]);
  const shells: Shell[] = [];
  return {
    address: `http://127.0.0.1:${(api.address() as AddressInfo).port}/api/v1`,
    token,
    network,
    members,
    requests,
    async host(name) {
      const [home, bin] = [join(folder, name), join(folder, name, 'bin')];
      await mkdir(bin, { recursive: true });
      const node = randomBytes(5).toString('hex');
      await writeFile(join(home, 'identity'), node);
      await writeFile(join(home, 'authtoken.secret'), 'secret', { mode: 0o600 });
      const program = join(bin, 'zerotier-cli');
      await writeFile(
        program,
        `#!/bin/sh\nFAKE_ZEROTIER_HOME='${home}' FAKE_ZEROTIER_PLANET='${socket}' exec '${process.execPath}' '${CLI}' "$@"\n`,
      );
      await chmod(program, 0o755);
      const path = [bin, process.env.PATH].join(delimiter);
      const shell = localShell({ host: name, environment: { ...process.env, PATH: path } });
      shells.push(shell);
      return { shell, node, home };
    },
    async stop() {
      await Promise.all(shells.map((shell) => shell.close()));
      await Promise.all([api, planet].map(close));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** What a change of a member says; undefined where it is none. */
function checked(text: string): Partial<Controlled> | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { config, ...others } = (body ?? {}) as { config?: Record<string, unknown> };
  if (config === undefined || Object.keys(others).length > 0) return undefined;
  const { authorized, ipAssignments, ...rest } = config;
  if (Object.keys(rest).length > 0) return undefined;
  if (authorized !== undefined && typeof authorized !== 'boolean') return undefined;
  const addresses = ipAssignments as unknown[] | undefined;
  if (addresses !== undefined && !addresses.every((one) => typeof one === 'string' && /^[\d.]+$/.test(one)))
    return undefined;
  return {
    ...(authorized !== undefined && { authorized }),
    ...(addresses !== undefined && { ipAssignments: addresses as string[] }),
  };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  const closed = once(server, 'close');
  server.close();
  await closed;
}
