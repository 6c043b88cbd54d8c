/** A secret in an address, in what a build or an app prints, or in what somebody types: nobody sees it anywhere. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { TestRepository } from '../repository.ts';
import { appFiles } from './app.ts';
import { type GitServer, serveGit } from './https.ts';
import { openMuster, type TestMuster } from './muster.ts';

describe('a secret', { skip: lacksEngine('docker-compose', 'git', 'redis-server', 'openssl') }, () => {
  const password = `sesame ${randomUUID()}`;
  const wrong = `wrong-${randomUUID()}`;
  const token = `ghp_${randomUUID().replaceAll('-', '')}`;
  /** What somebody types: their own command line shows it, and nothing of Muster's. */
  const typed = `ghp_${randomUUID().replaceAll('-', '')}`;
  const basic = Buffer.from(`reem:${password}`).toString('base64');
  /** As it is, as it stands in the address, as git gets it; and the tokens. */
  const secrets = [password, encodeURIComponent(password), basic, wrong, token, typed];
  let folder: string;
  let engine: TestEngine;
  let server: GitServer;
  let muster: TestMuster;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-secrets-'));
    engine = await startEngine();
    const vault = new TestRepository(join(folder, 'git/vault'));
    // From a file, as a command line of the app's own would show it.
    const files = (more: string) => ({
      ...appFiles(),
      Dockerfile: `FROM muster/base\nCOPY said /said\nRUN cat /said${more}\nCMD ["sh", "-c", "cat /said; sleep 100000"]\n`,
      said: `cloned from https://reem:${encodeURIComponent(password)}@localhost/ with ${token}\n`,
    });
    vault.commit('main', files(''));
    vault.commit('bad', files('; false'));
    server = await serveGit(join(folder, 'git'), `reem:${password}`, join(folder, 'tls'));
    muster = await openMuster({}, { GIT_SSL_CAINFO: server.certificate });
    const address = (login: string) => `https://${login}@localhost:${server.port}/vault/.git`;
    await muster.configure({
      'muster.yml': [
        'people: {reem: {identities: {console: "*"}, roles: [all]}}',
        'roles: {all: {allow: [{commands: ["*"]}]}}',
        `hosts: {local: {link: local, root: ${join(folder, 'host')}, tools: {docker: {socket: ${engine.socket}}}}}`,
        'apps:',
        `  vault: {repository: '${address(`reem:${encodeURIComponent(password)}`)}', hosts: [local]}`,
        `  shut: {repository: '${address(`reem:${wrong}`)}', hosts: [local]}`,
        '',
      ].join('\n'),
    });
    await muster.start();
  });
  after(async () => {
    await muster?.stop();
    await server?.stop();
    await engine?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const shows = (text: string, where: string) => {
    for (const secret of secrets) assert.ok(!text.includes(secret), `${where} shows ${secret}`);
  };

  test('is in no answer, no event and no command line, whatever is done with the app', async () => {
    const watch = watchCommandLines(secrets.filter((secret) => secret !== typed));
    const lines: [line: string, exit: number, says: RegExp][] = [
      ['/deploy vault', 0, /vault main \([0-9a-f]{7}\) is live/],
      ['/deploy vault bad', 1, /\[redacted\]/],
      ['/deploy shut', 2, /Cannot read the repository of shut/],
      ['/logs vault', 0, /cloned from https:\/\/reem:\[redacted\]@localhost\/ with \[redacted\]/],
      [`/deploy vault ${typed}`, 2, /no branch, tag or commit/],
      [`/deploi vault ${typed}`, 2, /no \/deploi/],
      ['/deploy vault --dry-run', 0, /fetch/],
      ['/jobs', 0, /vault bad/],
      ['/apps', 0, /vault/],
      ['/audit --count 50', 0, /deploy vault \[redacted\]/],
      ['/why', 0, /./],
    ];
    for (const [line, exit, says] of lines) {
      const said = await muster.say(line);
      const text = JSON.stringify(said.events);
      assert.equal(said.exit, exit, text);
      assert.match(text, says);
      shows(text, line);
      if (!said.result.run) continue;
      for (const of of ['/job', '/logs', '/why'])
        shows(JSON.stringify((await muster.say(`${of} ${said.result.run}`)).events), of);
    }
    const { looks, seen } = await watch.end();
    assert.ok(looks > 100, `${looks} looks`);
    assert.deepEqual(seen, []);
  });

  test('is not in the audit, the log, nor the configuration check', async () => {
    const audit = await muster.run('audit', 'export');
    assert.match(audit.stdout, /deploy vault/);
    shows(audit.stdout, 'the audit');
    const log = await readFile(join(muster.folder, 'muster.log'), 'utf8');
    assert.match(log, /step failed/);
    shows(log, 'the log');
    const check = await muster.run('check');
    assert.match(check.stdout, /looks like a secret in clear text/);
    shows(check.stdout + check.stderr, 'muster check');
  });

  test('is in no file of the state, and the password of an address in none on the host', async () => {
    const files = async (place: string) =>
      (await readdir(place, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const state = await Promise.all(
      (await files(join(muster.folder, 'var'))).map(({ parentPath, name }) =>
        readFile(join(parentPath, name), 'latin1'),
      ),
    );
    assert.match(state.join(''), /\/deploy vault/);
    shows(state.join(''), 'the state');
    const onHost = await files(join(folder, 'host'));
    assert.ok(onHost.some(({ name }) => name === 'config'));
    for (const { parentPath, name } of onHost.filter(
      ({ parentPath }) => !parentPath.includes('/generations/'),
    )) {
      const text = await readFile(join(parentPath, name), 'latin1');
      assert.ok(!text.includes(password) && !text.includes(basic), name);
    }
  });
});

/** Looks at the command line of every process, again and again until `end`: how often, and which held one of the texts. */
function watchCommandLines(texts: readonly string[]) {
  const seen = new Set<string>();
  let looks = 0;
  let over = false;
  const watching = (async () => {
    for (; !over; looks += 1) {
      for (const pid of (await readdir('/proc')).filter(
        (name) => /^\d+$/.test(name) && name !== `${process.pid}`,
      )) {
        const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
        if (texts.some((text) => words.includes(text))) seen.add(words.replaceAll('\0', ' '));
      }
      await sleep(5);
    }
  })();
  return {
    async end() {
      over = true;
      await watching;
      return { looks, seen: [...seen] };
    },
  };
}
