/** Logs from the line that a container prints to the chat: a real engine, the built program, a hub that is killed, and sinks. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { until } from '../until.ts';
import { freePort, oneHost } from './app.ts';
import { ended, openMuster, type TestMuster } from './muster.ts';

const TOKEN = 'a-token-of-the-test-0123456789';

describe('logs, with a hub', { skip: lacksEngine('redis-server') }, () => {
  let engine: TestEngine;
  let muster: TestMuster;
  let hub: ChildProcess;
  let folder: string;
  let api: string;
  before(async () => {
    engine = await startEngine();
    muster = await openMuster({}, { API_TOKEN: TOKEN });
    folder = join(muster.folder, 'logs');
    await mkdir(folder);
    const port = await freePort();
    const place = `127.0.0.1:${port}`;
    api = `127.0.0.1:${await freePort()}`;
    await muster.configure({
      ...oneHost(muster, engine, { shop: '' }),
      'hub.yml': `hub: {address: "${place}", listen: "${place}", start: false}\n`,
      'api.yml': `api: {listen: "${api}", tokens: {script: {secret: "env:API_TOKEN", person: reem}}}\n`,
      'logs.yml': [
        `logSources: {disk: {hosts: [local], paths: ["${folder}/*.log"]}}`,
        `logSinks: {archive: {to: file, path: "${folder}/all.jsonl"}, siem: {to: syslog, address: "127.0.0.1:1", tls: false}}`,
        '',
      ].join('\n'),
    });
    await muster.start();
    hub = await muster.hub();
  });
  after(async () => {
    await muster?.stop();
    await engine?.stop();
  });

  const run = (name: string, script: string) =>
    engine.docker(
      ...['run', '--detach', '--name', name],
      ...['--label', 'com.docker.compose.project=shop', '--label', `com.docker.compose.service=${name}`],
      ...['muster/base', 'sh', '-c', script],
    );
  const asked = async (line: string) => {
    const { events } = await muster.say(line);
    return events.flatMap((event) => (event.type === 'reply' ? [event.text] : [])).join('\n');
  };
  const shows = (line: string, wanted: RegExp) =>
    until(async () => {
      const text = await asked(line);
      return wanted.test(text) ? text : undefined;
    }, `${line} shows ${wanted}`);
  const archived = async (): Promise<Record<string, unknown>[]> =>
    (await readFile(join(folder, 'all.jsonl'), 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));

  test('what a container prints is found by app, service, level, time and text; nothing in it drives a terminal', async () => {
    await run(
      'web',
      'echo hello; echo \'{"level":"error","msg":"no db"}\'; printf \'x\\033[2Jy\\007\\n\'; echo oh >&2',
    );
    const text = await shows('/logs shop', /oh/);
    assert.match(text, /^web \| hello$/m);
    assert.match(text, /^web \| xy\\x07$/m);
    assert.match(await asked('/logs shop/web --level error'), /^web \| .*no db.*$/);
    assert.match(await asked('/logs shop --grep /^h.l+o$/'), /^web \| hello$/);
    assert.match(await asked('/logs shop --until 1h'), /There is no such line/);
    assert.match(await asked('/logs verify shop'), /4 lines in 1 stream\nNo gap, and nothing twice\./);
  });

  test('a file of a host is read, also while it is rotated', async () => {
    const path = join(folder, 'app.log');
    await writeFile(path, 'one\ntwo\n');
    await shows('/logs host/local --grep two', /disk \| two/);
    await appendFile(path, 'three\n');
    await rename(path, `${path}.1`);
    await writeFile(path, 'four\n');
    await shows('/logs host/local --grep four', /disk \| four/);
    await shows('/logs host/local --grep three', /disk \| three/);
    assert.match(await asked('/logs verify host/local'), /No gap, and nothing twice\./);
  });

  test('a hub that is killed while a container prints has each line once afterwards, and so has its sink', async () => {
    await run(
      'loud',
      'i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo "n $i"; [ $((i % 200)) = 0 ] && sleep 0.1; done; echo done',
    );
    for (const seen of ['n 400', 'n 1200']) {
      await shows(`/logs shop/loud --grep "/^${seen}$/"`, new RegExp(seen));
      hub.kill('SIGKILL');
      await ended(hub);
      hub = await muster.hub();
    }
    await shows('/logs shop/loud --grep done', /done/);
    assert.match(
      await asked('/logs verify shop/loud'),
      /2001 lines in 1 stream\nNo gap, and nothing twice\./,
    );
    const lines = await until(async () => {
      const all = (await archived()).filter(({ service }) => service === 'loud');
      return all.some(({ message }) => message === 'done') && all;
    });
    const numbers = new Set(lines.map(({ seq }) => seq));
    assert.deepEqual([...numbers].length, 2_001);
  });

  test('a log is followed in the chat until it is cancelled', async () => {
    await run('slow', 'i=0; while [ $i -lt 600 ]; do i=$((i+1)); echo "tick $i"; sleep 0.1; done');
    const seen: string[] = [];
    const stop = new AbortController();
    const following = muster.say(
      '/logs shop/slow --follow',
      (event) => {
        if (event.type === 'lines') seen.push(...event.lines);
        if (seen.length > 20) stop.abort();
      },
      stop.signal,
    );
    await assert.rejects(following);
    const numbers = seen.map((line) => Number(/^slow \| tick (\d+)$/.exec(line)?.[1]));
    assert.deepEqual(
      numbers,
      Array.from(numbers, (_, at) => (numbers[0] as number) + at),
    );
    await engine.docker('rm', '--force', 'slow');
  });

  test('what the page about the API says to ask is answered over HTTP, and so is how a job ended', async () => {
    const page = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');
    const lines = page.match(/^curl .*$/gm) ?? [];
    assert.equal(lines.length, 7);
    const answers = lines.map(async (line) => {
      const url = /"http:\/\/127\.0\.0\.1:7411(\/\S+)"$/.exec(line)?.[1];
      const given = [...line.matchAll(/-H "(.+?): (.+?)"/g)].map(([, name, value]) => [
        name as string,
        (value as string).replace('$TOKEN', TOKEN),
      ]);
      const response = await fetch(`http://${api}${url}`, { headers: Object.fromEntries(given) });
      assert.equal(response.status, 200, line);
      if (!line.startsWith('curl -N')) return response.text();
      await response.body?.cancel();
      return '';
    });
    const [latest = '', errors = ''] = await Promise.all(answers);
    assert.match(latest, /"message":"tick \d+"/);
    assert.equal(JSON.parse(errors).message, '{"level":"error","msg":"no db"}');
    let number = '';
    const ask = async (path: string) => {
      const response = await fetch(`http://${api}${path}`, { headers: { Authorization: `Bearer ${TOKEN}` } });
      number = `${response.headers.get('request-id')}`;
      return (await response.json()) as Record<string, unknown>;
    };
    const [id] = /r-[a-z0-9]{10}/.exec(await asked('/jobs')) ?? [];
    const { run: job, status, command, by } = await ask(`/v1/runs/${id}`);
    assert.deepEqual([job, status, command, by], [id, 'cancelled', 'logs', 'reem']);
    assert.equal((await ask('/v1/runs/r-aaaaaaaaaa')).code, 'run.unknown');
    assert.match(await asked(`/why ${number}`), /GET \/v1\/runs\/r-aaaaaaaaaa/);
    assert.doesNotMatch(await asked('/why'), /GET/);
  });

  test('an engine that was restarted is read on, and new containers at once', async () => {
    await engine.restart();
    await run('again', 'echo back');
    await shows('/logs shop/again', /^again \| back$/m);
    assert.match(await asked('/logs verify shop'), /No gap, and nothing twice\./);
  });

  test('what the log hub keeps is told by whom, and a sink that takes nothing is an alert', async () => {
    const text = await asked('/logs stats');
    assert.match(text, /archive: \d+$/m);
    assert.match(text, /siem: 0; now: .*ECONNREFUSED/);
    assert.match(await asked('/alerts'), /the sink siem takes no logs/);
  });
});
