import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { catalogue, defineCommand } from '../../src/bot/command.ts';
import { type DispatchParts, dispatch, type Outcome, runId } from '../../src/bot/dispatch.ts';
import { Config } from '../../src/config/config.ts';
import { MusterError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { AppName } from '../../src/names.ts';
import { Scrubber } from '../../src/secret.ts';
import { type Hall, openHall, workStep } from '../jobs/hall.ts';
import { startRedis, type TestRedis } from '../redis.ts';

const config = {
  ...Config.parse({
    people: {
      reem: { identities: { telegram: '7' }, roles: ['operator'] },
      guest: { identities: { telegram: '8' }, roles: ['member'] },
    },
    roles: {
      operator: { allow: [{ commands: ['*'] }] },
      member: { allow: [{ commands: ['deploy'], on: ['app/blog'] }, { commands: ['ping'] }] },
    },
  }),
  folder: '/nowhere',
};

const SECRET_URL = `https://reem:hunter22${'x'.repeat(100)}@git.example/shop.git`;

describe('a line', () => {
  let server: TestRedis;
  let hall: Hall;
  let parts: DispatchParts;
  let planned = 0;
  const done: string[] = [];
  const step = workStep({ roll: async () => void done.push('rolled') }, []);
  const deploy = defineCommand({
    name: 'deploy',
    about: () => ({ summary: 'Roll out', fields: {} }),
    examples: ['deploy shop'],
    input: z.object({ app: AppName }),
    words: ['app'],
    risk: 'change',
    scope: ({ app }) => `app/${app}`,
    async plan({ app }) {
      planned += 1;
      if (app === 'leak') throw new Error(`cannot read ${SECRET_URL}`);
      if (app === 'gone') throw new MusterError('git.unreachable', { app, message: 'repository not found' });
      return {
        title: `${app} v2`,
        done: `${app} is live`,
        locks: [`app/${app}`],
        stages: [
          { name: 'roll', steps: [step({ host: 'web-1', act: app === 'private' ? SECRET_URL : 'roll' })] },
        ],
        next: '/apps',
      };
    },
  });
  const ping = defineCommand({
    name: 'ping',
    about: () => ({ summary: 'Ping', fields: {} }),
    examples: ['ping'],
    input: z.object({}),
    risk: 'read',
    scope: () => 'cloud',
    answer: async () => ({ text: 'pong' }),
  });
  const burst = defineCommand({
    name: 'burst',
    about: () => ({ summary: 'Fails', fields: {} }),
    examples: ['burst'],
    input: z.object({}),
    risk: 'read',
    scope: () => 'cloud',
    answer: () => Promise.reject(new Error('a bug')),
  });

  before(async () => {
    server = await startRedis();
    hall = openHall(server, [step]);
    const { runs, audit } = hall;
    const house = { runs, audit } as unknown as DispatchParts['house'];
    parts = {
      config: () => config,
      catalogue: catalogue([deploy, ping, burst]),
      house,
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
      scrubber: new Scrubber(),
    };
  });
  after(async () => {
    await hall.close();
    await server.stop();
  });

  const say = (text: string, user = '7', id: string = randomUUID()) =>
    dispatch({ id, platform: 'telegram', chat: 'build', user, text, bot: 'OurBot' }, parts, 'required');
  const refused = (outcome: Outcome) => {
    assert.equal(outcome.kind, 'refused', JSON.stringify(outcome));
    return outcome as Extract<Outcome, { kind: 'refused' }>;
  };

  test('that is a read command is answered', async () => {
    assert.deepEqual(await say('/ping@OurBot'), { kind: 'reply', text: 'pong' });
  });

  test('that is not for us is ignored, and leaves no record', async () => {
    const before = (await hall.audit.verify()).records;
    for (const text of ['good morning', '/ping@OtherBot', ''])
      assert.equal((await say(text)).kind, 'ignored', text);
    assert.equal((await hall.audit.verify()).records, before);
  });

  test('becomes one run, however often it is delivered', async () => {
    const outcomes = await Promise.all([say('/deploy shop', '7', 'same'), say('/deploy shop', '7', 'same')]);
    const id = runId({ platform: 'telegram', chat: 'build', id: 'same' });
    for (const outcome of outcomes) assert.equal(outcome.kind === 'run' && outcome.run.id, id);
    assert.equal((await hall.ended(id)).status, 'succeeded');
    await say('/deploy shop', '7', 'same');
    assert.deepEqual(done.splice(0), ['rolled']);
    assert.equal(
      (await hall.audit.latest(100, (record) => record.kind === 'command' && record.run === id)).length,
      1,
    );
  });

  test('of an unknown person gets one polite refusal, and a record', async () => {
    assert.match(refused(await say('/ping', '666')).text, /I do not know you \(telegram 666\)/);
    const [record] = await hall.audit.latest(1);
    assert.equal(record?.person, 'telegram:666');
    assert.equal(record?.kind, 'refused');
  });

  test('that the person may not say is refused with the rule and who may', async () => {
    const { text, code } = refused(await say('/deploy shop', '8'));
    assert.equal(code, 'access.denied');
    assert.match(text, /You may not: .*deploy.*app\/shop/);
    assert.match(text, /Who can: reem/);
    assert.match(text, /\/why r-/);
    assert.equal((await say('/deploy blog', '8')).kind, 'run');
  });

  test('with a slip gets the nearest command', async () => {
    assert.match(refused(await say('/deplyo shop')).text, /deploy/);
  });

  test('with bad words says what is wrong, and plans nothing', async () => {
    const before = planned;
    for (const app of ['-x', '..', 'a;b', '"a b"', '', 'Shop$', 'a/../b', '"a\nb"'])
      refused(await say(`/deploy ${app}`));
    refused(await say('/deploy shop extra'));
    assert.equal(planned, before);
  });

  test('with --dry-run shows the plan and does nothing', async () => {
    const outcome = await say('/deploy shop --dry-run');
    assert.equal(outcome.kind, 'reply');
    assert.match(
      (outcome as { text: string }).text,
      /Would do: shop v2[\s\S]*web-1: roll[\s\S]*Plan [0-9a-f]{12}/,
    );
    assert.deepEqual(done.filter((act) => act === 'rolled').length, done.length);
  });

  test('that cannot be planned says the cause and the next thing, and is on record', async () => {
    const { code, text } = refused(await say('/deploy gone'));
    assert.equal(code, 'git.unreachable');
    assert.match(text, /repository not found[\s\S]*may Muster read it/);
    const [record] = await hall.audit.latest(1);
    assert.match(record?.summary as string, /repository not found/);
  });

  test('that meets a bug of ours is refused, and the next one is handled', async () => {
    assert.equal(refused(await say('/burst')).code, 'internal');
    assert.equal((await say('/ping')).kind, 'reply');
  });

  test('gets an answer without secrets, whatever they stood in', async () => {
    for (const text of ['/deploy private --dry-run', '/deploy leak', `/deploy "${SECRET_URL}"`]) {
      const outcome = await say(text);
      assert.doesNotMatch(JSON.stringify(outcome), /hunter22/, text);
      assert.match(JSON.stringify(outcome), /redacted/, text);
    }
  });

  test('leaves no secret in the run it becomes', async () => {
    const scrubber = new Scrubber();
    scrubber.learn('opensesame');
    const incoming = {
      id: 'secret',
      platform: 'telegram',
      chat: 'build',
      user: '7',
      text: '/deploy opensesame',
    };
    const outcome = await dispatch(incoming, { ...parts, scrubber }, 'required');
    assert.equal(outcome.kind === 'run' && outcome.run.text, '/deploy [redacted]');
  });

  test('that is too long leaves only its beginning in the audit, whoever said it', async () => {
    for (const user of ['7', '666']) {
      refused(await say(`/ping ${'x'.repeat(1_000_000)}`, user));
      const [record] = await hall.audit.latest(1, ({ kind }) => kind === 'refused');
      assert.equal(record?.text?.length, 201);
    }
  });
});
