/** By what machines are restarted, and how long that may take. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Config } from '../../../src/config/config.ts';
import { Machine } from '../../../src/config/machines.ts';
import { MusterError } from '../../../src/errors.ts';
import { patienceFor, restart, restartOf } from '../../../src/jobs/machine/restart.ts';
import type { Here } from '../../../src/jobs/step.ts';
import { fakeShell } from '../../fakes/shell.ts';

const config = Config.parse({
  hosts: {
    genesis: { link: 'local' },
    'node-2': { link: 'ssh', address: '10.0.0.2', user: 'root' },
  },
  boot: { host: 'genesis' },
});
const wake = { kind: 'wake', broadcast: '10.0.0.255' };
const machine = (name: string, power?: Record<string, unknown>) => ({
  ...{ name, from: 'config' as const },
  machine: Machine.parse({ mac: ['52:54:00:12:34:56'], power }),
});

/** Restarts a machine; gives every program that was run where, and what was told. `adopted` are those that still show what is in them: token by MAC address. */
async function restarted(
  one: ReturnType<typeof machine>,
  away = false,
  adopted: Record<string, string> = {},
) {
  const ran: string[] = [];
  const told: string[] = [];
  const place = async (host: string) => {
    if (away && host !== 'genesis') throw new MusterError('host.unreachable', { host, message: 'no answer' });
    const programs = ({ argv }: { argv: readonly string[] }) => {
      ran.push(`${host}: ${argv[0]} ${argv.at(-1)}`);
      return {};
    };
    return { shell: fakeShell({ host, programs }), root: '/r', tools: {} };
  };
  const here = {
    place,
    beside: { state: { all: async () => adopted } },
    signal: new AbortController().signal,
    report: { note: (text: string) => told.push(text) },
  };
  await restart(restartOf(one, config), one.name, here as unknown as Here);
  return { ran, told };
}

describe('a machine that is to boot anew', () => {
  it('is switched off and on where its power can', async () => {
    const { ran, told } = await restarted(
      machine('node-1', { kind: 'command', onArgv: ['relay', 'on'], offArgv: ['relay', 'off'] }),
    );
    assert.deepEqual(ran, ['genesis: relay off', 'genesis: relay on']);
    assert.deepEqual(told, ['node-1 was switched off and on']);
  });

  it('is told over ssh where its power only wakes, and woken where it is off', async () => {
    const woken = machine('node-2', wake);
    assert.deepEqual(await restarted(woken), {
      ran: ['node-2: systemctl reboot'],
      told: ['node-2 was told to restart, over ssh'],
    });
    const { ran, told } = await restarted(woken, true);
    assert.deepEqual(ran, ['genesis: perl 52:54:00:12:34:56']);
    assert.match(told.join(), /^node-2 was sent what wakes it/);
  });

  it('is woken where there is no other way, and left to people where there is none', async () => {
    assert.deepEqual((await restarted(machine('node-3', wake))).ran, ['genesis: perl 52:54:00:12:34:56']);
    const { ran, told } = await restarted(machine('node-3'));
    assert.deepEqual(ran, []);
    assert.match(told.join(), /by hand/);
  });

  it('needs nobody where it still shows what is in it: it asks whether it is to begin anew', async () => {
    const { ran, told } = await restarted(machine('node-3'), false, { '52:54:00:12:34:56': 'k'.repeat(32) });
    assert.deepEqual([ran, told], [[], ['node-3 still shows what is in it, and restarts by itself']]);
  });

  it('that only ssh reaches is not restarted where that does not', async () => {
    await assert.rejects(restarted(machine('node-2'), true), { code: 'host.unreachable' });
  });

  it('may take longer where a person has to go there', () => {
    const by = (one: ReturnType<typeof machine>) => patienceFor(restartOf(one, config), 1_000);
    assert.ok(by(machine('node-3')) > by(machine('node-2', wake)));
    // What can only be woken, and is on, somebody has to restart.
    assert.equal(by(machine('node-3', wake)), by(machine('node-3')));
  });
});
