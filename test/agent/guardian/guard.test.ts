import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type Backend, type Change, Guard } from '../../../src/agent/guardian/guard.ts';
import { Shelf } from '../../../src/agent/guardian/shelf.ts';
import { type ErrorCode, MusterError } from '../../../src/errors.ts';
import { Firewall } from '../../../src/firewall/firewall.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { until } from '../../until.ts';

const open = (port: number): Firewall =>
  Firewall.parse({ rules: [{ id: `p${port}`, owner: 'config', protocol: 'tcp', ports: [port] }] });

/** A packet filter in memory, which refuses and fails when it is told to; the real one has tests of its own. */
class Filter implements Backend {
  inForce: Firewall | undefined;
  others: string[] = [];
  broken = false;
  refuses = false;
  /** How long it takes to put rules in force, ms, and whether that is under way. */
  takes = 0;
  busy = false;
  /** All that was ever in force, oldest first: the first rule's id, or nothing. */
  readonly story: string[] = [];

  async check() {
    if (this.refuses) throw new MusterError('internal', { message: 'refused' });
  }

  async replace(rules: Firewall) {
    if (this.broken) throw new Error('the kernel says no');
    if (this.takes > 0) {
      this.busy = true;
      await new Promise((resolve) => setTimeout(resolve, this.takes));
      this.busy = false;
    }
    this.inForce = rules;
    this.others = [];
    this.story.push(rules.rules[0]?.id ?? 'empty');
  }

  async remove() {
    if (this.broken) throw new Error('the kernel says no');
    this.inForce = undefined;
    this.story.push('none');
  }

  async drift(rules: Firewall) {
    if (this.inForce === undefined) return undefined;
    return JSON.stringify(rules) === JSON.stringify(this.inForce) ? this.others : ['~ something'];
  }
}

async function openGuard(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-guard-'));
  t.after(() => rm(folder, { recursive: true }));
  const filter = new Filter();
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const started = async () => {
    const guard = new Guard({ shelf: new Shelf(folder), backend: filter, log });
    await guard.start();
    t.after(() => guard.close());
    return guard;
  };
  return {
    folder,
    filter,
    guard: await started(),
    /** Another one on the same folder, as after kill -9. */ again: started,
  };
}

const [mine, theirs] = [{}, {}];
const change = (id: string, port: number, more: Partial<Change> = {}): Change => ({
  ...{ id, by: 'reem', rules: open(port), keepWithin: 60_000 },
  ...more,
});

const rejects = (code: ErrorCode, what: Promise<unknown>) =>
  assert.rejects(what, (error: unknown) => error instanceof MusterError && error.code === code);

describe('a firewall', () => {
  test('is in force at once, and for good once somebody else keeps it', async (t) => {
    const { guard, filter, again } = await openGuard(t);
    await guard.apply(change('f-1', 22), mine);
    assert.deepEqual(filter.story, ['p22']);
    await rejects('firewall.same', guard.keep('f-1', mine));
    await guard.keep('f-1', theirs);
    const { good, pending } = await guard.standing();
    assert.deepEqual([good, pending], ['f-1', undefined]);
    await again();
    assert.deepEqual(filter.story, ['p22']);
    // The answer may have been lost: to keep it again is no mistake.
    await guard.keep('f-1', theirs);
  });

  test('that nobody keeps in time is taken back, to the last one that was kept', async (t) => {
    const { guard, filter } = await openGuard(t);
    await guard.apply(change('f-1', 22), mine);
    await guard.keep('f-1', theirs);
    await guard.apply(change('f-2', 80, { keepWithin: 50 }), mine);
    await until(() => filter.story.length === 3);
    assert.deepEqual(filter.story, ['p22', 'p80', 'p22']);
    await rejects('firewall.gone', guard.keep('f-2', theirs));
    assert.equal((await guard.standing()).good, 'f-1');
  });

  test('is taken back so early that the last good one is there at the deadline', async (t) => {
    const { guard, filter } = await openGuard(t);
    await guard.apply(change('f-1', 22), mine);
    await guard.keep('f-1', theirs);
    t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.now() });
    const turns = async (seen: () => boolean) => {
      while (!seen()) await new Promise((resolve) => setImmediate(resolve));
    };
    filter.takes = 400;
    const applied = guard.apply(change('f-2', 80, { keepWithin: 4_000 }), mine);
    await turns(() => filter.busy);
    t.mock.timers.tick(400);
    const { until: deadline } = await applied;
    t.mock.timers.tick(deadline - Date.now() - 401);
    await guard.standing();
    assert.equal(filter.busy, false);
    t.mock.timers.tick(1);
    await turns(() => filter.busy);
    t.mock.timers.tick(400);
    await turns(() => filter.story.length === 3);
    assert.deepEqual([filter.story, Date.now()], [['p22', 'p80', 'p22'], deadline]);
  });

  test('that was the first one, and that nobody keeps, leaves none', async (t) => {
    const { guard, filter } = await openGuard(t);
    await guard.apply(change('f-1', 22, { keepWithin: 50 }), mine);
    await until(() => filter.story.length === 2);
    assert.deepEqual(filter.story, ['p22', 'none']);
  });

  test('is taken back at once when somebody says so', async (t) => {
    const { guard, filter } = await openGuard(t);
    await guard.apply(change('f-1', 22), mine);
    await guard.revert('f-1');
    assert.deepEqual(filter.story, ['p22', 'none']);
    await rejects('firewall.gone', guard.revert('f-1'));
  });

  test('does not take the place of what others have in force by its name, unless it is told to', async (t) => {
    const { guard, filter } = await openGuard(t);
    filter.inForce = open(22);
    const { drift } = await guard.standing();
    assert.equal(drift.length, 1);
    await rejects('firewall.drift', guard.apply(change('r-1', 80), {}));
    assert.deepEqual(filter.story, []);
    await guard.apply({ ...change('r-1', 80), overwrite: drift }, {});
    assert.deepEqual(filter.story, ['p80']);
  });

  test('waits for the one before it to be kept, and is the same when it is asked for again', async (t) => {
    const { guard, filter } = await openGuard(t);
    const first = await guard.apply(change('f-1', 22), mine);
    await rejects('firewall.waiting', guard.apply(change('f-2', 80), mine));
    assert.deepEqual(await guard.apply(change('f-1', 22), theirs), first);
    assert.deepEqual(filter.story, ['p22']);
    // Who asks again has come in again, but it was put there by somebody else.
    await guard.keep('f-1', theirs);
  });

  test('that would be refused changes nothing, and neither does one that cannot be put in force', async (t) => {
    const { guard, filter } = await openGuard(t);
    await guard.apply(change('f-1', 22), mine);
    await guard.keep('f-1', theirs);
    filter.refuses = true;
    await rejects('internal', guard.apply(change('f-2', 80), mine));
    assert.deepEqual([filter.story, (await guard.standing()).pending], [['p22'], undefined]);
    filter.refuses = false;
    filter.broken = true;
    await assert.rejects(guard.apply(change('f-3', 80), mine), /the kernel says no/);
    filter.broken = false;
    await until(async () => (await guard.standing()).trouble === undefined);
    assert.equal(filter.inForce?.rules[0]?.id, 'p22');
  });

  test('that others changed is not overwritten, unless that is what is wanted', async (t) => {
    const { guard, filter } = await openGuard(t);
    await guard.apply(change('f-1', 22), mine);
    await guard.keep('f-1', theirs);
    filter.others = ['+ tcp 8080 from anywhere'];
    await rejects('firewall.drift', guard.apply(change('f-2', 80), mine));
    await rejects(
      'firewall.drift',
      guard.apply(change('f-2', 80, { overwrite: ['+ tcp 9 from anywhere'] }), mine),
    );
    assert.deepEqual((await guard.standing()).drift, ['+ tcp 8080 from anywhere']);
    await guard.apply(change('f-2', 80, { overwrite: ['+ tcp 8080 from anywhere'] }), mine);
    assert.deepEqual(filter.story, ['p22', 'p80']);
  });
});

describe('a guardian that starts', () => {
  test('takes back what nobody had kept when it was killed', async (t) => {
    const { guard, filter, again } = await openGuard(t);
    await guard.apply(change('f-1', 22), mine);
    await guard.keep('f-1', theirs);
    await guard.apply(change('f-2', 80), mine);
    const next = await again();
    assert.deepEqual(filter.story, ['p22', 'p80', 'p22']);
    assert.equal((await next.standing()).pending, undefined);
  });

  test('takes it back also where what was written of it cannot be read', async (t) => {
    const { folder, guard, filter, again } = await openGuard(t);
    await guard.apply(change('f-1', 22), mine);
    await guard.keep('f-1', theirs);
    await guard.apply(change('f-2', 80), mine);
    await writeFile(join(folder, 'pending.json'), '{');
    await again();
    assert.deepEqual(filter.story, ['p22', 'p80', 'p22']);
  });

  test('puts the last good one in force after a reboot', async (t) => {
    const { guard, filter, again } = await openGuard(t);
    await guard.apply(change('f-1', 22), mine);
    await guard.keep('f-1', theirs);
    filter.inForce = undefined;
    await again();
    assert.deepEqual(filter.story, ['p22', 'p22']);
  });

  test('leaves what others changed as it is, and says so', async (t) => {
    const { guard, filter, again } = await openGuard(t);
    await guard.apply(change('f-1', 22), mine);
    await guard.keep('f-1', theirs);
    filter.others = ['- tcp 22 from anywhere'];
    const next = await again();
    assert.deepEqual(filter.story, ['p22']);
    assert.deepEqual((await next.standing()).drift, ['- tcp 22 from anywhere']);
  });

  test('goes back to the one before where the last good one cannot be read', async (t) => {
    const { folder, guard, filter, again } = await openGuard(t);
    for (const [id, port] of [
      ['f-1', 22],
      ['f-2', 80],
    ] as const) {
      await guard.apply(change(id, port), mine);
      await guard.keep(id, theirs);
    }
    await writeFile(
      join(folder, 'good.json'),
      (await readFile(join(folder, 'good.json'), 'utf8')).slice(0, -9),
    );
    filter.inForce = undefined;
    const next = await again();
    assert.equal(filter.story.at(-1), 'p22');
    assert.equal((await next.standing()).good, 'f-1');
  });

  test('touches nothing where none can be read, says so, and lets nobody change anything', async (t) => {
    const { folder, guard, filter, again } = await openGuard(t);
    await guard.apply(change('f-1', 22), mine);
    await guard.keep('f-1', theirs);
    await rm(join(folder, 'before.json'));
    await writeFile(join(folder, 'good.json'), '');
    const next = await again();
    assert.deepEqual(filter.story, ['p22']);
    assert.equal((await next.standing()).trouble, 'lost');
    await rejects('firewall.trouble', next.apply(change('f-2', 80), mine));
  });

  test('tries until the last good one is in force', async (t) => {
    const { guard, filter, again } = await openGuard(t);
    await guard.apply(change('f-1', 22), mine);
    await guard.keep('f-1', theirs);
    await guard.apply(change('f-2', 80), mine);
    filter.broken = true;
    const next = await again();
    assert.match((await next.standing()).trouble ?? '', /the kernel says no/);
    assert.equal(filter.inForce?.rules[0]?.id, 'p80');
    filter.broken = false;
    await until(async () => (await next.standing()).trouble === undefined);
    assert.equal(filter.inForce?.rules[0]?.id, 'p22');
  });
});
