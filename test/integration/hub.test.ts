/** Containers of the base image and the hub: the built program, a real engine, and the program `hub` in real containers. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Caller } from '../../src/hub.ts';
import { importBaseImage } from '../base-image.ts';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { TestRepository } from '../repository.ts';
import { freePort, oneHost } from './app.ts';
import { ended, openMuster, type TestMuster } from './muster.ts';
import { waitFor } from './wait.ts';

/** How long the orphan lives, s: a number that no other command has. */
const ORPHAN_S = '0.731';

/** Tells what it was given, then and when it is told that there is other, leaves an orphan behind that ends, and ends by a signal with a code of its own. */
const COMMAND = [
  'trap "echo ending; exit 7" TERM',
  "trap 'read -r say word < /tmp/words; echo Heard $word' HUP",
  'cat /tmp/words',
  `sh -c "sleep ${ORPHAN_S} & echo orphan"`,
  'while :; do sleep 0.1; done',
].join('; ');

describe('an app on the base image, with a hub', {
  skip: lacksEngine('docker-compose', 'git', 'redis-server', 'docker-init'),
}, () => {
  let engine: TestEngine;
  let muster: TestMuster;
  let repository: TestRepository;
  let generation: string;
  let hub: ChildProcess;
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(muster.folder, path)), { recursive: true });
    await writeFile(join(muster.folder, path), text);
  };
  const container = async () => (await engine.docker('ps', '--quiet')).trim();
  const inside = async (...argv: string[]) => engine.docker('exec', await container(), ...argv);

  before(async () => {
    engine = await startEngine();
    await importBaseImage(engine);
    muster = await openMuster({});
    const gateway = (
      await engine.docker('network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', 'bridge')
    ).trim();
    const port = await freePort();
    await muster.configure({
      ...oneHost(muster, engine, { talker: '' }),
      'hub.yml': `hub: {address: "${gateway}:${port}", listen: "${gateway}:${port}", start: false}\n`,
      'files.yml':
        'files: {words: {template: words, path: /tmp/words, targets: [app/talker], apply: {signal: HUP}}}\n',
    });
    await write('config/templates/words', 'Say {{word}}.\n');
    await write('config/data/app-talker.yml', 'word: hello\n');
    repository = new TestRepository(join(muster.folder, 'talker'));
    repository.commit('main', {
      Dockerfile: `FROM muster/base\nCMD ${JSON.stringify(['sh', '-c', COMMAND])}\n`,
      'compose.yaml': 'services:\n  web:\n    build: .\n    stop_grace_period: 5s\n',
    });
    await muster.start();
    hub = await muster.hub();
    const { exit, result, events } = await muster.say('/deploy talker');
    assert.equal(exit, 0, JSON.stringify(events));
    generation = result.run as string;
  });
  after(async () => {
    await muster?.stop();
    await engine?.stop();
  });

  const printed = async () => engine.docker('logs', await container());
  const said = async () => (await printed()).split('\n').filter((line) => line.startsWith('Say '));
  /** What its client said, on standard error. */
  const told = async () => {
    const words = ['--host', `unix://${engine.socket}`, 'logs', await container()];
    return (await promisify(execFile)('docker', words)).stderr;
  };
  const endOf = async (id: string) =>
    (await engine.docker('inspect', '--format', '{{.State.ExitCode}}', id)).trim();

  test('is known by what the hub signed for the service of that generation', async () => {
    const { caller } = JSON.parse(await inside('cat', '/run/muster/hub/hub.json')) as { caller: Caller };
    const { generation: own, ...rest } = caller;
    assert.deepEqual(rest, { app: 'talker', service: 'web', host: 'local' });
    assert.equal(own, generation);
  });

  test('has its key and its token in no log, no event and no file but its own', async () => {
    const key = (await inside('cat', '/run/muster/hub/key.pem')).split('\n')[1] as string;
    for (const secret of [key, (await inside('cat', '/run/muster/hub/token')).slice(0, 40)]) {
      assert.ok(secret.length >= 40);
      const { stdout } = await promisify(execFile)('grep', [
        ...['--recursive', '--files-with-matches', '--fixed-strings', `--regexp=${secret}`, muster.folder],
      ]);
      assert.match(
        stdout.trim(),
        /\/host\/apps\/talker\/generations\/[^/]+\/hub\/web\/[^/]+\/(?:key\.pem|token)$/,
      );
    }
  });

  test('has its files before its command starts', async () => {
    assert.match(await printed(), /^Say hello\.$/m);
    assert.equal(await inside('cat', '/tmp/words'), 'Say hello.\n');
  });

  test('leaves no zombie behind', async () => {
    const rows = async () =>
      (
        await inside('sh', '-c', 'for p in /proc/[0-9]*; do cat $p/cmdline $p/stat 2>/dev/null; echo; done')
      ).split('\n');
    await waitFor('the orphan to be reaped', async () => {
      const all = await rows();
      return !all.some((row) => row.includes(`sleep\0${ORPHAN_S}`) || /\) Z 1 /.test(row));
    });
  });

  test('ends by the signal it is sent, with the code of its own', async () => {
    const id = await container();
    await engine.docker('stop', id);
    assert.equal(await endOf(id), '7');
    assert.match(await engine.docker('logs', id), /^ending$/m);
    await engine.docker('start', id);
    await waitFor('its start', async () => (await said()).length === 2);
  });

  test('starts with its last files while the hub is away, and has newer ones once that is back', async () => {
    hub.kill('SIGKILL');
    await ended(hub);
    const id = await container();
    await engine.docker('restart', id);
    await waitFor('its start', async () => (await said()).length === 3);
    assert.deepEqual(await said(), ['Say hello.', 'Say hello.', 'Say hello.']);
    assert.match(await told(), /hub: the hub could not be asked \(.*\); starting with the files of /);
    await write('config/data/app-talker.yml', 'word: goodbye\n');
    hub = await muster.hub();
    await muster.say('/reload');
    await engine.docker('restart', id);
    await waitFor('its next start', async () => (await said()).length === 4);
    assert.equal((await said()).at(-1), 'Say goodbye.');
  });

  /** What the log hub has of the app that begins so, oldest first. */
  const kept = async (begins: string) => {
    const { events } = await muster.say(`/logs talker --grep "${begins}"`);
    const text = events.flatMap((event) => (event.type === 'reply' ? [event.text] : [])).join('\n');
    return text.match(new RegExp(`${begins} \\w+`, 'g')) ?? [];
  };

  test('has each of its lines kept once, also what it printed while the hub was away', async () => {
    const said = ['Say hello', 'Say hello', 'Say hello', 'Say goodbye'];
    await waitFor('its lines', async () => (await kept('Say')).length >= said.length);
    assert.deepEqual(await kept('Say'), said);
  });

  test('takes over what is set in a chat, and what is rolled back: another file, and a signal to its command', async () => {
    const words = async () => {
      const look =
        'const { statSync, readFileSync } = fs; const f = "/tmp/words"; [statSync(f).ino, readFileSync(f)] + ""';
      const [inode, text] = (await inside('node', '-p', look)).trim().split(',');
      return { inode, text };
    };
    const before = await words();
    const { exit, result, events } = await muster.say('/config set app/talker word=welcome --why "a guest"');
    assert.equal(exit, 0, JSON.stringify(events));
    assert.match(JSON.stringify(events), /talker web on local has taken its files over/);
    const after = await words();
    assert.equal(after.text, 'Say welcome.');
    assert.notEqual(after.inode, before.inode);
    await waitFor('the command to hear it', async () => (await printed()).includes('Heard welcome.'));
    const history = JSON.stringify((await muster.say('/config history')).events);
    assert.match(history, /word.*welcome.*a guest|a guest.*word.*welcome/, history);
    assert.equal((await muster.say('/config rollback 0')).exit, 0, result.text);
    assert.equal((await words()).text, 'Say goodbye.');
    await waitFor('the command to hear that', async () => (await printed()).endsWith('Heard goodbye.\n'));
  });

  test('is deployed while the hub is away, and linked to it when that is back', async () => {
    hub.kill('SIGKILL');
    await ended(hub);
    repository.commit('main', {
      Dockerfile: `FROM muster/base\nCMD ["sh", "-c", "echo Alone ${'$'}(id -u); exec sleep 1000"]\n`,
    });
    const { exit, events } = await muster.say('/deploy talker');
    assert.equal(exit, 0, JSON.stringify(events));
    assert.match(JSON.stringify(events), /talker on local keeps what it prints until that is back/);
    hub = await muster.hub();
    await waitFor('its line', async () => (await kept('Alone')).length > 0);
    assert.deepEqual(await kept('Alone'), ['Alone 1000']);
  });
});
