import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { defineCommand } from '../../../src/bot/command.ts';
import { Telegram } from '../../../src/bot/telegram/telegram.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import type { House } from '../../../src/wire/house.ts';
import { type Chat, type Telegram as Service, startTelegram, type User } from '../../fakes/telegram.ts';
import { startHouse, type TestHouse } from '../../house.ts';

/** Prints what is read, like the log of an app. */
const read = defineCommand({
  name: 'read',
  about: () => ({ summary: 'Reads', fields: {} }),
  examples: ['read'],
  input: z.object({}),
  risk: 'read',
  scope: () => 'app/shop',
  plan: async () => {
    const step = { step: 'test.work', host: 'local', title: 'read', input: { host: 'local', act: 'chatty' } };
    const stages = [{ name: 'logs', steps: [step] }];
    return { title: 'read', done: 'that was it', locks: [], stages, next: '/status', fleeting: true };
  },
});

describe('Telegram', { timeout: 120_000 }, () => {
  let service: Service;
  let muster: TestHouse;
  let group: Chat;
  let reem: User;
  let deployed: string[];
  let release: () => void;
  beforeEach(async () => {
    service = await startTelegram();
    group = service.group('build');
    reem = service.user('Reem', 7);
    deployed = [];
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const note = (app: string) => async () => void deployed.push(app);
    const wait = (signal: AbortSignal) =>
      Promise.race([
        released,
        new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      ]);
    const broken = () => Promise.reject(new Error('it broke'));
    const chatty = async (_: AbortSignal, report: (line: string) => void) => {
      for (let line = 0; line < 1_500; line += 1) report(line === 7 ? 'password=hunter2' : `line ${line} ü`);
    };
    const ponder = defineCommand({
      name: 'ponder',
      about: () => ({ summary: 'Thinks', fields: {} }),
      examples: ['ponder'],
      input: z.object({}),
      risk: 'read',
      scope: () => 'cloud',
      answer: () => released.then(() => ({ text: 'that was a long thought' })),
    });
    muster = await startHouse(
      config(group.id),
      { shop: note('shop'), blog: note('blog'), wait, broken, chatty },
      [],
      [read, ponder],
    );
    await open(muster.house);
  });
  afterEach(async () => {
    release();
    await muster.stop();
    await service.close();
  });

  const config = (chat: number) => `
people: {reem: {identities: {telegram: "7"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {local: {link: local}}
platforms: {telegram: {token: "env:TOKEN"}}
channels: {build: {platform: telegram, chat: "${chat}", posts: [operators]}}
`;
  const open = async (house: House, token = service.token) => {
    await house.start();
    const log = createLog({ level: 'silent', scrubber: new Scrubber() });
    await house.listen(new Telegram({ token: new Secret(token), apiRoot: service.url, log }), 'required');
  };
  const until = async (done: () => boolean, what: string) => {
    for (const deadline = Date.now() + 30_000; !done(); await sleep(10)) {
      if (Date.now() > deadline)
        assert.fail(`waited for ${what}: ${JSON.stringify(service.said(group).map(({ text }) => text))}`);
    }
  };
  const texts = (chat: Chat = group) => service.said(chat).map(({ text }) => text as string);
  const shown = (words: RegExp, chat: Chat = group) =>
    until(() => texts(chat).some((text) => words.test(text)), String(words));

  test('shows a run as one message, with buttons, edited to its end', async () => {
    service.say(group, reem, '/deploy@muster_fake_bot shop');
    await shown(/^● shop is live/);
    const [card, ...more] = service.said(group);
    assert.equal(more.length, 0);
    assert.match(JSON.stringify(card), /"callback_data":"\/logs r-/);
    assert.deepEqual(deployed, ['shop']);
    assert.deepEqual(service.floods, []);
  });

  test('runs a line once, however often and in whatever order it is told', async () => {
    service.hold();
    const updates = ['/deploy shop', '/deploy blog', '/status'].map((text) => service.say(group, reem, text));
    service.reorder(...updates.toReversed());
    service.release();
    await until(() => service.pending().length === 0, 'the updates to be confirmed');
    for (const update of [...updates, ...updates]) service.redeliver(update);
    await shown(/blog is live/);
    await shown(/shop is live/);
    await until(() => service.pending().length === 0, 'the updates to be confirmed again');
    await sleep(300);
    assert.deepEqual(deployed.toSorted(), ['blog', 'shop']);
    assert.equal(texts().length, 3, texts().join('\n'));
  });

  test('answers in the topic where it was asked', async () => {
    const forum = service.forum('ops');
    await muster.configure(config(forum.id));
    const topic = service.topic(forum, 'deploys');
    service.say(forum, reem, '/deploy shop', { thread: topic });
    await shown(/shop is live/, forum);
    assert.equal(service.said(forum).at(-1)?.thread, topic);
  });

  test('refuses a stranger once and politely, and is silent in a chat it does not know', async () => {
    service.say(group, service.user('Eve', 666), '/deploy shop');
    await shown(/I do not know you \(telegram 666\)/);
    const elsewhere = service.group('elsewhere');
    for (const text of ['/deploy shop', '/deploy blog']) service.say(elsewhere, reem, text);
    await shown(/not among the channels of the configuration/);
    await until(() => service.pending().length === 0, 'the updates to be confirmed');
    assert.deepEqual(service.said(elsewhere), []);
    assert.equal(texts().filter((text) => text.includes('not among the channels')).length, 1);
    assert.deepEqual(deployed, []);
  });

  test('lets a button say its line for whoever presses it, and refuses to them alone', async () => {
    service.say(group, reem, '/deploy wait');
    await shown(/^◐ /);
    const [card] = service.said(group);
    const cancel = /"callback_data":"(\/cancel r-[^"]+)"/.exec(JSON.stringify(card))?.[1] as string;
    const press = { chat: group.id, id: card?.id as number };
    service.click(press, service.user('Eve', 666), cancel);
    await until(() => service.answers.length === 1, 'an answer to the stranger');
    assert.match(service.answers[0]?.text ?? '', /I do not know you/);
    service.click(press, reem, cancel);
    await shown(/cancelled/);
    await until(() => service.answers.length === 2, 'an answer to the press');
    service.click(press, reem, cancel);
    await until(() => service.answers.length === 3, 'an answer to the second press');
    assert.match(service.answers[2]?.text ?? '', /already|ended|cancelled/);
    service.click(press, reem, '/nonsense "; rm -rf /');
    await until(() => service.answers.length === 4, 'an answer to forged data');
    assert.match(service.answers[3]?.text ?? '', /nonsense/);
  });

  test('shows by a reaction under the line how what it asked for stands', async () => {
    const reactions = (id: number) => service.messages(group).find((message) => message.id === id)?.reactions;
    const line = (text: string) => {
      service.say(group, reem, text);
      return service.messages(group).at(-1)?.id as number;
    };
    const waiting = line('/deploy wait');
    await until(() => reactions(waiting)?.[0] === '⚡', 'a sign of work');
    release();
    await until(() => reactions(waiting)?.[0] === '👍', 'a sign of the end');
    const failing = line('/deploy broken');
    await until(() => reactions(failing)?.[0] === '👎', 'a sign of failure');
    const read = line('/status');
    const chatter = line('good morning');
    await until(() => service.pending().length === 0, 'the updates to be confirmed');
    await shown(/broken failed/);
    assert.deepEqual([reactions(read), reactions(chatter)], [[], []]);
    assert.deepEqual(service.floods, []);
  });

  test('shows by a reaction that others have to agree, and takes it away where they do not', async () => {
    const need = `
people:
  reem: {identities: {telegram: "7"}, roles: [all]}
  kim: {identities: {telegram: "8"}, roles: [all, boss]}
roles: {all: {allow: [{commands: ["*"]}]}, boss: {allow: [{commands: [approve, refuse]}]}}
approvals: {careful: {commands: [deploy], from: [boss]}}`;
    await muster.configure(config(group.id).replace(/[\s\S]*roles: .*/, need));
    const kim = service.user('Kim', 8);
    const ask = async (app: string) => {
      service.say(group, reem, `/deploy ${app}`);
      const line = service.messages(group).at(-1)?.id as number;
      const of = () =>
        service
          .messages(group)
          .find(({ id }) => id === line)
          ?.reactions.join();
      await until(() => of() === '🤔', 'a sign that others have to agree');
      await shown(new RegExp(`deploy ${app} · reem · needs 1 approval`));
      const request = service.said(group).at(-1) as ReturnType<typeof service.said>[number];
      const press = (what: string) =>
        service.click(
          request,
          kim,
          new RegExp(`/${what} r-\\w+`).exec(JSON.stringify(request))?.[0] as string,
        );
      return { of, press };
    };
    const wanted = await ask('shop');
    wanted.press('approve');
    await until(() => wanted.of() === '👍', 'a sign of the end');
    const unwanted = await ask('blog');
    unwanted.press('refuse');
    await until(() => unwanted.of() === '', 'no sign where nothing came of it');
    assert.deepEqual(deployed, ['shop']);
  });

  test('works the same where reactions are not allowed, and where the line is gone', async () => {
    const quiet = service.group('quiet', { allowedReactions: [] });
    await muster.configure(config(quiet.id));
    service.say(quiet, reem, '/deploy shop');
    await shown(/shop is live/, quiet);
    service.say(quiet, reem, '/deploy wait');
    await shown(/^◐ wait|^◐ deploy wait/, quiet);
    for (const message of service.messages(quiet)) if (message.from.id === reem.id) service.remove(message);
    release();
    await shown(/wait is live/, quiet);
    await until(
      () =>
        service.calls.filter(({ method, status }) => method === 'setMessageReaction' && status === 400)
          .length > 1,
      'refused reactions',
    );
    assert.equal(texts(quiet).length, 2);
  });

  test('takes a word in reply to a card for that run, under the rights of whoever replies, also after a restart', async () => {
    service.say(group, reem, '/deploy wait');
    await shown(/^◐ /);
    service.say(group, reem, '/deploy wait');
    await until(() => texts().filter((text) => /wait/.test(text)).length === 2, 'a second card');
    const card = service.said(group)[0]?.id as number;
    await until(() => (service.said(group)[0]?.edits ?? 0) > 0, 'the card to be known as said');
    service.say(group, service.user('Eve', 666), 'cancel', { replyTo: card });
    await shown(/I do not know you/);
    service.say(group, reem, 'well, cancel it?', { replyTo: card });
    service.say(group, reem, 'cancel', { replyTo: service.messages(group)[0]?.id });
    service.say(group, reem, 'cancel');
    service.say(group, reem, 'why', { replyTo: card });
    await shown(/was asked for by reem: \/deploy wait/);
    await muster.house.close(0);
    await open(await muster.another());
    service.say(group, reem, 'Cancel!', { replyTo: card });
    await until(() => /cancelled/.test(texts()[0] as string), 'the first run to be cancelled');
    assert.doesNotMatch(texts()[1] as string, /cancelled/);
    service.say(group, reem, '/undo@muster_fake_bot', { replyTo: card });
    await shown(/r-\w+ · \/deploy wait · plan/);
    service.say(group, reem, 'retry', { replyTo: card });
    await until(() => texts().filter((text) => /^[◐○] .*wait/m.test(text)).length > 2, 'a third card');
  });

  test('sends as a file what does not fit a message: what a job printed, what was read, any long answer', async () => {
    service.say(group, reem, '/deploy chatty');
    await shown(/^● chatty is live/);
    const run = /\/logs (r-\w+)/.exec(JSON.stringify(service.said(group)))?.[1] as string;
    const files = () => service.said(group).flatMap(({ document }) => (document ? [document] : []));
    service.dropAfter(1, 'sendMessage');
    service.outage(1, 'sendDocument');
    const update = service.say(group, reem, `/logs ${run}`);
    await until(() => files().length === 1, 'a file');
    service.redeliver(update);
    const [file] = files();
    assert.equal(file?.name, `chatty-${run}.log`);
    const lines = file?.bytes.toString().trimEnd().split('\n') ?? [];
    assert.deepEqual([lines.length, lines[0], lines.at(-1)], [1_500, 'line 0 ü', 'line 1499 ü']);
    assert.doesNotMatch(lines.join('\n'), /hunter2/);
    const said = service.said(group).find(({ document }) => document);
    assert.match(said?.text ?? '', /^\(\d+ earlier lines not shown.*\n> line 1499 ü$/s);
    service.say(group, reem, '/read');
    await until(() => files().length === 2, 'the file of what was read');
    assert.match(files()[1]?.name ?? '', /^shop-r-\w+\.log$/);
    assert.match(texts().join('\n'), /^All 1500 lines$/m);
    assert.deepEqual(service.floods, []);
  });

  test('says what fits where files may not be sent', async () => {
    const strict = service.group('strict', { files: false });
    await muster.configure(config(strict.id));
    service.say(strict, reem, '/read');
    await shown(/^All 1500 lines$/, strict);
    assert.equal(service.said(strict).filter(({ document }) => document).length, 0);
  });

  test('types where an answer takes its time, in the topic where it was asked', async () => {
    const forum = service.forum('ops');
    await muster.configure(config(forum.id));
    const topic = service.topic(forum, 'deploys');
    service.say(forum, reem, '/status', { thread: topic });
    await until(() => service.said(forum).length === 1, 'an answer at once');
    assert.deepEqual(service.actions, []);
    service.say(forum, reem, '/ponder', { thread: topic });
    await until(() => service.actions.length > 0, 'a sign of thinking');
    assert.deepEqual(service.actions[0], { chat: forum.id, action: 'typing', thread: topic });
    release();
    await shown(/^that was a long thought$/, forum);
  });

  test('suggests to everybody what they may use, and changes that only where it has changed', async () => {
    const of = (user: number) => service.commands({ type: 'chat_member', chat_id: group.id, user_id: user });
    const shared = () => service.commands({ type: 'chat', chat_id: group.id });
    const calls = () => service.calls.filter(({ method }) => /MyCommands/.test(method)).length;
    await until(() => shared().length > 10, 'a menu');
    assert.deepEqual(
      service.commands().map(({ command }) => command),
      ['help'],
    );
    assert.deepEqual(of(7), []);
    const guest = `
people:
  reem: {identities: {telegram: "7"}, roles: [all]}
  kim: {identities: {telegram: "8"}, roles: [guest]}
roles: {all: {allow: [{commands: ["*"]}]}, guest: {allow: [{commands: [help, "schedule-*"]}]}}`;
    service.outage(1, 'setMyCommands');
    await muster.write(config(group.id).replace(/[\s\S]*roles: .*/, guest));
    service.say(group, reem, '/reload');
    await shown(/^Loaded/);
    service.say(group, reem, '/reload');
    await until(
      () => of(7).length > 10 && shared().length < 10,
      'a menu for all, another one for one person',
    );
    assert.deepEqual(
      shared().map(({ command }) => command),
      ['help', 'schedule_list', 'schedule_add', 'schedule_remove', 'schedule_run'],
    );
    service.say(group, reem, '/schedule_list');
    await shown(/Nothing is scheduled/);
    const after = calls();
    await open(await muster.another());
    await muster.house.config.reload();
    service.say(group, reem, '/reload');
    await shown(/^Nothing has changed/);
    await sleep(1_000);
    assert.equal(calls(), after, 'what is there already is not set again');
  });

  test('goes with a group that becomes a supergroup', async () => {
    service.say(group, reem, '/deploy shop');
    await shown(/shop is live/);
    const moved = service.migrate(group);
    service.say(moved, reem, '/deploy blog');
    await shown(/blog is live/, moved);
    assert.deepEqual(deployed, ['shop', 'blog']);
  });

  test('loses no end while Telegram is away: pages of errors, cut connections, a message somebody deleted', async () => {
    service.outage(3);
    service.dropBefore(2);
    service.say(group, reem, '/deploy wait');
    await shown(/^◐ /);
    for (const message of service.said(group)) service.remove(message);
    service.dropAfter(1, 'getUpdates');
    release();
    await shown(/^● wait is live/);
    assert.deepEqual(service.floods, []);
  });

  test('is polled by one manager at a time; another one goes on with it and with open cards', async () => {
    const other = await muster.another();
    await open(other);
    service.say(group, reem, '/deploy wait');
    await shown(/^◐ /);
    await muster.house.close(0);
    release();
    await shown(/^● wait is live/);
    service.say(group, reem, '/deploy shop');
    await shown(/^● shop is live/);
    assert.equal(service.calls.filter(({ status }) => status === 409).length, 0);
    assert.equal(texts().length, 2, texts().join('\n'));
    const lines = service.messages(group).filter(({ from }) => from.id === reem.id);
    await until(
      () => service.messages(group).filter(({ reactions }) => reactions[0] === '👍').length === lines.length,
      'a sign of the end under both lines',
    );
  });
});
