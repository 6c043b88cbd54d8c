/** A group chat under fire: updates told several times in any order, and `kill -9` of the manager meanwhile. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Chat, startTelegram, type Telegram } from '../fakes/telegram.ts';
import { needs } from '../needs.ts';
import { openMuster, type TestMuster } from './muster.ts';
import { outcomes } from './outcomes.ts';
import { waitFor } from './wait.ts';

const GROUPS = 6;
const LINES = 60;
const KILLS = 6;

describe('muster start in Telegram', { skip: needs(['redis-server']) }, () => {
  let service: Telegram;
  let muster: TestMuster;
  let groups: Chat[];

  before(async () => {
    service = await startTelegram();
    groups = Array.from({ length: GROUPS }, (_, index) => service.group(`group ${index}`));
    muster = await openMuster({}, { TELEGRAM_TOKEN_OF_THE_TEST: service.token });
    const channels = groups.map(({ id }, index) => `  group-${index}: {platform: telegram, chat: "${id}"}`);
    await muster.configure({
      'muster.yml': [
        'people: {reem: {identities: {telegram: "7", console: "*"}, roles: [all]}}',
        'roles: {all: {allow: [{commands: ["*"]}]}}',
        // Nobody answers there: each job ends at once, as failed.
        `hosts: {local: {link: local, root: ${join(muster.folder, 'host')}, tools: {docker: {socket: ${muster.folder}/none.sock}}}}`,
        'apps: {shop: {repository: /nowhere, hosts: [local]}}',
        `platforms: {telegram: {token: "env:TELEGRAM_TOKEN_OF_THE_TEST", apiRoot: "${service.url}"}}`,
        'channels:',
        ...channels,
        '',
      ].join('\n'),
    });
  });
  after(async () => {
    await muster?.stop();
    await service?.close();
  });

  test('runs each line once, tells each end, and is never too fast', async (context) => {
    const reem = service.user('Reem', 7);
    let manager = await muster.start();
    const updates = Array.from({ length: LINES }, (_, line) => [
      line,
      service.say(groups[line % GROUPS] as Chat, reem, '/logs shop'),
    ]).map(([, update]) => update as number);
    const again = updates.flatMap((update) => Array<number>(Math.floor(Math.random() * 4)).fill(update));
    for (const update of again.sort(() => Math.random() - 0.5)) service.redeliver(update);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(Math.random() * 1_500);
      const gone = new Promise((resolve) => manager.once('exit', resolve));
      manager.kill('SIGKILL');
      await gone;
      for (const update of updates) if (Math.random() < 0.1) service.redeliver(update);
      manager = await muster.start();
    }
    const told = () => {
      const ends = groups.flatMap((group) => service.said(group)).filter(({ text }) => text.startsWith('✕'));
      return ends.map(({ text }) => /\/retry (r-\w+)/.exec(text)?.[1]);
    };
    await waitFor(`the ends of ${LINES} jobs`, () => new Set(told()).size === LINES);
    await waitFor('the updates to be confirmed', () => service.pending().length === 0);
    const ends = await outcomes(muster);
    assert.equal(Object.keys(ends).length, LINES);
    assert.ok(
      Object.values(ends).every((end) => end.length === 1),
      'one outcome a job',
    );
    assert.deepEqual(service.floods, []);
    // A message whose sender was killed before it noted that it was sent is sent again.
    const cards = groups.flatMap((group) => service.said(group)).length;
    assert.ok(cards <= LINES + KILLS * GROUPS, `${cards} messages`);
    const verdict = await muster.run('audit', 'verify');
    assert.equal(verdict.exit, 0, verdict.stdout);
    context.diagnostic(
      `${LINES} lines, told ${updates.length + again.length} times and more, ${KILLS} kills, ${cards} messages`,
    );
  });

  test('shows the token nowhere', async () => {
    const { stdout } = await muster.run('audit', 'export');
    assert.ok(!stdout.includes(service.token));
  });
});
