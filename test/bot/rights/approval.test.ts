import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { defineCommand } from '../../../src/bot/command.ts';
import type { Outcome } from '../../../src/bot/dispatch.ts';
import type { Place, Platform, Posted } from '../../../src/bot/platform.ts';
import { MusterError } from '../../../src/errors.ts';
import { AppName } from '../../../src/names.ts';
import { startHouse, type TestHouse } from '../../house.ts';

const config = (within = '30m', count = 1, max = 'all, operator') => `
people:
  reem: {identities: {test: "7"}, roles: [all, operator]}
  max: {identities: {test: "8"}, roles: [${max}]}
  kim: {identities: {test: "9"}, roles: [all, operator]}
  eve: {identities: {test: "6"}, roles: [all]}
roles: {all: {allow: [{commands: ["*"]}]}, operator: {allow: [{commands: [help]}]}}
hosts: {local: {link: local}}
approvals:
  production: {commands: [deploy], on: [app/shop], from: [operator], count: ${count}, within: ${within}}
`;

describe('a plan that others have to agree to', { timeout: 60_000 }, () => {
  let muster: TestHouse;
  let version: string;
  let broken = false;
  const done: string[] = [];
  const shown = new Map<string, string>();
  const wipe = defineCommand({
    name: 'wipe',
    about: () => ({ summary: 'Destroys', fields: {} }),
    examples: ['wipe shop'],
    input: z.object({ app: AppName }),
    words: ['app'],
    risk: 'destroy',
    scope: ({ app }) => `app/${app}`,
    plan: async ({ app }) => {
      if (version === 'gone') throw new MusterError('request.unknown', { id: 'it-is-gone' });
      return planOf(app);
    },
  });
  const planOf = (app: string) => ({
    title: `wipe ${app} ${version}`,
    done: `${app} ${version} is gone`,
    locks: [],
    stages: [
      {
        name: 'wipe',
        steps: [
          {
            step: 'test.work',
            host: 'local',
            title: 'wipe',
            input: { host: 'local', act: `wipe-${version}` },
          },
        ],
      },
    ],
    next: '/apps',
  });
  before(async () => {
    const note = (what: string) => async () => {
      if (broken) throw new Error('it broke');
      done.push(what);
    };
    muster = await startHouse(
      config(),
      { shop: note('shop'), blog: note('blog'), 'wipe-v1': note('wipe'), 'wipe-v2': note('wipe') },
      [],
      [wipe],
    );
    await muster.house.start();
    let count = 0;
    const platform: Platform = {
      name: 'test',
      home: { platform: 'test', chat: 'home' },
      serve: async () => {},
      async post(place: Place, lines: string[]) {
        count += 1;
        shown.set(String(count), lines.join('\n'));
        return { place, message: String(count) };
      },
      async edit({ message }: Posted, lines: string[]) {
        shown.set(message, lines.join('\n'));
      },
    };
    await muster.house.listen(platform, 'required');
  });
  after(() => muster.stop());
  test('is none of what a rule leaves out', async () => {
    await muster.configure(
      config().replace(
        'commands: [deploy], on: [app/shop]',
        'commands: ["!help", "!w*"], on: ["app/*", "!app/blog"]',
      ),
    );
    assert.equal((await muster.say('/deploy blog')).kind, 'run');
    await until(() => done.includes('blog'));
    assert.match(await text('/help', '7'), /deploy/);
    await asked('/deploy shop');
    await asked('/wipe shop');
    await seen(/wipe shop v1 · reem · to be confirmed/);
  });

  beforeEach(async () => {
    version = 'v1';
    done.length = 0;
    shown.clear();
    await muster.configure(config());
  });

  const asked = async (line: string, user = '7') => {
    const outcome = await muster.say(line, user);
    assert.equal(outcome.kind, 'asked', JSON.stringify(outcome));
    return (outcome as Extract<Outcome, { kind: 'asked' }>).request.id;
  };
  const text = async (line: string, user: string) => {
    const outcome = await muster.say(line, user);
    return 'text' in outcome ? outcome.text : JSON.stringify(outcome);
  };
  const until = async (sign: () => boolean) => {
    while (!sign()) await sleep(10);
  };
  const seen = (words: RegExp) => until(() => [...shown.values()].some((said) => words.test(said)));

  test('waits for them, and is carried out in the name of whoever asked', async () => {
    const id = await asked('/deploy shop');
    await seen(/deploy shop · reem · needs 1 approval\n.*production: by role operator, not by reem/);
    assert.equal(done.length, 0);
    assert.match(await text(`/approve ${id}`, '7'), /somebody else has to approve/i);
    assert.match(await text(`/approve ${id}`, '6'), /approved by role operator\nWho can: max, kim/i);
    assert.match(await text(`/why ${id}`, '7'), /production/);
    assert.match(await text(`/approve ${id}`, '8'), new RegExp(`Started ${id}`));
    await until(() => done.includes('shop'));
    await seen(/^● deploy shop · reem · approved by max/);
    assert.match(await text(`/approve ${id}`, '9'), /was granted already \(max\)/);
    const run = await muster.house.state.runs.get(id);
    assert.equal(run.by.person, 'reem');
    assert.deepEqual(done, ['shop']);
  });

  test('takes as many people as the rule says, each once, however often they click', async () => {
    await muster.configure(config('30m', 2));
    const id = await asked('/deploy shop');
    for (let click = 0; click < 3; click += 1)
      assert.match(await text(`/approve ${id}`, '8'), /needs 1 more approval/);
    await text(`/approve ${id}`, '9');
    await until(() => done.includes('shop'));
  });

  test('is not asked for where no rule fits, and once for a line that is delivered again', async () => {
    assert.equal((await muster.say('/deploy blog')).kind, 'run');
    await until(() => done.includes('blog'));
    const [one, two] = [
      await muster.say('/deploy shop', '7', 'same'),
      await muster.say('/deploy shop', '7', 'same'),
    ];
    assert.deepEqual([one.kind, two.kind], ['asked', 'asked']);
    await seen(/needs 1 approval/);
    assert.equal([...shown.values()].filter((said) => said.includes('needs 1 approval')).length, 1);
  });

  test('is not carried out once it was refused, by whoever asked or may approve', async () => {
    const id = await asked('/deploy shop');
    assert.match(await text(`/refuse ${id}`, '6'), /not yours to refuse/i);
    assert.match(await text(`/refuse ${id}`, '8'), /will not be done/);
    assert.match(await text(`/approve ${id}`, '9'), /was refused already \(max\)/);
    await seen(/refused by max/);
    assert.equal(done.length, 0);
  });

  test('is void when nobody decides in time', async () => {
    await muster.configure(config('1s'));
    const id = await asked('/deploy shop');
    await seen(/nobody decided in time/);
    assert.match(await text(`/approve ${id}`, '8'), /was expired already/);
    assert.equal(done.length, 0);
  });

  test('that destroys is confirmed by whoever asked, and asked for anew when the world has changed', async () => {
    const id = await asked('/wipe blog');
    await seen(/wipe blog v1 · reem · to be confirmed/);
    assert.match(await text(`/confirm ${id}`, '8'), /only reem can confirm/i);
    version = 'v2';
    assert.match(await text(`/confirm ${id}`, '7'), /plan changed since it was agreed to/);
    await seen(/wipe blog v2 · reem · to be confirmed/);
    assert.equal(done.length, 0);
    assert.match(await text(`/confirm ${id}`, '7'), /Started/);
    await until(() => done.includes('wipe'));
    const { problem } = await muster.house.state.audit.verify();
    assert.equal(problem, undefined);
  });

  test('is agreed to as it was seen: a yes to a plan that is another one by now is none', async () => {
    const id = await asked('/wipe blog');
    const { planHash } = await muster.house.state.requests.get(id);
    const button = `/confirm ${id} ${planHash.slice(0, 12)}`;
    version = 'v2';
    const [first, second] = await Promise.all([text(button, '7'), text(button, '7')]);
    assert.match(`${first}\n${second}`, /plan changed since it was agreed to/);
    assert.match(await text(button, '7'), /is another one now than the one you agreed to/i);
    await sleep(50);
    assert.equal(done.length, 0);
    assert.equal((await muster.house.state.requests.get(id)).decision, 'open');
  });

  test('does not count who may not approve any more, neither at the next approval nor when it is carried out', async () => {
    await muster.configure(config('30m', 2));
    const id = await asked('/deploy shop');
    assert.match(await text(`/approve ${id}`, '8'), /needs 1 more approval/);
    await muster.configure(config('30m', 2, 'all'));
    assert.match(await text(`/approve ${id}`, '9'), /needs 1 more approval/);
    assert.deepEqual((await muster.house.state.requests.get(id)).approvals, ['kim']);

    await muster.configure(config());
    const other = await asked('/deploy shop');
    const by = { person: 'max', platform: 'test', chat: 'test' };
    await muster.house.state.requests.approve(other, by);
    await muster.configure(config('30m', 1, 'all'));
    await muster.server.connect().zadd('{muster}:requests:open', 0, other);
    while ((await muster.house.state.requests.get(other)).decision !== 'open') await sleep(10);
    assert.deepEqual((await muster.house.state.requests.get(other)).approvals, []);
    assert.equal(done.length, 0);
  });

  test('takes as many as the rule says when it is carried out', async () => {
    const id = await asked('/deploy shop');
    await muster.configure(config('30m', 2));
    assert.match(await text(`/approve ${id}`, '8'), /needs 1 approval \(approved by max\)/);
    assert.equal(done.length, 0);
    assert.match(await text(`/approve ${id}`, '9'), /Started/);
    await until(() => done.includes('shop'));
  });

  test('that goes on from a job needs what that job would need', async () => {
    await muster.configure(config().replace('app/shop', 'app/other'));
    broken = true;
    const outcome = await muster.say('/deploy shop', '7');
    assert.ok(outcome.kind === 'run');
    const { runs } = muster.house.state;
    while ((await runs.get(outcome.run.id)).status !== 'failed') await sleep(10);
    broken = false;
    await muster.configure(config());
    const id = await asked(`/retry ${outcome.run.id}`);
    assert.equal(done.length, 0);
    await text(`/approve ${id}`, '8');
    await until(() => done.includes('shop'));
  });

  test('says so where it was granted and cannot be begun', async () => {
    const id = await asked('/wipe blog');
    version = 'gone';
    assert.match(await text(`/confirm ${id}`, '7'), /nothing called it-is-gone waits/i);
    await seen(/^✕ wipe blog v1 · reem · approved by reem, but nothing was begun\nnothing called it-is-gone/);
    assert.match(await text(`/confirm ${id}`, '7'), /was stopped already/);
  });

  test('that a schedule asks for is shown where schedules are told', async () => {
    const schedules = 'schedules: {late: {at: "0 2 * * *", line: /deploy shop, as: reem}}';
    await muster.write(`${config()}${schedules}\n`);
    assert.match(await text('/reload', '7'), /late/);
    await muster.say('/schedule run late');
    await seen(/deploy shop · reem · needs 1 approval/);
  });

  test('is shown as it stands where whoever asked, or decided, died before that', async () => {
    const { requests } = muster.house.state;
    const { onChange } = requests;
    requests.onChange = () => {};
    const line = 'line-of-the-dead';
    const outcome = await muster.say('/deploy shop', '7', line);
    assert.ok(outcome.kind === 'asked');
    const { id } = outcome.request;
    requests.onChange = onChange;
    await muster.say('/deploy shop', '7', line);
    await seen(/deploy shop · reem · needs 1 approval/);
    requests.onChange = () => {};
    await requests.refuse(id, { person: 'max', platform: 'test', chat: 'test' });
    requests.onChange = onChange;
    await muster.server.connect().zadd('{muster}:requests:open', 0, id);
    await seen(/refused by max/);
  });

  test('is carried out also where the process that heard the last approval died on the spot', async () => {
    const id = await asked('/deploy shop');
    await muster.house.state.requests.approve(id, { person: 'max', platform: 'test', chat: 'test' });
    await muster.server.connect().zadd('{muster}:requests:open', 0, id);
    await until(() => done.includes('shop'));
  });
});
