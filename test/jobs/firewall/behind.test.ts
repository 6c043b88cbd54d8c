import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import type { Config } from '../../../src/config/config.ts';
import { MusterError } from '../../../src/errors.ts';
import { why } from '../../../src/firewall/verdict.ts';
import { closeHost, keepBehind, proveBehind } from '../../../src/jobs/firewall/behind.ts';
import { declaredOn } from '../../../src/jobs/firewall/declared.ts';
import { knock } from '../../../src/jobs/firewall/knock.ts';
import { behindOf, overlayAddresses } from '../../../src/jobs/networks.ts';
import type { AnyStep, LiveState } from '../../../src/jobs/step.ts';
import { reading } from '../../config/folder.ts';
import { alone } from '../beside.ts';
import { desk } from '../desk.ts';
import { liveState } from '../live-state.ts';
import { guardingInMemory, type TestGuarding } from './guarding.ts';

/** A port on loopback addresses of their own, by which a host is reached from outside (.2) and by the network (.3). */
async function listening(t: TestContext, ...addresses: string[]): Promise<number> {
  let port = 0;
  for (const address of addresses) port = await listenOn(t, address, port);
  return port;
}

async function listenOn(t: TestContext, address: string, port: number): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, address, resolve);
  });
  t.after(() => server.close());
  return (server.address() as { port: number }).port;
}

interface Place {
  config: Config;
  state: LiveState;
  guarding: TestGuarding;
}

async function placeAt(t: TestContext, port: number): Promise<Place> {
  const { config, problems } = await reading(t, {
    'a.yml': `hosts: {node: {link: ssh, address: 127.0.0.2, port: ${port}}}
overlays: {build: {kind: wireguard, network: 127.0.0.0/24, members: [node], behind: [node]}}
firewall: {node: {hosts: [node], rules: {http: {ports: [80]}}}}
`,
  });
  assert.ok(config, problems.join('\n'));
  const state = liveState();
  await state.set('overlay/build', 'node', {
    ...{ kind: 'wireguard', key: 'none', address: '127.0.0.3', interface: 'wg-build' },
  });
  return { config, state, guarding: guardingInMemory(null) };
}

/** A step as a worker carries it out; gives its notes, undefined where there was nothing to do. */
async function carryOut(
  step: AnyStep,
  direction: 'do' | 'undo',
  { config, state, guarding }: Place,
  run = 'r-1',
): Promise<string[] | undefined> {
  const input = step.input.parse({
    ...{ host: 'node', overlay: 'build' },
    ...(step === proveBehind ? {} : { by: 'reem' }),
  }) as Record<string, unknown>;
  const secret = () => Promise.reject(new Error('no secrets here'));
  const added = await step.brief?.(input, { ...alone, config, state, run, direction, secret });
  if (!added) return undefined;
  const { context, notes } = desk(localShell({ host: 'node' }), '/nonexistent');
  const act = direction === 'do' ? step.perform : step.revert;
  const result = await act({ ...input, ...added }, { ...context, run, guarding }, {});
  const facts = { run, origin: run, at: new Date().toISOString() };
  if (direction === 'do' || result !== undefined) await step.record?.(input, result, state, facts);
  return notes;
}

const code = (wanted: string) => (error: unknown) => error instanceof MusterError && error.code === wanted;

test('a host is closed but for the network, reached by it, and kept', async (t) => {
  const place = await placeAt(t, await listening(t, '127.0.0.3'));
  await carryOut(closeHost, 'do', place);
  assert.deepEqual(await overlayAddresses(place.state), { node: '127.0.0.3' });
  const rules = place.guarding.waiting?.rules;
  assert.equal(why(rules!, { protocol: 'tcp', port: 80 }).action, 'drop');
  assert.equal(why(rules!, { protocol: 'tcp', port: 80, zone: 'overlay-build' }).action, 'accept');
  assert.deepEqual(await carryOut(proveBehind, 'do', place), [
    'node answers on 127.0.0.3 in build, and not from outside',
  ]);
  await carryOut(keepBehind, 'do', place);
  assert.equal(place.guarding.good.id, 'r-1');
});

test('once more it changes nothing, and there is nothing to keep', async (t) => {
  const place = await placeAt(t, await listening(t, '127.0.0.3'));
  for (const step of [closeHost, keepBehind]) await carryOut(step, 'do', place);
  assert.deepEqual(await carryOut(closeHost, 'do', place, 'r-2'), [
    'node lets nobody in but by build already',
  ]);
  await carryOut(keepBehind, 'do', place, 'r-2');
  assert.deepEqual(place.guarding.applied, ['r-1']);
});

test('a host that still answers from outside is not kept', async (t) => {
  const place = await placeAt(t, await listening(t, '127.0.0.3', '127.0.0.2'));
  await carryOut(closeHost, 'do', place);
  await assert.rejects(carryOut(proveBehind, 'do', place), code('behind.open'));
});

test('an sshd that listens a moment later is waited for', async (t) => {
  const port = await listening(t, '127.0.0.4');
  const place = await placeAt(t, port);
  await carryOut(closeHost, 'do', place);
  const proof = carryOut(proveBehind, 'do', place);
  assert.equal(await knock('127.0.0.3', port, new AbortController().signal), 'ECONNREFUSED');
  await listenOn(t, '127.0.0.3', port);
  assert.deepEqual(await proof, ['node answers on 127.0.0.3 in build, and not from outside']);
});

test('a host that does not answer by the network is not kept', async (t) => {
  const place = await placeAt(t, await listening(t, '127.0.0.4'));
  await carryOut(closeHost, 'do', place);
  await assert.rejects(carryOut(proveBehind, 'do', place), code('firewall.probe'));
});

for (const [how, addresses, way] of [
  ['by the network, where it still answers there', ['127.0.0.3'], '127.0.0.3'],
  ['by its usual address, where it does not', ['127.0.0.2'], undefined],
] as const)
  test(`it is taken back ${how}, and reached as before`, async (t) => {
    const place = await placeAt(t, await listening(t, ...addresses));
    await carryOut(closeHost, 'do', place);
    const reached: (string | undefined)[] = [];
    const { revert } = place.guarding;
    place.guarding.revert = async (change) => {
      reached.push((await overlayAddresses(place.state)).node);
      return revert(change);
    };
    for (const _ of [1, 2]) await carryOut(closeHost, 'undo', place);
    assert.equal(await behindOf(place.state, 'node'), undefined);
    assert.equal(place.guarding.waiting, undefined);
    assert.deepEqual(reached, [way, undefined]);
    assert.deepEqual(
      (await declaredOn('node', place)).rules.find(({ owner }) => owner === 'muster')?.zones,
      [],
    );
  });

test('what is not reached is waited for until it took itself back', async (t) => {
  const place = await placeAt(t, await listening(t, '127.0.0.4'));
  await carryOut(closeHost, 'do', place);
  const { revert } = place.guarding;
  let tries = 0;
  place.guarding.revert = async (change) => {
    tries += 1;
    if (tries < 3) throw new MusterError('host.unreachable', { host: 'node' });
    return revert(change);
  };
  await carryOut(closeHost, 'undo', place);
  assert.equal(tries, 3);
});

test('what was kept after all stays, as nobody would come in by any other way', async (t) => {
  const place = await placeAt(t, await listening(t, '127.0.0.3'));
  for (const step of [closeHost, keepBehind]) await carryOut(step, 'do', place);
  const notes = await carryOut(closeHost, 'undo', place);
  assert.match(notes?.join() ?? '', /it stays there/);
  assert.deepEqual(await overlayAddresses(place.state), { node: '127.0.0.3' });
});

test('a host that has not joined is refused with what to do', async (t) => {
  const place = await placeAt(t, await listening(t, '127.0.0.3'));
  await place.state.remove('overlay/build', 'node');
  await assert.rejects(carryOut(closeHost, 'do', place), code('behind.stranger'));
  assert.equal(await behindOf(place.state, 'node'), undefined);
});
