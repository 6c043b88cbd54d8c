/** The firewall of a host without a guardian on a machine that a real systemd boots: its timer, and what is in force after the power failed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Firewall } from '../../src/firewall/firewall.ts';
import { guardedOverShell } from '../../src/jobs/shell-guarding.ts';
import type { Output, Shell } from '../../src/shell.ts';
import { outsideAndHost } from '../namespaces.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { type Machine, openMachine } from './machine.ts';

const skip = needs(['ip', 'nft', 'systemd-nspawn', 'root']);
const HOST = '10.66.0.2';
const NEVER = new AbortController().signal;

/** Stands for what brings the network up: notes what is filtered when its turn comes. */
const NETWORK = `[Unit]
After=network-pre.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'nft list ruleset > /run/before-network'
`;

/** Stands for a guardian, which is not asked for anything here. */
const GUARDIAN = `[Service]
Type=oneshot
ExecStart=/bin/true
[Install]
WantedBy=multi-user.target
`;

/** A shell whose programs run in a machine. */
function shellOf(machine: Machine): Shell {
  const shell: Shell = {
    host: 'web-2',
    async run(argv, { stdin = '', accept = [0] } = {}): Promise<Output> {
      const failed = (error: { code: number; stdout: string; stderr: string }): Output => {
        if (!accept.includes(error.code)) throw error;
        return error;
      };
      const ran = machine.run(argv, String(stdin));
      return ran.then((stdout) => ({ code: 0, stdout, stderr: '' }), failed);
    },
    connect: () => Promise.reject(new Error('no sockets')),
    marked: () => shell,
    sweep: async () => [],
    close: async () => {},
  };
  return shell;
}

const change = (id: string, port: number, keepWithin = 3_600_000) => ({
  ...{ change: id, by: 'reem', keepWithin, overwrite: [] },
  rules: Firewall.parse({ rules: [{ id: 'app', owner: 'config', protocol: 'tcp', ports: [port] }] }),
});

describe('a machine with systemd and without a guardian', { skip, timeout: 170_000 }, () => {
  test('takes back what nobody keeps, and after a power failure has in force what was kept before its network is up', async (t) => {
    const { outside, host, remove } = await outsideAndHost();
    t.after(remove);
    const unit = '/etc/systemd/system/muster-test-network.service';
    const machine = await openMachine(host, {
      [unit]: NETWORK,
      '/etc/systemd/system/multi-user.target.wants/muster-test-network.service': { link: unit },
    });
    t.after(() => machine.remove());
    await machine.boot();
    const shell = shellOf(machine);
    const guarding = guardedOverShell({ shell, fresh: () => shell, tools: {} });
    const timers = () =>
      machine.run(['systemctl', 'list-units', '--all', '--plain', 'muster-firewall-*.timer']);
    const ports = () => Promise.all([8_001, 8_002].map((port) => outside.reach({ address: HOST, port })));
    for (const port of [8_001, 8_002]) await host.listen({ address: HOST, port });

    await guarding.apply(change('f-1', 8_001), NEVER);
    assert.match(await timers(), /muster-firewall-\d+\.timer/);
    await guarding.keep('f-1', NEVER);
    assert.doesNotMatch(await timers(), /muster-firewall-\d+\.timer/);
    assert.equal((await guarding.show(NEVER)).fleeting, false);

    await guarding.apply(change('f-2', 8_002, 3_000), NEVER);
    assert.deepEqual(await ports(), ['silent', 'open']);
    await until(async () => (await outside.reach({ address: HOST, port: 8_001 })) === 'open', 'the timer');
    assert.equal(await outside.reach({ address: HOST, port: 8_002 }), 'silent');

    await guarding.apply(change('f-3', 8_002), NEVER);
    await machine.cut();
    // What the kernel filtered goes with it.
    await host.run('nft', 'flush', 'ruleset');
    assert.deepEqual(await ports(), ['open', 'open']);
    await machine.boot();
    const { good, pending, drift } = await guarding.show(NEVER);
    assert.deepEqual([good, pending, drift], ['f-1', undefined, []]);
    assert.deepEqual(await ports(), ['open', 'silent']);
    const filtered = await machine.run(['cat', '/run/before-network']);
    assert.match(filtered, /8001/);
    assert.doesNotMatch(filtered, /8002/);

    // A guardian that comes afterwards has its own: what was kept before it does not get in its way.
    await machine.run(['sh', '-c', 'cat >/etc/systemd/system/muster-guardian.service'], GUARDIAN);
    await machine.run(['systemctl', 'enable', 'muster-guardian.service']);
    await machine.cut();
    await host.run('nft', 'flush', 'ruleset');
    await machine.boot();
    assert.doesNotMatch(await machine.run(['cat', '/run/before-network']), /8001/);
  });
});
