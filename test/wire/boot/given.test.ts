/** What machines are given, out of a whole configuration: keys, files, addresses, and what happens where a part of it is not there. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { parse } from 'yaml';
import type { Config } from '../../../src/config/config.ts';
import { readConfig } from '../../../src/config/load.ts';
import { PLAN } from '../../../src/hubs/boot/given/archive.ts';
import { NO_VALUES, type Values } from '../../../src/hubs/config/values.ts';
import { FolderTrees, Scenes } from '../../../src/jobs/files/scenes.ts';
import { KeySources } from '../../../src/jobs/keys/gather.ts';
import { hostKeyFile, hostKeyPin } from '../../../src/jobs/machine/host-key.ts';
import type { LiveState } from '../../../src/jobs/step.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import { Giving } from '../../../src/wire/boot/given.ts';
import { BootKeys } from '../../../src/wire/boot/keys.ts';
import { type FakeGithub, startGithub } from '../../fakes/members/github.ts';
import { liveState } from '../../jobs/live-state.ts';
import { newKey } from '../../keys.ts';
import { listed, planWords } from '../../tar.ts';

const TOKEN = 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6';
const MAC = '52:54:00:12:34:56';

describe('what a machine is given', () => {
  let folder: string;
  let github: FakeGithub;
  let state: LiveState;
  let config: Config;
  let values: Values;
  let hired: string;

  const put = async (name: string, text: string) => {
    await mkdir(dirname(join(folder, 'config', name)), { recursive: true });
    await writeFile(join(folder, 'config', name), text);
  };
  const load = async (text: string) => {
    await put('muster.yml', text);
    const read = await readConfig(join(folder, 'config'));
    assert.ok(read.config, read.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    config = read.config;
  };
  const whole = () => `
hosts: { genesis: { link: local } }
boot: { host: genesis, address: 10.77.0.1, profile: plain, dhcp: { mode: authoritative, range: 10.77.0.50-10.77.0.99, network: 10.77.0.0/24, dns: [10.77.0.2] } }
keyGroups:
  builders: { members: [{ service: github, organisation: acme, apiRoot: "${github.origin}" }], keys: ["${hired}"] }
  guests: { members: [{ service: github, organisation: gone, apiRoot: "${github.origin}" }] }
profiles:
  plain: {}
  web:
    logins: { root: [builders], kim: [builders, guests] }
    files: [motd, site]
    services: [nginx.service]
files:
  motd: { template: motd, path: /etc/motd }
  site: { template: site, path: /srv/site.conf, mode: '0640', owner: www-data }
machines:
  node-7: { mac: ["${MAC}"], profile: web, labels: [rack-1], address: 10.77.0.7/24 }
  node-8: { mac: ["52:54:00:12:34:57"] }
`;
  const giving = (within = 5_000) => {
    const scrubber = new Scrubber();
    const sources = new KeySources({ state, folder: join(folder, 'var'), environment: {}, scrubber });
    const scenes = new Scenes({
      config: () => config,
      trees: new FolderTrees(),
      values: { now: async () => values, history: async () => [] },
    });
    return new Giving({
      config: () => config,
      folder: join(folder, 'var'),
      state,
      keys: new BootKeys({ sources, state, log: createLog({ level: 'silent', scrubber }), within }),
      scene: () => scenes.current(),
      secret: async (text) => new Secret(`secret of ${text}`),
      base: () => 'http://10.77.0.1:8080',
    });
  };
  const known = (name: string) => ({ name, machine: config.machines[name]! });
  const filesOf = async (name: string, from = giving()) =>
    listed(await from.files(known(name), TOKEN, config.machines[name]?.mac[0]));
  const reports = (archive: ReturnType<typeof listed>) =>
    planWords(archive.get(PLAN)?.text ?? '').flatMap(([verb, text]) => (verb === 'report' ? [text] : []));

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-given-'));
    github = await startGithub({ organisations: { acme: { reem: true } }, keys: { reem: [newKey()] } });
    hired = `${newKey()} kim`;
  });
  after(async () => {
    await github.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    state = liveState();
    github.troubles.clear();
    values = NO_VALUES;
    await rm(join(folder, 'var'), { recursive: true, force: true });
    await put(
      'templates/motd',
      '{{target.host}} at {{#target.fixed}}{{target.address}}{{/target.fixed}}{{^target.fixed}}?{{/target.fixed}}: {{color}} {{#target.labels}}[{{.}}]{{/target.labels}}\n',
    );
    await put('templates/site', 'password {{db.password}}\n');
    await put('data/site.yml', 'color: red\n');
    await put('data/secret.yml', 'db: { password: "env:DB" }\n');
    await load(whole());
  });

  test('is all of it, and what could not be had is said', async () => {
    const archive = await filesOf('node-7');
    const root = archive.get('root/.ssh/authorized_keys')?.text ?? '';
    assert.ok(root.includes(hired.split(' ')[1] as string));
    assert.match(root, /reem@127\.0\.0\.1:\d+/);
    assert.equal(archive.get('home/kim/.ssh/authorized_keys')?.text, root);
    assert.equal(archive.get('etc/motd')?.text, 'node-7 at 10.77.0.7: red [rack-1]\n');
    assert.deepEqual(archive.get('srv/site.conf'), {
      mode: '-rw-r-----',
      text: 'password secret of env:DB\n',
    });
    assert.match(
      archive.get('etc/systemd/network/10-muster.network')?.text ?? '',
      /MACAddress=52:54:00:12:34:56\n\n\[Network\]\nAddress=10\.77\.0\.7\/24\nGateway=10\.77\.0\.1\nDNS=10\.77\.0\.2\n/,
    );
    assert.deepEqual(planWords(archive.get(PLAN)?.text ?? '').slice(0, 7), [
      ['hostname', 'node-7'],
      ['user', 'kim'],
      ['owner', '/home/kim/.ssh', 'kim', 'kim', '0700'],
      ['owner', '/home/kim/.ssh/authorized_keys', 'kim', 'kim', '0600'],
      ['owner', '/srv/site.conf', 'www-data', 'root', '0640'],
      ['reload-network'],
      ['start', 'nginx.service'],
    ]);
    assert.match(reports(archive).join('\n'), /^no key of .*gone is known: there is no .*gone/);
  });

  test('is little for a machine of a profile that says nothing', async () => {
    const archive = await filesOf('node-8');
    assert.deepEqual(planWords(archive.get(PLAN)?.text ?? ''), [['hostname', 'node-8']]);
    assert.ok(
      !archive.has('root/.ssh/authorized_keys') && !archive.has('etc/systemd/network/10-muster.network'),
    );
  });

  test('has data of its labels, its profile and its own name, nearer ones over others', async () => {
    const color = async () => (await filesOf('node-7')).get('etc/motd')?.text.split(' ')[3];
    await put('data/label-rack-1.yml', 'color: green\n');
    assert.equal(await color(), 'green');
    await put('data/profile-web.yml', 'color: blue\n');
    assert.equal(await color(), 'blue');
    await put('data/host-node-7.yml', 'color: grey\n');
    assert.equal(await color(), 'grey');
    await put('data/machine-node-7.yml', 'color: black\n');
    assert.equal(await color(), 'black');
    values = { version: 1, layers: { 'machine/node-7': { color: 'white' } } };
    assert.equal(await color(), 'white');
    for (const name of ['label-rack-1', 'profile-web', 'host-node-7', 'machine-node-7'])
      await rm(join(folder, 'config/data', `${name}.yml`));
  });

  test('follows what was set of the machine itself, not only the configuration', async () => {
    const from = giving();
    const motd = async (labels: string[]) => {
      const { name, machine } = known('node-7');
      return listed(await from.files({ name, machine: { ...machine, labels } }, TOKEN)).get('etc/motd')?.text;
    };
    assert.match((await motd(['a', 'b'])) ?? '', /\[a\]\[b\]$/m);
    assert.match((await motd(['c'])) ?? '', /\[c\]$/m);
    // A template can ask whether there is something that not all machines have.
    const { name, machine } = known('node-7');
    const dynamic = { name, machine: { ...machine, address: undefined } };
    assert.match(listed(await from.files(dynamic, TOKEN)).get('etc/motd')?.text ?? '', /^node-7 at \?: /);
  });

  test('has the same host key at each boot, which ssh takes, and which is known by its fingerprint', async () => {
    const key = async () => (await filesOf('node-7')).get('etc/ssh/ssh_host_ed25519_key')?.text;
    assert.equal(await hostKeyPin(state, 'node-7'), undefined);
    const first = await key();
    assert.equal(await key(), first);
    const file = hostKeyFile(join(folder, 'var'), 'node-7');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(dirname(file))).mode & 0o777, 0o700);
    const shown = execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' });
    assert.match(shown, /^256 SHA256:\S+ node-7 \(ED25519\)/);
    assert.equal(shown.split(' ')[1], await hostKeyPin(state, 'node-7'));
    const [type, data] = execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).split(' ');
    const line = (await filesOf('node-7')).get('etc/ssh/ssh_host_ed25519_key.pub')?.text;
    assert.equal(line, `${type} ${data} node-7\n`);
    assert.notEqual((await filesOf('node-8')).get('etc/ssh/ssh_host_ed25519_key')?.text, first);
    // Redis lost its data: the key is the same, and known again.
    state = liveState();
    assert.equal(await key(), first);
    assert.equal(await hostKeyPin(state, 'node-7'), shown.split(' ')[1]);
  });

  test('is refused where others may read the host key, or it is another file', async () => {
    await filesOf('node-7');
    const file = hostKeyFile(join(folder, 'var'), 'node-7');
    await chmod(file, 0o644);
    await assert.rejects(filesOf('node-7'), { code: 'machine.hostkey', message: /others may read/ });
    await chmod(file, 0o600);
    await writeFile(file, 'no key');
    await assert.rejects(filesOf('node-7'), { code: 'machine.hostkey', message: /not an ed25519 key/ });
  });

  test('has the keys known last where a service does not answer in time; who was never known is said', async () => {
    await filesOf('node-7');
    github.troubles.set('/', 'hang');
    await load(whole());
    const later = await filesOf('node-7', giving(50));
    assert.match(later.get('root/.ssh/authorized_keys')?.text ?? '', /reem@127\.0\.0\.1/);
    assert.match(reports(later).join('\n'), /does not answer.*keys known last of .*acme stay/);
    state = liveState();
    await load(whole());
    const never = await filesOf('node-7', giving(50));
    // What stands in the configuration lets somebody in all the same.
    assert.ok(never.get('root/.ssh/authorized_keys')?.text.includes(hired.split(' ')[1] as string));
    assert.match(reports(never).join('\n'), /no key of .*acme is known: .* does not answer/);
  });

  test('lets a machine boot into which nobody can log in, and says so', async () => {
    github.troubles.set('/', 'hang');
    await load(whole().replace(`, keys: ["${hired}"]`, ''));
    const archive = await filesOf('node-7', giving(50));
    assert.ok(!archive.has('root/.ssh/authorized_keys'));
    assert.deepEqual(
      reports(archive).filter((text) => text?.startsWith('nobody')),
      [
        'nobody may log in as root: no key of builders is known',
        'nobody may log in as kim: no key of builders, guests is known',
      ],
    );
  });

  test('asks the sources once for many machines that boot at once', async () => {
    const from = giving();
    const before = github.asked.length;
    await Promise.all(Array.from({ length: 20 }, () => from.files(known('node-7'), TOKEN, MAC)));
    const asked = github.asked.length - before;
    assert.ok(asked > 0 && asked <= 4, `asked ${asked} times`);
  });

  test('is nothing at all where a file cannot be made: which, and why', async () => {
    await put('templates/motd', '{{nowhere.said}}\n');
    await assert.rejects(filesOf('node-7'), {
      code: 'machine.file',
      message: /^motd for node-7 cannot be made: .*nowhere\.said/,
    });
    await put('templates/motd', '{{#open}}\n');
    await assert.rejects(filesOf('node-7'), {
      code: 'machine.file',
      message: /motd, site for node-7.*motd/s,
    });
    // Others do not need them.
    assert.ok((await filesOf('node-8')).has('etc/hostname'));
  });

  test('is the same for cloud-init', async () => {
    const from = giving();
    const user = parse((await from.cloudInit(known('node-7'), TOKEN, 'user-data', MAC)) ?? '');
    assert.deepEqual(
      user.write_files.map(({ path }: { path: string }) => path),
      ['/etc/hosts', '/etc/resolv.conf', '/etc/motd', '/srv/site.conf'],
    );
    assert.match(user.runcmd.at(-1)[3], new RegExp(`^http://10\\.77\\.0\\.1:8080/v1/boots/${TOKEN}/events$`));
    assert.equal(await from.cloudInit(known('node-7'), TOKEN, 'passwords', MAC), undefined);
  });
});
