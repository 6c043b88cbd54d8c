import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Docker, docker } from '../../../src/adapters/docker/docker.ts';
import type { LogLine } from '../../../src/adapters/docker/logs.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import type { Shell } from '../../../src/shell.ts';
import { lacksEngine, startEngine, type TestEngine } from '../../engine.ts';
import { fakeShell } from '../../fakes/shell.ts';

describe('an engine, for real', { skip: lacksEngine() }, () => {
  let engine: TestEngine;
  let shell: Shell;
  let api: Docker;

  before(async () => {
    engine = await startEngine();
    shell = localShell({ host: 'local' });
    api = docker.open({ shell, options: { socket: engine.socket } });
  });
  after(async () => {
    await shell?.close();
    await engine?.stop();
  });

  const run = async (...words: string[]) => (await engine.docker('run', '--detach', ...words)).trim();

  it('tells its version', async () => {
    await api.ping();
    assert.match(await api.version(), /^\d+\.\d+/);
  });

  it('knows images by name, and takes names away', async () => {
    assert.ok(((await api.image('muster/base'))?.size ?? 0) > 100_000);
    assert.equal(await api.image('muster/none'), undefined);
    await engine.docker('tag', 'muster/base', 'muster-shop-web:r-aa');
    assert.deepEqual(await api.imageNames('muster-shop-*'), ['muster-shop-web:r-aa']);
    assert.equal(await api.removeImage('muster-shop-web:r-aa'), true);
    assert.equal(await api.removeImage('muster-shop-web:r-aa'), true);
    assert.deepEqual(await api.imageNames('muster-shop-*'), []);
  });

  it('keeps an image that a container needs', async () => {
    await engine.docker('tag', 'muster/base', 'needed:1');
    const id = await run('needed:1', 'sleep', '100');
    await engine.docker('tag', 'muster/base', 'needed:2');
    const image = (await api.image('needed:1'))?.id ?? '';
    assert.equal(await api.removeImage(image), false);
    await api.remove(id);
  });

  it('removes a container once, and does not mind a second time', async () => {
    const id = await run('--label', 'a=1', 'muster/base', 'sleep', '100');
    assert.deepEqual(
      (await api.labelled('a=1')).map((container) => container.id),
      [id],
    );
    await api.remove(id);
    await api.remove(id);
    assert.equal(await api.inspect(id), undefined);
    assert.deepEqual(await api.labelled('a'), []);
  });

  it('says how a container ended', async () => {
    const id = await run('muster/base', 'sh', '-c', 'exit 4');
    await engine.docker('wait', id);
    const state = await api.inspect(id);
    assert.equal(state?.status, 'exited');
    assert.equal(state?.exitCode, 4);
    assert.equal(state?.restarted, false);
    assert.equal(state?.health, undefined);
  });

  it('tells what happens from the moment it says so, until nobody listens', async () => {
    const control = new AbortController();
    const events = await api.events('b=1', control.signal);
    const id = await run(
      '--label',
      'b=1',
      '--health-cmd',
      'true',
      '--health-interval',
      '200ms',
      'muster/base',
      'sleep',
      '100',
    );
    await run('--label', 'b=2', 'muster/base', 'true');
    const seen: string[] = [];
    for await (const event of events) {
      assert.equal(event.container, id);
      seen.push(event.action);
      if (event.action === 'health_status: healthy') control.abort();
    }
    assert.deepEqual(seen.slice(0, 2), ['create', 'start']);
    assert.equal((await api.inspect(id))?.health, 'healthy');
  });

  it('reads a log: both streams apart, with times, its last lines, and of a terminal as well', async () => {
    const read = async (id: string, options = {}) => {
      const lines: LogLine[] = [];
      await api.logs(id, options, (line) => lines.push(line));
      return lines;
    };
    const id = await run('muster/base', 'sh', '-c', 'echo one; echo two >&2; echo three');
    await engine.docker('wait', id);
    const lines = await read(id);
    assert.deepEqual(lines.map(({ stream, text }) => `${stream} ${text}`).sort(), [
      'stderr two',
      'stdout one',
      'stdout three',
    ]);
    assert.ok(lines.every(({ at }) => !Number.isNaN(Date.parse(at))));
    assert.equal((await read(id, { tail: 1 })).length, 1);
    assert.deepEqual(await read(id, { since: '2999-01-01T00:00:00Z' }), []);
    const terminal = await run('--tty', 'muster/base', 'echo', 'on a terminal');
    await engine.docker('wait', terminal);
    assert.deepEqual(
      (await read(terminal)).map(({ text }) => text),
      ['on a terminal'],
    );
    assert.deepEqual(await read('0123456789ab'), []);
  });

  it('keeps no connection when a log or events are no longer wanted', async () => {
    const id = await run('muster/base', 'sh', '-c', 'echo ready; sleep 100');
    const before = sockets();
    const control = new AbortController();
    const events = await api.events('c=1', control.signal);
    const listening = (async () => {
      for await (const _ of events);
    })();
    const following = api.logs(id, { follow: true, signal: control.signal }, () => control.abort());
    await Promise.all([following, listening]);
    for (let tries = 0; sockets() > before && tries < 100; tries += 1) await sleep(20);
    assert.equal(sockets(), before);
    await api.remove(id);
  });

  it('ends a followed log when its container ends', async () => {
    const id = await run('muster/base', 'sh', '-c', 'echo one; sleep 1; echo two');
    const lines: string[] = [];
    await api.logs(id, { follow: true }, ({ text }) => lines.push(text));
    assert.deepEqual(lines, ['one', 'two']);
  });
});

describe('an engine that cannot be used', () => {
  const servers: Server[] = [];
  after(() => {
    for (const server of servers) server.close();
  });
  const open = (connect: () => never) =>
    docker.open({ shell: fakeShell({ sockets: { '/d.sock': connect } }), options: { socket: '/d.sock' } });
  const failing = (code: string) =>
    open(() => {
      throw Object.assign(new Error(code), { code });
    });

  for (const [code, expected] of [
    ['ENOENT', 'engine.down'],
    ['ECONNREFUSED', 'engine.down'],
    ['EACCES', 'host.denied'],
  ] as const) {
    it(`is ${expected} after ${code}`, async () => {
      await assert.rejects(failing(code).ping(), { code: expected });
      await assert.rejects(failing(code).events('a', new AbortController().signal), { code: expected });
    });
  }

  /** A server at a socket of its own that does this with everybody who comes. */
  const listening = async (name: string, meet: (stream: Socket) => void) => {
    const socket = join(process.env.TMPDIR ?? '/tmp', `muster-${name}-${process.pid}.sock`);
    const server = createServer(meet).listen(socket);
    servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    return socket;
  };

  it('is down where it hangs up', async () => {
    const socket = await listening('hang-up', (stream) => stream.destroy());
    const shell = localShell({ host: 'local' });
    await assert.rejects(docker.open({ shell, options: { socket } }).ping(), { code: 'engine.down' });
    await shell.close();
  });

  it('is down where it takes every connection and never answers, as a frozen one does', async (context) => {
    const questions: ((api: Docker) => Promise<unknown>)[] = [
      (api) => api.ping(),
      (api) => api.all(),
      (api) => api.inspect('a'),
      (api) => api.image('a'),
      (api) => api.logs('a', {}, () => {}),
      (api) => api.events('a', new AbortController().signal),
    ];
    const streams: Socket[] = [];
    let allAsked = () => {};
    const asked = new Promise<void>((resolve) => {
      allAsked = resolve;
    });
    const socket = await listening('frozen', (stream) => {
      if (streams.push(stream) === questions.length) allAsked();
    });
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const shell = localShell({ host: 'local' });
    const api = docker.open({ shell, options: { socket } });
    const ends = questions.map((ask) => assert.rejects(ask(api), { code: 'engine.down' }));
    await asked;
    context.mock.timers.tick(60_000);
    await Promise.all(ends);
    context.mock.timers.reset();
    for (const stream of streams) stream.destroy();
    await shell.close();
  });
});

/** How many sockets this process holds. */
const sockets = (): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
