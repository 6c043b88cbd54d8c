/** Alerts from end to end: a whole manager, real clients, and fakes of both services. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Alarm } from '../../../src/alarm.ts';
import { Slack } from '../../../src/bot/slack/slack.ts';
import { Telegram } from '../../../src/bot/telegram/telegram.ts';
import { Alerts } from '../../../src/jobs/alerts/alerts.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber, Secret } from '../../../src/secret.ts';
import type { House } from '../../../src/wire/house.ts';
import { type Channel, type Slack as SlackService, startSlack } from '../../fakes/slack.ts';
import {
  type Chat,
  startTelegram,
  type Telegram as TelegramService,
  type User,
} from '../../fakes/telegram.ts';
import { startHouse, type TestHouse } from '../../house.ts';

const alarm = (host: string, more: Partial<Alarm> = {}): Alarm => ({
  key: `host/${host}`,
  severity: 'warning',
  cause: 'host.silent',
  subject: `host/${host}`,
  summary: `${host} does not answer`,
  over: `${host} answers again`,
  many: 'hosts do not answer',
  manyOver: 'hosts answer again',
  ...more,
});

describe('alerts in chats', { timeout: 180_000 }, () => {
  let telegram: TelegramService;
  let slack: SlackService;
  let group: Chat;
  let ops: Channel;
  let reem: User;
  let muster: TestHouse;
  beforeEach(async () => {
    [telegram, slack] = await Promise.all([startTelegram(), startSlack()]);
    group = telegram.group('build');
    ops = slack.channel('ops');
    reem = telegram.user('Reem', 7);
    const watch = { every: 200, worker: 5_000, manager: 5_000, platform: 4_000, mute: 2_000, calm: 500 };
    muster = await startHouse(config(), {}, [], [], { watch });
  });
  afterEach(async () => {
    await muster.stop();
    await Promise.all([telegram.close(), slack.close()]);
  });

  const config = (alerts = `{all: {to: [build, ops], delay: 500ms}}`) => `
people: {reem: {identities: {telegram: "7", slack: U07REEM}, roles: [all]}, max: {identities: {telegram: "8"}, roles: [all]}}
roles: {all: {allow: [{commands: ["*"]}]}}
hosts: {local: {link: local}, web-1: {link: local}}
platforms: {telegram: {token: "env:T"}, slack: {botToken: "env:B", appToken: "env:A"}}
channels: {build: {platform: telegram, chat: "${group.id}"}, ops: {platform: slack, chat: ${ops.id}}}
alerts: ${alerts}
`;
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const inTelegram = (house: House) =>
    house.listen(
      new Telegram({ token: new Secret(telegram.token), apiRoot: telegram.url, poll: 1, log }),
      'required',
    );
  const inSlack = async (house: House) => {
    const before = slack.sockets.length;
    const way = { appToken: new Secret(slack.appToken) };
    const botToken = new Secret(slack.botToken);
    await house.listen(new Slack({ botToken, way, apiUrl: slack.apiUrl, pulse: 500, log }), 'required');
    await until(() => slack.sockets.length > before, 'a socket');
  };
  const open = async (house: House) => {
    await house.start();
    await Promise.all([inTelegram(house), inSlack(house)]);
  };
  const here = () => telegram.said(group).map(({ text }) => text as string);
  const there = () => slack.said(ops).map(({ reading }) => reading);
  const until = async (done: () => boolean, what: string) => {
    for (const deadline = Date.now() + 45_000; !done(); await sleep(20)) {
      if (Date.now() > deadline)
        assert.fail(`waited for ${what}: ${JSON.stringify({ telegram: here(), slack: there() }, null, 1)}`);
    }
  };
  const shown = (words: RegExp, texts = here) =>
    until(() => texts().some((text) => words.test(text)), String(words));

  test('fold a storm into one message a chat, which ends as an all-clear', async () => {
    await open(muster.house);
    const { alerts } = muster.house.state;
    const hosts = Array.from({ length: 14 }, (_, host) => `web-${host + 1}`);
    await Promise.all(hosts.map((host) => alerts.raise(alarm(host))));
    await shown(/^▲ 14 hosts do not answer: web-1, web-2, web-3 and 11 more\n/);
    await shown(/^▲ 14 hosts do not answer: web-1, web-2, web-3 and 11 more\n/, there);
    await Promise.all(hosts.slice(5).map((host) => alerts.clear(`host/${host}`)));
    await shown(/^▲ 5 hosts do not answer: web-1, web-2, web-3 and 2 more\n.*\n9 of 14 are well again/);
    await Promise.all(hosts.map((host) => alerts.clear(`host/${host}`)));
    await shown(/^● all 14 hosts answer again · after \d+ (?:ms|s)$/);
    await shown(/^● all 14 hosts answer again/, there);
    assert.deepEqual([here().length, there().length], [1, 1]);
    assert.deepEqual([telegram.floods, slack.floods], [[], []]);
  });

  test('end with a message of their own where they were critical, and come back as a new one', async () => {
    await open(muster.house);
    const { alerts } = muster.house.state;
    const critical = alarm('web-1', { severity: 'critical' });
    await alerts.raise(critical);
    await shown(/^▲ web-1 does not answer\ncritical since /);
    await alerts.clear(critical.key);
    await until(() => here().filter((text) => text.startsWith('● web-1 answers again')).length === 2, 'two');
    await alerts.raise(critical);
    await shown(/^▲ web-1 does not answer/);
    assert.equal(here().length, 3);
  });

  test('that another process raises are told at once where a route waits for nothing, with a picture and what can be done', async () => {
    await muster.configure(config('{all: {to: [build, ops], delay: 0s}}'));
    await open(muster.house);
    // A process that has nothing but the state.
    const elsewhere = new Alerts({ redis: muster.server.connect(), scrubber: new Scrubber() });
    await elsewhere.raise(
      alarm('web-1', {
        lines: ['> connection refused'],
        chart: [-1, 100, 100, 50, 0],
        buttons: [
          { label: 'Restart', line: '/restart shop' },
          { label: 'Log', line: '/logs shop' },
        ],
      }),
    );
    await shown(/^▲ web-1 does not answer\n.*\n> connection refused/);
    await until(() => telegram.said(group).length === 2 && slack.said(ops).length === 2, 'pictures');
    const [message, picture] = telegram.said(group);
    const lines = message?.keyboard.map((row) => row.map(({ text }) => text));
    assert.deepEqual(lines, [['Acknowledge', 'Snooze 1 h', 'Restart'], ['Log']]);
    assert.equal(picture?.document?.photo, true);
    assert.match(picture?.text ?? '', /^▲ web-1 does not answer$/);
    const file = slack.said(ops)[1]?.files[0];
    assert.deepEqual(file?.bytes, picture?.document?.bytes);
    assert.equal(file?.name, 'host.silent.png');
    await elsewhere.raise(alarm('web-2', { chart: [100, 0] }));
    await shown(/^▲ 2 hosts do not answer/);
    assert.deepEqual([telegram.floods, slack.floods], [[], []]);
    const { keyboard } = telegram.said(group)[0] ?? { keyboard: [] };
    assert.deepEqual(keyboard.flat().length, 2, 'what is done about one is not done about two');
  });

  test('are acknowledged by a button: who did is in the message and on record, and a second press is answered alone', async () => {
    await open(muster.house);
    const { alerts } = muster.house.state;
    await alerts.raise(alarm('web-1'));
    await shown(/^▲ web-1 does not answer/);
    const [message] = telegram.said(group);
    const line = /"callback_data":"(\/acknowledge a-\w+)"/.exec(JSON.stringify(message))?.[1] as string;
    const press = { chat: group.id, id: message?.id as number };
    telegram.click(press, reem, line);
    await shown(/\nacknowledged by reem/);
    await shown(/\nacknowledged by reem/, there);
    telegram.click(press, telegram.user('Max', 8), line);
    await until(() => telegram.answers.length === 2, 'two answers');
    assert.match(telegram.answers[0]?.text ?? '', /is yours/);
    assert.match(telegram.answers[1]?.text ?? '', /was acknowledged by reem already/);
    assert.equal(here().length, 1, here().join('\n'));
    const records = await muster.house.state.audit.latest(2, ({ command }) => command === 'acknowledge');
    assert.deepEqual(
      records.map(({ person, kind }) => [person, kind]),
      [
        ['max', 'refused'],
        ['reem', 'command'],
      ],
    );
    assert.doesNotMatch(JSON.stringify(telegram.said(group)[0]), /\/acknowledge/);
  });

  test('are listed, snoozed by a typed line, and refuse what is not there', async () => {
    await open(muster.house);
    assert.match(textOf(await muster.house.handle(typed('/alerts'), 'required')), /^● Nothing is wrong/);
    await muster.house.state.alerts.raise(alarm('web-1'));
    const list = textOf(await muster.house.handle(typed('/alerts'), 'required'));
    const [, id] = /^▲ web-1 does not answer · (a-\w+)\n/.exec(list) ?? assert.fail(list);
    const done = textOf(await muster.house.handle(typed(`/snooze ${id} 8h`), 'required'));
    assert.match(done, /is quiet until 20\d\d-/);
    await shown(/^● Nothing is wrong/);
    await sleep(1_500);
    assert.equal(here().filter((text) => text.includes('warning since')).length, 0, here().join('\n'));
    for (const [line, refusal] of [
      ['/acknowledge a-222222', /There is no alert a-222222/],
      ['/acknowledge web-1', /looks like a-7k2m9x/],
      [`/snooze ${id} 40d`, /from 1m to 30d/],
    ] as const)
      assert.match(textOf(await muster.house.handle(typed(line), 'required')), refusal);
  });

  test('survive that their manager goes, in the middle of a storm: another one edits the same message', async () => {
    const other = await muster.another();
    await open(muster.house);
    await muster.house.state.alerts.raise(alarm('web-1'));
    await shown(/^▲ web-1 does not answer/);
    await open(other);
    await muster.house.close(0);
    await Promise.all([other.state.alerts.raise(alarm('web-2')), other.state.alerts.clear('host/web-1')]);
    await shown(/^▲ web-2 does not answer\n.*\n1 of 2 is well again/);
    await other.state.alerts.clear('host/web-2');
    await shown(/^● all 2 hosts answer again/);
    await shown(/^● all 2 hosts answer again/, there);
    assert.deepEqual([here().length, there().length], [1, 1]);
  });

  test('go out over Slack where Telegram falls silent, and are over once it is back', async () => {
    await muster.configure(config('{here: {to: [build], delay: 500ms}}'));
    await open(muster.house);
    await until(() => telegram.calls.filter(({ method }) => method === 'getUpdates').length > 1, 'polls');
    const mend = breakTelegram();
    try {
      await shown(/^▲ nothing was heard from Telegram for/, there);
      // What only Telegram would have told goes around it, too.
      await muster.house.state.alerts.raise(alarm('web-1'));
      await shown(/^▲ web-1 does not answer/, there);
    } finally {
      await mend();
    }
    await shown(/^● Telegram is back · after/, there);
    await shown(/^▲ web-1 does not answer/);
    assert.equal(here().filter((text) => text.includes('Telegram')).length, 0);
    // Said, its end where it was said, and its end aloud; and what went around.
    await muster.house.state.alerts.clear('host/web-1');
    await until(() => there().filter((text) => text.startsWith('▲')).length === 0, 'all clear');
    assert.equal(there().length, 3, there().join('\n'));
  });

  test('tell that nothing can be said in a chat service from which things are still heard', async () => {
    await open(muster.house);
    const mend = breakTelegram('sendMessage');
    try {
      telegram.say(group, reem, '/status');
      await shown(/^▲ nothing can be said in Telegram for/, there);
    } finally {
      await mend();
    }
    await shown(/^● Telegram is back/, there);
  });

  test('tell of a manager that is killed beside another one, and of none that was stopped', async () => {
    const other = await muster.another();
    await open(muster.house);
    await other.start();
    await other.close(0);
    // A manager that is gone gives no signs any more.
    const seen = muster.house.state.seen;
    await seen.beat('manager/killed', { where: 'm2, process 42' });
    await shown(/^▲ the manager on m2, process 42 fell silent/);
    await seen.beat('manager/fresh', { where: 'm2, process 43' });
    await shown(/^● the manager on m2, process 42 is back, or another one instead/);
    await seen.leave('manager/fresh');
    assert.equal(here().filter((text) => !text.includes('process 42')).length, 0, here().join('\n'));
  });

  /** Calls of a method, or all, fail until what is given is called. */
  const breakTelegram = (method?: string) => {
    let down = true;
    let ordered = 0;
    const met = () => telegram.calls.filter(({ status }) => status === 502).length;
    const breaking = (async () => {
      const before = met();
      for (; down; await sleep(5))
        for (; ordered - (met() - before) < (method ? 1 : 3); ordered += 1) telegram.outage(1, method);
    })();
    return async () => {
      down = false;
      await breaking;
    };
  };
  const typed = (text: string) => ({
    id: `typed-${Math.random()}`,
    platform: 'telegram',
    chat: String(group.id),
    user: '7',
    text,
  });
  const textOf = (outcome: object): string =>
    'text' in outcome ? String(outcome.text) : JSON.stringify(outcome);
});
