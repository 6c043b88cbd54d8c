import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Outcome } from '../../../src/bot/dispatch.ts';
import { startHouse, type TestHouse } from '../../house.ts';

const CONFIG = `
people:
  reem: {identities: {test: "7"}, roles: [operator]}
  max: {identities: {test: "8"}, roles: [blogger]}
  lina: {identities: {test: "9"}, roles: [watch]}
roles:
  operator: {allow: [{commands: ["*"]}]}
  blogger: {allow: [{commands: [deploy], on: [app/blog]}, {commands: [cancel, retry, logs], on: ["job/*"]}]}
  watch: {allow: [{commands: [cancel, logs]}]}
hosts: {local: {link: local}}
`;

describe('a right to jobs', () => {
  let muster: TestHouse;
  let failed: Record<string, string>;
  before(async () => {
    const fail = () => Promise.reject(new Error('no'));
    const wait = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    muster = await startHouse(CONFIG, { shop: fail, blog: fail, long: wait });
    await muster.house.start();
    failed = { shop: await deploy('shop'), blog: await deploy('blog') };
  });
  after(() => muster.stop());

  const start = async (line: string, user = '7') => {
    const outcome = await muster.say(line, user);
    assert.equal(outcome.kind, 'run', JSON.stringify(outcome));
    return (outcome as Extract<Outcome, { kind: 'run' }>).run.id;
  };
  const ended = async (run: string) => {
    for await (const event of muster.house.state.runs.events.follow(run)) if (event.type === 'ended') return;
  };
  const deploy = async (app: string) => {
    const run = await start(`/deploy ${app}`);
    await ended(run);
    return run;
  };
  const denied = async (line: string, user: string) => {
    const outcome = await muster.say(line, user);
    assert.equal(outcome.kind === 'refused' && outcome.code, 'access.denied', JSON.stringify(outcome));
    assert.match((outcome as { text: string }).text, /deploy on app\/(shop|long) is for role operator/);
  };

  test('does not repeat what the person may not do, nor the retry of it', async () => {
    await denied(`/retry ${failed.shop}`, '8');
    const again = await start(`/retry ${failed.shop}`);
    await ended(again);
    await denied(`/retry ${again}`, '8');
    await ended(await start(`/retry ${failed.blog}`, '8'));
  });

  test('does not show what jobs print for others', async () => {
    await denied(`/logs ${failed.shop}`, '8');
    assert.equal((await muster.say(`/logs ${failed.blog}`, '8')).kind, 'reply');
    assert.equal((await muster.say(`/logs ${failed.shop}`, '9')).kind, 'reply');
  });

  test("does not stop others' jobs, but what one may cancel by its scope, and one's own", async () => {
    const run = await start('/deploy long');
    await denied(`/cancel ${run}`, '8');
    assert.equal((await muster.say(`/cancel ${run}`, '9')).kind, 'reply');
    await ended(run);
    const own = await start('/deploy long');
    await muster.configure(
      CONFIG.replace(
        'operator: {allow: [{commands: ["*"]}]}',
        'operator: {allow: [{commands: [cancel], on: ["job/*"]}]}',
      ),
    );
    assert.equal((await muster.say(`/cancel ${own}`)).kind, 'reply');
    await ended(own);
    await muster.configure(CONFIG);
  });
});
