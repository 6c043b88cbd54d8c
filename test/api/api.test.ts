/** What is asked over HTTP: a real store behind a real gate; who may, in which form, and what is refused. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { HubClient } from '../../src/adapters/gate/client.ts';
import { type ApiParts, openApi } from '../../src/api/api.ts';
import type { Api } from '../../src/api/serve.ts';
import { Tokens } from '../../src/api/tokens.ts';
import { Config } from '../../src/config/config.ts';
import type { LogStore } from '../../src/hubs/log/log.ts';
import { openLogStore } from '../../src/hubs/log/store.ts';
import type { AuditEntry } from '../../src/jobs/audit.ts';
import { HealthRecord } from '../../src/jobs/health/record.ts';
import type { Runs } from '../../src/jobs/runs.ts';
import type { Line } from '../../src/lines.ts';
import type { Log } from '../../src/log.ts';
import type { LogDesk } from '../../src/log-asking.ts';
import { Scrubber, Secret } from '../../src/secret.ts';
import { logRoutes } from '../../src/wire/hub/log-routes.ts';
import { openLogDesk } from '../../src/wire/log-desk.ts';
import { openTestGate, type TestGate } from '../gate.ts';
import { LIMITS, lines, NOW, source } from '../hubs/log/stores.ts';
import { liveState } from '../jobs/live-state.ts';
import { until } from '../until.ts';

const local = { link: 'local' };
const app = { repository: 'x', hosts: ['web-1'] };
const token = (person: string, more = {}) => ({ secret: `env:${person}`, person, ...more });
const CONFIG = {
  people: {
    reem: { identities: { console: 'reem' }, roles: ['all'] },
    dan: { identities: { console: 'dan' }, roles: ['shop'] },
  },
  roles: {
    all: { allow: [{ commands: ['*'], on: ['*', '*/*'] }] },
    shop: { allow: [{ commands: ['logs', 'health'], on: ['app/shop'] }] },
  },
  hosts: { 'web-1': local },
  apps: { shop: app, bank: app, 'r-7k2m9xq4tz': app },
  api: {
    tokens: {
      ...{ grafana: token('reem'), script: token('dan') },
      ...{
        old: token('reem', { secret: 'env:old', until: '2026-01-31' }),
        short: token('reem', { secret: 'env:short' }),
      },
    },
  },
};
const SECRETS: Record<string, string> = {
  ...{ reem: 'reem-0123456789-0123456789', dan: 'dan-0123456789-0123456789' },
  ...{ old: 'old-0123456789-0123456789', short: 'short' },
};

describe('the API', () => {
  let folder: string;
  let store: LogStore;
  let gate: TestGate;
  let client: HubClient;
  let api: Api;
  let tokens: Tokens;
  let config: Config;
  let desk: LogDesk | undefined;
  const records: AuditEntry[] = [];
  const warned: unknown[] = [];
  const state = liveState();
  const scrubber = new Scrubber();
  const run = {
    id: 'r-3k2m9xq4tz',
    origin: 'r-3k2m9xq4tz',
    by: { person: 'reem' },
    command: 'deploy',
    scope: ['app/bank'],
  };
  const runs = { match: async () => run, get: async () => run } as unknown as Runs;
  const parts = (): ApiParts => ({
    ...{ config: () => config, tokens: () => tokens, logs: () => desk, runs, state, scrubber },
    audit: { append: async (entry) => void records.push(entry) },
    log: { warn: (facts: unknown) => void warned.push(facts), error: assert.fail } as unknown as Log,
    patience: { strangers: 1, look: 20, sign: 20, stuck: 300 },
  });
  const setConfig = async (more = {}) => {
    config = { ...Config.parse({ ...CONFIG, ...more }), folder: '/nowhere' };
    tokens = await Tokens.of(config, async (text) => new Secret(SECRETS[text.slice(4)] as string));
  };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-api-'));
    store = await openLogStore(folder, LIMITS, { now: () => NOW });
    gate = await openTestGate(logRoutes({ store, sinks: new Map(), troubles: new Map() }));
    const place = { address: gate.address, pins: [gate.identity.fingerprint] };
    client = new HubClient({ place, identity: gate.manager });
    desk = openLogDesk(async () => client);
    await setConfig();
    api = await openApi(parts(), { host: '127.0.0.1', port: 0 });
  });
  after(async () => {
    await api?.close();
    client?.close();
    await gate?.stop();
    await store?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = (path: string, who = 'reem', more: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${api.port}${path}`, {
      ...more,
      headers: { ...(who !== '' && { Authorization: `Bearer ${SECRETS[who] ?? who}` }), ...more.headers },
    });
  const asked = async (path: string, who?: string) => {
    const response = await ask(path, who);
    const text = await response.text();
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  };
  const refused = async (path: string, who?: string) => {
    const response = await ask(path, who);
    const { code, summary, hint } = (await response.json()) as Record<string, string>;
    assert.ok(summary && hint, path);
    return [response.status, code];
  };
  const said = (all: Record<string, unknown>[]) => all.map(({ message }) => message);

  test('messages are given in the form that they are kept in, newest first, without secrets', async () => {
    scrubber.learn('hunter2hunter2');
    const texts = [
      '{"level":"error","msg":"no db","db":"hunter2hunter2"}',
      'plain',
      'with hunter2hunter2',
      'bye',
    ];
    await store.take(source('shop'), lines(texts));
    const all = await asked('/v1/logs?target=shop');
    assert.deepEqual(said(all), [
      'bye',
      'with [redacted]',
      'plain',
      '{"level":"error","msg":"no db","db":"[redacted]"}',
    ]);
    const { cursor, ...first } = all[3];
    assert.match(cursor, /^[\w-]+$/);
    assert.deepEqual(first, {
      ...{ app: 'shop', service: 'web', host: 'web-1', generation: 'r-1', stream: 'a1b2c3d4' },
      ...{
        seq: 1,
        time: '1699990001000000000',
        level: 'error',
        fields: { level: 'error', msg: 'no db', db: '[redacted]' },
      },
      message: '{"level":"error","msg":"no db","db":"[redacted]"}',
    });
    assert.deepEqual(said(await asked('/v1/logs?target=shop/web&level=error')), [
      texts[0]?.replace('hunter2hunter2', '[redacted]'),
    ]);
    assert.deepEqual(said(await asked('/v1/logs?target=shop&grep=/^b.e$/&order=asc')), ['bye']);
    assert.deepEqual(await asked('/v1/logs?target=shop&since=1h'), []);
    assert.deepEqual(
      said(await asked('/v1/logs?target=shop&until=2023-11-14T19:26:43Z&order=asc')),
      said(all.slice(2)).reverse(),
    );
  });

  test('of a private key that is printed line by line nothing is given, whatever the order', async () => {
    const name = 'r-7k2m9xq4tz';
    const key = [
      '-----BEGIN EC PRIVATE KEY-----',
      'MHcCAQEEIBase64',
      'AwEHoUQDQgAE',
      '-----END EC PRIVATE KEY-----',
    ];
    await store.take(source(name), lines(['before', ...key, 'after']));
    const wanted = ['before', ...key.map(() => '[redacted]'), 'after'];
    assert.deepEqual(said(await asked(`/v1/logs?target=${name}&order=asc`)), wanted);
    assert.deepEqual(said(await asked(`/v1/logs?target=${name}`)), wanted.reverse());
  });

  test('pages give each message once, in either order, also where hundreds were printed at one time', async () => {
    const time = 1_699_995_000_000_000_000n;
    for (const stream of ['aaaaaaaa', 'bbbbbbbb'])
      await store.take(
        source('bank', stream),
        Array.from({ length: 80 }, (_, at) => ({
          seq: at + 1,
          time: time + BigInt(at < 60 ? 0 : at),
          text: `${stream} ${at}`,
        })),
      );
    for (const order of ['asc', 'desc']) {
      const seen: unknown[] = [];
      let pages = 0;
      for (let cursor = ''; ; pages += 1) {
        const page = await asked(`/v1/logs?target=bank&limit=37&order=${order}${cursor}`);
        if (page.length === 0) break;
        assert.ok(page.length <= 37);
        seen.push(...page.map(({ time, stream, seq }) => `${time} ${stream} ${`${seq}`.padStart(4, '0')}`));
        cursor = `&cursor=${page.at(-1).cursor}`;
      }
      assert.equal(seen.length, 160);
      const sorted = [...seen].sort();
      assert.deepEqual(seen, order === 'asc' ? sorted : sorted.reverse());
      assert.ok(pages >= 5);
    }
  });

  test('what cannot be asked is refused, with the reason and its status', async () => {
    for (const [path, status, code] of [
      ['/v1/logs', 400, 'api.request'],
      ['/v1/logs?target=shop&colour=red', 400, 'api.request'],
      ['/v1/logs?target=shop&target=bank', 400, 'api.request'],
      ['/v1/logs?target=../../etc/passwd', 400, 'api.request'],
      ['/v1/logs?target=shop%0d%0aSet-Cookie:%20a', 400, 'api.request'],
      ['/v1/logs?target=shop&limit=0', 400, 'api.request'],
      ['/v1/logs?target=shop&since=yesterday', 400, 'api.request'],
      ['/v1/logs?target=shop&cursor=e30', 400, 'api.request'],
      ['/v1/logs?target=shop&__proto__=1', 400, 'api.request'],
      ['/v1/logs?target=shop&grep=/(/', 400, 'logs.pattern'],
      ['/v1/logs/tail?target=shop&grep=/(/', 400, 'logs.pattern'],
      ['/v1/logs?target=chop', 404, 'config.unknown'],
      ['/v1/logs?target=host/web-9', 404, 'config.unknown'],
      ['/v1/health?target=constructor', 404, 'config.unknown'],
      ['/v1/health?target=app/../host/web-1', 400, 'api.request'],
      ['/v1/runs/..%2f..%2fetc', 400, 'api.request'],
      ['/v1/runs/%zz', 400, 'api.request'],
      ['/v1/runs/r-3k2m9xq4tz?run=r-7k2m9xq4tz', 400, 'api.request'],
      ['/v1/nothing', 404, 'api.nowhere'],
      ['/', 404, 'api.nowhere'],
    ] as const)
      assert.deepEqual(await refused(path), [status, code], path);
    const posted = await ask('/v1/health', 'reem', { method: 'POST', body: 'x'.repeat(1_000_000) });
    assert.deepEqual([posted.status, posted.headers.get('allow')], [405, 'GET']);
  });

  test('a megabyte of a query and what is no HTTP are turned away before they are looked at', async () => {
    const raw = (text: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(api.port, '127.0.0.1', () => socket.write(text));
        let heard = '';
        socket.on('data', (part) => {
          heard += part;
        });
        socket.on('error', () => {});
        socket.on('close', () => resolve(heard));
      });
    assert.match(
      await raw(`GET /v1/logs?target=${'a'.repeat(1_000_000)} HTTP/1.1\r\nHost: a\r\n\r\n`),
      /^HTTP\/1\.1 431 /,
    );
    assert.match(await raw('GET /v1/health HTTP/1.1\r\nHost: a\r\nA: b\nc: d\r\n\r\n'), /^HTTP\/1\.1 400 /);
    const head = `GET // HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${SECRETS.reem}\r\n\r\n`;
    assert.match(await raw(head), /^HTTP\/1\.1 404 /);
  });

  test('nobody is let in without a token that counts; that is told, and the token is not', async () => {
    for (const who of ['', 'wrong', 'old', 'short', `${SECRETS.reem}x`, `${SECRETS.reem}`.slice(1)]) {
      const response = await ask('/v1/health', who);
      assert.equal(response.status, 401, who);
      assert.equal(response.headers.get('www-authenticate'), 'Bearer');
      assert.equal(((await response.json()) as { code: string }).code, 'api.token');
    }
    assert.deepEqual(warned[1], { address: '127.0.0.1', shown: true, besides: 0 });
    assert.deepEqual(warned[2], { address: '127.0.0.1', shown: true, over: 'old', besides: 0 });
    assert.deepEqual(
      tokens.troubles.map(({ code, facts }) => [code, facts.name]),
      [['api.short', 'short']],
    );
    assert.equal((await ask('/v1/health', 'reem')).status, 200, 'others are not kept out by that');
    const bare = { Authorization: `bearer ${SECRETS.reem}` };
    assert.equal((await ask('/v1/health', '', { headers: bare })).status, 200);
  });

  test('a token has the rights of its person and no others, and both is on record as in a chat', async () => {
    records.length = 0;
    assert.equal((await asked('/v1/logs?target=shop&limit=1', 'dan')).length, 1);
    for (const path of [
      '/v1/logs?target=bank',
      '/v1/logs?target=chop',
      '/v1/logs?target=host/web-1',
      '/v1/logs/tail?target=bank',
      '/v1/logs?target=r-3k2m9xq4tz',
      '/v1/health',
      '/v1/health?target=shop',
      '/v1/runs/r-3k2m9xq4tz',
    ])
      assert.deepEqual(await refused(path, 'dan'), [403, 'access.denied'], path);
    assert.equal((await ask('/v1/health?target=app/shop', 'dan')).status, 200);
    const by = { person: 'dan', platform: 'api', chat: 'script' };
    const [first, second] = records;
    assert.deepEqual(
      [first?.kind, first?.by, first?.text, first?.command, first?.scope],
      ['command', by, 'GET /v1/logs?target=shop&limit=1', 'logs', ['app/shop']],
    );
    assert.deepEqual([second?.kind, second?.by, second?.scope], ['refused', by, ['app/bank']]);
    assert.equal(records.length, 10);
  });

  test('health is told with its reasons; what only /why-sick tells is not', async () => {
    const record = new HealthRecord(state);
    await record.publish('app/shop', {
      ...{ state: 'degraded', percent: 50, since: 0, chart: [100, 50], changes: [], lines: ['secret line'] },
      reasons: [
        { component: 'app/shop/web', status: 'degraded', detail: 'slow hunter2hunter2', since: 1_000 },
      ],
    });
    await record.publish('cloud', {
      ...{ state: 'degraded', percent: 75, since: 0, chart: [], changes: [], lines: [] },
      reasons: [],
    });
    await record.beat(Date.now());
    const [shop] = await asked('/v1/health?target=app/shop', 'dan');
    const { told, ...rest } = shop;
    assert.ok(Date.parse(told) > 0);
    assert.deepEqual(rest, {
      ...{
        target: 'app/shop',
        stale: false,
        state: 'degraded',
        percent: 50,
        since: '1970-01-01T00:00:00.000Z',
        chart: [100, 50],
      },
      reasons: [
        {
          component: 'app/shop/web',
          status: 'degraded',
          detail: 'slow [redacted]',
          since: '1970-01-01T00:00:01.000Z',
        },
      ],
    });
    const [cloud] = await asked('/v1/health');
    assert.deepEqual([cloud.percent, cloud.parts], [75, { 'app/shop': { state: 'degraded', percent: 50 } }]);
    assert.deepEqual((await asked('/v1/health?target=host/web-1'))[0].state, 'unknown');
  });

  test('what arrives is told at once, as lines or events, until the right is taken away', async () => {
    const follow = async (headers: Record<string, string>) => {
      const response = await ask('/v1/logs/tail?target=shop&limit=1', 'dan', { headers });
      const heard = { text: '', over: false, type: response.headers.get('content-type') };
      const reading = (async () => {
        for await (const part of response.body as unknown as AsyncIterable<Uint8Array>)
          heard.text += Buffer.from(part);
        heard.over = true;
      })();
      return { heard, reading };
    };
    const all = await Promise.all([follow({}), follow({ Accept: 'text/event-stream' })]);
    const [{ heard: plain }, { heard: events }] = all;
    await until(() => all.every(({ heard }) => heard.text.includes('"bye"')));
    await store.take(source('shop'), lines(['one more', 'and more'], 5));
    await store.take(source('bank', 'cccccccc'), lines(['of others']));
    await until(() => all.every(({ heard }) => heard.text.includes('and more')));
    await until(() => events.text.includes('\n:\n'));
    assert.deepEqual(
      said(
        plain.text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ),
      ['bye', 'one more', 'and more'],
    );
    assert.match(events.text, /^id: [\w-]+\ndata: \{.*"bye".*\}\n\n/);
    assert.deepEqual(
      all.map(({ heard }) => heard.type),
      ['application/x-ndjson', 'text/event-stream'],
    );
    assert.ok(!events.text.includes('of others'));
    await setConfig({ people: { ...CONFIG.people, dan: { identities: {}, roles: [] } } });
    await Promise.all(all.map(({ reading }) => reading));
    assert.ok(
      all.every(({ heard }) => heard.over),
      'it ends as a whole answer does',
    );
    await setConfig({ approvals: { tails: { commands: ['logs'], from: ['all'] } } });
    assert.deepEqual(await refused('/v1/logs/tail?target=shop'), [403, 'api.approval']);
    assert.equal(
      (await ask('/v1/logs?target=shop&limit=1')).status,
      200,
      'in a chat that takes no agreement, either',
    );
    await setConfig();
  });

  test('only so many tails at a time, and all of them end whole when Muster stops', async () => {
    const other = await openApi(parts(), { host: '127.0.0.1', port: 0 });
    const tail = () =>
      fetch(`http://127.0.0.1:${other.port}/v1/logs/tail?target=shop&limit=0`, {
        headers: { Authorization: `Bearer ${SECRETS.reem}` },
      });
    const tails = await Promise.all(Array.from({ length: 16 }, tail));
    assert.ok(tails.every(({ status }) => status === 200));
    const more = await tail();
    assert.deepEqual([more.status, more.headers.get('retry-after')], [429, '1']);
    assert.equal((await ask('/v1/logs?target=shop&limit=1')).status, 200, 'the hub is still asked meanwhile');
    await other.close();
    assert.deepEqual(new Set(await Promise.all(tails.map((one) => one.text()))), new Set(['']));
  });

  test('whoever does not read holds no more than a little, and is hung up on', async () => {
    const own = desk as LogDesk;
    let [pulled, left] = [0, false];
    const line: Line = { ...source('shop'), seq: 1, time: 1n, level: 'info', message: 'x'.repeat(10_000) };
    const endless = async function* () {
      try {
        for (; ; pulled += 1) yield { ...line, seq: pulled + 1 };
      } finally {
        left = true;
      }
    };
    desk = { ...own, read: endless, follow: endless };
    for (const path of ['/v1/logs?target=shop&order=asc&limit=10000', '/v1/logs/tail?target=shop']) {
      [pulled, left] = [0, false];
      const socket = connect(api.port, '127.0.0.1', () =>
        socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${SECRETS.reem}\r\n\r\n`),
      );
      socket.pause();
      socket.on('error', () => {});
      await until(() => left);
      assert.ok(pulled > 0 && pulled < 5_000, `${pulled} messages of 10 kB, most of them within the system`);
      socket.destroy();
    }
    desk = own;
  });

  test('newest first only a few are gathered at a time, of each no more than two million characters, and the rest in pages', async () => {
    const own = desk as LogDesk;
    let [inside, most] = [0, 0];
    desk = {
      ...own,
      async *read({ until: before, limit }) {
        inside += 1;
        most = Math.max(most, inside);
        const last = before === undefined ? 10 : Number(before) - 1;
        for (let at = Math.max(1, last + 1 - Number(limit)); at <= last; at += 1) {
          await new Promise(setImmediate);
          yield { ...source('shop'), seq: at, time: BigInt(at), level: 'info', message: '-'.repeat(400_000) };
        }
        inside -= 1;
      },
    };
    const all = await Promise.all(Array.from({ length: 8 }, () => asked('/v1/logs?target=shop')));
    for (const page of all)
      assert.deepEqual(
        page.map(({ seq }) => seq),
        [10, 9, 8, 7],
      );
    assert.equal(most, 4);
    const next = await asked(`/v1/logs?target=shop&cursor=${all[0]?.at(-1).cursor}`);
    assert.deepEqual(
      next.map(({ seq }) => seq),
      [6, 5, 4, 3],
    );
    desk = own;
  });

  test('where there is no hub, or it is away, that is said', async () => {
    const own = desk;
    desk = undefined;
    assert.deepEqual(await refused('/v1/logs?target=shop'), [503, 'hub.none']);
    desk = own;
    await gate.close();
    assert.deepEqual(await refused('/v1/logs?target=shop'), [503, 'hub.unreachable']);
    assert.deepEqual(await refused('/v1/logs/tail?target=shop'), [503, 'hub.unreachable']);
    await gate.reopen();
  });

  test('it describes itself', async () => {
    const [{ paths }] = await asked('/v1/openapi.json', 'dan');
    assert.deepEqual(Object.keys(paths), [
      '/v1/logs',
      '/v1/logs/tail',
      '/v1/health',
      '/v1/runs/{run}',
      '/v1/openapi.json',
    ]);
    const page = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');
    for (const path of Object.keys(paths))
      assert.ok(page.includes(`| \`${path.replace('{run}', 'ID')}\` |`), path);
    const named = paths['/v1/logs'].get.parameters.map(({ name }: { name: string }) => name);
    assert.deepEqual(named, ['target', 'grep', 'level', 'since', 'until', 'limit', 'order', 'cursor']);
    assert.deepEqual(
      [paths['/v1/runs/{run}'].get.parameters[0].in, paths['/v1/runs/{run}'].get.parameters[0].required],
      ['path', true],
    );
  });
});
