import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { power } from '../../../src/adapters/power/power.ts';
import { wakeArgv } from '../../../src/adapters/power/wake.ts';

const shell = localShell({ host: 'genesis' });
const tools = power.open({ shell, options: { patience: 200, pause: 10 } });
after(() => shell.close());

describe('a machine that is woken', () => {
  const target = { kind: 'wake', machine: 'node-7', broadcast: '127.255.255.255' } as const;

  test('hears its own address sixteen times, three times over', async () => {
    // Others that run at once hear all of it, too.
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    const heard: Buffer[] = [];
    socket.on('message', (message) => heard.push(message));
    socket.bind(9, '127.255.255.255');
    await once(socket, 'listening');
    try {
      const own = [randomBytes(6).toString('hex'), randomBytes(6).toString('hex')];
      await tools.of({ ...target, mac: own.map((hex) => hex.match(/../g)!.join(':')) }).on();
      const ours = (hex: string) => {
        const whole = Buffer.concat([Buffer.alloc(6, 0xff), ...Array(16).fill(Buffer.from(hex, 'hex'))]);
        return heard.filter((packet) => packet.equals(whole)).length;
      };
      assert.deepEqual(own.map(ours), [3, 3]);
    } finally {
      socket.close();
    }
  });

  test('goes out by the interface that is named, and says so where there is none of that name', async () => {
    await tools.of({ ...target, mac: ['52:54:00:12:34:56'], interface: 'lo' }).on();
    const nowhere = tools.of({ ...target, mac: ['52:54:00:12:34:56'], interface: 'none0' });
    await assert.rejects(nowhere.on(), { code: 'shell.exit' });
  });

  test('takes nothing of it for a program', () => {
    const argv = wakeArgv({ machine: 'node-7', mac: ['52:54:00:12:34:56'], broadcast: '10.0.0.255' });
    assert.deepEqual([argv[0], argv.slice(3)], ['perl', ['--', '10.0.0.255', '', '52:54:00:12:34:56']]);
  });

  test('cannot be switched off, and nobody can tell whether it is on', async () => {
    const machine = tools.of({ ...target, mac: ['52:54:00:12:34:56'] });
    assert.equal(await machine.status(), 'unknown');
    assert.equal(await machine.bootFromNetworkOnce(), false);
    await assert.rejects(machine.off(), { code: 'power.cannot' });
    await assert.rejects(machine.off(true), { code: 'power.cannot' });
    await assert.rejects(machine.cycle(), {
      code: 'power.cannot',
      message: 'node-7 cannot be switched off and on: its power can do no such thing',
    });
    await assert.rejects(tools.of({ ...target, mac: [] }).on(), { code: 'power.nomac' });
  });
});

describe('a machine that programs switch', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-switch-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const sh = (script: string): string[] => ['sh', '-c', script, 'sh', join(folder, 'state')];
  const target = () =>
    ({
      kind: 'command',
      machine: 'node-7',
      onArgv: sh('echo on >"$1"; echo "$MACHINE on" >>"$1.log"'),
      offArgv: sh('echo off >"$1"; echo "$MACHINE off" >>"$1.log"'),
      statusArgv: sh('cat "$1" 2>/dev/null || echo off'),
    }) as const;
  const log = () => readFile(join(folder, 'state.log'), 'utf8');

  test('is switched only where it is not so already', async () => {
    const machine = tools.of(target());
    await machine.off();
    await machine.on();
    await machine.on();
    assert.equal(await machine.status(), 'on');
    assert.equal(await log(), 'node-7 on\n');
    await machine.cycle();
    assert.equal(await log(), 'node-7 on\nnode-7 off\nnode-7 on\n');
  });

  test('is switched in any case where nobody can tell', async () => {
    const { statusArgv: _, ...blind } = target();
    const machine = tools.of(blind);
    const before = await log();
    await machine.on();
    assert.equal(await machine.status(), 'unknown');
    assert.equal(await log(), `${before}node-7 on\n`);
  });

  test('is told to have stayed as it was where its program does nothing, and what is no state is an error', async () => {
    const idle = tools.of({ ...target(), offArgv: ['true'] });
    await idle.on();
    await assert.rejects(idle.off(), { code: 'power.stays' });
    await assert.rejects(tools.of({ ...target(), statusArgv: ['echo', 'perhaps'] }).status(), {
      code: 'power.unreadable',
    });
    await assert.rejects(tools.of({ ...target(), offArgv: ['false'] }).off(), { code: 'shell.exit' });
  });
});
