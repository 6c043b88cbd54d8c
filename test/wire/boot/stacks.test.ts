/** The stack of a machine through a whole manager: which version is started, what becomes of a run that fails, and who can see it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { catalog } from '../../../src/bot/catalog.ts';
import { stepNamed } from '../../../src/jobs/catalog.ts';
import { startHouse, type TestHouse } from '../../house.ts';
import { needs } from '../../needs.ts';
import { TestRepository } from '../../repository.ts';
import { until } from '../../until.ts';

describe('the stack of a machine that came up', { skip: needs(['redis-server', 'git']) }, () => {
  let folder: string;
  let repository: TestRepository;
  let house: TestHouse;
  /** Commits of the app, which has no compose file: nothing of it starts anywhere. */
  let commits: [string, string];
  const state = () => house.house.state.state;
  const say = async (line: string) => {
    const outcome = await house.say(line);
    return 'text' in outcome ? outcome.text : outcome.kind;
  };
  const up = (machine: string, token: string) =>
    state().set('boots', machine, {
      ...{ machine, token, began: 1, reached: { up: 2 }, outcome: 'up', notes: [], ended: 2 },
    });
  /** Its stack, once it has come to an end. */
  const ended = (machine: string) =>
    until(async () => {
      const stack = (await state().get('machines.stacks', machine)) as
        | { run: string; outcome?: string }
        | undefined;
      return stack?.outcome ? stack : undefined;
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-stacks-'));
    repository = new TestRepository(join(folder, 'shop'));
    commits = [repository.commit('main', { page: 'one' }), repository.commit('main', { page: 'two' })];
    const host = { link: 'local', root: join(folder, 'host') };
    house = await startHouse(
      JSON.stringify({
        people: { reem: { identities: { test: '7' }, roles: ['admin'] } },
        roles: { admin: { allow: [{ commands: ['*'] }] } },
        hosts: { one: host, two: host },
        apps: { shop: { repository: repository.folder, hosts: ['one', 'two'] } },
        boot: { as: 'reem' },
        profiles: { worker: { stack: 'shop' } },
        machines: { one: { profile: 'worker' }, two: { profile: 'worker' } },
      }),
      {},
      [],
      [],
      { commands: catalog, step: stepNamed },
    );
    await house.house.start();
  });
  after(async () => {
    await house?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('is the newest where nothing ran, and what ran last where something did; what fails is an alert, and shown', async () => {
    assert.match(await say('/machine show one'), /\n○ shop starts there once it is up\n/);
    const list = [
      { generation: 'r-0000000000', commit: commits[0], ref: 'main', at: new Date(0).toISOString() },
    ];
    await state().set('generations/shop', 'two', { current: 'r-0000000000', list, since: list[0]?.at });
    await up('one', '1'.repeat(32));
    await up('two', '2'.repeat(32));
    const [one, two] = await Promise.all([ended('one'), ended('two')]);
    const { runs } = house.house.state;
    assert.equal((await runs.get(one.run)).text, '/deploy shop --to one');
    assert.equal((await runs.get(two.run)).text, `/deploy shop ${commits[0]} --to two`, 'main has moved on');
    assert.match(
      await say('/machine show two'),
      new RegExp(`\n✕ shop did not start there: /why ${two.run}\n`),
    );
    const alerts = await say('/alerts');
    assert.match(alerts, /2 machines are up, but their stacks did not start/);
  });

  test('keeps the name by which it was deployed as long as that stands for the same commit', async () => {
    const list = [
      { generation: 'r-0000000000', commit: commits[1], ref: 'main', at: new Date(0).toISOString() },
    ];
    await state().set('generations/shop', 'two', { current: 'r-0000000000', list, since: list[0]?.at });
    await up('two', '3'.repeat(32));
    const run = await until(async () => {
      const stack = (await state().get('machines.stacks', 'two')) as { token: string; run: string };
      return stack.token === '3'.repeat(32) && stack.run;
    });
    assert.equal((await house.house.state.runs.get(run)).text, '/deploy shop main --to two');
    await ended('two');
  });

  test('counts as running once it does, by whatever', async () => {
    const list = [
      { generation: 'r-0000000001', commit: commits[1], ref: 'main', at: new Date().toISOString() },
    ];
    const since = new Date(Date.now() + 1_000).toISOString();
    for (const machine of ['one', 'two'])
      await state().set('generations/shop', machine, { current: 'r-0000000001', list, since });
    await until(async () => /\n● shop runs there(?:\n|$)/.test(await say('/machine show two')));
    await until(async () => /\n● shop runs there(?:\n|$)/.test(await say('/machine show one')));
    assert.doesNotMatch(await say('/alerts'), /stacks did not start/);
  });
});
