/** Ports that deploys open by themselves, through the built program: an engine and a guardian in a network namespace, Muster in another one. */
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { type Namespace, outsideAndHost } from '../namespaces.ts';
import { needs } from '../needs.ts';
import { TestRepository } from '../repository.ts';
import { appFiles } from './app.ts';
import { openMuster, type Said, type TestMuster } from './muster.ts';
import { linesOf, Within } from './within.ts';

const HOST = '10.66.0.2';

/** An app that answers on these ports of its host. */
const serving = (...ports: number[]) =>
  appFiles({
    run: 'exec busybox nc -ll -p 80 -e cat',
    more: `    ports: ${JSON.stringify(ports.map((port) => `${port}:80`))}`,
  });

describe('what an app exposes', {
  skip: needs(['ip', 'nft', 'redis-server', 'root']) || lacksEngine(),
}, () => {
  let muster: TestMuster;
  let engine: TestEngine;
  let outside: Namespace;
  let host: Namespace;
  let remove: () => Promise<void>;
  let key = '';
  const programs = new Within();

  const root = () => join(muster.folder, 'host');
  /** Writes the configuration: what the apps expose, and what has to answer on the host. */
  const configure = async (apps: { shop?: string; blog?: string }, probes = '[]') => {
    const entry = { root: root(), tools: { docker: { socket: engine.socket } }, link: 'local' };
    const web = JSON.stringify({ ...entry, guardian: { address: HOST, key } });
    const entries = Object.entries(apps).map(
      ([app, expose]) =>
        `  ${app}: {repository: "${join(muster.folder, app)}", hosts: [web], expose: ${expose}}`,
    );
    await muster.configure({
      'muster.yml': `people: {reem: {identities: {console: "*"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {web: ${web}}
firewall: {web: {hosts: [web], probes: ${probes}, rules: {http: {ports: [80]}}}}
apps:
${entries.join('\n')}
`,
    });
  };
  const reconfigure = async (...parts: Parameters<typeof configure>) => {
    await configure(...parts);
    assert.equal((await muster.say('/reload')).exit, 0);
  };
  const say = async (line: string): Promise<Said> => muster.say(line);
  const does = async (line: string): Promise<Said> => {
    const said = await say(line);
    assert.equal(said.exit, 0, `${line}: ${said.result.text}`);
    return said;
  };
  const notes = ({ events }: Said) => events.flatMap((event) => (event.type === 'note' ? [event.text] : []));
  const stages = ({ events }: Said) =>
    events.flatMap((event) => (event.type === 'accepted' ? event.stages.map(({ name }) => name) : []));
  const open = async (...ports: number[]) =>
    Promise.all(ports.map(async (port) => (await outside.reach({ address: HOST, port })) === 'open'));
  const owned = async (app: string) =>
    linesOf(await does('/firewall show web')).filter((line) => line.includes(`app/${app}`));

  before(async () => {
    ({ outside, host, remove } = await outsideAndHost());
    engine = await startEngine(undefined, host.name);
    muster = await openMuster({ 'muster.yml': '{}' });
    const shop = new TestRepository(join(muster.folder, 'shop'));
    shop.commit('main', serving(8080, 8081));
    shop.commit('two', { ...serving(8080, 8081), two: '2' });
    new TestRepository(join(muster.folder, 'blog')).commit('main', serving(8082));
    key = await programs.guardian(host, muster);
    await configure({ shop: '[8080]', blog: '[8082]' });
    await programs.manager(outside, muster);
    await does('/firewall apply web');
  });
  after(async () => {
    await programs.end();
    await muster?.stop();
    await engine?.stop();
    await remove?.();
  });

  test('is opened by its deploy, with a name to it; what compose only publishes stays closed and is told', async () => {
    const said = await does('/deploy shop');
    assert.deepEqual(stages(said), ['fetch', 'compose', 'build', 'start', 'healthy', 'expose', 'keep']);
    assert.deepEqual(await open(8080, 8081), [true, false]);
    assert.deepEqual(await owned('shop'), ['tcp 8080 from anywhere (app/shop)']);
    assert.ok(
      notes(said).some((note) => /^8081 is published by compose and stays closed on web/.test(note)),
      notes(said).join('\n'),
    );
    assert.match((await say('/firewall why web 8080')).result.text, /app\/shop\/tcp-8080 \(app\/shop\)/);
  });

  test('stays open with every other change, and a deploy that changes nothing has no stage for it', async () => {
    assert.deepEqual(linesOf(await does('/firewall plan web')), ['nothing would change']);
    await does('/firewall apply web');
    await does('/firewall open web 90');
    await does('/firewall close web 90');
    assert.ok(!stages(await does('/deploy shop')).includes('expose'));
    assert.deepEqual(await open(8080, 8081), [true, false]);
  });

  test('closes again where a later step fails', async () => {
    const inTheWay = join(root(), 'apps/blog/current');
    await mkdir(inTheWay, { recursive: true });
    const { exit, events } = await say('/deploy blog');
    assert.equal(exit, 1);
    const failed = events.find((event) => event.type === 'stage' && event.state === 'failed');
    assert.equal(failed?.type === 'stage' && failed.stage, 6, 'the stage that keeps it');
    assert.deepEqual(await open(8082), [false]);
    assert.deepEqual(await owned('blog'), []);
    assert.deepEqual(linesOf(await does('/firewall plan web')), ['nothing would change']);
    await rm(inTheWay, { recursive: true });
  });

  test('closes again where a port that has to answer does not', async () => {
    await reconfigure({ shop: '[8080, 8081]', blog: '[8082]' }, '[9]');
    const { exit, result } = await say('/deploy shop two');
    assert.deepEqual([exit, result.code], [1, 'firewall.probe']);
    assert.deepEqual(await open(8080, 8081), [true, false]);
    assert.deepEqual(await owned('shop'), ['tcp 8080 from anywhere (app/shop)']);
  });

  test('is not lost where two deploys and somebody who opens a port come at once', async () => {
    await reconfigure({ shop: '[8080, 8081]', blog: '[8082]' });
    await host.listen({ address: HOST, port: 90 });
    const all = await Promise.all(['/deploy shop two', '/deploy blog', '/firewall open web 90'].map(say));
    assert.deepEqual(
      all.map(({ exit, result }) => (exit === 0 ? 'ok' : result.text)),
      ['ok', 'ok', 'ok'],
    );
    assert.deepEqual(await open(8080, 8081, 8082, 90), [true, true, true, true]);
    assert.deepEqual(linesOf(await does('/firewall plan web')), ['nothing would change']);
  });

  test('closes with the rollback where the app does not expose it any more', async () => {
    await reconfigure({ shop: '[{port: 8080, from: [10.66.0.0/24]}]', blog: '[8082]' });
    const said = await does('/rollback shop');
    assert.deepEqual(stages(said), ['start', 'healthy', 'expose', 'keep']);
    assert.deepEqual(await open(8080, 8081, 8082), [true, false, true]);
    assert.deepEqual(await owned('shop'), ['tcp 8080 from 10.66.0.0/24 (app/shop)']);
  });

  test('closes with the next apply where the configuration does not have it any more', async () => {
    await reconfigure({ shop: '[8080]' });
    assert.ok(linesOf(await does('/firewall plan web')).includes('- tcp 8082 from anywhere (app/blog)'));
    assert.deepEqual(await open(8082), [true]);
    await does('/firewall apply web');
    assert.deepEqual(await open(8080, 8082, 90), [true, false, true]);
  });
});
