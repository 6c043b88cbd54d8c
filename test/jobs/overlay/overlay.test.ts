/** Hosts come into a WireGuard network and leave it: real runs over real Redis, on hosts that are namespaces with real wireguard-go. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Config } from '../../../src/config/config.ts';
import type { RunEvent } from '../../../src/events.ts';
import { stepNamed } from '../../../src/jobs/catalog.ts';
import { membersOf } from '../../../src/jobs/overlay/members.ts';
import type { Plan } from '../../../src/jobs/plan.ts';
import {
  joinOverlayPlan,
  leaveOverlayPlan,
  type Scene,
  testOverlayPlan,
} from '../../../src/jobs/plans/overlay.ts';
import { RedisState } from '../../../src/jobs/state.ts';
import { startHosts, type TestHost, type TestHosts } from '../../hosts.ts';
import { needs } from '../../needs.ts';
import { startRedis, type TestRedis } from '../../redis.ts';
import { type Hall, openHall } from '../hall.ts';

const lacking = needs(['redis-server', 'wg', 'wireguard-go', 'ip', 'ping', 'root']);

describe('runs on a WireGuard network', { skip: lacking, timeout: 180_000 }, () => {
  let all: TestHosts;
  let server: TestRedis;
  let hall: Hall;
  let state: RedisState;
  const names = ['web-1', 'web-2', 'web-3'];
  const config = (members: string[] = names): Config => ({
    ...Config.parse({
      hosts: Object.fromEntries(
        names.map((name, index) => [name, { link: 'ssh', address: `192.0.2.${index + 1}` }]),
      ),
      overlays: { build: { kind: 'wireguard', network: '10.80.0.0/24', members } },
    }),
    folder: '/nowhere',
  });
  const host = (name: string): TestHost => all.hosts[names.indexOf(name)] as TestHost;

  before(async () => {
    [all, server] = await Promise.all([startHosts(names), startRedis()]);
    state = new RedisState(server.connect());
    hall = openHall(server, stepNamed, (name) => host(name).shell, { root: (name) => host(name).root });
  });
  after(async () => {
    await hall?.close();
    await server?.stop();
    await all?.stop();
  });

  const scene = async (settings = config()): Promise<Scene> => ({
    config: settings,
    name: 'build',
    settings: settings.overlays.build!,
    members: await membersOf(state, 'build'),
  });
  const run = async (plan: Plan): Promise<Extract<RunEvent, { type: 'ended' }> & { notes: string[] }> => {
    const id = await hall.submit(plan.stages, { locks: plan.locks });
    const ended = await hall.ended(id);
    const history = await hall.runs.history(id);
    return { ...ended, notes: history.flatMap((event) => (event.type === 'note' ? [event.text] : [])) };
  };
  const join = async (name: string, settings = config()) => run(joinOverlayPlan(await scene(settings), name));
  const up = async (name: string) =>
    (await host(name).shell.run(['wg', 'show', 'wg-build', 'peers'], { accept: [0, 1] })).stdout
      .split('\n')
      .filter((line) => line !== '').length;

  test('the first host is alone, the second is told of it and it of the second', async () => {
    const first = await join('web-1');
    assert.equal(first.status, 'succeeded', first.summary);
    assert.match(first.notes.join('\n'), /web-1 is 10\.80\.0\.1 on wg-build, key [A-Za-z0-9+/]{43}=/);
    assert.match(first.notes.join('\n'), /web-1 is the only member so far/);
    const second = await join('web-2');
    assert.equal(second.status, 'succeeded', second.summary);
    const said = second.notes.join('\n');
    assert.match(said, /web-2 is 10\.80\.0\.2 on wg-build/);
    assert.match(said, /web-1 knows web-2/);
    assert.match(said, /web-2 reaches web-1 in \d+ ms/);
    assert.match(said, /web-1 reaches web-2 in \d+ ms/);
    const members = await membersOf(state, 'build');
    assert.deepEqual(Object.keys(members), ['web-1', 'web-2']);
    assert.equal(members['web-2']?.endpoint, '192.0.2.2:51820');
    const { stdout } = await host('web-2').shell.run(['wg', 'show', 'wg-build', 'public-key']);
    assert.equal(members['web-2']?.key, stdout.trim());
  });

  test('a third comes in while the others talk, and loses none of their packets', async () => {
    const pinging = host('web-1').run('ping', '-n', '-q', '-i', '0.01', '-c', '300', '-W', '5', '10.80.0.2');
    const third = await join('web-3');
    assert.equal(third.status, 'succeeded', third.summary);
    assert.match(await pinging, / 0% packet loss/);
    assert.deepEqual(await Promise.all(names.map(up)), [2, 2, 2]);
    const tested = await run(testOverlayPlan(await scene()));
    assert.equal(tested.status, 'succeeded', tested.summary);
    assert.equal(tested.notes.filter((note) => / reaches /.test(note)).length, 6);
  });

  test('joining again changes nothing, and mends what was killed', async () => {
    const before = await membersOf(state, 'build');
    assert.equal((await join('web-1')).status, 'succeeded');
    assert.deepEqual(await membersOf(state, 'build'), before);
    const { stdout } = await host('web-1').shell.run(['cat', `${host('web-1').root}/overlays/build/pid`]);
    await host('web-1').run('kill', '-KILL', stdout.trim());
    const mended = await join('web-1');
    assert.equal(mended.status, 'succeeded', mended.summary);
    assert.deepEqual(await membersOf(state, 'build'), before);
  });

  test('a host leaves, the others forget it, and it gets its address back when it returns', async () => {
    const left = await run(leaveOverlayPlan(await scene(), 'web-3', false));
    assert.equal(left.status, 'succeeded', left.summary);
    assert.deepEqual(Object.keys(await membersOf(state, 'build')), ['web-1', 'web-2']);
    assert.deepEqual(await Promise.all(names.map(up)), [1, 1, 0]);
    await assert.rejects(host('web-3').run('ip', 'link', 'show', 'wg-build'));
    assert.equal((await join('web-3')).status, 'succeeded');
    assert.equal((await membersOf(state, 'build'))['web-3']?.address, '10.80.0.3');
  });

  test('where the test fails, everything is as it was before: on the host, on the others, and in what is known', async () => {
    assert.equal((await run(leaveOverlayPlan(await scene(), 'web-3', false))).status, 'succeeded');
    const before = await membersOf(state, 'build');
    // Nothing goes out and nothing comes in.
    await host('web-3').run('ip', 'link', 'set', 'eth0', 'down');
    const failed = await join('web-3');
    await host('web-3').run('ip', 'link', 'set', 'eth0', 'up');
    assert.equal(failed.status, 'failed');
    assert.match(failed.summary, /^web-\d does not reach web-\d \(10\.80\.0\.\d\) over build$/);
    assert.deepEqual(await membersOf(state, 'build'), before);
    assert.deepEqual(await Promise.all(names.map(up)), [1, 1, 0]);
    await assert.rejects(host('web-3').run('ip', 'link', 'show', 'wg-build'));
    assert.ok(failed.notes.includes('web-3 is out of build'), failed.notes.join('\n'));
  });

  test('a failed second joining leaves a member a member', async () => {
    assert.equal((await join('web-3')).status, 'succeeded');
    await host('web-2').run('ip', 'link', 'set', 'eth0', 'down');
    const failed = await join('web-3');
    await host('web-2').run('ip', 'link', 'set', 'eth0', 'up');
    assert.equal(failed.status, 'failed');
    assert.deepEqual(Object.keys(await membersOf(state, 'build')), names);
    assert.deepEqual(await Promise.all(names.map(up)), [2, 2, 2]);
  });

  test('a host that is gone for good is forgotten without being reached', async () => {
    const gone = await run(leaveOverlayPlan(await scene(), 'web-3', true));
    assert.equal(gone.status, 'succeeded', gone.summary);
    assert.deepEqual(Object.keys(await membersOf(state, 'build')), ['web-1', 'web-2']);
    assert.deepEqual(await Promise.all(names.map(up)), [1, 1, 2], 'nobody was on web-3');
    assert.equal((await join('web-3')).status, 'succeeded');
  });

  test('an address that was given away between plan and run is refused', async () => {
    assert.equal((await run(leaveOverlayPlan(await scene(), 'web-3', false))).status, 'succeeded');
    const plan = joinOverlayPlan(await scene(), 'web-3');
    await state.set('overlay/build', 'other', {
      kind: 'wireguard',
      key: `${'A'.repeat(43)}=`,
      address: '10.80.0.3',
    });
    const refused = await run(plan);
    await state.remove('overlay/build', 'other');
    assert.equal(refused.status, 'failed');
    assert.equal(refused.summary, 'web-3 is no member of build: 10.80.0.3 was given to other meanwhile');
  });

  test('who is no member by the configuration does not come in', async () => {
    await assert.rejects(join('web-3', config(['web-1', 'web-2'])), { code: 'overlay.stranger' });
  });
});
