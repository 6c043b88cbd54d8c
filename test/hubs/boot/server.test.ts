/** The boot server, asked by machines and by strangers who mean no good. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bootable } from '../../../src/boot.ts';
import { blobFolder } from '../../../src/hubs/boot/blob-file.ts';
import { FixedDesk, type Happening } from '../../../src/hubs/boot/fixed-desk.ts';
import { type BootServer, openBootServer, ROUTES } from '../../../src/hubs/boot/server.ts';
import { library } from '../../../src/image.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';

const MAC = '52-54-00-12-34-56';
const SIZE = 8 * 1_024 * 1_024;
const hash = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const [kernel, initrd, root] = [randomBytes(1_000), randomBytes(70_000), randomBytes(SIZE)] as const;
const fetched = (content: Buffer) => ({ sha256: hash(content), bytes: content.length });
const BOOTABLE: Bootable = {
  version: 'live@2026-11-21.1',
  ...{ kernel: fetched(kernel), initrd: fetched(initrd), root: fetched(root) },
  ...{ format: 'squashfs', kernelLine: '' },
};

let folder: string;
let desk: FixedDesk;
let server: BootServer;
let base: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-boot-'));
  await mkdir(join(library(folder).folder, 'blobs'), { recursive: true });
  for (const content of [kernel, initrd, root]) await writeFile(library(folder).blob(hash(content)), content);
  desk = new FixedDesk({ images: BOOTABLE, cloudInit: (mac, name) => `${name} of ${mac}\n` });
  server = await openBootServer(
    {
      desk,
      blobs: blobFolder(folder),
      loader: async (name) => (name === 'snponly.efi' ? Buffer.from('MZ') : undefined),
      base: 'http://10.77.0.1:8080',
      downloads: () => 4,
      patience: { head: 300, request: 600, strangers: 1, look: 20, window: 100, waiting: 5_000 },
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
    },
    { host: '127.0.0.1', port: 0 },
  );
  base = `http://127.0.0.1:${server.port}`;
});
after(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

const script = async (query = `mac=${MAC}&uuid=&serial=&buildarch=x86_64&platform=efi`) =>
  (await fetch(`${base}/v1/script?${query}`)).text();
/** A boot that has begun: its token. */
const booting = async () => /\/v1\/boots\/([0-9a-f]{32}) /.exec(await script())?.[1] as string;
const post = (token: string, form: string | Record<string, string>, what = 'events') =>
  fetch(`${base}/v1/boots/${token}/${what}`, {
    method: 'POST',
    body: typeof form === 'string' ? form : new URLSearchParams(form),
  });
const news = { stage: 'root', outcome: 'failed', cause: 'sha256', detail: 'got x, want y' };
const of = <Kind extends Happening['kind']>(kind: Kind, token?: string) =>
  desk.happened.filter(
    (one): one is Extract<Happening, { kind: Kind }> =>
      one.kind === kind && (token === undefined || JSON.stringify(one).includes(token)),
  );
/** Asks as it is written: no client mends the path. */
function raw(
  path: string,
  options: { method?: string; headers?: Record<string, string>; from?: string } = {},
) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>(
    (resolve, reject) => {
      const asked = request(
        {
          ...{ host: '127.0.0.1', port: server.port, path, agent: false, localAddress: options.from },
          ...options,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      asked.once('error', reject);
      asked.end();
    },
  );
}
const dialled = async (from?: string): Promise<Socket> => {
  const socket = connect({ port: server.port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
};
const blobPath = `/blobs/${BOOTABLE.root.sha256}`;

test('a machine gets its script, and asks by what it is known by', async () => {
  assert.match(await (await fetch(`${base}/boot.ipxe`)).text(), /^#!ipxe\n/);
  const text = await script(
    `mac=52540012AB56&uuid=4C4C4544-0000-1111-2222-333344445555&serial=S%2FN%201&buildarch=i386&platform=pcbios`,
  );
  assert.match(text, /^#!ipxe\necho Muster boots m-52540012ab56 with live@2026-11-21\.1\n/);
  assert.deepEqual(of('asked').at(-1)?.asking, {
    mac: '52:54:00:12:ab:56',
    uuid: '4c4c4544-0000-1111-2222-333344445555',
    serial: 'S/N 1',
    firmware: 'bios',
    address: '127.0.0.1',
  });
});

test('a machine that no image is for is told so, and left to its firmware', async () => {
  const text = await script(`mac=${MAC}&platform=efi&buildarch=arm32`);
  assert.match(text, /^#!ipxe\necho Muster has no images for this machine: efi arm32\n/);
  assert.match(text, /\nexit 1\n$/);
});

test('what is no question is refused, and what firmware makes up is left out', async () => {
  for (const query of ['', 'mac=', 'mac=zz', `mac=${'5'.repeat(5_000)}`])
    assert.equal((await fetch(`${base}/v1/script?${query}`)).status, 400);
  await script(
    `mac=${MAC}&uuid=00000000-0000-0000-0000-000000000000&serial=%0A%24%7Bx%7D&platform=efi&buildarch=x86_64`,
  );
  const { uuid, serial } = of('asked').at(-1)!.asking;
  assert.deepEqual([uuid, serial], [undefined, '$'.concat('{x}')]);
});

test('a blob is given whole, in pieces, and not again', async () => {
  const whole = await raw(blobPath);
  assert.equal(whole.status, 200);
  assert.ok(whole.body.equals(root));
  assert.equal(whole.headers['content-length'], `${SIZE}`);
  assert.equal(whole.headers.etag, `"${BOOTABLE.root.sha256}"`);
  assert.match(`${whole.headers['cache-control']}`, /immutable/);
  const piece = await raw(blobPath, { headers: { Range: 'bytes=1000-1999' } });
  assert.equal(piece.status, 206);
  assert.equal(piece.headers['content-range'], `bytes 1000-1999/${SIZE}`);
  assert.ok(piece.body.equals(root.subarray(1_000, 2_000)));
  const none = await raw(blobPath, { headers: { Range: `bytes=${SIZE}-` } });
  assert.deepEqual([none.status, none.headers['content-range']], [416, `bytes */${SIZE}`]);
  const known = await raw(blobPath, { headers: { 'If-None-Match': `"${BOOTABLE.root.sha256}"` } });
  assert.deepEqual([known.status, known.body.length], [304, 0]);
  const head = await raw(blobPath, { method: 'HEAD', headers: { Range: 'bytes=0-1' } });
  assert.deepEqual([head.status, head.headers['content-length'], head.body.length], [200, `${SIZE}`, 0]);
  assert.equal((await raw('/loaders/snponly.efi')).body.toString(), 'MZ');
  const sent = desk.happened.filter((one) => one.kind === 'seen' && one.sighting.what === 'loader-sent');
  assert.equal(sent.length, 1);
});

test('what a boot fetched is told of once it has all of it, and of no other boot', async () => {
  const token = await booting();
  const { sha256 } = BOOTABLE.kernel;
  await raw(`/blobs/${sha256}?b=${token}&p=kernel`);
  await raw(`${blobPath}?b=${token}&p=root`, { headers: { Range: 'bytes=0-9' } });
  await raw(`${blobPath}?b=${token}&p=root`, { headers: { Range: `bytes=${SIZE - 10}-` } });
  await raw(`${blobPath}?b=${'x'.repeat(32)}&p=root`);
  await raw(`${blobPath}?b=${token}&p=nothing`);
  const seen = of('seen', token).map(
    ({ sighting }) => `${sighting.what} ${'part' in sighting && sighting.part}`,
  );
  assert.deepEqual(seen, [
    'fetching kernel',
    'fetched kernel',
    'fetching root',
    'fetching root',
    'fetched root',
  ]);
});

test('a kernel of which a byte is another one is refused and told of; the root file system is looked at by the machine', async () => {
  const rotten = Buffer.from(kernel);
  rotten[500]! ^= 1;
  const path = library(folder).blob(BOOTABLE.kernel.sha256);
  await writeFile(path, rotten);
  const token = await booting();
  const answer = await raw(`/blobs/${BOOTABLE.kernel.sha256}?b=${token}&p=kernel`);
  assert.equal(answer.status, 500);
  assert.match(answer.body.toString(), /^boot\.corrupt: /);
  assert.deepEqual(
    of('news', token).map((one) => one.news),
    [{ stage: 'kernel', outcome: 'failed', cause: 'sha256', detail: BOOTABLE.kernel.sha256 }],
  );
  assert.equal((await raw(`/blobs/${BOOTABLE.kernel.sha256}?b=${token}&p=root`)).status, 200);
  await writeFile(path, kernel);
  await utimes(path, 1, 1);
  assert.equal((await raw(`/blobs/${BOOTABLE.kernel.sha256}?b=${token}&p=kernel`)).status, 200);
});

test('nothing but blobs is ever read, whatever the path', async () => {
  await writeFile(join(folder, 'secret'), 'secret');
  await symlink(join(folder, 'secret'), library(folder).blob('a'.repeat(64)));
  await mkdir(library(folder).blob('b'.repeat(64)));
  for (const path of [
    '/blobs/../secret',
    '/blobs/..%2fsecret',
    '/blobs/%2e%2e/%2e%2e/secret',
    `/blobs/${BOOTABLE.kernel.sha256}/../../secret`,
    `/blobs/${BOOTABLE.kernel.sha256}%00`,
    `/blobs/${BOOTABLE.kernel.sha256.toUpperCase()}x`,
    `/blobs//${BOOTABLE.kernel.sha256}`,
    `/blobs/${'a'.repeat(64)}`,
    `/blobs/${'b'.repeat(64)}`,
    `/blobs/${'c'.repeat(64)}`,
    '/blobs/',
    '/loaders/../server.ts',
    '/loaders/__proto__',
    '//blobs/x',
    '/',
    '*',
    `/v1/boots/${'x'.repeat(32)}/nocloud/../../secret`,
  ]) {
    const { status, body } = await raw(path);
    assert.equal(status, 404, path);
    assert.doesNotMatch(body.toString(), /^secret/);
  }
});

test('methods that are not meant are refused', async () => {
  for (const [method, path] of [
    ['POST', blobPath],
    ['DELETE', blobPath],
    ['GET', `/v1/boots/${'x'.repeat(32)}/events`],
    ['HEAD', `/v1/boots/${'x'.repeat(32)}/files`],
  ] as const)
    assert.equal((await raw(path, { method })).status, 405, `${method} ${path}`);
});

test('a machine tells how far it came, in a form that is read to the letter', async () => {
  const token = await booting();
  assert.equal((await post(token, news)).status, 200);
  assert.deepEqual(
    of('news', token).map((one) => one.news),
    [news],
  );
  const bad: (string | Record<string, string>)[] = [
    { ...news, stage: 'lunch' },
    { ...news, outcome: '' },
    { ...news, cause: 'A B' },
    { ...news, detail: 'x'.repeat(2_001) },
    { ...news, more: 'x' },
    'stage=root&stage=up&outcome=reached',
    '',
    `stage=root&outcome=reached&detail=${'x'.repeat(9_000)}`,
  ];
  for (const form of bad)
    assert.equal((await post(token, form)).status, 400, JSON.stringify(form).slice(0, 60));
  assert.equal(of('news', token).length, 1);
});

test('iPXE, which can only fetch, tells by fetching what it could not do', async () => {
  const token = await booting();
  for (const stage of ['kernel', 'initrd', 'exec'])
    assert.equal((await raw(`/v1/boots/${token}/failed?stage=${stage}`)).status, 200);
  assert.equal((await raw(`/v1/boots/${token}/failed?stage=up`)).status, 400);
  assert.deepEqual(
    of('news', token).map((one) => [one.news.stage, one.news.cause]),
    [
      ['kernel', 'fetch'],
      ['initrd', 'fetch'],
      ['initrd', 'exec'],
    ],
  );
});

test('a forged call-home changes nothing, is told of, and soon not even answered', async () => {
  const address = '127.0.0.66';
  const forge = (token: string) => raw(`/v1/boots/${token}/failed?stage=kernel`, { from: address });
  const before = of('news').length;
  const found = new Set<number>();
  for (let i = 0; i < 30; i += 1) found.add((await forge(`${i}`.padStart(32, 'f'))).status);
  found.add((await forge('short')).status);
  assert.deepEqual([...found].sort(), [404, 429]);
  assert.equal(of('news').length, before);
  const forged = of('seen').filter(
    ({ sighting }) => sighting.what === 'forged' && sighting.address === address,
  );
  assert.equal(forged.length, 1);
  // Others are not kept from anything.
  assert.equal((await post(await booting(), news)).status, 200);
});

test('what a machine is given, it is given once, and again only to whoever is the same', async () => {
  const token = await booting();
  const files = (query = '') => raw(`/v1/boots/${token}/files${query}`);
  assert.equal((await files('?claim=no%20letters')).status, 400);
  const first = await files(`?claim=${'k'.repeat(16)}`);
  assert.deepEqual([first.status, first.headers['content-type']], [200, 'application/x-tar']);
  assert.equal(first.headers['cache-control'], 'no-store');
  assert.equal((await files(`?claim=${'k'.repeat(16)}`)).status, 200);
  assert.equal((await files(`?claim=${'x'.repeat(16)}`)).status, 410);
  assert.equal((await files()).status, 410);
  const document = await raw(`/v1/boots/${token}/nocloud/meta-data`);
  assert.equal(document.body.toString(), 'meta-data of 52:54:00:12:34:56\n');
  assert.equal((await raw(`/v1/boots/${token}/nocloud/secrets`)).status, 404);
});

test('an inventory is one, or it is refused', async () => {
  const token = await booting();
  const inventory = {
    cpu: { model: 'x', cores: 4 },
    memory: 1,
    disks: [{ name: 'sda', bytes: 1 }],
    nics: [{ name: 'eth0', mac: '525400123456', link: true }],
  };
  assert.equal((await post(token, JSON.stringify(inventory), 'inventory')).status, 200);
  assert.equal(of('discovered', token)[0]?.inventory.nics[0]?.mac, '52:54:00:12:34:56');
  for (const text of ['', '{', '[]', '{"cpu":1}', JSON.stringify({ ...inventory, x: 1 }), ' '.repeat(70_000)])
    assert.equal((await post(token, text, 'inventory')).status, 400);
  const cut = await dialled();
  cut.write(`POST /v1/boots/${token}/inventory HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n{`);
  await sleep(20);
  cut.destroy();
  assert.equal((await post(token, news)).status, 200);
});

test('a machine that waits is told to, and one whose boot nobody knows is not', async () => {
  const waiting = await raw(`/v1/boots/${await booting()}/next`);
  assert.deepEqual([waiting.status, waiting.body.toString()], [200, 'wait\n']);
  assert.equal((await raw(`/v1/boots/${'x'.repeat(32)}/next`)).status, 404);
  assert.equal((await raw('/v1/boots/x/next')).status, 404);
});

test('who asks slowly, says too much, or nothing that is HTTP, is hung up on', async () => {
  for (const text of [
    'GET /boot.ipxe HTTP/1.1\r\nX: y',
    `GET /boot.ipxe HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(10_000)}`,
    '\x16\x03\x01\x00\xa5\x01',
    `POST /v1/boots/${'x'.repeat(32)}/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab`,
  ]) {
    const socket = await dialled();
    socket.resume();
    const closed = once(socket, 'close');
    socket.write(text);
    await closed;
  }
});

test('a client that reads one byte a second makes room for others, and thirty connections of one keep nobody waiting', async () => {
  const greedy = await Promise.all(
    Array.from({ length: 30 }, async () => {
      const socket = await dialled('127.0.0.77');
      // Nothing is read: it comes as far as the buffers of the two systems go.
      socket.pause();
      socket.write(`GET ${blobPath} HTTP/1.1\r\nHost: x\r\n\r\n`);
      return socket;
    }),
  );
  while (server.count().going < 4) await sleep(5);
  const { status, body } = await raw(blobPath, { from: '127.0.0.78' });
  assert.equal(status, 200);
  assert.ok(body.equals(root));
  for (const socket of greedy) socket.destroy();
  while (server.count().going + server.count().waiting > 0) await sleep(5);
});

test('no file stays open, whoever hung up in the middle', async () => {
  for (let i = 0; i < 20; i += 1) {
    const socket = await dialled();
    socket.write(`GET ${blobPath} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(socket, 'data');
    socket.destroy();
  }
  while (server.count().going > 0) await sleep(5);
  await sleep(20);
  const open = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  assert.deepEqual(
    open.filter((path) => path.startsWith(folder)),
    [],
  );
});

test('a port that is taken is said to be', async () => {
  const parts = {
    ...{ desk, blobs: blobFolder(folder), loader: async () => undefined, base, downloads: () => 1 },
    log: createLog({ level: 'silent', scrubber: new Scrubber() }),
  };
  await assert.rejects(openBootServer(parts, { host: '127.0.0.1', port: server.port }), {
    code: 'boot.taken',
  });
});

test('the routes are as they are described', async () => {
  const text = await readFile('docs/boot.md', 'utf8');
  for (const { method, path } of ROUTES)
    assert.ok(text.includes(`\`${method} ${path}\``), `${method} ${path}`);
});
