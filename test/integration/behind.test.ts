/** A node made safe, through the built program: hosts of their own with a real sshd, WireGuard and nftables, and Muster on one of them. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { noSshd } from '../adapters/ssh/sshd.ts';
import { type OwnSshd, startOwnSshd } from '../adapters/sshd/own-sshd.ts';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { startHosts, type TestHost, type TestHosts } from '../hosts.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { openMuster, type Said, type TestMuster } from './muster.ts';

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname;
const OUTSIDE = '192.0.2.2';
const INSIDE = '10.80.0.5';
const lacking =
  needs(['redis-server', 'nft', 'wg', 'wireguard-go', 'ip', 'ping', 'root']) || lacksEngine() || noSshd;

describe('a node behind its overlay network', { skip: lacking, timeout: 600_000 }, () => {
  let all: TestHosts;
  let engine: TestEngine;
  let muster: TestMuster;
  let sshd: OwnSshd;
  let running: Promise<unknown> | undefined;
  const end = new AbortController();
  const desk = () => all.hosts[0] as TestHost;
  const node = () => all.hosts[1] as TestHost;

  const configure = async ({ behind = '[node]', rules = '{}', firewall = true } = {}) => {
    const tools = {
      docker: { socket: engine.socket },
      sshd: sshd.options,
      rollback: { folder: join(muster.folder, 'firewall') },
    };
    const { keyFile, hostKey } = sshd;
    const way = { link: 'ssh', address: OUTSIDE, user: 'root', keyFile, hostKey, root: node().root, tools };
    await muster.configure({
      'muster.yml': `people: {reem: {identities: {console: "*"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts:
  desk: {link: local, root: ${desk().root}, tools: ${JSON.stringify({ docker: tools.docker })}}
  node: ${JSON.stringify(way)}
overlays:
  build: {kind: wireguard, network: 10.80.0.0/24, members: [desk, node], addresses: {node: ${INSIDE}}, endpoints: {desk: 192.0.2.1}, behind: ${behind}}
${firewall ? `firewall: {node: {hosts: [node], rules: ${rules}}}` : ''}
`,
    });
  };
  const reconfigure = async (...parts: Parameters<typeof configure>) => {
    await configure(...parts);
    assert.equal((await muster.say('/reload')).exit, 0);
  };
  const told = ({ events }: Said) =>
    events.flatMap((event) =>
      event.type === 'lines' ? event.lines : event.type === 'note' ? [event.text] : [],
    );
  const does = async (line: string): Promise<string[]> => {
    const said = await muster.say(line);
    assert.equal(said.exit, 0, `${line}: ${said.result.text}\n${told(said).join('\n')}`);
    return told(said);
  };
  /** Whether somebody at Muster's machine hears the sshd of the node at an address. */
  const hears = async (address: string) =>
    (await desk().run('sh', '-c', 'busybox nc -w 3 "$1" 22 </dev/null | head -c 3; true', 'sh', address)) ===
    'SSH';
  const places = async () => ({ outside: await hears(OUTSIDE), inside: await hears(INSIDE) });

  before(async () => {
    [all, engine] = await Promise.all([startHosts(['desk', 'node']), startEngine()]);
    sshd = await startOwnSshd(node().shell, 22);
    muster = await openMuster({});
    for (const host of all.hosts) await mkdir(host.root, { recursive: true });
    await configure();
    const folders = ['--config', join(muster.folder, 'config'), '--state', join(muster.folder, 'var')];
    let up = false;
    running = desk()
      .shell.run([process.execPath, MAIN, 'start', ...folders, '--log', join(muster.folder, 'log')], {
        signal: end.signal,
        onLine: (line) => {
          up ||= /Muster is up/.test(line);
        },
      })
      .catch(() => {});
    await until(() => up, 'Muster');
    await does('/overlay join build desk');
  });
  after(async () => {
    end.abort();
    await running;
    await muster?.stop();
    await sshd?.stop();
    await all?.stop();
    await engine?.stop();
  });

  test('is not made where nothing is declared of its firewall, and that is said with what to do', async () => {
    await reconfigure({ firewall: false });
    const { exit, result } = await muster.say('/prepare node');
    assert.deepEqual([exit, result.code], [2, 'behind.firewall']);
    assert.match(result.text, /section firewall/);
  });

  test('is as before by itself where Muster cannot come in by the network', async () => {
    await reconfigure({ rules: '{bad: {ports: [22], action: drop, zones: [overlay-build]}}' });
    const { exit, result } = await muster.say('/prepare node');
    assert.deepEqual([exit, result.code], [1, 'firewall.probe'], result.text);
    assert.doesNotMatch(result.text, /taking it back failed/);
    assert.equal(await hears(OUTSIDE), true);
    assert.equal(await sshd.written(), undefined);
    assert.match((await node().run('nft', 'list', 'tables')).trim(), /^(?!.*muster)/s);
    assert.deepEqual(await does('/firewall show node'), ['Muster filters nothing there']);
    const { events } = await muster.say('/overlay show build');
    const shown = events.map((event) => ('text' in event ? event.text : '')).join('\n');
    assert.match(shown, /○ node · has not joined/);
  });

  test('lets nobody in but by the network, and Muster goes on by it', async () => {
    await reconfigure({ rules: '{http: {ports: [80]}, hello: {ports: [81], zones: [outside]}}' });
    const said = await does('/prepare node');
    assert.ok(
      said.some((line) => /^node answers on 10\.80\.0\.5 in build, and not from outside$/.test(line)),
    );
    assert.deepEqual(await places(), { outside: false, inside: true });
    assert.match((await sshd.written()) ?? '', /^ListenAddress 10\.80\.0\.5$/m);
    const shown = await does('/firewall show node');
    for (const line of [
      'tcp 22 from anywhere in overlay-build (muster)',
      'tcp 80 from anywhere in overlay-build (config/node)',
      'tcp 81 from anywhere in outside (config/node)',
      'udp 51820 from anywhere (overlay/build)',
    ])
      assert.ok(shown.includes(line), shown.join('\n'));
  });

  test('is not changed by a second "/prepare", which says so', async () => {
    const pid = await sshd.pid();
    const said = await does('/prepare node');
    assert.ok(said.includes('node lets nobody in but by build already'), said.join('\n'));
    assert.ok(said.includes(`sshd of node listens on ${INSIDE} only already`), said.join('\n'));
    assert.equal(await sshd.pid(), pid);
    assert.deepEqual(await does('/firewall plan node'), ['nothing would change']);
    assert.deepEqual(await places(), { outside: false, inside: true });
  });

  test('gets what is opened afterwards by the network, too', async () => {
    await does('/firewall open node 90');
    assert.ok(
      (await does('/firewall show node')).includes('tcp 90 from anywhere in overlay-build (person/reem)'),
    );
  });

  test('is reached by any network again once it is not to be behind one', async () => {
    await reconfigure({ behind: '[]', rules: '{http: {ports: [80]}}' });
    await does('/prepare node');
    assert.deepEqual(await places(), { outside: true, inside: true });
    assert.equal(await sshd.written(), undefined);
    assert.ok((await does('/firewall show node')).includes('tcp 22 from anywhere (muster)'));
    assert.deepEqual(await does('/firewall plan node'), ['nothing would change']);
  });
});
