import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { describe, it } from 'node:test';
import { installArgv, policyArgv, updateArgv } from '../../../src/adapters/apt/commands.ts';
import { examine } from '../../../src/jobs/host/examine.ts';
import { checkHost, inspectHost } from '../../../src/jobs/host/inspect.ts';
import { installHost } from '../../../src/jobs/host/install.ts';
import { NEED, NEEDS } from '../../../src/jobs/host/needs.ts';
import { startEngine } from '../../../src/jobs/host/start.ts';
import { quote } from '../../../src/shell.ts';
import { type Call, fakeShell, type Scripted } from '../../fakes/shell.ts';
import { desk } from '../desk.ts';

const line = (argv: readonly string[]) => argv.map(quote).join(' ');
const FREE = 'df --output=avail --block-size=1 -- /r';
const SOCKET = '/var/run/docker.sock';

/** An engine that answers its ping. */
const engine = (): Duplex =>
  new Duplex({
    read() {},
    write(request, _, done) {
      this.push(`HTTP/1.0 ${String(request).startsWith('GET /_ping ') ? '200 OK' : '404 Not Found'}\r\n\r\n`);
      this.push(null);
      done();
    },
  });

/** A host where only the given programs exist, everything else is not installed. */
const host = (programs: Record<string, Scripted>, sockets = {}) =>
  fakeShell({
    host: 'web-1',
    sockets,
    programs: (call: Call) => programs[line(call.argv)] ?? { missing: 'program' },
  });

const whole = {
  'git --version': { stdout: 'git version 2.39.5\n' },
  'dockerd --version': { stdout: 'Docker version 20.10.24+dfsg1, build 5d6db84\n' },
  'docker compose version': { code: 1, stderr: "docker: 'compose' is not a docker command.\n" },
  'docker-compose --version': { stdout: 'docker-compose version 1.29.2, build unknown\n' },
  'mmdebstrap --version': { stdout: 'mmdebstrap 1.3.5\n' },
  'wg --version': { stdout: 'wireguard-tools v1.0.20210914 - https://git.zx2c4.com/wireguard-tools/\n' },
  'wireguard-go --version': { stdout: 'wireguard-go v0.0.20220316\n' },
  'ping -V': { stdout: 'ping from iputils 20221126\n' },
  'ipmitool -V': { stdout: 'ipmitool version 1.8.19\n' },
  'curl --version': { stdout: 'curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1\n' },
  'virsh --version': { stdout: '9.0.0\n' },
  'dnsmasq --version': { stdout: 'Dnsmasq version 2.90  Copyright (c) 2000-2024 Simon Kelley\n' },
  'dpkg-query --show ipxe': { stdout: 'ipxe\t1.0.0+git-20190125.36a4c85-5.1\n' },
  'qemu-system-x86_64 --version': { stdout: 'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\n' },
  [FREE]: { stdout: '      Avail\n84000000000\n' },
};

describe('a look at a host', () => {
  it('finds the version of everything that is there', async () => {
    const shell = host(whole, { [SOCKET]: engine });
    const findings = await examine(shell, { root: '/r', socket: SOCKET }, NEEDS);
    assert.deepEqual(
      findings.map(({ need, ok, found }) => [need, ok, found]),
      [
        ['git', true, '2.39.5'],
        ['engine', true, '20.10.24'],
        ['compose', true, '1.29.2'],
        ['builder', true, '1.3.5'],
        ['wireguard', true, '1.0.20210914'],
        ['tunnel', true, '0.0.20220316'],
        ['ping', true, '20221126'],
        ['ipmi', true, '1.8.19'],
        ['redfish', true, '7.88.1'],
        ['virtual', true, '9.0.0'],
        ['dnsmasq', true, '2.90'],
        ['ipxe', true, '1.0.0'],
        ['emulator', true, '7.2.22'],
        ['running', true, undefined],
        ['space', true, '84 GB free'],
      ],
    );
  });

  it('says of everything that is not there what to do', async () => {
    const shell = host({
      [FREE]: { code: 1 },
      'df --output=avail --block-size=1 -- /': { stdout: '900000000\n' },
    });
    const findings = await examine(shell, { root: '/r', socket: SOCKET }, NEEDS);
    assert.ok(findings.every(({ ok }) => !ok));
    assert.deepEqual([...new Set(findings.slice(0, 11).map(({ fix }) => fix))], ['/prepare web-1']);
    assert.deepEqual(findings.at(-1), {
      need: 'space',
      ok: false,
      found: '900 MB free',
      fix: 'Free some space on web-1: docker system prune',
    });
  });

  it('says so where Muster may not ask the engine, and what to type', async () => {
    const refuse = () => {
      throw Object.assign(new Error('connect EACCES'), { code: 'EACCES' });
    };
    const shell = host({ 'id -un': { stdout: 'muster\n' } }, { [SOCKET]: refuse });
    assert.deepEqual(await examine(shell, { root: '/r', socket: SOCKET }, ['running']), [
      {
        need: 'running',
        ok: false,
        found: 'no permission on web-1: muster may not use the Docker engine',
        fix: 'Type on web-1: sudo usermod --append --groups docker -- muster',
      },
    ]);
    const starting = startEngine.perform({ host: 'web-1' }, desk(shell, '/r').context, {});
    await assert.rejects(starting, { code: 'host.denied' });
  });

  it('changes nothing and is no failure, whatever is missing', async () => {
    const shell = host({ [FREE]: { stdout: '84000000000\n' } });
    const { context, lines, notes } = desk(shell, '/r');
    await inspectHost.perform({ host: 'web-1', needs: ['git', 'engine', 'space'] }, context, {});
    assert.deepEqual(lines, ['✕ git', '✕ Docker engine', '✓ disk space 84 GB free']);
    assert.deepEqual(notes, []);
  });
});

describe('the last look', () => {
  it('fails where something is still missing, and names it', async () => {
    const checking = checkHost.perform(
      { host: 'web-1', needs: ['git', 'compose', 'running'] },
      desk(host({}), '/r').context,
      {},
    );
    await assert.rejects(checking, {
      code: 'engine.missing',
      message: 'web-1 has no git, Docker Compose, running Docker engine',
    });
  });

  it('fails where the engine does not answer', async () => {
    const checking = checkHost.perform(
      { host: 'web-1', needs: ['git', 'running'] },
      desk(host(whole), '/r').context,
      {},
    );
    await assert.rejects(checking, { code: 'engine.down' });
  });

  it('only warns where space is short', async () => {
    const { context, notes } = desk(host({ [FREE]: { stdout: '1900000000\n' } }), '/r');
    await checkHost.perform({ host: 'web-1', needs: ['space'] }, context, {});
    assert.deepEqual(notes, ['1.9 GB free. Free some space on web-1: docker system prune']);
  });
});

describe('installing', () => {
  const compose = NEED.compose.packages.flat();
  const policy = 'docker-compose:\n  Candidate: 1.29.2\ndocker-compose-v2:\n  Candidate: (none)\n';
  const journal = "find /var/lib/dpkg/updates -type f -name '[0-9]*' -print -quit";

  it('does nothing where nothing is missing, and needs no rights for that', async () => {
    const shell = host(whole, { [SOCKET]: engine });
    const { context, notes, lines } = desk(shell, '/r');
    const done = await installHost.perform({ host: 'web-1', needs: [...NEEDS] }, context, {});
    assert.deepEqual([done, notes, lines], [{ installed: [] }, [], []]);
    assert.ok(!shell.calls.some(({ argv }) => argv[0] === 'id' || argv[0] === 'apt-get'));
  });

  it('takes the best package that the host can get', async () => {
    const { 'docker-compose --version': _, ...without } = whole;
    const shell = host({
      ...without,
      'id -u': { stdout: '0\n' },
      'apt-get --version': {},
      [line(updateArgv())]: { stdout: 'Hit:1 http://mirror bookworm InRelease\n' },
      [line(policyArgv(compose))]: { stdout: policy },
      [journal]: {},
      [line(installArgv(['docker-compose']))]: { stdout: 'Setting up docker-compose\n' },
    });
    const { context, notes, lines } = desk(shell, '/r');
    const done = await installHost.perform({ host: 'web-1', needs: ['git', 'compose'] }, context, {});
    assert.deepEqual(done, { installed: ['docker-compose'] });
    assert.deepEqual(notes, ['installed on web-1: Docker Compose']);
    assert.deepEqual(lines, ['Hit:1 http://mirror bookworm InRelease', 'Setting up docker-compose']);
  });

  it('without root says exactly what to type', async () => {
    const shell = host({ 'id -u': { stdout: '1000\n' } });
    const installing = installHost.perform({ host: 'web-1', needs: ['git'] }, desk(shell, '/r').context, {});
    await assert.rejects(installing, {
      code: 'host.denied',
      message: 'no permission on web-1: only root may install git',
      hint:
        'Type on web-1: sudo apt-get -o DPkg::Lock::Timeout=60 update && sudo apt-get -o DPkg::Lock::Timeout=60 ' +
        '-o Dpkg::Options::=--force-confold install --yes --no-install-recommends -- git ca-certificates',
    });
  });

  it('without apt says that it has to be done by hand', async () => {
    const shell = host({ 'id -u': { stdout: '0\n' } });
    const installing = installHost.perform({ host: 'web-1', needs: ['git'] }, desk(shell, '/r').context, {});
    await assert.rejects(installing, { code: 'setup.missing', message: 'git on web-1 is missing' });
  });
});

describe('starting the engine', () => {
  it('does nothing where it answers', async () => {
    const shell = host({}, { [SOCKET]: engine });
    const done = await startEngine.perform({ host: 'web-1' }, desk(shell, '/r').context, {});
    assert.deepEqual([done, shell.calls.length], [{ started: false }, 0]);
  });

  it('is left to systemd where that runs', async () => {
    let up = false;
    const shell = fakeShell({
      host: 'web-1',
      sockets: {
        [SOCKET]: () => {
          if (!up) throw new Error('ECONNREFUSED');
          return engine();
        },
      },
      programs: {
        'test -d /run/systemd/system': {},
        'id -u': { stdout: '0\n' },
        'systemctl enable --now -- docker': () => {
          up = true;
          return {};
        },
      },
    });
    const { context, notes } = desk(shell, '/r');
    assert.deepEqual(await startEngine.perform({ host: 'web-1' }, context, {}), { started: true });
    assert.deepEqual(notes, ['the Docker engine of web-1 runs']);
  });

  it('without root says exactly what to type', async () => {
    const shell = host({ 'id -u': { stdout: '1000\n' }, 'test -d /run/systemd/system': {} });
    const starting = startEngine.perform({ host: 'web-1' }, desk(shell, '/r').context, {});
    await assert.rejects(starting, {
      code: 'host.denied',
      hint: 'Type on web-1: sudo systemctl enable --now -- docker',
    });
  });
});
