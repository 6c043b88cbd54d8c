/** DHCP messages that were overheard, and which of them are of a server too many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDhcp } from '../../../src/hubs/boot/dhcp/message.ts';
import { Rivals } from '../../../src/hubs/boot/dhcp/rivals.ts';

const MAC = 'ba:9c:0d:ab:7b:53';

/** A message with these options, by number and in hexadecimal. */
function packet(op: number, options: [number, string][], { yours = '', file = '' } = {}): Buffer {
  const head = Buffer.alloc(240);
  head.set([op, 1, 6]);
  Buffer.from(yours, 'hex').copy(head, 16);
  Buffer.from(MAC.replaceAll(':', ''), 'hex').copy(head, 28);
  head.write(file, 108);
  head.writeUInt32BE(0x63825363, 236);
  const list = options.map(([code, hex]) => Buffer.from([code, hex.length / 2, ...Buffer.from(hex, 'hex')]));
  return Buffer.concat([head, ...list, Buffer.from([255])]);
}

test('an offer says whose it is, of which server, and whether it says what to boot', () => {
  const plain = packet(
    2,
    [
      [53, '02'],
      [54, '0a4d0002'],
    ],
    { yours: '0a4d009b' },
  );
  const offer = { kind: 'offer', mac: MAC, server: '10.77.0.2', address: '10.77.0.155', boots: false };
  assert.deepEqual(parseDhcp(plain), offer);
  const boots = packet(
    2,
    [
      [53, '02'],
      [54, '0a4d0002'],
    ],
    { yours: '0a4d009b', file: 'x' },
  );
  assert.deepEqual(parseDhcp(boots), { ...offer, boots: true });
});

test('what is none, cut off, or of another kind is none', () => {
  const good = packet(1, [
    [53, '03'],
    [54, '0a4d0002'],
  ]);
  assert.equal(parseDhcp(good)?.kind, 'request');
  for (let length = 0; length < good.length; length += 1) parseDhcp(good.subarray(0, length));
  assert.equal(parseDhcp(good.subarray(0, 241)), undefined);
  assert.equal(parseDhcp(packet(1, [[53, '08']])), undefined);
  assert.equal(parseDhcp(packet(1, [])), undefined);
  assert.equal(parseDhcp(Buffer.alloc(300)), undefined);
  // The length of an option says more than there is.
  assert.equal(
    parseDhcp(Buffer.concat([packet(1, []).subarray(0, 240), Buffer.from([53, 200, 1])])),
    undefined,
  );
});

test('another server is told of once, for machines that are on our network', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: string[] = [];
  const rivals = new Rivals({
    own: () => ({ address: '10.77.0.1', proxy: false }),
    tell: ({ mac, server }) => told.push(`${mac} ${server}`),
  });
  const message = { kind: 'request', mac: MAC, boots: false } as const;
  rivals.heard({ ...message, server: '10.77.0.1' });
  rivals.heard({ ...message, server: '0.0.0.0' });
  rivals.heard({ ...message, kind: 'discover' });
  rivals.heard({ ...message, server: '10.0.0.2', mac: 'aa:aa:aa:aa:aa:aa' });
  rivals.heard({ ...message, server: '10.77.0.2' });
  rivals.here(MAC);
  rivals.heard({ ...message, server: '10.77.0.2' });
  t.mock.timers.tick(1_000);
  assert.deepEqual(told, [`${MAC} 10.77.0.2`]);
  rivals.close();
});

test('a server whose offer was not taken is told of as such, and again once it is taken', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: (true | undefined)[] = [];
  const rivals = new Rivals({
    own: () => ({ address: '10.77.0.1', proxy: false }),
    tell: ({ offered }) => told.push(offered),
  });
  rivals.here(MAC);
  const message = { mac: MAC, server: '10.77.0.2', boots: true } as const;
  for (const kind of ['offer', 'offer', 'request', 'acknowledge'] as const)
    rivals.heard({ kind, ...message });
  t.mock.timers.tick(1_000);
  assert.deepEqual(told, [true, undefined]);
  rivals.close();
});

test('beside another server only one that says what to boot, too, is one too many', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: string[] = [];
  const rivals = new Rivals({
    own: () => ({ address: '10.77.0.1', proxy: true }),
    tell: ({ server }) => told.push(server),
  });
  rivals.here(MAC);
  rivals.heard({ kind: 'request', mac: MAC, server: '10.77.0.2', boots: true });
  rivals.heard({ kind: 'offer', mac: MAC, server: '10.77.0.3', boots: false });
  rivals.heard({ kind: 'offer', mac: MAC, server: '10.77.0.4', boots: true });
  t.mock.timers.tick(1_000);
  assert.deepEqual(told, ['10.77.0.4']);
  rivals.close();
  await sleep(0);
});
