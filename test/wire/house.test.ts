import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Place, Posted } from '../../src/bot/platform.ts';
import { startHouse, type TestHouse } from '../house.ts';

const CONFIG = `
people: {reem: {identities: {test: "7"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {local: {link: local}}
`;

describe('a manager', { timeout: 60_000 }, () => {
  let muster: TestHouse;
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  before(async () => {
    muster = await startHouse(CONFIG, { wait: () => released });
    await muster.house.start();
  });
  after(() => muster.stop());

  test('forgets the oldest runs while it is up, not only when it starts', async () => {
    const redis = muster.server.connect();
    const runs = Array.from({ length: 10_003 }, (_, number) => `r-old${number}`);
    const many = redis.pipeline();
    runs.forEach((id, number) => {
      many.hset(`{muster}:run:${id}`, { status: 'succeeded', data: JSON.stringify({ id }) });
      many.zadd('{muster}:runs:all', number, id);
    });
    await many.exec();
    while ((await redis.zcard('{muster}:runs:all')) > 10_000) await sleep(100);
    assert.equal(await redis.exists('{muster}:run:r-old0', '{muster}:run:r-old2'), 0);
    assert.equal(await redis.exists('{muster}:run:r-old3'), 1);
  });

  test('puts a change of the configuration on record that nobody asked for in a chat', async () => {
    const { audit } = muster.house.state;
    const record = async (summary: RegExp) => {
      for (;;) {
        const [latest] = await audit.latest(1, ({ kind }) => kind === 'reload');
        if (latest && summary.test(latest.summary as string)) return;
        await sleep(50);
      }
    };
    await muster.write(CONFIG.replace('local: {', 'local: {labels: [new], '));
    await record(/^loaded: hosts: ~local$/);
    await muster.write('people: [');
    await record(/^refused: /);
    await muster.write(CONFIG);
    await record(/^loaded: hosts: ~local$/);
  });

  test('shows the runs that are open when it starts, where they were asked for', async () => {
    const wait = await muster.say('/deploy wait');
    const other = await muster.another();
    await other.start();
    const shown = new Promise<[Place, string]>((resolve) => {
      const post = async (place: Place, lines: string[]) => {
        resolve([place, lines[0] as string]);
        return { place, message: '1' };
      };
      const nothing = async () => {};
      void other.listen({ name: 'test', serve: nothing, post, edit: nothing }, 'required');
    });
    const [place, line] = await shown;
    assert.equal(place.chat, 'test');
    assert.match(line, /deploy wait/);
    release();
    assert.equal(wait.kind, 'run');
  });

  test('shows a run once, also where its line is delivered again when it is over', async () => {
    const other = await muster.another();
    const posted: string[] = [];
    let over = 0;
    const post = async (place: Place, lines: string[]) => {
      posted.push(lines[0] as string);
      over += lines.at(-1)?.startsWith('Next:') ? 1 : 0;
      return { place, message: String(posted.length) };
    };
    const edit = async (_: Posted, __: string[], final: boolean) => {
      over += final ? 1 : 0;
    };
    const nothing = async () => {};
    await other.listen({ name: 'test', serve: nothing, post, edit }, 'required');
    const say = async (id: string, app: string, ends: number) => {
      await other.handle(
        { id, platform: 'test', chat: 'test', user: '7', text: `/deploy ${app}` },
        'required',
      );
      while (over < ends) await sleep(10);
    };
    await say('once', 'shop', 1);
    await say('once', 'shop', 1);
    await say('then', 'blog', 2);
    assert.deepEqual(
      posted.map((line) => /(shop|blog) is live/.exec(line)?.[1]),
      ['shop', 'blog'],
    );
  });
});
