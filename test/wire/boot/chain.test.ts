/** A machine takes what it is given over HTTP, and applies it with what images have for that: the whole way, with a stand-in for its root. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { blobFolder } from '../../../src/hubs/boot/blob-file.ts';
import { metadataRoutes } from '../../../src/hubs/boot/metadata.ts';
import { type BootServer, openBootServer } from '../../../src/hubs/boot/server.ts';
import { NO_VALUES } from '../../../src/hubs/config/values.ts';
import { FolderTrees, Scenes } from '../../../src/jobs/files/scenes.ts';
import { KeySources } from '../../../src/jobs/keys/gather.ts';
import { bootsOf } from '../../../src/jobs/machine/boots.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import { Giving } from '../../../src/wire/boot/given.ts';
import { BootKeys } from '../../../src/wire/boot/keys.ts';
import { liveState } from '../../jobs/live-state.ts';
import { config as configOf, MAC, openDesk } from '../../jobs/machine/known.ts';
import { newKey } from '../../keys.ts';
import { needs } from '../../needs.ts';

const ROOT = join(import.meta.dirname, '../../..');
const ODD = 'it\'s $(id) `id` "quoted" ; ä%41';
const CLAIM = 'c1a1m0123456789';

describe('a machine that takes what it is given', { skip: needs(['busybox', 'root']) }, () => {
  let folder: string;
  let server: BootServer;
  let opened: Awaited<ReturnType<typeof openDesk>>;
  const key = newKey();

  const ask = (path: string, { from = '127.0.0.7', method = 'GET', body = '' } = {}) =>
    new Promise<{ status: number; bytes: Buffer }>((resolve, reject) => {
      const to = { host: '127.0.0.1', port: server.port, localAddress: from, agent: false };
      request({ ...to, path, method }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(parts) }));
      })
        .on('error', reject)
        .end(body);
    });
  /** Boots; gives where it takes what it is given. */
  const boot = async () => {
    const { bytes } = await ask(`/v1/script?mac=${MAC.replaceAll(':', '-')}&buildarch=i386&platform=pcbios`);
    const [, path = ''] = /muster\.boot=http:\/\/[^/]+(\/v1\/boots\/[a-z0-9]+)/i.exec(`${bytes}`) ?? [];
    assert.notEqual(path, '', `${bytes}`);
    return path;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-chain-'));
    for (const name of ['templates', 'data']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'templates/odd'), '{{text}}');
    await writeFile(join(folder, 'data/site.yml'), JSON.stringify({ text: ODD }));
    const config = {
      ...configOf({
        keyGroups: { builders: { keys: [`${key} reem`] } },
        files: { odd: { template: 'odd', path: `/srv/${ODD}`, mode: '0600', owner: 'kim' } },
        profiles: {
          worker: {
            image: 'live',
            logins: { root: ['builders'], kim: ['builders'] },
            files: ['odd'],
            services: ['nginx.service', 'getty@tty1.service'],
          },
        },
      }),
      folder,
    };
    const log = createLog({ level: 'silent', scrubber: new Scrubber() });
    const state = liveState();
    const trees = new FolderTrees();
    const values = { now: async () => NO_VALUES, history: async () => [] };
    const scenes = new Scenes({ config: () => config, trees, values });
    const sources = new KeySources({ state, folder, environment: {}, scrubber: new Scrubber() });
    const giving = new Giving({
      ...{ config: () => config, folder: join(folder, 'var'), state },
      keys: new BootKeys({ sources, state, log }),
      scene: () => scenes.current(),
      secret: async (text) => new Secret(text),
      base: () => 'http://127.0.0.1',
    });
    opened = await openDesk({ config, state, given: giving });
    server = await openBootServer(
      {
        ...{ desk: opened.desk, blobs: blobFolder(folder), base: 'http://127.0.0.1', log },
        downloads: () => 1,
        loader: async () => undefined,
        more: metadataRoutes(),
      },
      { host: '127.0.0.1', port: 0 },
    );
  });
  after(async () => {
    await server.close();
    await opened.desk.close();
    await rm(folder, { recursive: true });
  });

  /** What an image does with the archive, below a folder; programs that would change this machine only say that they were called. */
  const apply = async (archive: Buffer) => {
    const place = (name: string) => join(folder, name);
    for (const name of ['own', 'root', 'bin']) await mkdir(place(name), { recursive: true });
    await writeFile(place('own/given.tar'), archive);
    for (const name of ['useradd', 'chown', 'chmod', 'systemctl', 'id']) {
      const stub = `#!/bin/sh\nprintf '%s' ${name} >>"$CALLS"\nfor word; do printf ' [%s]' "$word" >>"$CALLS"; done\necho >>"$CALLS"\n`;
      await writeFile(join(place('bin'), name), `${stub}${name === 'id' ? 'exit 1\n' : ''}`);
      await chmod(join(place('bin'), name), 0o755);
    }
    const script =
      'tell() { echo "tell [$4]" >>"$CALLS"; }; . "$1/machine/plan.sh"; apply_given "$2" "$3" && hostname';
    const argv = ['--uts', 'sh', '-uc', script, 'sh', ROOT, place('own'), place('root')];
    const env = { PATH: `${place('bin')}:${process.env.PATH}`, CALLS: place('calls') };
    const hostname = execFileSync('unshare', argv, { env, encoding: 'utf8' });
    return { hostname, calls: (await readFile(place('calls'), 'utf8')).trimEnd().split('\n') };
  };

  test('has its name, its keys, its files and its services, whatever is in them', async () => {
    const { status, bytes } = await ask(`${await boot()}/files?claim=${CLAIM}`);
    assert.equal(status, 200);
    const { hostname, calls } = await apply(bytes);
    assert.equal(hostname, 'node-7\n');
    const file = (path: string) => join(folder, 'root', path);
    assert.equal(await readFile(file(`srv/${ODD}`), 'utf8'), ODD);
    assert.match(
      await readFile(file('home/kim/.ssh/authorized_keys'), 'utf8'),
      new RegExp(key.split(' ')[1]!.replace(/[+/]/g, '\\$&')),
    );
    assert.equal((await stat(file('etc/ssh/ssh_host_ed25519_key'))).mode & 0o777, 0o600);
    execFileSync('ssh-keygen', ['-y', '-f', file('etc/ssh/ssh_host_ed25519_key')]);
    assert.deepEqual(calls, [
      'id [-u] [--] [kim]',
      'useradd [--create-home] [--shell] [/bin/bash] [--] [kim]',
      'chown [-h] [--] [kim:kim] [/home/kim/.ssh]',
      'chmod [--] [0700] [/home/kim/.ssh]',
      'chown [-h] [--] [kim:kim] [/home/kim/.ssh/authorized_keys]',
      'chmod [--] [0600] [/home/kim/.ssh/authorized_keys]',
      `chown [-h] [--] [kim:root] [/srv/${ODD}]`,
      `chmod [--] [0600] [/srv/${ODD}]`,
      'systemctl [start] [--no-block] [--] [nginx.service]',
      'systemctl [start] [--no-block] [--] [getty@tty1.service]',
    ]);
  });

  test('is the only one who is given it, and once', async () => {
    const path = await boot();
    const stolen = await ask(`${path}/files?claim=${CLAIM}`, { from: '127.0.0.8' });
    assert.equal(stolen.status, 410);
    assert.ok([...opened.alarms.keys()].some((alarm) => alarm.includes('node-7/taken')));
    const first = await ask(`${path}/files?claim=${CLAIM}`);
    // Its answer was lost on its way.
    const again = await ask(`${path}/files?claim=${CLAIM}`);
    assert.deepEqual([first.status, again.status], [200, 200]);
    for (const query of ['', `?claim=${CLAIM}x`])
      assert.equal((await ask(`${path}/files${query}`)).status, 410, query);
    assert.equal((await ask(`/v1/boots/${'0'.repeat(32)}/files`)).status, 404);
  });

  test('finds the same for cloud-init, until it is configured', async () => {
    const path = await boot();
    assert.match(`${(await ask(`${path}/nocloud/user-data`)).bytes}`, /^#cloud-config\n/);
    assert.equal((await ask(`${path}/nocloud/user-data`, { from: '127.0.0.8' })).status, 404);
    assert.equal((await ask(`${path}/nocloud/ec2`)).status, 404);
    const told = { method: 'POST', body: 'stage=configured&outcome=reached' };
    assert.equal((await ask(`${path}/events`, told)).status, 200);
    assert.equal((await ask(`${path}/nocloud/user-data`)).status, 404);
  });

  test('fails, with the file and the reason, where a file cannot be made', async () => {
    await writeFile(join(folder, 'templates/odd'), '{{nowhere}}');
    const path = await boot();
    const { status, bytes } = await ask(`${path}/files?claim=${CLAIM}`);
    assert.equal(status, 500);
    assert.match(`${bytes}`, /machine\.file: odd for node-7/);
    const [last] = await bootsOf(opened.state, 'node-7');
    assert.equal(last?.outcome, 'failed');
    assert.match(last?.trouble?.facts.detail ?? '', /^odd for node-7 cannot be made: .*nowhere/);
  });
});
