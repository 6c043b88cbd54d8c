/** What the spine is for, through the program as users run it, on a real engine. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectRedis } from '../../src/adapters/redis/connection.ts';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { TestRepository } from '../repository.ts';
import { freePort } from './app.ts';
import { openMuster, type TestMuster } from './muster.ts';

describe('muster say', { skip: lacksEngine('docker-compose', 'git', 'redis-server') }, () => {
  let engine: TestEngine;
  let muster: TestMuster;
  let port: number;
  let commit: string;

  before(async () => {
    engine = await startEngine();
    muster = await openMuster({});
    port = await freePort();
    const repository = new TestRepository(join(muster.folder, 'app'));
    const files = (page: string, health: string) => ({
      Dockerfile: `FROM muster/base\nRUN mkdir /www && echo ${page} > /www/index.html\nCMD ["busybox", "httpd", "-f", "-p", "80", "-h", "/www"]\n`,
      'compose.yaml': `services:\n  web:\n    build: .\n    init: true\n    stop_grace_period: 1s\n    ports: ["127.0.0.1:${port}:80"]\n    healthcheck: {test: ["CMD", ${health}], interval: 1s, retries: 2}\n`,
    });
    commit = await repository.commit('main', files('one', '"true"'));
    await repository.commit('two', files('two', '"true"'));
    await repository.commit('bad', files('bad', '"false"'));
    await repository.commit('torn', { 'compose.yaml': 'services: [\n' });
    await muster.configure({
      'muster.yml': [
        'people: {reem: {identities: {console: "*"}, roles: [all]}}',
        'roles: {all: {allow: [{commands: ["*"]}]}}',
        `hosts: {local: {link: local, root: ${join(muster.folder, 'host')}, tools: {docker: {socket: ${engine.socket}}}}}`,
        'apps:',
        `  hello: {repository: ${join(muster.folder, 'app')}, hosts: [local]}`,
        `  gone: {repository: ${join(muster.folder, 'nowhere')}, hosts: [local]}`,
        `  lost: {repository: ${join(muster.folder, 'app')}, compose: no/such.yaml, hosts: [local]}`,
        '',
      ].join('\n'),
    });
    await muster.start();
  });
  after(async () => {
    await muster?.stop();
    await engine?.stop();
  });

  const page = async () => (await (await fetch(`http://127.0.0.1:${port}/`)).text()).trim();
  const running = async () => (await engine.docker('ps', '--quiet', '--no-trunc')).trim();

  test('"/deploy hello" exits 0, and the app answers over HTTP', async () => {
    const { exit, result } = await muster.say('/deploy hello');
    assert.equal(exit, 0, result.text);
    assert.match(result.text, new RegExp(`hello main \\(${commit.slice(0, 7)}\\) is live on local`));
    assert.equal(await page(), 'one');
  });

  test('"/deploy hello bad" exits 1, says why, and the app still answers', async () => {
    const { exit, result } = await muster.say('/deploy hello bad');
    assert.equal(exit, 1);
    assert.equal(result.code, 'app.unhealthy');
    assert.match(result.text, /did not get healthy on local: web/);
    assert.equal(await page(), 'one');
  });

  test('"/rollback hello" brings the generation before the live one back', async () => {
    assert.equal((await muster.say('/deploy hello two')).exit, 0);
    assert.equal(await page(), 'two');
    assert.equal((await muster.say('/rollback hello')).exit, 0);
    assert.equal(await page(), 'one');
  });

  test('what cannot be done names the cause and the next thing to do, and changes nothing', async () => {
    const before = await running();
    const cases: [line: string, exit: number, ...says: RegExp[]][] = [
      ['/deplyo hello', 2, /Did you mean \/deploy/],
      ['/deploy', 2, /app is missing/, /\/help deploy/],
      ['/deploy hello main extra', 2, /one word too many/],
      ['/deploy helo', 2, /no app called helo \(did you mean hello\?\)/, /\/apps/],
      ['/deploy hello mian', 2, /no branch, tag or commit called mian \(did you mean main\?\)/],
      ['/deploy hello --to web-9', 2, /no host of hello called web-9/],
      ['/deploy hello "--upload-pack=x"', 2, /branch, tag or commit/],
      ['/deploy "../hello"', 2, /app/],
      ['/deploy "hello;id"', 2, /app/],
      ['/deploy "hel\nlo"', 2, /app/],
      ['/deploy hello "$(id)"', 2, /branch, tag or commit/],
      ['/jobs --count many', 2, /count/, /number/],
      ['/deploy gone', 2, /cannot read the repository of gone/i, /address right/],
      ['/job r-zzzzzzzzzz', 2, /no job r-zzzzzzzzzz/, /\/jobs/],
      ['/deploy lost', 1, /has no no\/such\.yaml/],
      ['/deploy hello torn', 1, /compose file of hello is not valid/],
    ];
    for (const [line, exit, ...says] of cases) {
      const said = await muster.say(line);
      const told = JSON.stringify(said.events);
      assert.equal(said.exit, exit, `${line}: ${told}`);
      for (const words of says) assert.match(said.result.text, words, line);
      assert.doesNotMatch(told, /\.ts:\d+|node_modules/, line);
    }
    assert.equal(await running(), before);
    assert.equal(await page(), 'one');
  });

  test('a deploy waits for the one before it, and says who holds the app and since when', async () => {
    const [first, second] = await Promise.all([muster.say('/deploy hello two'), muster.say('/deploy hello')]);
    const blocked = [...first.events, ...second.events].filter((event) => event.type === 'blocked');
    assert.equal(blocked.length, 1);
    assert.match(blocked[0]?.type === 'blocked' ? blocked[0].holderTitle : '', /hello (two|main)/);
    assert.deepEqual([first.exit, second.exit], [0, 0]);
  });

  test('the audit verifies, and no longer after one record was edited in Redis', async () => {
    assert.equal((await muster.run('audit', 'verify')).exit, 0);
    const redis = connectRedis(join(muster.folder, 'var/redis/redis.sock'));
    const record = (await redis.lindex('{muster}:audit', 1)) as string;
    await redis.lset('{muster}:audit', 1, record.replace('reem', 'evil'));
    const broken = await muster.run('audit', 'verify');
    assert.equal(broken.exit, 1);
    assert.match(broken.stdout, /record 2 was edited/);
    await redis.lset('{muster}:audit', 1, record);
    redis.disconnect();
    const lines = (await muster.run('audit', 'export')).stdout.trim().split('\n');
    assert.ok(lines.every((line) => typeof JSON.parse(line).seq === 'number'));
  });

  test('doctor and check say that nothing is lacking', async () => {
    assert.equal((await muster.run('check')).exit, 0);
    const { stdout } = await muster.run('doctor');
    assert.match(stdout, /● local: running Docker engine/);
  });
});
