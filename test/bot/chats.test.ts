import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Chats } from '../../src/bot/chats.ts';
import { defineCommand } from '../../src/bot/command.ts';
import type { Outcome } from '../../src/bot/dispatch.ts';
import type { Place, Platform, Posted } from '../../src/bot/platform.ts';
import { isFinal } from '../../src/events.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { startHouse, type TestHouse } from '../house.ts';

const CONFIG = `
people: {reem: {identities: {test: "7"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {local: {link: local}}
schedules: {nightly: {at: "0 3 * * *", zone: UTC, line: /deploy shop, as: reem}}
`;

/** A platform that keeps what it is given; it fails so many times first. */
function chat(failures = 0) {
  const said: { place: Place; lines: string[] }[] = [];
  let left = failures;
  const fail = () => {
    left -= 1;
    if (left >= 0) throw new Error('the chat is away');
  };
  const platform: Platform = {
    name: 'test',
    home: { platform: 'test', chat: 'home' },
    serve: async () => {},
    async post(place, lines) {
      fail();
      said.push({ place, lines });
      return { place, message: String(said.length - 1) };
    },
    async edit({ message }: Posted, lines) {
      fail();
      (said[Number(message)] as { lines: string[] }).lines = lines;
    },
  };
  return { platform, said };
}

/** Follows something until it is cancelled. */
const watch = defineCommand({
  name: 'watch',
  about: () => ({ summary: 'Watches', fields: {} }),
  examples: ['watch'],
  input: z.object({}),
  risk: 'read',
  scope: () => 'cloud',
  plan: async () => {
    const step = { step: 'test.work', host: 'local', title: 'watch', input: { host: 'local', act: 'watch' } };
    return {
      title: 'watch',
      done: 'watched',
      locks: [],
      stages: [{ name: 'logs', steps: [step] }],
      next: '/status',
      fleeting: true,
    };
  },
});

const until = async (done: () => boolean) => {
  while (!done()) await sleep(10);
};

describe('chats', { timeout: 60_000 }, () => {
  let muster: TestHouse;
  before(async () => {
    const watching = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    muster = await startHouse(CONFIG, { watch: watching }, [], [watch]);
    await muster.house.start();
  });
  after(() => muster.stop());

  test('are told what became of a schedule, at home', async () => {
    const { platform, said } = chat();
    await muster.house.listen(platform, 'required');
    const run = await muster.say('/schedule run nightly');
    assert.match(run.kind === 'reply' ? run.text : JSON.stringify(run), /Started r-/);
    await until(() => said.some(({ lines }) => lines.join('\n').includes('shop is live')));
    const card = said.find(({ lines }) => lines.join('\n').includes('shop is live'));
    assert.equal(card?.place.chat, 'home');
  });

  test('see the end of a run also where they were away for a moment', async () => {
    const other = await muster.another();
    const { platform, said } = chat(2);
    await other.listen(platform, 'required');
    await other.handle(
      { id: 'away', platform: 'test', chat: 'build', user: '7', text: '/deploy blog' },
      'required',
    );
    await until(() => said.length > 0);
    assert.match(said[0]?.lines.join('\n') as string, /blog is live/);
    assert.equal(said.length, 1);
  });

  test('end what was only for whoever sits there when they go', async () => {
    const other = await muster.another();
    const { platform } = chat();
    await other.listen(platform, 'required');
    const line = { id: 'watch', platform: 'test', chat: 'console', user: '7', text: '/watch' };
    const outcome = await other.handle(line, 'required');
    assert.equal(outcome.kind, 'run', JSON.stringify(outcome));
    const { id } = (outcome as Extract<Outcome, { kind: 'run' }>).run;
    while ((await other.state.runs.history(id)).every(({ type }) => type !== 'step')) await sleep(10);
    await other.close(5_000);
    const { runs } = muster.house.state;
    while (!isFinal((await runs.get(id)).status)) await sleep(10);
    assert.equal((await runs.get(id)).status, 'cancelled');
  });

  test('hear that Redis is away where a line has no answer, and get the answer later', async () => {
    let reachable = true;
    let answer: (outcome: Outcome) => void = () => {};
    const chats = new Chats({
      redis: muster.server.connect(),
      runs: muster.house.state.runs,
      channels: () => ({}),
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
      dispatch: () => new Promise<Outcome>((resolve) => (answer = resolve)),
      reachable: async () => reachable,
      patience: 20,
    });
    const { platform, said } = chat();
    await chats.listen(platform, 'required');
    const line = { id: 'slow', platform: 'test', chat: 'build', user: '7', text: '/status' };
    const slow = chats.handle(line, 'required');
    await sleep(100);
    assert.equal(said.length, 0);
    answer({ kind: 'reply', text: 'one' });
    await slow;
    reachable = false;
    const waiting = chats.handle(line, 'required');
    await until(() => said.length === 2);
    assert.match(said[1]?.lines.join('\n') as string, /^Redis does not answer.*\nYour line waits/);
    answer({ kind: 'reply', text: 'two' });
    await waiting;
    assert.deepEqual(said[2]?.lines, ['two']);
    await chats.close();
  });
});
