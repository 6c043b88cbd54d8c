/** An sshd that listens in its overlay network only, on a machine that a real systemd boots: its timer, and what it listens on after the power failed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ENDS, SCRIPT } from '../../src/adapters/sshd/script.ts';
import { commandArgv } from '../../src/adapters/sshd/sshd.ts';
import { noSshd } from '../adapters/ssh/sshd.ts';
import { outsideAndHost } from '../namespaces.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { openMachine } from './machine.ts';

const skip = needs(['ip', 'systemd-nspawn', 'root']) || noSshd;
const [OUTSIDE, INSIDE] = ['10.66.0.2', '10.80.0.5'];
const FILE = '/etc/ssh/sshd_config.d/muster-overlay.conf';
const UNITS = '/etc/systemd/system';

/** Stands for an overlay network: it takes its time to come up. */
const OVERLAY = `[Unit]
Description=An overlay network
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'sleep 2; ip address replace ${INSIDE}/24 dev eth0'
[Install]
WantedBy=multi-user.target
`;

describe('sshd on a machine with systemd', { skip, timeout: 170_000 }, () => {
  test('is taken back by its timer and at boot, and waits at boot for the network that it was kept in', async (t) => {
    const { outside, host, remove } = await outsideAndHost();
    t.after(remove);
    const machine = await openMachine(host, {
      [`${UNITS}/muster-overlay-build.service`]: OVERLAY,
      [`${UNITS}/multi-user.target.wants/muster-overlay-build.service`]: {
        link: `${UNITS}/muster-overlay-build.service`,
      },
      [`${UNITS}/multi-user.target.wants/ssh.service`]: { link: '/lib/systemd/system/ssh.service' },
    });
    t.after(() => machine.remove());
    await outside.run('ip', 'address', 'add', '10.80.0.1/24', 'dev', 'eth0');
    await machine.boot();
    const command = (...words: string[]) =>
      machine.run(
        commandArgv(
          '/var/lib/muster/sshd',
          '/etc/ssh/sshd_config',
          FILE,
          'muster-overlay-build.service',
          ...words,
        ),
        SCRIPT,
      );
    const open = async (address: string) =>
      (await outside.reach({ address, port: 22, patience: 3_000 })) === 'open';
    const everywhere = async () => (await open(OUTSIDE)) && (await open(INSIDE));
    const insideOnly = async () => !(await open(OUTSIDE)) && (await open(INSIDE));
    await until(everywhere, 'sshd everywhere');

    await command('listen', 'r-1', INSIDE, '15');
    await until(insideOnly, 'sshd in the network only');
    await until(everywhere, 'the timer');
    await assert.rejects(command('keep', 'r-1', INSIDE), { code: ENDS.gone });

    await command('listen', 'r-2', INSIDE, '600');
    await command('keep', 'r-2', INSIDE);
    await machine.cut();
    await host.run('ip', 'address', 'flush', 'to', `${INSIDE}/32`, 'dev', 'eth0');
    await machine.boot();
    await until(insideOnly, 'sshd in the network only, after the power failed');
    await command('back', 'r-2');
    await until(everywhere, 'sshd everywhere again');

    await command('listen', 'r-3', INSIDE, '600');
    await machine.cut();
    await machine.boot();
    await until(everywhere, 'what nobody kept taken back at boot');
    await assert.rejects(machine.run(['cat', FILE]));
  });
});
