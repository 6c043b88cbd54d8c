import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { Limits } from '../../../src/adapters/gate/limits.ts';
import type { Caller } from '../../../src/hub.ts';
import { bearer } from '../../../src/hub-place.ts';
import { askGate, CALLER, openTestGate, shownBy, type TestGate } from '../../gate.ts';
import { until } from '../../until.ts';

const MIB = 1024 * 1024;

describe('the gate, where a caller does it harm', () => {
  /** More than a connection of this machine takes of what nobody reads. */
  const large = Buffer.alloc(14 * MIB);
  let gate: TestGate;
  let given = 0;
  before(async () => {
    const answer = async () => {
      given += 1;
      return { body: large };
    };
    gate = await openTestGate(
      [
        { for: 'container', method: 'GET', path: '/large', answer },
        { for: 'container', method: 'GET', path: '/who', answer: async ({ caller }) => ({ body: caller }) },
      ],
      { patience: { answer: 4_000 } },
    );
  });
  after(() => gate.stop());
  const issue = (more: Partial<Caller> = {}) => shownBy(gate.authority.issue({ ...CALLER, ...more }));
  const open = async ({ key, certificate: cert, token }: ReturnType<typeof issue>, path: string) => {
    const socket = connect({ host: '127.0.0.1', port: gate.gate.port, key, cert, rejectUnauthorized: false });
    socket.on('error', () => {});
    await once(socket, 'secureConnect');
    socket.write(`GET ${path} HTTP/1.1\r\nHost: hub\r\nAuthorization: ${bearer(token)}\r\n\r\n`);
    return socket;
  };

  test('holds no more than so many answers for one that does not read them, and hangs up on it', async () => {
    const greedy = issue();
    const sockets: TLSSocket[] = [];
    for (let count = 0; count < 8; count += 1) sockets.push(await open(greedy, '/large'));
    await until(() => given === 8, 'all are answered');
    assert.equal((await askGate(gate, greedy, '/who')).status, 429);
    assert.equal((await askGate(gate, issue({ app: 'blog' }), '/who')).status, 200);
    await until(async () => (await askGate(gate, greedy, '/who')).status === 200, 'it was hung up on');
    for (const socket of sockets) socket.destroy();
  });

  test('says of a place that is none that it is not understood', async () => {
    const socket = await open(issue(), 'http://[');
    const [answer] = await once(socket, 'data');
    assert.match(String(answer), /^HTTP\/1.1 400 .*hub\.request/s);
    socket.destroy();
  });

  test('lets the bodies of one caller take no more than its share of the room for all', () => {
    const limits = new Limits();
    const greedy = [limits.enter('greedy', 'container'), limits.enter('greedy', 'container')] as const;
    greedy[0].hold(5 * MIB);
    assert.throws(() => greedy[1].hold(4 * MIB), { code: 'hub.busy' });
    limits.enter('other', 'container').hold(4 * MIB);
    greedy[0].release(5 * MIB);
    greedy[1].hold(4 * MIB);
  });
});
