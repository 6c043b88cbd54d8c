/** What is said of virtual machines and of power before anything is planned, and what the plans are. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startHouse, type TestHouse } from '../../house.ts';
import { needs } from '../../needs.ts';

const YAML = `
people: { reem: { identities: { test: "7" }, roles: [operator] }, tim: { identities: { test: "8" }, roles: [viewer] } }
roles:
  operator: { allow: [{ commands: ["*"] }] }
  viewer: { allow: [{ commands: [vm-list] }] }
hosts: { local: { link: local }, big-1: { link: local } }
boot: { host: local }
profiles: { worker: {} }
machines:
  node-1: { mac: ["52:54:00:00:00:01"] }
  node-2: { mac: ["52:54:00:00:00:02"], power: { kind: wake } }
  node-3: { mac: ["52:54:00:00:00:03"], power: { kind: command, onArgv: ["true"], offArgv: ["true"], statusArgv: [echo, "on"] } }
`;

describe('lines about virtual machines and power', { skip: needs(['redis-server']) }, () => {
  let house: TestHouse;
  before(async () => {
    house = await startHouse(YAML);
  });
  after(() => house?.stop());
  const said = async (line: string, user?: string) => {
    const outcome = await house.say(line, user);
    return 'text' in outcome ? String(outcome.text) : JSON.stringify(outcome);
  };

  test('say what would be made, with an address that is the same each time', async () => {
    const line = '/vm create node-9 --on big-1 --memory 4GB --profile worker --dry-run';
    const first = await said(line);
    assert.match(first, /make node-9 on big-1/);
    assert.equal(first, await said(line));
  });

  test('refuse what cannot be: a name that is taken, a host or a profile that is not there, too little memory', async () => {
    const lines: [line: string, answer: RegExp][] = [
      ['/vm create node-1 --on big-1', /There is a machine node-1 already\n\/machine show node-1/],
      ['/vm create node-9 --on big-2', /big-2/],
      ['/vm create node-9 --on big-1 --profile workers', /worker/],
      ['/vm create node-9 --on big-1 --memory 1MB', /less memory than anything boots with/],
      ['/vm create node-9 --on big-1 --network -x', /network/],
      ['/vm create ../etc --on big-1', /machine/],
      ['/vm start node-1', /There is no virtual machine node-1/],
      ['/vm destroy node-1', /There is no virtual machine node-1/],
      ['/vm console node-1', /There is no virtual machine node-1/],
      ['/machine power node-9 on', /There is no machine node-9/],
      ['/machine power node-1 on', /Nobody can switch node-1 on or off but by hand/],
      ['/machine power node-1 explode', /status|explode/],
    ];
    for (const [line, answer] of lines) assert.match(await said(line), answer, line);
  });

  test('refuse to make one over another whose machine was removed, and say how to be rid of that', async () => {
    const build = {
      ...{ uuid: '0e2c8f5a-3b1d-8f21-a9c4-5d6e7f809112', mac: '52:54:00:00:00:77', memory: 1e9, cpus: 1 },
      ...{ network: 'lab', firmware: 'bios' },
    };
    await house.house.state.state.set('vms', 'left-1', { host: 'local', build, run: 'r-1' });
    assert.match(
      await said('/vm create left-1 --on big-1'),
      /libvirt on local has a virtual machine left-1 already, which r-1 made\n.*\/vm destroy left-1/i,
    );
    await house.house.state.state.remove('vms', 'left-1');
  });

  test('say how a machine would be switched', async () => {
    assert.match(await said('/machine power node-2 on --dry-run'), /switch node-2 on/);
    assert.match(await said('/machine power node-3 off --hard --dry-run'), /take the power from node-3/);
  });

  test('refuse at once what cannot be done to a machine that can only be woken, and say what to do', async () => {
    for (const [deed, words] of [
      ['off', 'asked to shut down'],
      ['off --hard', 'switched off'],
      ['cycle', 'switched off and on'],
    ])
      assert.match(
        await said(`/machine power node-2 ${deed}`),
        new RegExp(`node-2 cannot be ${words}.*\\n.*by hand`, 'i'),
      );
  });

  test('say whether a machine is on where they show it, as far as anybody can tell', async () => {
    assert.match(await said('/machine show node-3'), /power: command, on$/m);
    assert.match(await said('/machine show node-2'), /power: wake, nobody can tell whether it is on$/m);
  });

  test('say that there are none, to whoever may ask; nobody else makes any', async () => {
    assert.match(await said('/vm list'), /There are no virtual machines/);
    assert.match(await said('/vm create node-9 --on big-1', '8'), /tim|may/);
  });
});
