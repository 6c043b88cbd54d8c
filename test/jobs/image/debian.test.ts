/** One small image out of real packages, and the errors of people, archives and hooks. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { armoured, sourceEntry } from '../../../src/adapters/mmdebstrap/key.ts';
import { MusterError } from '../../../src/errors.ts';
import { library, type Part } from '../../../src/image.ts';
import { type Blueprint, digestOf } from '../../../src/jobs/image/blueprint.ts';
import { buildImage } from '../../../src/jobs/image/build.ts';
import { Candidate, candidateFile } from '../../../src/jobs/image/candidate.ts';
import { explained, Heard } from '../../../src/jobs/image/reason.ts';
import { benchOf } from '../../../src/jobs/image/recipe.ts';
import { needs } from '../../needs.ts';
import { desk } from '../desk.ts';

const HOSTILE = 'it\'s $(touch /owned) `id` \\ "x"';
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl zoe@example';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const file = (path: string, text: string, more = {}) => ({
  ...{ path, content: base64(text), mode: 0o644, owner: 'root', group: 'root' },
  ...more,
});

const BLUEPRINT: Blueprint = {
  ...{
    image: 'small',
    builder: 'mmdebstrap',
    architecture: 'amd64',
    suite: 'bookworm',
    components: ['main'],
  },
  ...{ packages: ['busybox-static', 'usr-is-merged'], sources: [], documentation: false, kernelLine: '' },
  files: [
    file('/etc/motd', HOSTILE),
    file(`/etc/odd/${HOSTILE.replaceAll('/', '')}`, 'odd'),
    // A link in a real image that leads to an absolute path: the host's own must stay as it is.
    file('/var/lock/muster-test-lock', 'inside'),
    file('/opt/ops/tool', 'mine', { owner: 'ops', group: 'ops', mode: 0o4750 }),
  ],
  users: [
    { name: 'ops', uid: 1_001, groups: ['sudo', 'makers'], shell: '/bin/sh', keys: [KEY] },
    { name: 'root', uid: 0, groups: [], shell: '/bin/bash', keys: [KEY] },
  ],
  services: { enable: [], disable: [], mask: [] },
  hooks: [
    { name: 'a/first.sh', content: base64('#!/bin/sh\npwd; echo made >/etc/made; hostname >/dev/null\n') },
  ],
  formats: ['squashfs', 'lxd'],
  gate: [],
};

describe('an image of Debian packages', { skip: needs(['mmdebstrap', 'mksquashfs', 'root']) }, () => {
  const shell = localShell({ host: 'local' });
  const folder = mkdtempSync(join(tmpdir(), 'muster-debian-'));
  after(async () => {
    await shell.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const build = (blueprint: Blueprint, root: string) => {
    const said = desk(shell, root);
    const input = { host: 'local', image: 'small', digest: digestOf(blueprint), keys: {}, blueprint };
    return { ...said, done: buildImage.perform(input, said.context, {}) };
  };
  const refused = async (change: Partial<Blueprint>, expected: object) => {
    const root = mkdtempSync(join(folder, 'refused-'));
    await assert.rejects(build({ ...BLUEPRINT, ...change }, root).done, expected);
    assert.deepEqual(readdirSync(library(root).workshop('.')), []);
    assert.equal(existsSync(join(library(root).folder, 'candidates')), false);
  };
  const root = join(folder, 'host');
  const unpacked = join(folder, 'root');

  it('holds what it was to hold, and nothing of the host', async () => {
    mkdirSync(root);
    const { done, shares } = build(BLUEPRINT, root);
    const { key } = await done;
    assert.equal(shares.at(-1), 1);
    const candidate = Candidate.parse(JSON.parse(readFileSync(candidateFile(root, 'small', key), 'utf8')));
    const blob = (part: Part) => library(root).blob(candidate.parts[part]!.sha256);
    assert.deepEqual(Object.keys(candidate.parts).sort(), ['lxd', 'squashfs']);
    assert.ok(candidate.packages.some((name) => name.startsWith('busybox-static ')));
    execFileSync('unsquashfs', ['-quiet', '-no-progress', '-dest', unpacked, blob('squashfs')]);
    const text = (path: string) => readFileSync(join(unpacked, path), 'utf8');
    assert.equal(text('etc/motd'), HOSTILE);
    assert.equal(text(`etc/odd/${HOSTILE.replaceAll('/', '')}`), 'odd');
    assert.equal(text('etc/made'), 'made\n');
    assert.equal(text('etc/machine-id'), '');
    assert.equal(text('home/ops/.ssh/authorized_keys'), `${KEY}\n`);
    assert.equal(text('root/.ssh/authorized_keys'), `${KEY}\n`);
    assert.match(text('etc/group'), /^sudo:.*:ops$/m);
    assert.match(text('etc/group'), /^makers:.*:ops$/m);
    assert.match(text('etc/shadow'), /^ops:\*:/m);
    const stat = (path: string) =>
      execFileSync('stat', ['-c', '%a %u %U', join(unpacked, path)], { encoding: 'utf8' }).split(' ');
    assert.deepEqual(stat('opt/ops/tool').slice(0, 2), ['4750', '1001']);
    assert.deepEqual(stat('home/ops/.ssh').slice(0, 2), ['700', '1001']);
    for (const gone of ['etc/hostname', 'etc/resolv.conf', 'muster-build', 'var/log/dpkg.log', 'owned'])
      assert.equal(existsSync(join(unpacked, gone)), false, gone);
    for (const foreign of ['/owned', '/run/lock/muster-test-lock', '/etc/made', '/muster-build'])
      assert.equal(existsSync(foreign), false, foreign);
    assert.match(execFileSync('tar', ['-tf', blob('lxd')], { encoding: 'utf8' }), /^metadata\.yaml$/m);
    assert.match(
      execFileSync('tar', ['-xOf', blob('lxd'), 'metadata.yaml'], { encoding: 'utf8' }),
      /"x86_64"/,
    );
  });

  it('is not built again while neither the definition nor the packages change', async () => {
    const { done, lines } = build(BLUEPRINT, root);
    assert.equal((await done).unchanged, true);
    assert.ok(!lines.some((line) => line.startsWith('I: extracting')));
  });

  /** Runs the script of an image in the one that was built, as mmdebstrap would. */
  async function setUp(change: Partial<Blueprint>, env = {}): Promise<unknown> {
    const bench = benchOf(
      { ...BLUEPRINT, files: [], users: [], hooks: [], ...change },
      { packages: [], files: [] },
    );
    execFileSync('tar', ['--extract', '--directory', unpacked], { input: bench });
    const heard = new Heard();
    const argv = ['chroot', unpacked, '/bin/sh', '/muster-build/setup'];
    const error = await shell
      .run(argv, { env, onLine: (line) => heard.hear(line) })
      .catch((thrown) => thrown);
    rmSync(join(unpacked, 'muster-build'), { recursive: true });
    return explained(error, 'small', heard, async () => []);
  }

  it('names the hook that failed, with its last lines', async () => {
    const hooks = [
      { name: 'a/good.sh', content: base64('#!/bin/sh\necho fine\n') },
      { name: HOSTILE, content: base64('#!/bin/sh\necho one; echo two >&2; exit 3\n') },
      { name: 'a/never.sh', content: base64('#!/bin/sh\ntouch /never\n') },
    ];
    const error = await setUp({ hooks });
    assert.ok(error instanceof MusterError);
    assert.equal(error.code, 'image.hook');
    assert.equal(error.message, `hook ${HOSTILE} of small failed with 3`);
    assert.deepEqual([...error.lines].sort(), ['one', 'two', `muster: hook ${HOSTILE}`].sort());
    assert.equal(existsSync(join(unpacked, 'never')), false);
    const proxied = { name: 'p', content: base64('#!/bin/sh\necho "$http_proxy|$https_proxy"; exit 1\n') };
    const env = { http_proxy: 'http://me:secret@proxy:3142', https_proxy: 'http://proxy:3142' };
    const shown = await setUp({ hooks: [proxied] }, env);
    assert.ok(shown instanceof MusterError);
    // A password is not for hooks.
    assert.ok(shown.lines.includes('|http://proxy:3142'), shown.lines.join('\n'));
    const missing = await setUp({ hooks: [{ name: 'h', content: base64('#!/no/such\n') }] });
    assert.ok(missing instanceof MusterError && missing.code === 'image.hook');
  });

  it('names what else could not be set up', async () => {
    const services = { enable: ['nosuch.service'], disable: [], mask: [] };
    const error = await setUp({ services });
    assert.ok(error instanceof MusterError);
    assert.deepEqual([error.code, error.facts.message], ['image.setup', 'systemctl enable nosuch.service']);
    const kernelless = await setUp({ gate: ['bios'] });
    assert.ok(kernelless instanceof MusterError);
    assert.equal(kernelless.code, 'image.nokernel');
    const file = { path: '/boot/vmlinuz-0', mode: 0o644, owner: 'root', group: 'root', content: '' };
    const driverless = await setUp({ gate: ['bios'], files: [file] });
    assert.ok(driverless instanceof MusterError);
    assert.equal(driverless.code, 'image.nodrivers');
  });

  it('has its own host keys made where it starts without a machine that is told them', async () => {
    await setUp({ files: [file('/lib/systemd/system/ssh.service', '[Service]\n')] });
    const told = readFileSync(join(unpacked, 'etc/systemd/system/ssh.service.d/muster-keys.conf'), 'utf8');
    assert.match(
      told,
      /^\[Service\]\nExecStartPre=\nExecStartPre=\S+ssh-keygen -A\nExecStartPre=\S+sshd -t\n$/,
    );
  });

  it('is refused with a package that no archive has, and the name that was meant', async () => {
    await refused(
      { packages: ['busybox-statik'] },
      {
        code: 'image.package',
        message: /no archive of small has a package busybox-statik( \(did you mean busybox-static\?\))?$/,
      },
    );
  });

  it('is refused where its archive cannot be reached', async () => {
    await refused(
      { mirror: 'http://127.0.0.1:1/debian' },
      {
        code: 'image.archive',
        message: /^the archive http:\/\/127\.0\.0\.1:1\/debian\/\S+ cannot be reached: .*refused/,
      },
    );
  });

  it('is refused where an archive is signed with another key than it should be', async () => {
    const key = armoured(readFileSync('/usr/share/keyrings/debian-archive-trixie-stable.gpg'))!;
    const address = 'http://deb.debian.org/debian';
    const sources = [sourceEntry({ address, suite: 'bookworm-backports', components: ['main'], key })];
    await refused(
      { sources },
      {
        code: 'image.key',
        message:
          /bookworm-backports is not signed with the key that small has for it but with [0-9A-F, ]{16,}$/,
      },
    );
  });
});
