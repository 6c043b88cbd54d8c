/** Files of templates and data as people use them: the built program, and a host over each kind of link. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { noSshd, type Sshd, startSshd } from '../adapters/ssh/sshd.ts';
import { needs } from '../needs.ts';
import { ended, openMuster, type TestMuster } from './muster.ts';
import { waitFor } from './wait.ts';

const HOSTS = ['here', 'far', 'agent'];

describe('files on hosts over every link', { skip: needs(['root', 'redis-server']) || noSshd }, () => {
  let muster: TestMuster;
  let sshd: Sshd;
  let manager: ChildProcess;
  const at = (host: string, name = 'app.conf') => join(muster.folder, 'etc', host, name);
  const held = () => join(muster.folder, 'etc/hold');
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(muster.folder, path)), { recursive: true });
    await writeFile(join(muster.folder, path), text);
  };
  /** Everything that a line has said. */
  const told = async (line: string) =>
    (await muster.say(line)).events
      .flatMap((event) => (event.type === 'lines' ? event.lines : 'text' in event ? [event.text] : []))
      .join('\n');
  const everywhere = () => Promise.all(HOSTS.map((host) => readFile(at(host), 'utf8')));

  before(async () => {
    sshd = await startSshd();
    muster = await openMuster({ 'muster.yml': '' }, { APP_PASSWORD: 'hush-hush-9' });
    const { port, user, keyFile, hostKeys } = sshd;
    const agent = await muster.agent();
    const root = (host: string) => `root: ${join(muster.folder, 'root', host)}, labels: [all]`;
    const file = (host: string) =>
      [
        `  ${host}: { template: app.conf, path: ${at(host)}, targets: [host/${host}],`,
        `    check: [grep, -q, "^color", "{file}"], within: 500ms,`,
        `    apply: { run: [sh, -c, "while [ -e ${held()} ]; do sleep 0.05; done"] },`,
        `    healthy: [sh, -c, "! grep -q ${host}-ill ${at(host)}"] }`,
      ].join('\n');
    await muster.configure({
      'muster.yml': [
        'people: {reem: {identities: {console: "*"}, roles: [all]}}',
        'roles: {all: {allow: [{commands: ["*"], on: ["*", "*/*"]}]}}',
        'hosts:',
        `  here: {link: local, ${root('here')}}`,
        `  far: {link: ssh, address: 127.0.0.1, port: ${port}, user: ${user}, keyFile: ${keyFile}, hostKey: "${hostKeys.ed25519}", ${root('far')}}`,
        `  agent: {link: icp, address: 127.0.0.1, port: ${agent.port}, key: "${agent.key}", ${root('agent')}}`,
        'files:',
        ...HOSTS.map(file),
        '',
      ].join('\n'),
    });
    for (const host of HOSTS) await mkdir(dirname(at(host)), { recursive: true });
    await put('config/templates/app.conf', 'color {{color}}\npassword {{password}}\n');
    await put('config/data/site.yml', 'color: red\n');
    await put('config/data/secret.yml', 'password: "env:APP_PASSWORD"\n');
    manager = await muster.start();
  });
  after(async () => {
    await muster?.stop();
    await sshd?.close();
  });

  test('are written everywhere, and what is the same already is left alone', async () => {
    const { exit, result } = await muster.say('/config apply label/all');
    assert.equal(exit, 0, result.text);
    assert.deepEqual(
      await everywhere(),
      HOSTS.map(() => 'color red\npassword hush-hush-9\n'),
    );
    assert.ok(!JSON.stringify(result).includes('hush'));
  });

  test('come back on all hosts where one of them does not get well', async () => {
    const { exit, result } = await muster.say('/config set site color=agent-ill');
    assert.equal(exit, 1);
    assert.match(result.text, /agent is not well with the new/);
    assert.deepEqual(
      await everywhere(),
      HOSTS.map(() => 'color red\npassword hush-hush-9\n'),
    );
    assert.match(await told('/config show host/far'), /color = "red" · from site\n/);
  });

  test('are shown as they differ, over each link', async () => {
    for (const host of HOSTS) await writeFile(at(host), 'color mine\npassword hush-hush-9\n');
    const text = await told('/config diff label/all');
    for (const host of HOSTS) assert.match(text, new RegExp(`${host}: .* was changed by hand`));
    assert.equal(
      text.match(/-color mine\n\+color red\n password \[redacted\]|-color mine\n\+color red/g)?.length,
      3,
      text,
    );
    assert.ok(!text.includes('hush'));
    assert.equal((await muster.say('/config apply label/all --overwrite')).exit, 0);
  });

  test('are in force once, with their version, although the manager is killed in the middle', async () => {
    await put('etc/hold', '');
    const saying = muster.say('/config set site color=green').catch(() => undefined);
    await waitFor('the files', async () =>
      (await everywhere()).every((text) => text.startsWith('color green')),
    );
    manager.kill('SIGKILL');
    await ended(manager);
    await saying;
    manager = await muster.start();
    await rm(held());
    // Waits for what was cut off: both change the same data.
    const { exit, result } = await muster.say('/config set site other=1');
    assert.equal(exit, 0, result.text);
    assert.deepEqual(
      await everywhere(),
      HOSTS.map(() => 'color green\npassword hush-hush-9\n'),
    );
    const history = await told('/config history');
    assert.equal(history.match(/then "green"/g)?.length, 1, history);
    assert.equal((await muster.say('/config rollback 0')).exit, 0);
    assert.match((await everywhere()).join(), /color red/);
  });

  test('are rendered offline, with exit codes for tests', async () => {
    const main = new URL('../../dist/main.js', import.meta.url).pathname;
    const render = (...words: string[]) =>
      promisify(execFile)(process.execPath, [main, 'config', 'render', ...words], {
        cwd: muster.folder,
      }).then(
        ({ stdout }) => ({ code: 0, said: stdout }),
        ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
      );
    assert.deepEqual(await render('here', '--set', 'color=blue'), {
      code: 0,
      said: 'color blue\npassword [masked:password]\n',
    });
    await put('test/data.yml', 'color: [1, 2]\n');
    const bad = await render('app.conf', '--target', 'app/shop', '--data', 'test/data.yml');
    assert.deepEqual([bad.code, bad.said.split('\n')[0]], [1, '✕ app.conf:1: color is a list, not a text']);
    assert.equal((await render('here', '--target', '../etc')).code, 2);
  });
});
