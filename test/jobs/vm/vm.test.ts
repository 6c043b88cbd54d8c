/** Virtual machines are made, switched and removed: real runs over real Redis, on a real libvirt. */
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Config } from '../../../src/config/config.ts';
import { MusterError } from '../../../src/errors.ts';
import type { RunEvent } from '../../../src/events.ts';
import { Audit } from '../../../src/jobs/audit.ts';
import { stepNamed } from '../../../src/jobs/catalog.ts';
import { Ledger } from '../../../src/jobs/ledger.ts';
import { knownMachines, MachineRecord } from '../../../src/jobs/machine/record.ts';
import { MachineStore } from '../../../src/jobs/machine/store.ts';
import type { Plan } from '../../../src/jobs/plan.ts';
import {
  consolePlan,
  createPlan,
  destroyPlan,
  listPlan,
  powerPlan,
  type Wish,
} from '../../../src/jobs/plans/vm.ts';
import { RedisState } from '../../../src/jobs/state.ts';
import type { StepContext } from '../../../src/jobs/step.ts';
import { createVirtual } from '../../../src/jobs/vm/create.ts';
import { virtuals } from '../../../src/jobs/vm/machine.ts';
import { Scrubber } from '../../../src/secret.ts';
import type { Shell } from '../../../src/shell.ts';
import { LIBVIRT, startLibvirt } from '../../libvirt.ts';
import { needs } from '../../needs.ts';
import { startRedis, type TestRedis } from '../../redis.ts';
import { until } from '../../until.ts';
import { alone } from '../beside.ts';
import { type Hall, openHall } from '../hall.ts';

const NETWORK = { kind: 'isolated', address: '10.99.0.1/24', device: 'lab0' };
const TOOLS = { libvirt: { type: 'qemu', networks: { lab: NETWORK }, pause: '50ms', patience: '2s' } };

describe('virtual machines', { skip: needs(['redis-server', ...LIBVIRT]), timeout: 180_000 }, () => {
  let libvirt: Awaited<ReturnType<typeof startLibvirt>>;
  let server: TestRedis;
  let hall: Hall;
  let state: RedisState;
  const config = { ...Config.parse({ hosts: { 'big-1': { link: 'local' } } }), folder: '/nowhere' };

  before(async () => {
    [libvirt, server] = await Promise.all([startLibvirt('big-1'), startRedis()]);
    const redis = server.connect();
    state = new RedisState(redis);
    const ledger = new Ledger(redis);
    const audit = new Audit({ redis, ledger, scrubber: new Scrubber() });
    const requester = async () => ({ person: 'reem', platform: 'test', chat: 'lab' });
    hall = openHall(server, stepNamed, () => libvirt.host.shell, {
      root: () => libvirt.host.root,
      tools: TOOLS,
      beside: {
        ...alone,
        config,
        machines: new MachineStore({ redis, ledger, audit }),
        images: { ...alone.images, requester },
        secret: () => Promise.reject(new Error('no secrets here')),
      },
    });
  });
  after(async () => {
    await hall?.close();
    await server?.stop();
    await libvirt?.stop();
  });

  const wish = (machine: string, more: Partial<Wish> = {}): Wish => ({
    ...{
      machine,
      host: 'big-1',
      memory: 128e6,
      cpus: 1,
      disk: 50e6,
      network: 'lab',
      firmware: 'bios',
      labels: [],
    },
    ...more,
  });
  const known = async () => {
    const added = Object.entries(await state.all('machines'));
    return knownMachines(
      config,
      Object.fromEntries(added.map(([name, one]) => [name, MachineRecord.parse(one)])),
    );
  };
  const run = async (plan: Plan): Promise<Extract<RunEvent, { type: 'ended' }> & { said: string[] }> => {
    const id = await hall.submit(plan.stages, { locks: plan.locks });
    const ended = await hall.ended(id);
    const history = await hall.runs.history(id);
    const said = history.flatMap((event) =>
      event.type === 'note' ? [event.text] : event.type === 'lines' ? event.lines : [],
    );
    return { ...ended, said };
  };
  const create = async (machine: string, more?: Partial<Wish>) =>
    run(createPlan(wish(machine, more), await known(), config));
  const virsh = (...argv: string[]) =>
    libvirt.host.run('virsh', '--connect=qemu:///system', '--quiet', ...argv);
  const domains = async () => (await virsh('list', '--all', '--name')).split('\n').filter(Boolean);
  const volumes = async () => (await virsh('vol-list', 'muster')).trim();

  test('are made as machines that boot, and are not switched on', async () => {
    const made = await create('node-9');
    assert.equal(made.status, 'succeeded', made.summary);
    const { host, build } = (await virtuals(state))['node-9']!;
    assert.equal(host, 'big-1');
    const [machine] = await known();
    assert.deepEqual([machine?.name, machine?.machine.mac], ['node-9', [build.mac]]);
    assert.deepEqual(machine?.machine.power, { kind: 'libvirt', on: 'big-1' });
    assert.deepEqual(made.said, [`node-9 on big-1: 128 MB, 1 CPUs, ${build.mac}`]);
    assert.deepEqual(await domains(), ['node-9']);
    assert.match(await libvirt.host.run('ip', '-4', 'address', 'show', 'lab0'), /10\.99\.0\.1\/24/);
  });

  test('are named once', async () => {
    await assert.rejects(async () => createPlan(wish('node-9'), await known(), config), { code: 'vm.known' });
  });

  test('are not made over one that is there, though nobody has it for a machine any more', async () => {
    const record = await state.get('machines', 'node-9');
    await state.remove('machines', 'node-9');
    const [kept, disks] = [await virsh('dumpxml', '--inactive', 'node-9'), await volumes()];
    const refused = await create('node-9', { memory: 256e6 });
    assert.equal(refused.error?.code, 'vm.taken');
    assert.match(refused.summary, /node-9 already, which r-\w+ made/);
    assert.deepEqual([await virsh('dumpxml', '--inactive', 'node-9'), await volumes()], [kept, disks]);
    assert.deepEqual(Object.keys(await virtuals(state)), ['node-9']);
    await state.set('machines', 'node-9', record);
  });

  test('are switched on and off, and tell what they say on their serial line', async () => {
    const node = async (deed: Parameters<typeof powerPlan>[1]) =>
      run(powerPlan((await known()).find(({ name }) => name === 'node-9')!, deed, config));
    const on = await node('on');
    assert.equal(on.status, 'succeeded', on.summary);
    assert.equal((await node('on')).status, 'succeeded');
    assert.deepEqual((await node('status')).said, ['● node-9 is on']);
    const virtual = (await virtuals(state))['node-9']!;
    const spoke = await until(async () => {
      const { said } = await run(consolePlan('node-9', virtual, 20));
      return said.some((line) => /iPXE/.test(line)) ? said : undefined;
    }, 'a line of iPXE');
    assert.ok(spoke.every((line) => !line.includes('\x1b')));
    const listed = await run(listPlan(await virtuals(state)));
    assert.deepEqual(listed.said, [`● node-9 · on, on big-1 · 128 MB, 1 CPUs · ${virtual.build.mac}`]);
    const before = await virsh('domid', 'node-9');
    assert.equal((await node('cycle')).status, 'succeeded');
    assert.notEqual(await virsh('domid', 'node-9'), before);
    // Nothing runs in it that could end itself.
    const asked = await node('soft');
    assert.equal(asked.error?.code, 'power.stays', asked.summary);
    assert.equal((await node('hard')).status, 'succeeded');
    assert.deepEqual((await node('status')).said, ['○ node-9 is off']);
    assert.deepEqual((await node('network')).said, []);
  });

  test('have their numbers for themselves: one called 2 is not the second that runs', async () => {
    await create('2', { disk: undefined });
    const { machine, name } = (await known()).find((one) => one.name === '2')!;
    await run(powerPlan({ name, machine }, 'on', config));
    const both = async () => (await virsh('list', '--name')).split('\n').filter(Boolean);
    assert.deepEqual(await both(), ['2']);
    const nine = (await known()).find((one) => one.name === 'node-9')!;
    await run(powerPlan(nine, 'on', config));
    assert.equal((await run(powerPlan({ name, machine }, 'hard', config))).status, 'succeeded');
    assert.deepEqual(await both(), ['node-9']);
    assert.equal((await run(destroyPlan('2', (await virtuals(state))['2']!))).status, 'succeeded');
  });

  test('that somebody else made are never touched', async () => {
    const xml =
      "<domain type='qemu'><name>theirs</name><memory>65536</memory><os><type>hvm</type></os></domain>";
    const define = ['sh', '-c', 'cat | virsh --connect=qemu:///system define /dev/stdin'];
    await libvirt.host.shell.run(define, { stdin: xml });
    const before = await virsh('dumpxml', '--inactive', 'theirs');
    const refused = await create('theirs');
    assert.equal(refused.status, 'failed');
    assert.equal(refused.error?.code, 'vm.taken');
    const destroyed = await run(
      destroyPlan('theirs', { host: 'big-1', run: 'r-1', build: (await virtuals(state))['node-9']!.build }),
    );
    assert.equal(destroyed.error?.code, 'vm.taken');
    assert.equal(await virsh('dumpxml', '--inactive', 'theirs'), before);
    assert.deepEqual(
      (await known()).map(({ name }) => name),
      ['node-9'],
    );
    await virsh('undefine', 'theirs');
  });

  test('leave nothing where they cannot be made', async () => {
    const nowhere = await create('node-10', { network: 'nowhere' });
    assert.equal(nowhere.error?.code, 'vm.nonetwork');
    assert.match(nowhere.summary, /has no network nowhere; there are: lab$/);
    assert.deepEqual(await domains(), ['node-9']);
    assert.match(await volumes(), /^node-9\.img\s+\S+$/);
    assert.deepEqual(Object.keys(await virtuals(state)), ['node-9']);
  });

  test('whose making is cut off anywhere go on, or are gone without a trace', async () => {
    const [planned] = createPlan(wish('node-11'), await known(), config).stages[0]!.steps;
    const context = (shell: Shell, run: string): StepContext => ({
      ...{ shell, root: libvirt.host.root, run, origin: run, signal: new AbortController().signal },
      ...{ loginTo: () => undefined, report: { line() {}, progress() {}, note() {} } },
      guarding: undefined as never,
    });
    for (let after = 2; ; after += 2) {
      let calls = 0;
      const cut: Shell = {
        ...libvirt.host.shell,
        run: async (argv, options) => {
          calls += 1;
          if (calls > after) throw new MusterError('host.silent', { host: 'big-1' });
          return libvirt.host.shell.run(argv, options);
        },
      };
      const whole = await createVirtual
        .perform(planned!.input, context(cut, 'r-11'), TOOLS)
        .catch(() => undefined);
      const again = context(libvirt.host.shell, 'r-11');
      // By turns it starts again, or is taken back.
      if (after % 4 === 0 || whole) {
        assert.deepEqual(await createVirtual.perform(planned!.input, again, TOOLS), { made: true });
        assert.ok((await domains()).includes('node-11'));
      }
      if (whole) {
        const another = context(libvirt.host.shell, 'r-12');
        assert.equal(await createVirtual.revert(planned!.input, another, TOOLS), undefined);
        assert.ok((await domains()).includes('node-11'), 'another run has no say');
      }
      assert.deepEqual(await createVirtual.revert(planned!.input, again, TOOLS), { made: false });
      assert.ok(!(await domains()).includes('node-11'));
      assert.doesNotMatch(await volumes(), /node-11/);
      if (whole) break;
    }
  });

  test('that libvirt has lost are told, and can be forgotten', async () => {
    await virsh('destroy', 'node-9');
    await virsh('undefine', 'node-9');
    const { said } = await run(listPlan(await virtuals(state)));
    assert.match(said[0]!, /^✕ node-9 · big-1 has it no more .*: \/vm destroy node-9$/);
    const [node] = await known();
    const on = await run(powerPlan(node!, 'on', config));
    assert.equal(on.error?.code, 'vm.nodomain');
    await state.set('assignments', 'node-9', { since: 1, run: 'r-1' });
    const gone = await run(destroyPlan('node-9', (await virtuals(state))['node-9']!));
    assert.equal(gone.status, 'succeeded', gone.summary);
    assert.equal(await state.get('assignments', 'node-9'), undefined);
    assert.deepEqual([await known(), await virtuals(state), await volumes()], [[], {}, '']);
    await assert.rejects(stat(join(libvirt.host.root, 'vms/node-9')), { code: 'ENOENT' });
    await assert.rejects(readFile(join(libvirt.host.root, 'vms/node-9/console.log')), { code: 'ENOENT' });
  });
});
