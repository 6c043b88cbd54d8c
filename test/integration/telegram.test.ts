/** A group chat under fire: updates told several times in any order, and `kill -9` of the manager meanwhile. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { needs } from '../needs.ts';
import { underFire } from './chaos.ts';
import { type Ground, openGround } from './crowd.ts';

const GROUPS = 6;
const LINES = 60;
const KILLS = 5;

describe('muster start in Telegram', { skip: needs(['redis-server']) }, () => {
  let ground: Ground;
  before(async () => {
    ground = await openGround(GROUPS);
  });
  after(() => ground?.close());

  test('runs each line once, tells each end, and is never too fast', async (context) => {
    const seed = Math.floor(Math.random() * 1e6);
    context.diagnostic(`${LINES} lines, ${KILLS} kills, seed ${seed}`);
    const accounts = await underFire(ground, { lines: LINES, kills: KILLS, seed });
    context.diagnostic(JSON.stringify(accounts));
    assert.deepEqual(accounts.lost, [], 'every line is a run that ended');
    assert.deepEqual(accounts.twice, [], 'one beginning and one end a run');
    assert.equal(accounts.shown, LINES, 'every end is shown');
    assert.equal(accounts.floods, 0);
    assert.ok(accounts.again <= KILLS * GROUPS, 'at most one message in doubt a kill and group');
    assert.ok(accounts.whole, 'the audit is whole');
  });

  test('shows the token nowhere', async () => {
    const { stdout } = await ground.muster.run('audit', 'export');
    assert.ok(!stdout.includes(ground.service.token));
  });
});
