/** Messages on their way to whoever takes logs: each protocol beside a server that is as strict as the real ones. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { elasticsearch } from '../../../src/adapters/sinks/elasticsearch.ts';
import { file, output } from '../../../src/adapters/sinks/file.ts';
import { loki } from '../../../src/adapters/sinks/loki.ts';
import { otlp } from '../../../src/adapters/sinks/otlp.ts';
import { recordOf, type Sink } from '../../../src/adapters/sinks/sink.ts';
import { syslog, syslogMessage } from '../../../src/adapters/sinks/syslog.ts';
import type { Line } from '../../../src/lines.ts';
import { fakeCollector, fakeElasticsearch, fakeLoki, fakeSyslog } from '../../fakes/log-sinks.ts';
import { until } from '../../until.ts';

const HOUR = 3_600_000_000_000n;
const NOW = 1_767_225_600_123_456_789n;
const line = (seq: number, message: string, more: Partial<Line> = {}): Line => ({
  ...{ host: 'web-1', app: 'shop', generation: 'r-1', service: 'web', stream: 'abc' },
  ...{ seq, time: NOW + BigInt(seq), level: 'info', message },
  ...more,
});
const lines = (count: number, from = 1): Line[] =>
  Array.from({ length: count }, (_, at) => line(from + at, `n ${from + at}`));
const texts = (many: readonly Line[]) => many.map(({ message }) => message);
const never = new AbortController().signal;
const code = (wanted: string) => (error: unknown) => (error as { code?: string }).code === wanted;

describe('Loki', () => {
  it('gets few labels, each stream in order, and is asked again where it has too much to do', async (t) => {
    const server = await fakeLoki('team');
    const sink = loki({ url: server.url, tenant: 'team' });
    t.after(() => sink.close().then(server.stop));
    const many = [
      line(2, 'b'),
      line(1, 'a', { level: 'error' }),
      line(3, 'a'),
      line(4, 'x\ny', { service: 'db' }),
    ];
    assert.equal(await sink.send(many, never), undefined);
    assert.deepEqual([...server.taken].sort(), ['a', 'a', 'b', 'x\ny']);
    server.next.push(429, 503, 0);
    for (let tries = 0; tries < 3; tries += 1)
      await assert.rejects(sink.send(lines(1), never), code('sink.failed'));
    // What was taken and not answered is sent once more, and there once.
    server.next.push(-1);
    await assert.rejects(sink.send(lines(3, 10), never), code('sink.failed'));
    assert.equal(await sink.send(lines(3, 10), never), undefined);
    assert.equal(server.taken.filter((text) => text === 'n 11').length, 1);
  });

  it('may refuse what is too old; all else is taken, and it is said how many are not', async (t) => {
    const server = await fakeLoki('team');
    const sink = loki({ url: server.url, tenant: 'team' });
    t.after(() => sink.close().then(server.stop));
    await sink.send([line(1, 'newest', { time: NOW + 3n * HOUR })], never);
    const many = [
      ...lines(5).map((one) => ({ ...one, time: one.time + 3n * HOUR })),
      line(9, 'old'),
      line(10, 'older'),
    ];
    const refused = await sink.send(many, never);
    assert.equal(refused?.count, 2);
    assert.match(refused?.message ?? '', /too far behind/);
    assert.deepEqual(server.taken, ['newest', ...texts(lines(5))]);
  });
});

describe('whoever answers at a wrong address', () => {
  it('loses nothing: it is tried again, as somebody will set it right', async (t) => {
    let [status, asked] = [301, 0];
    const server = createServer((request, response) => {
      asked += 1;
      request.resume().once('end', () => response.writeHead(status, { Location: '/elsewhere' }).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sinks = [loki({ url }), otlp({ url }), elasticsearch({ url, index: 'logs' })];
    t.after(async () => {
      for (const sink of sinks) await sink.close();
      server.close();
    });
    for (const sink of sinks)
      for (status of [301, 404, 405, 415, 501])
        await assert.rejects(sink.send(lines(2), never), code('sink.failed'));
    assert.equal(asked, 15);
  });
});

describe('a collector of OTLP', () => {
  it('gets whole records, in halves where a batch is too long for it, and says what it refuses', async (t) => {
    const server = await fakeCollector();
    const sink = otlp({ url: `${server.url}/v1/logs` });
    t.after(() => sink.close().then(server.stop));
    const fields = { status: 200, took: 1.5, ok: true, user: { name: 'x' }, none: null };
    const many = [
      ...lines(400),
      line(401, 'refuse me'),
      line(402, 'last', { fields, level: 'fatal', said: NOW }),
    ];
    assert.deepEqual(await sink.send(many, never), { count: 1, message: 'no' });
    assert.deepEqual(server.taken, [...texts(lines(400)), 'last']);
    assert.ok(server.asked > 2);
  });
});

describe('Elasticsearch', () => {
  it('has each message once, however often it is sent, and refuses single ones', async (t) => {
    const server = await fakeElasticsearch('key');
    const sink = elasticsearch({ url: server.url, index: 'logs', token: 'key' });
    t.after(() => sink.close().then(server.stop));
    server.next.push(-1);
    await assert.rejects(sink.send(lines(5), never), code('sink.failed'));
    assert.equal(await sink.send(lines(8), never), undefined);
    assert.deepEqual(server.taken, texts(lines(8)));
    await assert.rejects(sink.send([line(20, 'busy'), line(21, 'x')], never), code('sink.failed'));
    assert.equal(await sink.send([line(20, 'busy'), line(21, 'x')], never), undefined);
    assert.deepEqual(server.taken.slice(8).sort(), ['busy', 'x']);
    const refused = await sink.send([line(22, 'refuse me'), line(23, 'y')], never);
    assert.equal(refused?.count, 1);
    const stranger = elasticsearch({ url: server.url, index: 'logs', token: 'other' });
    await assert.rejects(stranger.send(lines(1), never), code('sink.failed'));
    await stranger.close();
  });
});

describe('syslog', () => {
  let folder: string;
  let pair: { key: string; cert: string };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-syslog-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const words = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
    ];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', [...words, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
    pair = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is messages as RFC 5424 has them, whatever is in them', async (t) => {
    const server = await fakeSyslog();
    const sink = syslog({ host: '127.0.0.1', port: server.port, tls: false });
    t.after(() => sink.close().then(server.stop));
    const odd = [
      line(1, 'größe\nzwei', { level: 'error' }),
      line(2, '"]\\', { service: 'we ird"]', stream: 'file//var/"x"]\\.log', app: undefined }),
      line(3, '', { host: undefined, service: undefined, app: undefined }),
      line(4, '12 <1>1 x'),
    ];
    await sink.send(odd, never);
    await until(() => server.taken.length === odd.length);
    assert.deepEqual(server.bad, []);
    assert.deepEqual(server.taken, ['größe\\nzwei', '"]\\', '', '12 <1>1 x']);
    assert.match(
      syslogMessage(line(1, 'x', { level: 'warn' })),
      /^<12>1 2026-01-01T00:00:00\.123456Z web-1 web - - \[/,
    );
  });

  it('goes over TLS to whoever has the certificate that is trusted, and to nobody else', async (t) => {
    const server = await fakeSyslog(pair);
    const sink = syslog({ host: '127.0.0.1', port: server.port, tls: true, ca: pair.cert });
    t.after(() => sink.close().then(server.stop));
    await sink.send(lines(3), never);
    await until(() => server.taken.length === 3);
    const strict = syslog({ host: '127.0.0.1', port: server.port, tls: true });
    await assert.rejects(strict.send(lines(1), never), code('sink.failed'));
    assert.deepEqual(server.taken, texts(lines(3)));
  });

  it('loses nothing that was written to a connection that broke', async (t) => {
    const server = await fakeSyslog();
    const sink = syslog({ host: '127.0.0.1', port: server.port, tls: false });
    t.after(() => sink.close().then(server.stop));
    await sink.send(lines(3), never);
    await until(() => server.taken.length === 3);
    server.pause();
    await sink.send(lines(3, 4), never);
    server.cut();
    server.resume();
    await until(() =>
      sink.send(lines(1, 7), never).then(
        () => server.asked > 1,
        () => false,
      ),
    );
    await until(() => server.taken.includes('n 7'));
    assert.deepEqual([...new Set(server.taken)], texts(lines(7)));
  });
});

describe('lines of JSON', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-sink-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const objects = (text: string) => text.split('\n').flatMap((one) => (one === '' ? [] : [JSON.parse(one)]));

  it('in a file are whole, also after half a line was left, and put aside when they are many', async () => {
    const path = join(folder, 'deep/all.jsonl');
    const first: Sink = file({ path, size: 2_000 });
    await first.send(lines(2), never);
    await first.close();
    await appendFile(path, '{"half');
    const second = file({ path, size: 2_000 });
    await second.send(lines(2, 3), never);
    const whole = (await readFile(path, 'utf8')).split('\n').filter((one) => one.endsWith('}'));
    assert.deepEqual(
      whole.map((one) => JSON.parse(one)),
      lines(4).map(recordOf),
    );
    for (let at = 5; at < 60; at += 5) await second.send(lines(5, at), never);
    await second.close();
    const names = (await readdir(join(folder, 'deep'))).sort();
    assert.deepEqual(names, ['all.jsonl', ...[1, 2, 3, 4, 5].map((number) => `all.jsonl.${number}`)]);
  });

  it('on an output go at the pace of their reader', async () => {
    const stream = new PassThrough({ highWaterMark: 16 });
    const sending = output(stream).send(lines(2), never);
    assert.equal(
      await Promise.race([
        sending.then(() => 'sent'),
        new Promise((resolve) => setImmediate(resolve, 'waits')),
      ]),
      'waits',
    );
    const read = stream.read();
    await sending;
    assert.deepEqual(objects(String(read)), lines(2).map(recordOf));
  });
});
