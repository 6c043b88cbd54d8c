import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { engineFor, SOCKET } from '../../../src/adapters/dockerd/commands.ts';
import { dockerd } from '../../../src/adapters/dockerd/dockerd.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';

describe('an engine', () => {
  it('at the usual socket is the usual engine', () => {
    assert.deepEqual(engineFor({ socket: SOCKET, root: '/var/lib/muster' }), {
      arguments: ['--pidfile', '/var/run/docker.pid'],
      pidFile: '/var/run/docker.pid',
      log: '/var/lib/muster/engine/dockerd.log',
    });
  });

  it('at another socket shares nothing with the usual one', () => {
    const name = 'mst-3943b88d';
    assert.deepEqual(engineFor({ socket: '/m/d.sock', root: '/m' }), {
      arguments: [
        ...['--host', 'unix:///m/d.sock', '--data-root', '/m/engine/data', '--exec-root', '/m/engine/run'],
        ...['--pidfile', '/m/engine/dockerd.pid', '--config-file', '/m/engine/daemon.json'],
        ...['--containerd-namespace', name, '--containerd-plugins-namespace', `${name}-plugins`],
        ...['--bridge', name],
      ],
      pidFile: '/m/engine/dockerd.pid',
      log: '/m/engine/dockerd.log',
      own: { bridge: name, config: '/m/engine/daemon.json' },
    });
  });

  it("is found at the socket of its host's settings", () => {
    assert.equal(dockerd.name, 'docker');
    assert.equal(dockerd.options.parse({}).socket, SOCKET);
    assert.equal(dockerd.options.parse({ socket: '/m/d.sock' }).socket, '/m/d.sock');
  });
});

describe('an answer of the engine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-ping-'));
  const shell = localShell({ host: 'local' });
  after(async () => {
    await shell.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const answersTo = async (serve: (socket: Socket) => void) => {
    const path = join(folder, 'sock');
    const server = createServer(serve).listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    const answer = await dockerd.open({ shell, options: { socket: path } }).answers();
    await new Promise((resolve) => server.close(resolve));
    return answer;
  };

  it('is its ping', async () => {
    const asked: string[] = [];
    const ok = await answersTo((socket) => {
      socket.once('data', (chunk) => {
        asked.push(chunk.toString());
        socket.end('HTTP/1.0 200 OK\r\n\r\nOK');
      });
    });
    assert.equal(ok, true);
    assert.deepEqual(asked, ['GET /_ping HTTP/1.0\r\n\r\n']);
  });

  it('is missed where something else answers, or nobody', async () => {
    assert.equal(await answersTo((socket) => void socket.resume().end('HTTP/1.1 500 No\r\n\r\n')), false);
    assert.equal(await answersTo((socket) => void socket.destroy()), false);
    assert.equal(await dockerd.open({ shell, options: { socket: join(folder, 'none') } }).answers(), false);
  });
});
