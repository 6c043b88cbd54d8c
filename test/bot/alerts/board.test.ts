import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Alarm } from '../../../src/alarm.ts';
import { Board } from '../../../src/bot/alerts/board.ts';
import { Consoles } from '../../../src/bot/alerts/consoles.ts';
import type { Mail } from '../../../src/bot/outbox/mail.ts';
import { Config } from '../../../src/config/config.ts';
import { Alerts } from '../../../src/jobs/alerts/alerts.ts';
import { FLAPPING_MS } from '../../../src/jobs/alerts/group.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

const S = 1_000;
const MIN = 60 * S;
const alarm = (host: string, more: Partial<Alarm> = {}): Alarm => ({
  key: `host/${host}`,
  severity: 'warning',
  cause: `cause ${host}`,
  subject: `host/${host}`,
  summary: `${host} does not answer`,
  ...more,
});

describe('the board', { timeout: 60_000 }, () => {
  let server: TestRedis;
  let alerts: Alerts;
  let now: number;
  /** What stands in the chat, oldest first, by mail id; and how often it was put. */
  let stands: Map<string, Mail>;
  let puts: number;
  /** Called before mail is taken: a crash. */
  let onPut: () => void;
  const route = {
    to: ['ops'],
    delay: '5s',
    quiet: { from: '22:00', to: '07:00', zone: 'Europe/Helsinki' },
    remind: '30m',
  };
  const config = (given: object = route) => ({
    ...Config.parse({
      platforms: { slack: { botToken: 'env:B', appToken: 'env:A' } },
      channels: { ops: { platform: 'slack', chat: 'C1' } },
      alerts: { all: given },
    }),
    folder: '/',
  });
  const open = (how = config()) =>
    new Board({
      alerts,
      config: () => how,
      now: () => now,
      mailbox: () => ({
        async put(mail) {
          onPut();
          puts += 1;
          stands.set(mail.id, mail);
        },
      }),
    });
  beforeEach(async () => {
    server = await startRedis();
    // Noon in Helsinki.
    now = Date.parse('2026-11-22T10:00:00Z');
    alerts = new Alerts({ redis: server.connect(), scrubber: new Scrubber(), now: () => now });
    stands = new Map();
    puts = 0;
    onPut = () => {};
  });
  afterEach(() => server.stop());

  const lines = () => [...stands.values()].map((mail) => mail.lines[0] as string);
  const pass = async (board: Board, ms: number) => {
    now += ms;
    await board.look();
  };
  const night = () => {
    now = Date.parse('2026-11-22T21:00:00Z');
  };
  const morning = () => {
    now = Date.parse('2026-11-23T05:00:00Z');
  };

  test('says nothing twice', async () => {
    const board = open();
    await alerts.raise(alarm('web-1'));
    await pass(board, 5 * S);
    await pass(board, 5 * S);
    await pass(open(), 5 * S);
    assert.equal(puts, 1);
  });

  test('killed at any place, tells it to its end in one message: what it says then is what is', async () => {
    const critical = (more: Partial<Alarm> = {}) => alarm('db-1', { severity: 'critical', ...more });
    const killed = async (at: 'before' | 'after', change: () => Promise<void>, ms: number) => {
      const board = open();
      await change();
      onPut = () => {
        onPut = () => {};
        if (at === 'before') throw new Error('killed');
        queueMicrotask(() => {
          // Nothing of what it does from here on counts.
          dead = true;
        });
      };
      let dead = false;
      const { change: write } = alerts;
      alerts.change = (...given) => (dead ? Promise.reject(new Error('killed')) : write.apply(alerts, given));
      await pass(board, ms).catch(() => {});
      alerts.change = write;
    };
    for (const at of ['before', 'after'] as const) {
      stands.clear();
      await killed(at, () => alerts.raise(critical()), 5 * S);
      // It is over before anybody comes after it.
      await alerts.clear('host/db-1');
      await pass(open(), MIN);
      assert.ok(
        [...stands.values()].every(({ lines: [first] }) => first?.startsWith('● over')),
        lines().join('\n'),
      );
      assert.ok(stands.size > 0);
      await pass(open(), FLAPPING_MS);

      stands.clear();
      await alerts.raise(critical());
      await pass(open(), 5 * S);
      await killed(at, () => alerts.raise(critical({ summary: 'db-1 burns' })), S);
      // It is again what it was before.
      await alerts.raise(critical());
      await pass(open(), S);
      assert.deepEqual(lines(), ['▲ db-1 does not answer']);

      await killed(at, () => alerts.clear('host/db-1'), MIN);
      now += MIN;
      await alerts.raise(critical());
      await pass(open(), S);
      assert.equal(lines().filter((line) => line.startsWith('▲')).length, 1, lines().join('\n'));
      await alerts.clear('host/db-1');
      await pass(open(), MIN);
      assert.ok(
        [...stands.values()].every(({ lines: [first] }) => first?.startsWith('● over')),
        lines().join('\n'),
      );
      await pass(open(), FLAPPING_MS);
      assert.deepEqual(await alerts.all(), []);
    }
  });

  test('loses nothing where the outbox cannot take it: it is said with the next look', async () => {
    const board = open();
    await alerts.raise(alarm('web-1'));
    onPut = () => {
      throw new Error('Redis is away');
    };
    await assert.rejects(pass(board, 5 * S));
    onPut = () => {};
    await pass(board, S);
    assert.deepEqual(lines(), ['▲ web-1 does not answer']);
  });

  test('lets what is no emergency wait at night and tells the rest of it in the morning, as one message', async () => {
    const how = config({ ...route, remind: undefined });
    const board = open(how);
    night();
    for (const host of ['web-1', 'web-2', 'web-3']) await alerts.raise(alarm(host));
    await alerts.raise(alarm('db-1', { severity: 'critical' }));
    await pass(board, 5 * S);
    assert.deepEqual(lines(), ['▲ db-1 does not answer']);
    await alerts.clear('host/web-2');
    // Another manager goes on meanwhile.
    await pass(open(how), MIN);
    morning();
    const later = open(how);
    await pass(later, 0);
    const [, digest] = [...stands.values()];
    assert.match(
      (digest?.lines ?? []).join('\n'),
      /^▲ 2 alerts of the quiet hours\n▲ web-1 does not answer · a-\w+\n▲ web-3 does not answer · a-\w+\nNext: \/alerts$/,
    );
    await pass(later, MIN);
    assert.equal(stands.size, 2);
    await alerts.clear('host/web-1');
    await pass(later, MIN);
    assert.match([...stands.values()][1]?.lines.join('\n') ?? '', /● over: web-1 does not answer · after/);
    await alerts.clear('host/web-3');
    await pass(later, MIN);
    assert.match([...stands.values()][1]?.lines[0] ?? '', /^● 2 alerts of the quiet hours, all over/);
    assert.equal([...stands.values()][1]?.final, true);
    await pass(later, FLAPPING_MS);
    assert.deepEqual(
      (await alerts.all()).map(({ cause }) => cause),
      ['cause db-1'],
    );
  });

  test('tells a single one of the night as itself, with its buttons, and nothing where all is over by then', async () => {
    const board = open();
    night();
    await alerts.raise(alarm('web-1'));
    await alerts.raise(alarm('web-2'));
    await pass(board, MIN);
    await alerts.clear('host/web-2');
    morning();
    await pass(board, 0);
    const [mail, ...more] = [...stands.values()];
    assert.equal(more.length, 0);
    assert.deepEqual(
      mail?.buttons?.map(({ label }) => label),
      ['Acknowledge', 'Snooze 1 h'],
    );
    stands.clear();
    night();
    now += 24 * 60 * MIN;
    await alerts.raise(alarm('web-3'));
    await pass(board, MIN);
    await alerts.clear('host/web-3');
    morning();
    now += 24 * 60 * MIN;
    await pass(board, 0);
    assert.equal(stands.size, 0);
  });

  test('says what is critical again until somebody looks after it, and points on from the older message', async () => {
    const board = open();
    await alerts.raise(alarm('db-1', { severity: 'critical' }));
    await pass(board, 5 * S);
    await pass(board, 30 * MIN);
    const [first, second, ...more] = [...stands.values()];
    assert.equal(more.length, 0);
    assert.deepEqual(first?.lines, ['▲ db-1 does not answer', 'This is said again below.']);
    assert.deepEqual(first?.buttons, []);
    assert.match(second?.lines.join('\n') ?? '', /critical since 2026-11-22 12:00 Europe\/Helsinki · a-/);
    const [group] = await alerts.all();
    await alerts.acknowledge(group?.id as string, 'reem', 'r-1');
    await pass(board, 30 * MIN);
    assert.equal(stands.size, 2);
    assert.match([...stands.values()][1]?.lines.join('\n') ?? '', /\nacknowledged by reem/);
  });

  test('keeps quiet about what is snoozed, and says it again when that is over', async () => {
    const board = open();
    await alerts.raise(alarm('web-1'));
    await pass(board, 5 * S);
    const [group] = await alerts.all();
    await alerts.snooze(group?.id as string, 'reem', 'r-1', 60 * MIN);
    await pass(board, 59 * MIN);
    assert.equal(stands.size, 1);
    assert.match(
      [...stands.values()][0]?.lines.join('\n') ?? '',
      /\nsnoozed by reem until 2026-11-22 13:00 Europe\/Helsinki/,
    );
    await pass(board, MIN);
    assert.equal(stands.size, 2);
    assert.doesNotMatch([...stands.values()][1]?.lines.join('\n') ?? '', /snoozed/);
  });

  test('does not add messages while something comes and goes', async () => {
    const board = open();
    for (let turn = 0; turn < 10; turn += 1) {
      await alerts.raise(alarm('web-1'));
      await pass(board, 20 * S);
      await alerts.clear('host/web-1');
      await pass(board, 20 * S);
    }
    assert.equal(stands.size, 1);
    assert.ok(puts < 20, `${puts} edits`);
    await alerts.raise(alarm('web-1'));
    await pass(board, S);
    assert.match([...stands.values()][0]?.lines.join('\n') ?? '', /It comes and goes: 11 times by now/);
  });

  test('tells a place to the end what it began to tell there, also where it would not any more', async () => {
    await alerts.raise(alarm('web-1'));
    await pass(open(), 5 * S);
    const gone = open(config({ to: ['ops'], subjects: ['other/*'] }));
    await pass(gone, MIN);
    assert.equal(puts, 1);
    await alerts.clear('host/web-1');
    await pass(gone, MIN);
    assert.deepEqual(lines(), ['● over: web-1 does not answer · after 1 min 5 s']);
  });

  test('has the console of each process hear of it, also one that is opened later', async () => {
    const heard: string[] = [];
    const homes = [
      {
        place: { platform: 'console', chat: 'console' },
        mailbox: { put: async (mail: Mail) => void heard.push(mail.lines[0] as string) },
      },
    ];
    const log = createLog({ level: 'silent', scrubber: new Scrubber() });
    const consoles = (open: boolean) =>
      new Consoles({ alerts, homes: () => (open ? homes : []), log, now: () => now });
    await alerts.raise(alarm('web-1'));
    const [closed, later] = [consoles(false), consoles(true)];
    now += 5 * S;
    await closed.look();
    assert.deepEqual(heard, []);
    for (let look = 0; look < 3; look += 1) await later.look();
    assert.deepEqual(heard, ['▲ web-1 does not answer']);
    await alerts.clear('host/web-1');
    now += MIN;
    await later.look();
    await alerts.raise(alarm('web-1'));
    await later.look();
    assert.deepEqual(heard.slice(1), [
      '● over: web-1 does not answer · after 5 s',
      '▲ web-1 does not answer',
    ]);
  });

  test('says at consoles what there is more of, as nothing is edited there; but no other words for the same, and nothing that somebody looks after', async () => {
    const heard: string[] = [];
    const homes = [
      {
        place: { platform: 'console', chat: 'console' },
        mailbox: { put: async (mail: Mail) => void heard.push(mail.lines.join(' ')) },
      },
    ];
    const log = createLog({ level: 'silent', scrubber: new Scrubber() });
    const consoles = new Consoles({ alerts, homes: () => homes, log, now: () => now });
    const after = async (ms: number, lines: string[], name = 'web-1') => {
      await alerts.raise({ ...alarm(name), cause: 'silent', lines });
      now += ms;
      await consoles.look();
      return heard.splice(0).length;
    };
    assert.equal(await after(5 * S, ['at 10.0.0.7']), 1);
    assert.equal(await after(S, ['1 GB', 'a disk']), 0, 'not at once');
    assert.equal(await after(MIN, ['1 GB', 'a disk']), 1);
    assert.equal(await after(MIN, ['2 GB', 'a disk']), 0, 'other words');
    assert.equal(await after(MIN, [], 'web-2'), 1, 'another one');
    const [group] = await alerts.all();
    await alerts.acknowledge(group?.id ?? '', 'reem', 'l-1');
    assert.equal(await after(MIN, [], 'web-3'), 0, 'somebody looks after it');
  });
});
