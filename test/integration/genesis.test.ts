/** From an image to machines that run, on real parts: Muster as users start it, DHCP, TFTP, HTTP and emulated machines. One that nobody knows is adopted, one is configured as it boots, and Muster is killed in between. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newKeyPair, publicHalf } from '../../src/adapters/ssh/keypair.ts';
import { isPast } from '../../src/jobs/machine/fold.ts';
import { hostKeyFile, hostKeyPin, publicHostKey } from '../../src/jobs/machine/host-key.ts';
import { strangersIn } from '../../src/jobs/machine/strangers.ts';
import { messages } from '../../src/messages/messages.ts';
import { humanSize } from '../../src/units.ts';
import { ANY, like } from '../like.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { BOOT_MS, type BootLan, LAN_NEEDS, openBootLan, PATIENT } from './boot-lan.ts';
import { ended } from './muster.ts';

const ADDRESS = '10.77.0.7';
const VERSION = 'tiny@2026-11-21.1';
const DISCOVERY = 'discover@2026-11-21.1';
/** What the initramfs loads, as the tests' image has no drivers afterwards: that of the disk. */
const DISKS = {
  path: '/usr/share/initramfs-tools/modules.d/disks',
  ...{ mode: 0o644, owner: 'root', group: 'root', content: Buffer.from('virtio_blk\n').toString('base64') },
};
const UNIT = `[Unit]
Description=A light of {{target.host}}
[Service]
ExecStart=/usr/bin/sleep infinity
`;

describe('machines that boot from muster start', { skip: needs(['ssh', ...LAN_NEEDS]) }, () => {
  let lan: BootLan;
  let manager: ChildProcess;
  let own: string;
  /** What the console of Muster showed. */
  let chat = '';
  const words = messages().machines;

  before(async () => {
    own = await mkdtemp(join(tmpdir(), 'muster-login-'));
    const key = newKeyPair('reem');
    await writeFile(join(own, 'key'), key, { mode: 0o600 });
    lan = await openBootLan({ machines: [{ name: 'node-1' }, { name: 'guest', disk: 64 }] });
    const [node] = lan.machines;
    await lan.configure(
      {
        boot: { unknown: 'discover', discovery: 'discover', profile: 'worker' },
        images: { tiny: {}, discover: { discovery: true } },
        keyGroups: { builders: { keys: [`${publicHalf(key)} reem`] } },
        files: {
          sign: { template: 'sign', path: '/srv/sign/front', mode: '0640', group: 'kim' },
          light: { template: 'light.service', path: '/etc/systemd/system/light.service' },
        },
        profiles: {
          worker: {
            image: 'tiny',
            logins: { root: ['builders'], kim: ['builders'] },
            files: ['sign', 'light'],
            services: ['light.service'],
            deadlines: PATIENT,
          },
        },
        machines: {
          'node-1': { mac: [node!.mac], address: `${ADDRESS}/24`, labels: ['front'], power: node!.power },
        },
      },
      {
        'templates/sign':
          'I am {{target.host}} at {{#target.fixed}}{{target.address}}{{/target.fixed}}{{^target.fixed}}some address{{/target.fixed}}, {{greeting}}.\n',
        'templates/light.service': UNIT,
        'data/site.yml': 'greeting: hello\n',
        'data/label-front.yml': 'greeting: welcome to the front\n',
      },
    );
    manager = await start();
    const packages = ['openssh-server'];
    const unmask = [
      'systemd-udevd.service',
      'systemd-udevd-control.socket',
      'systemd-udevd-kernel.socket',
      'systemd-udev-trigger.service',
    ];
    const tiny = await lan.build({ packages, unmask, files: [DISKS] });
    await lan.publish(tiny, { promote: true });
    await lan.publish({ ...tiny, version: DISCOVERY }, { promote: true });
  });
  after(async () => {
    await lan?.close();
    if (own) await rm(own, { recursive: true, force: true });
  });

  async function start(): Promise<ChildProcess> {
    const started = await lan.start('pipe');
    started.stdout?.on('data', (text) => {
      chat += text;
    });
    return started;
  }
  /** All that is answered to a line. */
  const said = async (line: string): Promise<string> => {
    const { events } = await lan.muster.say(line);
    return events.flatMap((event) => (event.type === 'reply' ? [event.text] : [])).join('\n');
  };
  const typed = (line: string) => manager.stdin?.write(`${line}\n`);
  /** Logs in as somebody at an address that has the host key that Muster gave this machine. */
  async function login(user: string, address: string, machine: string, command: string): Promise<string> {
    const known = join(own, 'known_hosts');
    await writeFile(known, `${address} ${await publicHostKey(lan.state, machine)}\n`);
    const settings = [
      ...['BatchMode=yes', 'StrictHostKeyChecking=yes', 'IdentitiesOnly=yes'],
      // It answers when it comes to it.
      ...['ConnectTimeout=60', 'ConnectionAttempts=10'],
      ...[`UserKnownHostsFile=${known}`, 'GlobalKnownHostsFile=/dev/null'],
    ];
    const options = ['-F', 'none', '-i', join(own, 'key'), ...settings.flatMap((text) => ['-o', text])];
    return lan.host.run('ssh', ...options, `${user}@${address}`, command);
  }
  const bootOf = async (machine: string) => (await lan.boots(machine))[0];

  test('show what is in them where nobody knows them, and are configured as they boot where somebody does', async () => {
    const [, guest] = lan.machines;
    const mac = guest!.mac;
    assert.match(
      await said('/boot plan node-1'),
      like(words.plan.image({ who: 'node-1', version: VERSION })),
    );
    await guest!.on();
    const run = await lan.begin('/machine boot node-1');
    const shown = await until(
      async () => (await strangersIn(lan.state)).get(mac)?.inventory,
      'what is in it',
      BOOT_MS,
    );
    const { cpu, memory, disks, nics } = shown;
    assert.deepEqual([cpu.cores, disks.map(({ bytes }) => bytes)], [1, [64 * 1_048_576]]);
    assert.deepEqual(
      nics.map(({ mac, link }) => [mac, link]),
      [[mac, true]],
    );
    assert.ok(memory > 800 * 1_048_576 && memory < 1_024 * 1_048_576, `${memory}`);
    const inside = words.alarms.inside({ cores: 1, cpu: cpu.model, memory: humanSize(memory) });
    await until(() => chat.includes(inside), 'the console tells what is in it', BOOT_MS);
    assert.ok(chat.includes(words.alarms.stranger({ mac, firmware: 'bios' })), chat);
    const asked = like(words.list.stranger({ mac, firmware: 'bios', time: ANY }));
    assert.match(await said('/machine list'), asked);
    assert.match(await said(`/machine show ${mac}`), like(inside));
    const plan = await said(`/boot plan ${mac}`);
    assert.match(plan, like(words.plan.discovery({ who: mac, version: DISCOVERY })));
    assert.match(plan, like(words.because.unknown!({ mac })));
    const { status, summary } = await lan.ended(run);
    assert.equal(status, 'succeeded', `${summary}\n${await lan.machines[0]?.console()}`);
    // By DHCP already, before it was told.
    assert.equal((await bootOf('node-1'))?.address, ADDRESS);
  });

  test('are what they were given, for whoever may log in', async () => {
    const seen = await login(
      'kim',
      ADDRESS,
      'node-1',
      'hostname; cat /etc/hostname /srv/sign/front /etc/hosts',
    );
    const [name, file, sign, ...hosts] = seen.split('\n');
    assert.deepEqual([name, file], ['node-1', 'node-1']);
    assert.equal(sign, `I am node-1 at ${ADDRESS}, welcome to the front.`);
    assert.ok(hosts.includes(`${ADDRESS}\tnode-1`), seen);
    const units =
      'systemctl is-active light.service systemd-networkd.service; systemctl --failed --plain --no-legend';
    assert.equal(await login('root', ADDRESS, 'node-1', units), 'active\nactive\n');
    assert.equal(
      await login('root', ADDRESS, 'node-1', 'systemctl show --value --property=Description light'),
      'A light of node-1\n',
    );
    const kept = hostKeyFile(join(lan.muster.folder, 'var'), 'node-1');
    assert.equal(publicHalf(await readFile(kept, 'utf8')), await publicHostKey(lan.state, 'node-1'));
    assert.equal((await stat(kept)).mode & 0o777, 0o600);
    const show = await said('/machine show node-1');
    assert.match(show, like(words.show.hostKey({ fingerprint: `${await hostKeyPin(lan.state, 'node-1')}` })));
    assert.match(
      show,
      like(words.show.boot({ at: ANY, version: VERSION, outcome: words.show.outcomes.up, time: ANY })),
    );
    assert.match(
      await said('/machine why node-1'),
      like(words.why.up({ machine: 'node-1', version: VERSION, time: ANY })),
    );
    assert.match(
      await said('/machine list'),
      like(`node-1 · ${words.list.up({ version: VERSION, time: ANY })}`),
    );
  });

  test('come up though Muster is killed in the middle of their boots: one that was adopted, and one by its host key of before', async () => {
    const [, guest] = lan.machines;
    const key = await publicHostKey(lan.state, 'node-1');
    const [line = '', name = ''] = /\/machine adopt \S+ --name (\S+)/.exec(chat) ?? [];
    typed(line);
    await until(() => chat.includes(words.answers.added({ machine: name })), 'it is adopted');
    const plan = await said(`/boot plan ${name}`);
    assert.match(plan, like(words.plan.image({ who: name, version: VERSION })));
    assert.match(plan, like(words.because['profile.default']!({ profile: 'worker' })));
    // Nobody switches it: it is there to be told.
    const runs = [await lan.begin(`/machine boot ${name}`), await lan.begin('/machine boot node-1')];
    const names = [name, 'node-1'];
    await until(
      async () => (await Promise.all(names.map(bootOf))).every((boot) => boot && isPast(boot, 'initrd')),
      'both have their kernels and initramfs',
      BOOT_MS,
    );
    const told = JSON.stringify(await lan.runs.history(runs[0] as string));
    assert.ok(told.includes(words.notes.shows({ machine: name })), told);
    manager.kill('SIGKILL');
    await ended(manager);
    const open = await bootOf(name);
    assert.equal(open?.outcome, 'open', JSON.stringify(open));
    // By now each of them asks for what is not there.
    await sleep(10_000);
    manager = await start();
    assert.match(
      await said(`/machine why ${name}`),
      like(words.why.open({ machine: name, stage: ANY, time: ANY })),
    );
    for (const run of runs) {
      const { status, summary } = await lan.ended(run);
      assert.equal(status, 'succeeded', `${summary}\n${await guest!.console()}`);
    }
    for (const machine of names) assert.equal((await bootOf(machine))?.outcome, 'up');
    assert.equal(await publicHostKey(lan.state, 'node-1'), key);
    const signOf = (machine: string, address: string) =>
      login('kim', address, machine, 'hostname; cat /srv/sign/front');
    assert.equal(
      await signOf('node-1', ADDRESS),
      `node-1\nI am node-1 at ${ADDRESS}, welcome to the front.\n`,
    );
    const { address = '' } = (await bootOf(name)) ?? {};
    assert.equal(await signOf(name, address), `${name}\nI am ${name} at some address, hello.\n`);
    // What was lent to it is renewed, and stays the same.
    const lease = () => login('root', address, name, 'cat /run/systemd/netif/leases/* || true');
    await until(async () => (await lease()).includes(`\nADDRESS=${address}\n`), 'its lease is kept', BOOT_MS);
    assert.equal((await strangersIn(lan.state)).size, 0);
    await until(
      () => chat.includes(words.alarms.adopted({ mac: guest!.mac })),
      'the console tells that it is ours',
    );
  });
});
