/** The metadata of EC2 on the boot server: asked for over HTTP, as images of clouds do. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { BootDesk, Taker } from '../../../src/boot.ts';
import { blobFolder } from '../../../src/hubs/boot/blob-file.ts';
import { cloudDocument } from '../../../src/hubs/boot/given/cloud-init.ts';
import type { Given } from '../../../src/hubs/boot/given/given.ts';
import { metadataRoutes } from '../../../src/hubs/boot/metadata.ts';
import { type BootServer, openBootServer } from '../../../src/hubs/boot/server.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';

const TOKEN = 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6';
const SESSION = 'x-aws-ec2-metadata-token';
const GIVEN: Given = {
  machine: 'node-7',
  hostKey: { private: 'PRIVATE\n', public: 'ssh-ed25519 AAAA' },
  logins: [{ user: 'kim', keys: ['ssh-ed25519 AAAA reem', 'ssh-ed25519 BBBB kim'] }],
  files: [],
  services: [],
  notes: [],
};

describe('the metadata endpoint', () => {
  let server: BootServer;
  let folder: string;
  let clock = Date.now();
  const takers: (Taker | undefined)[] = [];

  /** Asks from an address of this machine. */
  const ask = (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    from = '127.0.0.7',
  ): Promise<{ status: number; text: string; headers: IncomingHttpHeaders }> =>
    new Promise((resolve, reject) => {
      const to = { host: '127.0.0.1', port: server.port, localAddress: from, agent: false };
      request({ ...to, method, path, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(parts).toString(),
            headers: response.headers,
          }),
        );
      })
        .on('error', reject)
        .end();
    });
  const session = async (from?: string, seconds = '60') =>
    ask('PUT', '/latest/api/token', { [`${SESSION}-ttl-seconds`]: seconds }, from);
  const get = async (path: string) => {
    const { text } = await session();
    return ask('GET', path, { [SESSION]: text });
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-metadata-'));
    const desk: BootDesk = {
      decide: async () => ({ kind: 'local', because: [] }),
      news: async () => false,
      seen: () => {},
      knows: async () => false,
      files: async () => undefined,
      discovered: async () => false,
      at: async (address) => (address === '127.0.0.7' ? TOKEN : undefined),
      async cloudInit(token, name, taker) {
        takers.push(taker);
        return cloudDocument(GIVEN, { token, url: 'http://x', mac: '52:54:00:12:34:56' }, name);
      },
    };
    server = await openBootServer(
      {
        ...{ desk, blobs: blobFolder(folder), base: 'http://127.0.0.1', downloads: () => 1 },
        log: createLog({ level: 'silent', scrubber: new Scrubber() }),
        loader: async () => undefined,
        more: metadataRoutes(() => clock),
      },
      { host: '127.0.0.1', port: 0 },
    );
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  test('tells a machine that boots who it is, as a tree', async () => {
    const top = await get('/latest/meta-data/');
    assert.equal(top.status, 200);
    assert.equal(top.headers['cache-control'], 'no-store');
    assert.deepEqual(top.text.split('\n').sort(), [
      'hostname',
      'instance-id',
      'local-hostname',
      'local-ipv4',
      'mac',
      'public-keys/',
    ]);
    assert.equal((await get('/latest/meta-data')).text, top.text);
    for (const [path, value] of Object.entries({
      'local-hostname': 'node-7',
      'local-ipv4': '127.0.0.7',
      mac: '52:54:00:12:34:56',
      'public-keys/': '0=muster-0\n1=muster-1',
      'public-keys/0/': 'openssh-key',
      'public-keys/1/openssh-key': 'ssh-ed25519 BBBB kim',
    }))
      assert.equal((await get(`/2009-04-04/meta-data/${path}`)).text, value, path);
    assert.match((await get('/latest/meta-data/instance-id')).text, /^i-[0-9a-f]{17}$/);
    assert.match((await get('/latest/user-data')).text, /^#cloud-config\n/);
    assert.deepEqual(new Set(takers.map((taker) => taker?.address)), new Set(['127.0.0.7']));
  });

  test('has nothing else, whatever the path looks like', async () => {
    for (const path of [
      '/latest/meta-data/nothing',
      '/latest/meta-data/instance-id/more',
      '/latest/meta-data/__proto__',
      '/latest/meta-data/constructor/name',
      '/latest/meta-data/public-keys/2',
      '/latest/meta-data/public-keys/length',
      '/latest/meta-data/..%2f..%2fuser-data',
      '/newest/meta-data/',
      '/v1/user-data',
      '/latest/dynamic/instance-identity/document',
    ])
      assert.equal((await get(path)).status, 404, path);
  });

  test('answers nobody without a session of one’s own that is still open', async () => {
    const path = '/latest/user-data';
    assert.equal((await ask('GET', path)).status, 401);
    const { text } = await session();
    const [until = '', mark = ''] = text.split('.');
    const forged = [
      '',
      '.',
      mark,
      `${until}.`,
      `${Number(until) + 1}.${mark}`,
      `${until}.${mark.replace(/^./, (sign) => (sign === '0' ? '1' : '0'))}`,
      `${until}.${mark.slice(1)}`,
      `${until}.${mark}.${mark}`.slice(0, 200),
      `1e400.${mark}`,
    ];
    for (const odd of forged.filter((one) => one !== text && !one.startsWith(`${text}.`)))
      assert.equal((await ask('GET', path, { [SESSION]: odd })).status, 401, odd);
    assert.equal((await ask('GET', path, { [SESSION]: text }, '127.0.0.8')).status, 401);
    assert.equal((await ask('GET', path, { [SESSION]: text })).status, 200);
    clock += 61_000;
    assert.equal((await ask('GET', path, { [SESSION]: text })).status, 401);
  });

  test('opens sessions for whoever asks itself, for hours at most', async () => {
    for (const seconds of ['0', '-1', '21601', '1e3', '', '9'.repeat(30)])
      assert.equal((await session(undefined, seconds)).status, 400, seconds);
    const passedOn = { [`${SESSION}-ttl-seconds`]: '60', 'x-forwarded-for': '127.0.0.7' };
    assert.equal((await ask('PUT', '/latest/api/token', passedOn)).status, 403);
    assert.equal((await ask('GET', '/latest/api/token')).status, 405);
    assert.equal((await ask('POST', '/latest/user-data')).status, 405);
  });

  test('has nothing for an address at which no machine boots', async () => {
    const { text } = await session('127.0.0.8');
    assert.equal((await ask('GET', '/latest/user-data', { [SESSION]: text }, '127.0.0.8')).status, 404);
  });
});
