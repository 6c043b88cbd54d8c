import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { bootedArgv, daemonArgv, enableArgv } from '../../../src/adapters/service/commands.ts';
import { service } from '../../../src/adapters/service/service.ts';
import { fakeShell } from '../../fakes/shell.ts';

describe('the command lines of a service', () => {
  it('start a unit now and at every boot', () => {
    assert.deepEqual(enableArgv('docker'), ['systemctl', 'enable', '--now', '--', 'docker']);
  });

  it('start a daemon without the mark of the step', () => {
    const daemon = { program: '/usr/sbin/d', arguments: ['--host', 'x'], pidFile: '/r/pid', log: '/r/log' };
    assert.deepEqual(daemonArgv(daemon), [
      ...['env', '--unset=MUSTER_MARK', 'start-stop-daemon', '--start', '--oknodo', '--background'],
      ...['--output', '/r/log', '--pidfile', '/r/pid', '--exec', '/usr/sbin/d', '--', '--host', 'x'],
    ]);
  });
});

describe('systemd', () => {
  for (const [code, runs] of [
    [0, true],
    [1, false],
  ] as const) {
    it(`is ${runs ? '' : 'not '}seen where its folder is ${runs ? '' : 'not '}there`, async () => {
      const shell = fakeShell({ programs: { [bootedArgv().join(' ')]: { code } } });
      assert.equal(await service.open({ shell, options: {} }).systemd(), runs);
    });
  }
});

describe('a daemon', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-service-'));
  const shell = localShell({ host: 'local' });
  const pidFile = join(folder, 'pid');
  const sleeper = execFileSync('which', ['sleep'], { encoding: 'utf8' }).trim();
  after(async () => {
    if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
    await shell.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('outlives the step that started it, and is not started twice', async () => {
    // The daemon writes its own process id; a shell that becomes `sleep` stands in for one.
    const script = `echo $$ > "$0"; echo started; exec ${sleeper} 300`;
    const bash = execFileSync('readlink', ['-f', '/bin/sh'], { encoding: 'utf8' }).trim();
    const daemon = { program: bash, arguments: ['-c', script, pidFile], pidFile, log: join(folder, 'log') };
    const services = service.open({ shell: shell.marked('service-test'), options: {} });
    await services.launch(daemon);
    while (!existsSync(pidFile) || !readFileSync(pidFile, 'utf8').endsWith('\n')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const pid = readFileSync(pidFile, 'utf8').trim();
    while (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(sleeper)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual(await shell.sweep('service-test'), []);
    assert.ok(existsSync(`/proc/${pid}`), 'the sweep of its step let it live');
    const [, session] =
      execFileSync('ps', ['-o', 'sid=', '-p', pid], { encoding: 'utf8' }).match(/(\d+)/) ?? [];
    assert.notEqual(
      session,
      execFileSync('ps', ['-o', 'sid=', '-p', String(process.pid)], { encoding: 'utf8' }).trim(),
    );
    await services.launch({ ...daemon, program: sleeper, arguments: ['301'] });
    assert.equal(readFileSync(pidFile, 'utf8').trim(), pid);
    assert.deepEqual(await services.lastLines(daemon.log), ['started']);
  });
});
