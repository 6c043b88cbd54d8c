/** A node made safe, through the built program: hosts of their own with a real sshd, WireGuard and nftables, and Muster on one of them. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { until } from '../until.ts';
import { INSIDE, lacksNode, type NodeStage, openNode } from './node.ts';

describe('a node behind its overlay network', { skip: lacksNode(), timeout: 600_000 }, () => {
  let stage: NodeStage;

  before(async () => {
    stage = await openNode();
  });
  after(async () => {
    await stage?.stop();
  });

  test('is not made where nothing is declared of its firewall, and that is said with what to do', async () => {
    await stage.configure({ firewall: false });
    const { exit, result } = await stage.muster.say('/prepare node');
    assert.deepEqual([exit, result.code], [2, 'behind.firewall']);
    assert.match(result.text, /section firewall/);
  });

  test('is as before by itself where Muster cannot come in by the network', async () => {
    await stage.configure({ rules: '{bad: {ports: [22], action: drop, zones: [overlay-build]}}' });
    const { exit, result } = await stage.muster.say('/prepare node');
    assert.deepEqual([exit, result.code], [1, 'firewall.probe'], result.text);
    assert.doesNotMatch(result.text, /taking it back failed|could not be taken back/);
    assert.equal((await stage.places()).outside, true);
    assert.equal(await stage.sshd.written(), undefined);
    assert.match((await stage.node.run('nft', 'list', 'tables')).trim(), /^(?!.*muster)/s);
    assert.deepEqual(await stage.does('/firewall show node'), ['Muster filters nothing there']);
    const { events } = await stage.muster.say('/overlay show build');
    const shown = events.map((event) => ('text' in event ? event.text : '')).join('\n');
    assert.match(shown, /○ node · has not joined/);
  });

  test('lets nobody in but by the network, and Muster goes on by it', async () => {
    await stage.configure({ rules: '{http: {ports: [80]}, hello: {ports: [81], zones: [outside]}}' });
    const said = await stage.does('/prepare node');
    assert.ok(
      said.some((line) => /^node answers on 10\.80\.0\.5 in build, and not from outside$/.test(line)),
    );
    assert.deepEqual(await stage.places(), { outside: false, inside: true });
    assert.match((await stage.sshd.written()) ?? '', /^ListenAddress 10\.80\.0\.5$/m);
    const shown = await stage.does('/firewall show node');
    for (const line of [
      'tcp 22 from anywhere in overlay-build (muster)',
      'tcp 80 from anywhere in overlay-build (config/node)',
      'tcp 81 from anywhere in outside (config/node)',
      'udp 51820 from anywhere (overlay/build)',
    ])
      assert.ok(shown.includes(line), shown.join('\n'));
  });

  test('is not changed by a second "/prepare", which says so', async () => {
    const pid = await stage.sshd.pid();
    const said = await stage.does('/prepare node');
    assert.ok(said.includes('node lets nobody in but by build already'), said.join('\n'));
    assert.ok(said.includes(`sshd of node listens on ${INSIDE} only already`), said.join('\n'));
    assert.equal(await stage.sshd.pid(), pid);
    assert.deepEqual(await stage.does('/firewall plan node'), ['nothing would change']);
    assert.deepEqual(await stage.places(), { outside: false, inside: true });
  });

  test('gets what is opened afterwards by the network, too', async () => {
    await stage.does('/firewall open node 90');
    assert.ok(
      (await stage.does('/firewall show node')).includes(
        'tcp 90 from anywhere in overlay-build (person/reem)',
      ),
    );
  });

  test('is not taken out of the network, and keeps its address there, as nobody would reach it', async () => {
    const left = await stage.muster.say('/overlay leave build node');
    assert.deepEqual([left.exit, left.result.code], [1, 'behind.leaves']);
    assert.deepEqual(await stage.places(), { outside: false, inside: true });
  });

  test('is reached by any network again once it is not to be behind one', async () => {
    await stage.configure({ behind: '[]', rules: '{http: {ports: [80]}}' });
    await stage.does('/prepare node');
    assert.deepEqual(await stage.places(), { outside: true, inside: true });
    assert.equal(await stage.sshd.written(), undefined);
    assert.ok((await stage.does('/firewall show node')).includes('tcp 22 from anywhere (muster)'));
    assert.deepEqual(await stage.does('/firewall plan node'), ['nothing would change']);
  });

  test('is reached again by hand where its network broke for good, and can then go behind it once more', async () => {
    await stage.configure({ rules: '{http: {ports: [80]}}' });
    await stage.does('/prepare node');
    assert.deepEqual(await stage.places(), { outside: false, inside: true });
    const device = (await stage.node.run('wg', 'show', 'interfaces')).trim();
    await stage.node.run('ip', 'link', 'delete', device);
    assert.deepEqual(await stage.places(), { outside: false, inside: false });

    // What docs/agents.md says to do at the console of the machine, and in a chat.
    await rm(join(stage.muster.folder, 'firewall'), { recursive: true });
    await stage.node.run('nft', 'delete', 'table', 'inet', 'muster');
    await rm(join(stage.sshd.options.folder, 'muster-overlay.conf'));
    await stage.node.run('sh', '-c', 'kill -HUP "$(cat "$1")"', 'sh', join(stage.sshd.folder, 'pid'));
    await until(async () => (await stage.places()).outside, 'sshd, by any network');
    await stage.does('/overlay leave build node --gone');
    await stage.does('/firewall apply node');
    assert.deepEqual(await stage.places(), { outside: true, inside: false });
    assert.ok((await stage.does('/firewall show node')).includes('tcp 22 from anywhere (muster)'));

    await stage.does('/prepare node');
    assert.deepEqual(await stage.places(), { outside: false, inside: true });
  });
});
