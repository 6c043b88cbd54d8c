/** The health hub: the built program, a real engine, and containers that get ill. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createServer as createTls, type Server as TlsServer } from 'node:tls';
import { ask } from '../../src/bot/console/socket.ts';
import { certify } from '../../src/certificate.ts';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { TestRepository } from '../repository.ts';
import { appFiles, freePort, oneHost } from './app.ts';
import { openMuster, type TestMuster } from './muster.ts';
import { waitFor } from './wait.ts';

/** Nothing is told of the app; what the machine that runs the test suffers from may be. */
const CALM = /^(?![\s\S]*\bshop\b)/;

/** A key and a certificate of shop.example, signed by itself or by an authority, from so many days ago until in so many. */
function certified(ago: number, left: number, authority?: string): { key: string; cert: string } {
  const { privateKey: key } = generateKeyPairSync('ed25519');
  const name = 'shop.example';
  const issuer =
    authority === undefined ? { key, name } : { key: createPrivateKey(authority), name: 'authority' };
  const [from, until] = [-ago, left].map((days) => new Date(Date.now() + days * 86_400_000)) as [Date, Date];
  const cert = certify({ key, name, issuer, from, until });
  return { key: key.export({ type: 'pkcs8', format: 'pem' }) as string, cert };
}

describe('the health hub', { skip: lacksEngine('docker-compose', 'git', 'openssl', 'redis-server') }, () => {
  let engine: TestEngine;
  let muster: TestMuster;
  let page: Server;
  let secure: TlsServer;
  let trusted: string;
  let authority: string;
  let isPageUp = true;
  const container = async () =>
    (await engine.docker('ps', '--quiet', '--filter', 'label=com.docker.compose.project=shop')).trim();
  let manager: ChildProcess;
  /** What Muster answers, and 0 where it went well. */
  const hear = async (line: string): Promise<[exit: number, text: string]> => {
    const texts: string[] = [];
    for await (const event of ask(join(muster.folder, 'var/muster.sock'), {
      id: randomUUID(),
      user: 'reem',
      text: line,
    })) {
      if (event.type === 'reply') texts.push(event.text);
      if (event.type === 'result') return [event.exit, texts.join('\n') || event.text];
    }
    return assert.fail(`${line}: no result`);
  };
  const say = async (line: string) => {
    const [exit, text] = await hear(line);
    assert.equal(exit, 0, `${line}: ${text}`);
    return text;
  };
  /** Says a line again and again until its answer fits. */
  const until = (line: string, words: RegExp) =>
    waitFor(`${line} to say ${words}`, async () => {
      const text = await say(line);
      return words.test(text) && text;
    });

  before(async () => {
    engine = await startEngine();
    // Whom the hub trusts, as an operator with an authority of their own would say it.
    trusted = await mkdtemp(join(tmpdir(), 'muster-trusted-'));
    const [key, cert] = [join(trusted, 'key.pem'), join(trusted, 'cert.pem')];
    const files = ['-keyout', key, '-out', cert, '-days', '2', '-nodes', '-subj', '/CN=authority'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ed25519', ...files], { stdio: 'ignore' });
    authority = await readFile(key, 'utf8');
    muster = await openMuster({}, { NODE_EXTRA_CA_CERTS: cert });
    secure = createTls(certified(1, 3.5, authority), (socket) => socket.on('error', () => {}).end()).listen(
      0,
      '127.0.0.1',
    );
    const [port, pagePort] = [await freePort(), await freePort()];
    page = createServer((_, response) => response.writeHead(isPageUp ? 200 : 503).end('ready'));
    await new Promise<void>((resolve) => page.listen(pagePort, '127.0.0.1', resolve));
    const agent = await muster.agent();
    await muster.configure({
      'far.yml': `hosts: {far: {link: icp, environment: edge, address: 127.0.0.1, port: ${agent.port}, key: "${agent.key}"}}\n`,
      ...oneHost(muster, engine, { shop: ', slo: 99.9' }),
      'hub.yml': `hub: {address: "127.0.0.1:${port}", listen: "127.0.0.1:${port}", page: ${join(muster.folder, 'page')}}\n`,
      'checks.yml': `checks: {up: {kind: http, url: "http://127.0.0.1:${pagePort}/", of: app/shop, every: 1s, within: 1s, bad: 1, good: 1}, cert: {kind: tls, address: "127.0.0.1:${(secure.address() as AddressInfo).port}", name: shop.example, every: 1s, within: 5s, bad: 1, good: 1}}\n`,
    });
    const repository = new TestRepository(join(muster.folder, 'shop'));
    repository.commit(
      'main',
      appFiles({
        run: 'touch /tmp/ok; echo begun; exec sleep 100000',
        health: 'test -e /tmp/ok || { echo it is gone; false; }',
      }),
    );
    manager = await muster.start();
    await say('/deploy shop');
  });
  after(async () => {
    await muster?.stop();
    page?.closeAllConnections();
    page?.close();
    secure?.close();
    if (trusted) await rm(trusted, { recursive: true });
    await engine?.stop();
  });

  test('says how healthy everything is: the app by its container and its page, its host, and the cloud', async () => {
    await until(
      '/health shop',
      /^● shop is healthy: 100 %\n·*█ the last day\nup 100 % of the last 30 days\nthe goal is 99.9 %/,
    );
    await until('/health host/local', /^[●▲] local is (?:healthy|degraded): \d+ %/);
    // Over an agent as over a shell.
    await until('/health far', /^[●▲] far is (?:healthy|degraded): \d+ %/);
    // What is in an environment of its own counts there as on its own.
    const edge = await until('/health environment/edge', /^[●▲] edge is (?:healthy|degraded): \d+ %/);
    assert.doesNotMatch(edge, /\bshop\b/);
    assert.match(await say('/why-sick environment/edge'), /^[●▲] edge is /);
    assert.match(
      (await hear('/health environment/local'))[1],
      /There is no target called environment\/local/,
    );
    const shown = await waitFor('the status page', async () => {
      const text = await readFile(join(muster.folder, 'page/index.html'), 'utf8').catch(() => '');
      return /<b>shop<.*healthy/.test(text) && text;
    });
    assert.match(shown, /<h1>All is well/);
    const cloud = await until('/health', /^[●▲] the cloud is (?:healthy|degraded): \d+ %/);
    assert.match(cloud, /\n● shop is healthy: 100 %/);
    assert.match(cloud, /\n[●▲] edge is (?:healthy|degraded): \d+ %/);
    assert.match((await hear('/health nothing'))[1], /There is no target called nothing/);
  });

  test('tells of a container that gets ill with its last words and what changed, and that it is over once it was restarted', async () => {
    await until('/health shop', /^● shop is healthy/);
    await engine.docker('exec', await container(), 'busybox', 'rm', '/tmp/ok');
    await until('/alerts', /▲ web of shop is unhealthy on local: it is gone/);
    const why = await until('/why-sick shop', /^✕ shop is unhealthy/);
    assert.match(why, /\nWhy:\n✕ web of shop is unhealthy on local: it is gone/);
    assert.match(why, /\nWhat changed before:\n.* before: shop main \([0-9a-f]{7}\) on local, by reem \(r-/);
    assert.match(why, /\nThe last it said:\n> begun/);
    assert.match(why, /\nNext: \/rollback shop$/);
    assert.match(await say('/restart shop'), /shop was restarted on local and is healthy/);
    await until('/alerts', CALM);
    await until('/health shop', /^● shop is healthy: 100 %/);
  });

  test('says nothing while it is worked on, neither of what a deploy replaces nor in a maintenance', async () => {
    await say('/deploy shop');
    assert.match(await say('/alerts'), CALM);
    assert.match(await say('/health maintenance shop 1h a new disk'), /^app\/shop is in maintenance until/);
    await until('/health shop', /in maintenance until .*: a new disk/);
    await engine.docker('kill', await container());
    await until('/why-sick shop', /web of shop is unhealthy on local: it ended with 137/);
    assert.match(await say('/alerts'), CALM);
    assert.match(await say('/health maintenance shop --end'), /is over/);
    await until('/alerts', /web of shop is unhealthy on local: it ended with 137/);
    await say('/restart shop');
    await until('/alerts', CALM);
  });

  test('tells how long a certificate still holds, that it has run out, and that there is a new one', async () => {
    await until(
      '/health check/cert',
      /^▲ cert is degraded: 50 %\n▲ .*: the certificate holds for 3 d \d+ h more/,
    );
    secure.setSecureContext(certified(9, -1, authority));
    await until('/health check/cert', /^✕ cert is unhealthy: 0 %\n✕ .*: the certificate has run out/);
    const fresh = certified(0, 90, authority);
    secure.setSecureContext(fresh);
    await until('/health check/cert', /^● cert is healthy: 100 %/);
    // The same from somebody whom nobody knows.
    secure.setSecureContext(certified(0, 90));
    await until('/health check/cert', /^✕ cert is unhealthy: 0 %\n✕ .*: the certificate is not trusted/);
    secure.setSecureContext(fresh);
    await until('/health check/cert', /^● cert is healthy: 100 %/);
  });

  test('looks at a page, and goes on where it was killed', async () => {
    isPageUp = false;
    await until('/alerts', /▲ shop: up is unhealthy: it answered 503/);
    await until('/health shop', /^✕ shop is unhealthy: 50 %/);
    // Killed, and started again by the manager: what is wrong is still so, and nothing of the past is lost.
    const pids = execFileSync('pgrep', ['--parent', `${manager.pid}`, '--full', 'main.js hub'], {
      encoding: 'utf8',
    });
    process.kill(Number(pids.trim()), 'SIGKILL');
    const later = await until('/why-sick shop', /unhealthy: up|shop: up is unhealthy/);
    assert.match(
      later,
      /How it went:\n(?:.*\n)*.* unhealthy: web of shop is unhealthy on local: it ended with 137/,
    );
    isPageUp = true;
    await until('/alerts', CALM);
    await until('/health shop', /^● shop is healthy: 100 %/);
  });
});
