import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp, type Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { probeDns, probeHttp, probeTcp, probeTls } from '../../../src/adapters/probe/network.ts';

describe('a probe over the network', () => {
  let server: Server;
  let url: string;
  let port: number;
  const soon = () => AbortSignal.timeout(20_000);
  before(async () => {
    server = createHttp((request, response) => {
      if (request.url === '/hang') return;
      if (request.url === '/huge') return void response.end('x'.repeat(10_000_000));
      response
        .writeHead(request.url === '/bad' ? 500 : request.url === '/moved' ? 302 : 200)
        .end('all is ready');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    url = `http://127.0.0.1:${port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  test('judges a page by its status, what it says, and how long it takes', async () => {
    const status = async (target: Partial<Parameters<typeof probeHttp>[0]>) =>
      (await probeHttp({ url, ...target }, soon())).status;
    assert.equal(await status({}), 'healthy');
    assert.equal(await status({ url: `${url}/moved` }), 'healthy');
    assert.equal(await status({ url: `${url}/bad` }), 'unhealthy');
    assert.equal(await status({ url: `${url}/bad`, status: 500 }), 'healthy');
    assert.equal(await status({ contains: 'ready' }), 'healthy');
    assert.equal(await status({ contains: 'gone' }), 'unhealthy');
    assert.equal(await status({ slow: 0 }), 'degraded');
    assert.equal(await status({ url: `${url}/huge`, contains: 'x' }), 'healthy');
    assert.match((await probeHttp({ url }, soon())).detail, /^it answered 200 in \d+ ms$/);
  });

  test('gives up where nothing comes, and where nobody is', async () => {
    await assert.rejects(probeHttp({ url: `${url}/hang` }, AbortSignal.timeout(50)));
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const nobody = (free.address() as AddressInfo).port;
    free.close();
    await once(free, 'close');
    await assert.rejects(probeHttp({ url: `http://127.0.0.1:${nobody}/` }, soon()), { code: 'ECONNREFUSED' });
    await assert.rejects(probeTcp({ host: '127.0.0.1', port: nobody }, soon()), { code: 'ECONNREFUSED' });
    assert.equal((await probeTcp({ host: '127.0.0.1', port }, soon())).status, 'healthy');
  });

  test('finds names, and what they ought to stand for', async () => {
    const look = { name: 'localhost', type: 'A' as const };
    assert.deepEqual(await probeDns(look, soon()), { status: 'healthy', detail: '127.0.0.1' });
    const { status, detail } = await probeDns({ ...look, expect: '192.0.2.1' }, soon());
    assert.deepEqual([status, detail], ['unhealthy', 'it stands for something else: 127.0.0.1']);
  });

  test('takes no plain port for one that speaks TLS', async () => {
    await assert.rejects(probeTls({ host: '127.0.0.1', port, warn: 1 }, soon()));
  });
});
