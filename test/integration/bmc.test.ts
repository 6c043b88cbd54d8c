/** Machines whose controllers speak IPMI and Redfish, on real parts: lines in a chat start and stop their QEMU, and have it boot from the network. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openBootLibrary } from '../boot-library.ts';
import { type FakeIpmi, startIpmi } from '../fakes/ipmi.ts';
import { type FakeRedfish, startRedfish } from '../fakes/redfish.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { BOOT_MS, type BootLan, LAN_NEEDS, openBootLan, PATIENT } from './boot-lan.ts';
import type { LanMachine } from './lan-machine.ts';

const VERSION = 'live@2026-11-21.1';

describe('machines that have a controller', {
  skip: needs([...LAN_NEEDS, 'ipmitool', 'ipmi_sim', 'curl']),
}, () => {
  let lan: BootLan;
  let ipmi: FakeIpmi;
  let redfish: FakeRedfish;
  let byIpmi: LanMachine;
  let byRedfish: LanMachine;

  before(async () => {
    lan = await openBootLan({
      machines: [
        { name: 'node-1', memory: 256 },
        { name: 'node-2', memory: 256 },
      ],
    });
    [byIpmi, byRedfish] = lan.machines as [LanMachine, LanMachine];
    ipmi = await startIpmi({ program: byIpmi.program, inside: lan.host });
    redfish = await startRedfish({ machine: byRedfish, inside: lan.host });
    const { port, user } = ipmi;
    const { address, certificate } = redfish;
    const bmc = { kind: 'ipmi', address: '127.0.0.1', port, user, cipherSuite: 3, firmware: 'bios' };
    const power = {
      'node-1': { ...bmc, password: 'file:ipmi' },
      'node-2': { kind: 'redfish', address, user: redfish.user, certificate, password: 'file:redfish' },
    };
    await lan.configure(
      {
        images: { live: {} },
        profiles: { worker: { image: 'live', deadlines: PATIENT } },
        machines: Object.fromEntries(
          [byIpmi, byRedfish].map(({ name, mac }) => [
            name,
            { mac: [mac], profile: 'worker', power: power[name as keyof typeof power] },
          ]),
        ),
      },
      { ipmi: ipmi.password, redfish: redfish.password },
    );
    await lan.start();
  });
  after(async () => {
    await ipmi?.stop();
    await redfish?.stop();
    await lan?.close();
  });

  /** The number of the QEMU of a machine, which is what its controller switched; undefined where it is off. */
  const qemu = async ({ name, isOn }: LanMachine): Promise<string | undefined> => {
    if (!(await isOn())) return undefined;
    const pid = (await readFile(join(lan.root, `${name}.pid`), 'utf8')).trim();
    const isQemu = async () =>
      (await readFile(`/proc/${pid}/cmdline`, 'utf8')).startsWith('qemu-system-x86_64\0');
    await until(isQemu, `${name} is what was started`);
    return pid;
  };
  const does = async (line: string) => {
    const { result } = await lan.muster.say(line);
    assert.equal(result.exit, 0, `${line}: ${result.text}`);
  };
  const tells = async (machine: string, what: RegExp) => {
    const { events } = await lan.muster.say(`/machine power ${machine} status`);
    const notes = events.flatMap((event) => (event.type === 'note' ? [event.text] : []));
    assert.match(notes.join(), what);
  };

  for (const [kind, name] of [
    ['IPMI', 'node-1'],
    ['Redfish', 'node-2'],
  ] as const)
    test(`by ${kind} are switched on, off and on again, and say how they are`, async () => {
      const machine = lan.machines.find((one) => one.name === name) as LanMachine;
      await tells(name, /is off$/);
      await does(`/machine power ${name} on`);
      const first = await qemu(machine);
      assert.notEqual(first, undefined);
      await tells(name, /is on$/);
      await does(`/machine power ${name} on`);
      assert.equal(await qemu(machine), first, 'what is on stays on');
      await until(async () => /SeaBIOS|iPXE/.test(await machine.console()), 'it says something', BOOT_MS);
      await does(`/machine power ${name} cycle`);
      const second = await qemu(machine);
      assert.notEqual(second, undefined);
      assert.notEqual(second, first);
      await does(`/machine power ${name} off`);
      assert.equal(await qemu(machine), undefined);
      await does(`/machine power ${name} cycle`);
      assert.notEqual(await qemu(machine), undefined);
      await does(`/machine power ${name} off --hard`);
      assert.equal(await qemu(machine), undefined);
      await tells(name, /is off$/);
    });

  test('boot from the network when they are told to, whatever their controllers speak', async () => {
    const library = await openBootLibrary(lan.root, lan.state);
    await library.publish(VERSION);
    await library.promote(VERSION);
    const begun = [await lan.begin('/machine boot node-1'), await lan.begin('/machine boot node-2')];
    for (const machine of [byIpmi, byRedfish]) {
      const asked = async () => (await lan.boots(machine.name))[0]?.reached.kernel !== undefined;
      await until(asked, `${machine.name} fetches its kernel`, BOOT_MS);
      assert.match(await machine.console(), /Muster boots node-\d with live@2026-11-21\.1/);
    }
    assert.ok((await ipmi.asked()).includes('set boot pxe'));
    assert.ok(redfish.requests.includes('PATCH /redfish/v1/Systems/1'));
    for (const run of begun) await lan.muster.say(`/cancel ${run}`);
    for (const run of begun) assert.equal((await lan.ended(run)).status, 'cancelled');
    // Of it no more is wanted; it would keep a processor busy.
    await byRedfish.off();
  });

  test('whose controller is gone are shown all the same, and are told nothing that nobody can do', async () => {
    await ipmi.stop();
    const { events } = await lan.muster.say('/machine show node-1');
    const shown = events.map((event) => ('text' in event ? event.text : '')).join('\n');
    assert.match(shown, /power: ipmi, nobody can tell whether it is on$/m);
    const { status, summary } = await lan.ended(await lan.begin('/machine boot node-1'));
    assert.equal(status, 'failed');
    assert.match(summary, /controller of node-1 at 127\.0\.0\.1 does not answer/);
    assert.notEqual(await qemu(byIpmi), undefined, 'it was left as it was');
  });
});
