import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Schedule } from '../../src/config/config.ts';
import { Schedules } from '../../src/jobs/schedule.ts';
import { RedisState } from '../../src/jobs/state.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { startRedis, type TestRedis } from '../redis.ts';

const at = (time: string, zone = 'UTC'): Schedule => ({ at: time, zone, line: '/status', as: 'reem' });

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
  const open = (change: (state: RedisState) => void = () => {}) => {
    const redis = server.connect();
    const state = new RedisState(redis);
    change(state);
    const log = createLog({ level: 'silent', scrubber: new Scrubber() });
    const schedules = new Schedules({ redis, state, log });
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
  });

  test('may be called what every object has', async () => {
    const schedules = open();
    assert.match((await schedules.add('constructor', at('0 2 * * *'))).next as string, /T02:00/);
    await schedules.remove('constructor');
  });
});
