import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import {
  buildArgv,
  parseSimulation,
  parseStatus,
  pipeArgv,
  type Recipe,
  shareOf,
  simulateArgv,
} from '../../../src/adapters/mmdebstrap/commands.ts';
import { mountsIn } from '../../../src/adapters/mmdebstrap/discard.ts';
import { mmdebstrap } from '../../../src/adapters/mmdebstrap/mmdebstrap.ts';
import { fakeShell } from '../../fakes/shell.ts';

const recipe: Recipe = {
  suite: 'bookworm',
  packages: ['busybox-static', 'usr-is-merged'],
  dpkgOptions: ['path-exclude=/usr/share/man/*'],
  hooks: ['rm -f "$1/etc/hostname"'],
  epoch: 1_686_355_200,
};
const COMMON = [
  ...['--variant=minbase', '--include=busybox-static,usr-is-merged'],
  '--aptopt=Acquire::Check-Date "false"',
];
const DPKG = '$1/etc/dpkg/dpkg.cfg.d';
const TOLD = [
  `mkdir -p "${DPKG}"`,
  `echo force-unsafe-io >"${DPKG}/99muster-build"`,
  `printf '%s\\n' 'path-exclude=/usr/share/man/*' >"${DPKG}/99muster"`,
].join(' && ');

describe('the command line of mmdebstrap', () => {
  it('builds from sources on standard input', () => {
    assert.deepEqual(buildArgv(recipe, '/r/root.tar', 'root', ['Acquire::Check-Date "false"']), [
      ...['mmdebstrap', '--mode=root', ...COMMON, '--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr'],
      `--setup-hook=${TOLD}`,
      `--extract-hook=chroot "$1" find / -xdev -depth '(' -path '/usr/share/man/*' ')'  '(' ! -type d -o -empty ')' -delete`,
      ...[
        '--customize-hook=rm -f "$1/etc/hostname"',
        '--customize-hook=download /var/lib/dpkg/status /r/status',
      ],
      ...[`--customize-hook=rm -f "${DPKG}/99muster-build"`, '--', 'bookworm', '/r/root.tar', '-'],
    ]);
  });

  it('simulates without a target', () => {
    assert.deepEqual(simulateArgv(recipe, 'auto', ['Acquire::Check-Date "false"']), [
      ...['mmdebstrap', '--simulate', '--verbose', '--mode=auto', ...COMMON],
      ...['--format=null', '--', 'bookworm', '-', '-'],
    ]);
  });
});

describe('what mmdebstrap prints', () => {
  it('names the packages of a simulation once each', () => {
    const lines = [
      'Inst perl-base (5.36.0-7 Debian:12.15/oldstable [amd64])',
      'Inst gcc-12-base (12.2.0-14 Debian:12.15/oldstable [amd64])',
      'Conf gcc-12-base (12.2.0-14 Debian:12.15/oldstable [amd64])',
      'Inst perl-base [5.36.0-6] (5.36.0-7 Debian:12.15/oldstable [amd64]) []',
    ];
    assert.deepEqual(parseSimulation(lines), ['gcc-12-base 12.2.0-14', 'perl-base 5.36.0-7']);
  });

  it('tells how far it is', () => {
    assert.equal(shareOf('I: extracting archives...'), 0.3);
    assert.equal(shareOf('I: success in 20.8 seconds'), 1);
    assert.equal(shareOf('Get:1 http://deb.debian.org/debian bookworm InRelease'), undefined);
  });
});

describe("dpkg's database", () => {
  it('lists what is installed, and not what was removed', () => {
    const status = [
      'Package: dash\nStatus: install ok installed\nVersion: 0.5\nDescription: x\n Package: not this',
      'Package: apt\nStatus: install ok installed\nVersion: 2.6',
      'Package: old\nStatus: deinstall ok config-files\nVersion: 1',
    ].join('\n\n');
    assert.deepEqual(parseStatus(status), ['apt 2.6', 'dash 0.5']);
  });
});

describe('mounts that a build left', () => {
  const MOUNTS = [
    'overlay / overlay rw 0 0',
    'proc /r/tmp/a/proc proc rw 0 0',
    'sysfs /r/tmp/a/proc/sys\\040fs sysfs rw 0 0',
    'proc /r/tmpother/proc proc rw 0 0',
  ].join('\n');

  it('are found inside the folder only, deepest first', () => {
    assert.deepEqual(mountsIn('/r/tmp', MOUNTS), ['/r/tmp/a/proc/sys fs', '/r/tmp/a/proc']);
  });

  it('are taken away before the folder is removed', async () => {
    const shell = fakeShell({
      programs: ({ argv }) =>
        argv[0] === 'cat' ? { stdout: MOUNTS } : argv[0] === 'realpath' ? { stdout: '/r/tmp\0' } : {},
    });
    // As it is called where `/link` leads to `/r`.
    await mmdebstrap.open({ shell, options: { mode: 'auto' } }).discard('/link/tmp');
    assert.deepEqual(
      shell.calls.slice(2).map(({ argv }) => argv),
      [
        ['umount', '--lazy', '--', '/r/tmp/a/proc/sys fs'],
        ['umount', '--lazy', '--', '/r/tmp/a/proc'],
        ['rm', '--recursive', '--force', '--one-file-system', '--', '/link/tmp'],
      ],
    );
  });
});

describe('a build that is packed as it is written', () => {
  /** Ends as a build does whose programs are these. */
  async function ended(t: TestContext, builder: string, packer: string): Promise<number> {
    const folder = mkdtempSync(join(tmpdir(), "muster-pipe's-"));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'mmdebstrap'), `#!/bin/sh\n${builder}\n`, { mode: 0o755 });
    const argv = pipeArgv(recipe, folder, 'root', [], ['sh', '-c', packer, 'sh', join(folder, 'packed')]);
    const shell = localShell({ host: 'local' });
    const env = { PATH: `${folder}:${process.env.PATH}` };
    const { code } = await shell.run(argv, { env, accept: [0, 3, 7, 141] }).finally(() => shell.close());
    if (code === 0) assert.equal(readFileSync(join(folder, 'packed'), 'utf8'), 'archive');
    return code;
  }

  it('is done once both programs are', async (t) => {
    assert.equal(await ended(t, 'printf archive', 'cat >"$1"'), 0);
  });

  it('fails as the builder does, however content the packer is with half of it', async (t) => {
    assert.equal(await ended(t, 'printf arch; exit 7', 'cat >"$1"'), 7);
    assert.equal(await ended(t, 'printf arch; exit 7', 'cat >"$1"; exit 3'), 7);
  });

  it('is waited for where the builder ends what is beside it, as mmdebstrap does when nobody reads what it writes', async (t) => {
    assert.equal(await ended(t, `trap "" HUP; kill -HUP 0; sleep 0.2; exit 7`, 'exit 3'), 7);
  });

  it('fails where the packer does', async (t) => {
    assert.equal(await ended(t, 'printf archive', 'cat >"$1"; exit 3'), 3);
    assert.notEqual(await ended(t, 'sleep 0.1; yes', 'exit 3'), 0);
  });
});

describe('a build', () => {
  it("gets the host's proxy and the epoch through the environment, and no temporary folder elsewhere", async () => {
    const shell = fakeShell({
      programs: ({ argv }) =>
        argv[0] === 'apt-config' ? { stdout: 'Acquire::http::Proxy=http://u:p@proxy:3142\n' } : {},
    });
    await mmdebstrap.open({ shell, options: { mode: 'auto' } }).build(recipe, '/r');
    const call = shell.calls.find(({ argv }) => argv[0] === 'mmdebstrap');
    assert.equal(call?.env.http_proxy, 'http://u:p@proxy:3142');
    assert.equal(call?.env.SOURCE_DATE_EPOCH, '1686355200');
    assert.equal(call?.env.TMPDIR, '/r/tmp');
    assert.match(call?.stdin ?? '', /^URIs: http:\/\/deb\.debian\.org\/debian$/m);
    assert.ok(!shell.calls.some(({ argv }) => argv.join(' ').includes('u:p')));
  });

  it('says that it takes root where it gets no rights', async () => {
    const shell = fakeShell({
      programs: ({ argv }) =>
        argv[0] === 'mmdebstrap' ? { code: 25, stderr: 'E: unable to pick chroot mode automatically\n' } : {},
    });
    const builder = mmdebstrap.open({ shell, options: { mode: 'auto' } });
    const denied = { code: 'host.denied', message: /no permission on fake: .* takes root/ };
    await assert.rejects(builder.build(recipe, '/r'), denied);
    await assert.rejects(builder.candidates(recipe), denied);
  });
});
