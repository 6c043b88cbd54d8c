import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Schedule } from '../../src/config/config.ts';
import { type Firing, Schedules } from '../../src/jobs/schedule.ts';
import { RedisState } from '../../src/jobs/state.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { startRedis, type TestRedis } from '../redis.ts';

const at = (time: string, zone = 'UTC', missed: Schedule['missed'] = 'run-once'): Schedule => ({
  at: time,
  zone,
  line: '/status',
  as: 'reem',
  missed,
});

describe('schedules', () => {
  let server: TestRedis;
  const opened: Schedules[] = [];
  before(async () => {
    server = await startRedis();
  });
  after(async () => {
    for (const schedules of opened) await schedules.close();
    await server.stop();
  });
  const open = (change: (state: RedisState) => void = () => {}, now?: () => number) => {
    const redis = server.connect();
    const state = new RedisState(redis);
    change(state);
    const log = createLog({ level: 'silent', scrubber: new Scrubber() });
    const schedules = new Schedules({ redis, state, log, now });
    opened.push(schedules);
    return schedules;
  };

  test('of the files come and go with them; those of the chat stay', async () => {
    const schedules = open();
    await schedules.sync({ nightly: at('0 2 * * *'), weekly: at('0 2 * * 1') });
    await schedules.add('mine', at('0 3 * * *'));
    await schedules.sync({ nightly: at('0 4 * * *') });
    const list = await open().list();
    assert.deepEqual(
      list.map(({ name, next }) => [name, next?.slice(11)]),
      [['mine', '03:00:00.000Z']],
    );
    assert.deepEqual(
      (await schedules.list()).map(({ name, from, next }) => [name, from, next?.slice(11)]),
      [
        ['mine', 'chat', '03:00:00.000Z'],
        ['nightly', 'config', '04:00:00.000Z'],
      ],
    );
    await assert.rejects(schedules.add('nightly', at('0 5 * * *')), { code: 'input.invalid' });
    await assert.rejects(schedules.remove('nightly'), { code: 'input.invalid' });
    await schedules.remove('mine');
    await assert.rejects(schedules.remove('mine'), { code: 'schedule.unknown' });
  });

  test('keep to the clock of their time zone', async () => {
    const schedules = open();
    await schedules.sync({ helsinki: at('30 7 * * *', 'Europe/Helsinki') });
    const next = new Date((await schedules.list())[0]?.next as string);
    const time = { timeZone: 'Europe/Helsinki', hour: '2-digit', minute: '2-digit', hour12: false } as const;
    assert.equal(new Intl.DateTimeFormat('en-GB', time).format(next), '07:30');
  });

  test('that are added while another manager reads its files still run', async () => {
    const other = open();
    const schedules = open((state) => {
      const set = state.set.bind(state);
      state.set = async (...entry) => {
        await other.sync({});
        await set(...entry);
      };
    });
    assert.match((await schedules.add('between', at('0 2 * * *'))).next as string, /T02:00/);
    await schedules.remove('between');
  });

  test('that were missed are dealt with by their policy, and told in any case', async () => {
    let now = Date.UTC(2026, 10, 20, 12);
    const schedules = open(undefined, () => now);
    await schedules.sync({
      once: at('0 2 * * *'),
      skip: at('0 2 * * *', 'UTC', 'skip'),
      report: at('0 2 * * *', 'UTC', 'report'),
    });
    const firings: Firing[] = [];
    const look = () => schedules.look(async (firing) => void firings.push(firing));
    await look();
    assert.deepEqual(firings, []);
    now = Date.UTC(2026, 10, 23, 12);
    await look();
    await look();
    const missed = { count: 3, first: '2026-11-21T02:00:00.000Z', last: '2026-11-23T02:00:00.000Z' };
    const brief = firings.map(({ name, run, missed }) => [name, run, missed]);
    assert.deepEqual(brief.sort(), [
      ['once', true, missed],
      ['report', false, missed],
      ['skip', false, missed],
    ]);
    firings.length = 0;
    now = Date.UTC(2026, 10, 24, 2, 0, 1);
    await look();
    assert.deepEqual(
      firings.map(({ run, missed }) => [run, missed]),
      [1, 2, 3].map(() => [true, undefined]),
    );
  });

  test('whose times are changed count from then on', async () => {
    let now = Date.UTC(2026, 10, 20, 12);
    const schedules = open(undefined, () => now);
    await schedules.sync({ changed: at('0 2 * * *') });
    now = Date.UTC(2026, 10, 25, 12);
    await schedules.sync({ changed: at('*/5 * * * *') });
    await schedules.look(async () => assert.fail('nothing is due'));
  });

  test('that were taken out of the files count from when they are back', async () => {
    let now = Date.UTC(2026, 10, 20, 12);
    const schedules = open(undefined, () => now);
    await schedules.sync({ gone: at('0 2 * * *') });
    await schedules.look(async () => assert.fail('nothing is due'));
    await schedules.sync({});
    now = Date.UTC(2027, 1, 20, 12);
    await schedules.sync({ gone: at('0 2 * * *') });
    await schedules.look(async () => assert.fail('nothing is due'));
  });

  test('are due again after a clock that was a year ahead is set right', async () => {
    let now = Date.UTC(2027, 10, 20, 12);
    const schedules = open(undefined, () => now);
    const names: string[] = [];
    const look = () => schedules.look(async ({ id }) => void names.push(id));
    await schedules.sync({ ahead: at('0 2 * * *') });
    now = Date.UTC(2026, 10, 20, 12);
    await look();
    now = Date.UTC(2026, 10, 21, 2, 0, 1);
    await look();
    assert.deepEqual(names, [`schedule.ahead.${Date.UTC(2026, 10, 21, 2)}`]);
  });

  test('are due once also where the clock goes back by a few minutes', async () => {
    let now = Date.UTC(2026, 10, 21, 1, 59);
    const schedules = open(undefined, () => now);
    const names: string[] = [];
    const look = () => schedules.look(async ({ id }) => void names.push(id));
    await schedules.sync({ back: at('0 2 * * *') });
    for (const minute of [1, -5, 1]) {
      now = Date.UTC(2026, 10, 21, 2, minute);
      await look();
    }
    assert.equal(names.length, 1);
  });

  test('are due every day of a year once, or told as missed, whoever is killed when, over both changes of the clock', async () => {
    const zone = 'Europe/Helsinki';
    const times = { night: at('30 3 * * *', zone), noon: at('0 12 * * *', zone) };
    const end = Date.UTC(2027, 0, 1);
    let now = Date.UTC(2026, 0, 1);
    const ran = new Set<string>();
    /** How many times a firing told as missed and did not run. */
    const missed = new Map<string, number>();
    await open(undefined, () => now).sync(times);
    while (now < end) {
      now = Math.min(end, now + 20 * 3_600_000 * Math.random());
      // Another process each time; some die after they told it and before they noted it.
      const dies = now < end && Math.random() < 0.3;
      const schedules = open(undefined, () => now);
      await schedules.sync(times);
      const looking = schedules.look(async ({ id, at: due, run, missed: late }) => {
        if (run) ran.add(id);
        const itself = run && late?.last === new Date(due).toISOString() ? 1 : 0;
        if (late) missed.set(id, late.count - itself);
        if (dies) throw new Error('killed');
      });
      await looking.catch((error) => {
        for (const { message } of error.errors ?? [error]) assert.equal(message, 'killed');
      });
      await schedules.close();
      opened.pop();
    }
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
    for (const name of ['night', 'noon']) {
      const days = [...ran]
        .filter((id) => id.includes(name))
        .map((id) => day.format(Number(id.split('.')[2])));
      assert.equal(new Set(days).size, days.length, 'never twice on a day');
      const told = [...missed].reduce((sum, [id, count]) => sum + (id.includes(name) ? count : 0), 0);
      assert.equal(days.length + told, 365, `${days.length} ran, ${told} were told as missed`);
    }
  });

  test('that cannot be told do not keep the others from being told', async () => {
    const clock = { now: Date.parse('2026-03-01T00:00:00Z') };
    const schedules = open(
      () => {},
      () => clock.now,
    );
    await schedules.sync({ first: at('0 2 * * *'), second: at('0 2 * * *'), third: at('0 2 * * *') });
    clock.now = Date.parse('2026-03-01T02:00:01Z');
    const told: string[] = [];
    const due = async ({ name }: Firing) => {
      if (name !== 'second') throw new Error(`${name} fails`);
      told.push(name);
    };
    await assert.rejects(schedules.look(due), AggregateError);
    assert.deepEqual(told, ['second']);
    await schedules.look(async ({ name }) => void told.push(name));
    assert.deepEqual(told.sort(), ['first', 'second', 'third']);
  });

  test('that are removed while they are told count from when they are back', async () => {
    let now = Date.UTC(2026, 10, 21, 1, 59);
    const schedules = open(undefined, () => now);
    await schedules.add('brief', at('0 2 * * *'));
    now = Date.UTC(2026, 10, 21, 2, 0, 1);
    let told = 0;
    await schedules.look(async ({ name }) => {
      if (name !== 'brief') return;
      told += 1;
      await schedules.remove('brief');
    });
    assert.equal(told, 1);
    now = Date.UTC(2026, 10, 28, 12);
    await schedules.add('brief', at('0 2 * * *'));
    await schedules.look(async ({ name }) => assert.notEqual(name, 'brief'));
    await schedules.remove('brief');
  });

  test('are told as they are then, where those before took a while', async () => {
    let now = Date.UTC(2026, 10, 21, 1, 59);
    const schedules = open(undefined, () => now);
    const names = ['one', 'two', 'three'];
    for (const name of names) await schedules.add(name, at('0 2 * * *'));
    now = Date.UTC(2026, 10, 21, 2, 0, 1);
    const told: string[] = [];
    await schedules.look(async ({ name, schedule }) => {
      told.push(schedule.line);
      if (told.length > 1) return;
      const [changed, removed] = names.filter((other) => other !== name) as [string, string];
      await schedules.add(changed, { ...at('0 2 * * *'), line: '/help' });
      await schedules.remove(removed);
    });
    assert.deepEqual(told, ['/status', '/help']);
    for (const { name } of await schedules.list()) await schedules.remove(name);
  });

  test('whose times are changed while they are told miss none of their new ones', async () => {
    let now = Date.UTC(2026, 10, 21, 1, 59);
    const schedules = open(undefined, () => now);
    await schedules.add('moved', at('0 2 * * *'));
    now = Date.UTC(2026, 10, 21, 2, 0, 1);
    await schedules.look(async () => void (await schedules.add('moved', at('1 2 * * *'))));
    now = Date.UTC(2026, 10, 21, 2, 1, 10);
    const told: number[] = [];
    await schedules.look(async ({ at: due }) => void told.push(due));
    assert.deepEqual(told, [Date.UTC(2026, 10, 21, 2, 1)]);
    await schedules.remove('moved');
  });

  test('may be called what every object has', async () => {
    const schedules = open();
    assert.match((await schedules.add('constructor', at('0 2 * * *'))).next as string, /T02:00/);
    await schedules.remove('constructor');
  });
});
