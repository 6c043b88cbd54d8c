import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { apt } from '../../../src/adapters/apt/apt.ts';
import { installArgv, parsePolicy, queryArgv, updateArgv } from '../../../src/adapters/apt/commands.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { fakeShell } from '../../fakes/shell.ts';

const PATIENT = ['-o', 'DPkg::Lock::Timeout=60'];

describe('the command lines of apt', () => {
  it('wait for the lock and install without recommendations', () => {
    assert.deepEqual(updateArgv(), ['apt-get', ...PATIENT, 'update']);
    assert.deepEqual(installArgv(['git', 'docker.io']), [
      ...['apt-get', ...PATIENT, '-o', 'Dpkg::Options::=--force-confold'],
      ...['install', '--yes', '--no-install-recommends', '--', 'git', 'docker.io'],
    ]);
  });

  it('take a name that looks like an option as a name', () => {
    assert.deepEqual(queryArgv(['-x']).slice(-2), ['--', '-x']);
    assert.deepEqual(installArgv(['-x']).slice(-2), ['--', '-x']);
  });
});

describe('the answers of apt', () => {
  it('tell what could be installed', () => {
    const answer = [
      'docker-compose:',
      '  Installed: (none)',
      '  Candidate: 1.29.2-3',
      '  Version table:',
      '     1.29.2-3 500',
      '        500 http://deb.debian.org/debian bookworm/main amd64 Packages',
      'docker-compose-v2:',
      '  Installed: (none)',
      '  Candidate: (none)',
      '',
    ].join('\n');
    assert.deepEqual([...parsePolicy(answer)], ['docker-compose']);
  });

  it('are read from the real tools', async () => {
    const shell = localShell({ host: 'local' });
    const packages = apt.open({ shell, options: {} });
    const installed = await packages.installed(['dpkg', 'no-such-package-of-muster']);
    assert.deepEqual([...installed.keys()], ['dpkg']);
    assert.match(installed.get('dpkg') ?? '', /^\d+\.\d+/);
    assert.deepEqual([...(await packages.available(['dpkg', 'no-such-package-of-muster']))], ['dpkg']);
    await shell.close();
  });
});

describe('an installation', () => {
  const find = "find /var/lib/dpkg/updates -type f -name '[0-9]*' -print -quit";
  const install = installArgv(['git']).join(' ');

  it('asks nobody anything', async () => {
    const shell = fakeShell({ programs: { [find]: {}, [install]: { stdout: 'Setting up git\n' } } });
    const lines: string[] = [];
    await apt.open({ shell, options: {} }).install(['git'], { onLine: (line) => lines.push(line) });
    assert.deepEqual(lines, ['Setting up git']);
    assert.equal(shell.calls.at(-1)?.env.DEBIAN_FRONTEND, 'noninteractive');
  });

  it('first finishes one that was cut off', async () => {
    const mend = 'dpkg --force-confold --configure --pending';
    const programs = { [find]: { stdout: '/var/lib/dpkg/updates/0001\n' }, [mend]: {}, [install]: {} };
    const shell = fakeShell({ programs });
    await apt.open({ shell, options: {} }).install(['git']);
    assert.deepEqual(
      shell.calls.map(({ argv }) => argv[0]),
      ['find', 'dpkg', 'apt-get'],
    );
  });
});
