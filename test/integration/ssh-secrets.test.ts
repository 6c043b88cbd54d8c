/** While Muster works on a host over ssh, no process list shows what opens a door. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLines } from '../conformance/process-table.ts';
import { unique } from './muster.ts';
import { lacksSshCloud, openSshCloud, type SshCloud } from './ssh-cloud.ts';
import { waitFor } from './wait.ts';

const PASSWORD = `pw-${unique()}`;

describe('a process list', { skip: lacksSshCloud() }, () => {
  let cloud: SshCloud;
  let mute: Server;
  let address: string;
  const sockets = new Set<Socket>();

  before(async () => {
    cloud = await openSshCloud();
    // A git server that lets callers wait: as long as a test looks, git is there.
    mute = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${(mute.address() as { port: number }).port}/app.git`;
    await cloud.configure(
      { web: cloud.host() },
      {
        hello: `{repository: ${cloud.repository}, hosts: [web]}`,
        locked: `{repository: 'https://bot:${PASSWORD}@${address}', hosts: [web]}`,
      },
    );
    await cloud.muster.start();
  });
  after(async () => {
    await cloud?.stop();
    for (const socket of sockets) socket.destroy();
    mute?.close();
  });

  test('shows nothing of the key while a deploy runs', async () => {
    const seen = watch();
    assert.equal((await cloud.muster.say('/deploy hello')).exit, 0);
    const lists = await seen.stop();
    assert.match(lists, /docker-compose .* build/);
    const key = (await readFile(cloud.sshd.keyFile, 'utf8')).split('\n');
    for (const line of key.filter((text) => text !== '')) assert.ok(!lists.includes(line));
  });

  test('shows no password of a repository while it is fetched', async () => {
    const seen = watch();
    let run = '';
    const said = cloud.muster.say(`/deploy locked ${'a'.repeat(40)}`, (event) => {
      if (event.type === 'run') run = event.run;
    });
    await waitFor('git to ask', () => sockets.size > 0 && seen.text().includes(`https://${address}`));
    await cloud.muster.say(`/cancel ${run}`);
    const { events, result } = await said;
    assert.equal(result.status, 'cancelled');
    const lists = await seen.stop();
    for (const secret of [PASSWORD, Buffer.from(`bot:${PASSWORD}`).toString('base64')]) {
      assert.ok(!lists.includes(secret));
      assert.ok(!JSON.stringify(events).includes(secret));
    }
  });
});

/** Looks at the command lines of all processes, again and again. */
function watch() {
  const lines = new Set<string>();
  let looking = true;
  const done = (async () => {
    while (looking) {
      for (const line of (await commandLines()).split('\n')) lines.add(line);
      await sleep(5);
    }
  })();
  return {
    text: () => [...lines].join('\n'),
    async stop() {
      looking = false;
      await done;
      return [...lines].join('\n');
    },
  };
}
