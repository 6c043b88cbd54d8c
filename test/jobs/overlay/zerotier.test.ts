/** Hosts come into a ZeroTier network and leave it: real runs over real Redis, against the fake of command line and controller. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Config } from '../../../src/config/config.ts';
import type { RunEvent } from '../../../src/events.ts';
import { stepNamed } from '../../../src/jobs/catalog.ts';
import { membersOf } from '../../../src/jobs/overlay/members.ts';
import type { Plan } from '../../../src/jobs/plan.ts';
import { joinOverlayPlan, leaveOverlayPlan, type Scene } from '../../../src/jobs/plans/overlay.ts';
import { RedisState } from '../../../src/jobs/state.ts';
import { Secret } from '../../../src/secret.ts';
import { type FakeZeroTier, startZeroTier } from '../../fakes/zerotier.ts';
import { needs } from '../../needs.ts';
import { startRedis, type TestRedis } from '../../redis.ts';
import { alone } from '../beside.ts';
import { type Hall, openHall } from '../hall.ts';

type Host = Awaited<ReturnType<FakeZeroTier['host']>>;

describe('runs on a ZeroTier network', { skip: needs(['redis-server', 'ping']), timeout: 180_000 }, () => {
  let fake: FakeZeroTier;
  let server: TestRedis;
  let hall: Hall;
  let state: RedisState;
  let config: Config;
  let token: string;
  const hosts = new Map<string, Host>();
  const node = (name: string) => hosts.get(name)!.node;

  before(async () => {
    [fake, server] = await Promise.all([startZeroTier(), startRedis()]);
    for (const name of ['web-1', 'web-2']) hosts.set(name, await fake.host(name));
    token = fake.token;
    state = new RedisState(server.connect());
    const overlay = {
      ...{ kind: 'zerotier', network: fake.network, members: ['label:node'], token: 'env:ZEROTIER' },
      ...{ controller: fake.address, addresses: { 'web-2': '127.80.0.77' } },
    };
    const local = { link: 'local', labels: ['node'] };
    config = {
      ...Config.parse({ hosts: { 'web-1': local, 'web-2': local }, overlays: { office: overlay } }),
      folder: '/nowhere',
    };
    hall = openHall(server, stepNamed, (name) => hosts.get(name)!.shell, {
      root: (name) => `${hosts.get(name)!.home}/root`,
      beside: {
        ...alone,
        config,
        secret: async (text, path) => {
          assert.deepEqual([text, path], ['env:ZEROTIER', 'overlays.office.token']);
          return new Secret(token);
        },
      },
    });
  });
  after(async () => {
    await hall?.close();
    await server?.stop();
    await fake?.stop();
  });

  const scene = async (): Promise<Scene> => ({
    config,
    name: 'office',
    settings: config.overlays.office!,
    members: await membersOf(state, 'office'),
  });
  const run = async (plan: Plan): Promise<Extract<RunEvent, { type: 'ended' }> & { notes: string[] }> => {
    const id = await hall.submit(plan.stages, { locks: plan.locks });
    const ended = await hall.ended(id);
    const history = await hall.runs.history(id);
    return { ...ended, notes: history.flatMap((event) => (event.type === 'note' ? [event.text] : [])) };
  };
  const join = async (name: string) => run(joinOverlayPlan(await scene(), name));
  const joined = async (name: string) =>
    (await hosts.get(name)!.shell.run(['zerotier-cli', '-j', 'listnetworks'])).stdout !== '[]\n';

  test('the controller lets them in, gives them addresses, and they reach each other', async () => {
    const first = await join('web-1');
    assert.equal(first.status, 'succeeded', first.summary);
    assert.match(first.notes.join('\n'), /web-1 was let in and is 127\.80\.0\.1/);
    const second = await join('web-2');
    assert.equal(second.status, 'succeeded', second.summary);
    assert.match(second.notes.join('\n'), /web-2 was let in and is 127\.80\.0\.77/);
    assert.match(second.notes.join('\n'), /web-1 reaches web-2/);
    assert.deepEqual(await membersOf(state, 'office'), {
      'web-1': { kind: 'zerotier', key: node('web-1'), address: '127.80.0.1', interface: 'lo' },
      'web-2': { kind: 'zerotier', key: node('web-2'), address: '127.80.0.77', interface: 'lo' },
    });
    const before = await membersOf(state, 'office');
    assert.equal((await join('web-2')).status, 'succeeded', 'a second time');
    assert.deepEqual(await membersOf(state, 'office'), before);
  });

  test('its token is neither in Redis nor with a host', async () => {
    const redis = server.connect();
    const keys = await redis.keys('*');
    assert.ok(keys.length > 5);
    for (const key of keys) {
      const type = await redis.type(key);
      const text = JSON.stringify(
        type === 'hash'
          ? await redis.hgetall(key)
          : type === 'stream'
            ? await redis.xrange(key, '-', '+')
            : type === 'string'
              ? await redis.get(key)
              : '',
      );
      assert.ok(!text.includes(token), key);
    }
    redis.disconnect();
    const { shell, home } = hosts.get('web-1')!;
    await assert.rejects(shell.run(['grep', '-rF', '--', token, home]), { code: 'shell.exit' });
  });

  test('who leaves is let in no more', async () => {
    const left = await run(leaveOverlayPlan(await scene(), 'web-2', false));
    assert.equal(left.status, 'succeeded', left.summary);
    assert.equal(await joined('web-2'), false);
    assert.equal(fake.members.get(node('web-2'))?.authorized, false);
    assert.deepEqual(Object.keys(await membersOf(state, 'office')), ['web-1']);
  });

  test('where the controller refuses, the host is out again', async () => {
    token = 'not-the-token';
    const refused = await join('web-2');
    token = fake.token;
    assert.equal(refused.status, 'failed');
    assert.equal(
      refused.summary,
      'the controller of office did not change web-2: the controller refuses the token',
    );
    assert.equal(await joined('web-2'), false);
    assert.deepEqual(Object.keys(await membersOf(state, 'office')), ['web-1']);
  });

  test('where leaving fails at the controller, the host stays a member', async () => {
    token = 'not-the-token';
    const refused = await run(leaveOverlayPlan(await scene(), 'web-1', false));
    token = fake.token;
    assert.equal(refused.status, 'failed');
    assert.equal(await joined('web-1'), true);
    assert.equal(fake.members.get(node('web-1'))?.authorized, true);
    assert.equal((await membersOf(state, 'office'))['web-1']?.address, '127.80.0.1');
  });

  test('what is gone for good is let in no more, without being reached', async () => {
    const gone = await run(leaveOverlayPlan(await scene(), 'web-1', true));
    assert.equal(gone.status, 'succeeded', gone.summary);
    assert.equal(fake.members.get(node('web-1'))?.authorized, false);
    assert.equal(await joined('web-1'), true, 'nobody was there');
    assert.deepEqual(await membersOf(state, 'office'), {});
  });
});
