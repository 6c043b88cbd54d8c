import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import type { Config } from '../../../src/config/config.ts';
import { exposedBy, firewallOf } from '../../../src/config/host-firewall.ts';
import { MusterError } from '../../../src/errors.ts';
import { Firewall } from '../../../src/firewall/firewall.ts';
import { doorsOf } from '../../../src/jobs/firewall/doors.ts';
import { exposeApp } from '../../../src/jobs/firewall/expose.ts';
import { exposedOn } from '../../../src/jobs/firewall/exposed.ts';
import type { LiveState } from '../../../src/jobs/step.ts';
import { reading } from '../../config/folder.ts';
import { alone } from '../beside.ts';
import { desk } from '../desk.ts';
import { liveState } from '../live-state.ts';
import { guardingInMemory, type TestGuarding } from './guarding.ts';

const FIREWALL = 'firewall: {edge: {hosts: [web-1], sets: {office: [192.0.2.0/24]}}}';

async function configured(t: TestContext, expose: string, firewall = FIREWALL): Promise<Config> {
  const { config, problems } = await reading(t, {
    'a.yml': `hosts: {web-1: {link: ssh, address: 192.0.2.1}, web-2: {link: local}}
apps: {shop: {repository: ../shop, hosts: [web-1, web-2], expose: ${expose}}, blog: {repository: ../blog, hosts: [web-1], expose: [90]}}
${firewall}
`,
  });
  assert.ok(config, problems.join('\n'));
  return config;
}

/** The step as a worker carries it out: what Muster adds, the work, and what is noted afterwards. */
async function carryOut(
  direction: 'do' | 'undo',
  place: { config: Config; state: LiveState; guarding: TestGuarding; run?: string; app?: string },
): Promise<string[] | undefined> {
  const { config, state, guarding, run = 'r-1', app = 'shop' } = place;
  const { input } = exposeApp({
    ...{ host: 'web-1', app, rules: exposedBy(app, config.apps[app]!.expose), sets: {} },
  });
  const secret = () => Promise.reject(new Error('no secrets here'));
  const about = { ...alone, config, state, run, direction, secret };
  const added = await exposeApp.brief?.(exposeApp.input.parse(input), about);
  if (!added) return undefined;
  const { context, notes } = desk(localShell({ host: 'web-1' }), '/nonexistent');
  const work = direction === 'do' ? exposeApp.perform : exposeApp.revert;
  const result = await work({ ...input, ...added }, { ...context, run, guarding }, {});
  const facts = { run, origin: run, at: new Date().toISOString() };
  if (result) await exposeApp.record?.(exposeApp.input.parse(input), result, state, facts);
  return notes;
}

const applied = (config: Config) => guardingInMemory(firewallOf(config, 'web-1', []) as Firewall);
const of = (guarding: TestGuarding, app = 'shop') =>
  (guarding.good.rules?.rules ?? []).filter(({ owner }) => owner === `app/${app}`).map(({ id }) => id);
const noted = async (config: Config, state: LiveState) =>
  (await exposedOn(config, state, 'web-1')).map(({ id }) => id);

test('what an app exposes is opened, noted, and nothing else changes', async (t) => {
  const config = await configured(t, '[8080, {port: 53, protocol: udp, from: ["@office"]}]');
  const place = { config, state: liveState(), guarding: applied(config) };
  const before = place.guarding.good.rules;
  assert.deepEqual(await carryOut('do', place), ['8080, udp/53 is open on web-1 for shop']);
  assert.deepEqual(of(place.guarding), ['app/shop/tcp-8080', 'app/shop/udp-53']);
  assert.deepEqual(await noted(config, place.state), ['app/shop/tcp-8080', 'app/shop/udp-53']);
  const rest = place.guarding.good.rules?.rules.filter(({ owner }) => owner !== 'app/shop');
  assert.deepEqual(rest, before?.rules);
  assert.equal(place.guarding.waiting, undefined);
});

test('it is taken back to what was open before, also where it is asked twice', async (t) => {
  const state = liveState();
  const old = await configured(t, '[8080]');
  const guarding = applied(old);
  await carryOut('do', { config: old, state, guarding });
  const config = await configured(t, '[8081]');
  await carryOut('do', { config, state, guarding, run: 'r-2' });
  assert.deepEqual(of(guarding), ['app/shop/tcp-8081']);
  for (const _ of [1, 2]) await carryOut('undo', { config, state, guarding, run: 'r-2' });
  assert.deepEqual(of(guarding), ['app/shop/tcp-8080']);
  assert.deepEqual(guarding.applied, ['r-1', 'r-2', 'r-2-undo']);
  assert.deepEqual(await noted(old, state), ['app/shop/tcp-8080']);
});

test('what was cut off after it was kept is done once more, and can still be taken back', async (t) => {
  const config = await configured(t, '[8080]');
  const place = { config, state: liveState(), guarding: applied(config) };
  await carryOut('do', place);
  await carryOut('do', place);
  await carryOut('undo', place);
  assert.deepEqual(of(place.guarding), []);
  assert.deepEqual(await noted(config, place.state), []);
});

test('a change of somebody else that waits is not touched, and ours comes after it', async (t) => {
  const config = await configured(t, '[8080]');
  const place = { config, state: liveState(), guarding: applied(config) };
  const rules = Firewall.parse({ ...place.guarding.good.rules, default: 'accept' });
  const theirs = { change: 'r-theirs', by: 'kim', rules, keepWithin: 60_000, overwrite: [] };
  await place.guarding.apply(theirs, new AbortController().signal);
  await assert.rejects(
    carryOut('do', place),
    (error) => error instanceof MusterError && error.code === 'firewall.waiting',
  );
  assert.equal(place.guarding.waiting?.change, 'r-theirs');
  await place.guarding.keep('r-theirs', new AbortController().signal);
  await carryOut('do', place);
  assert.equal(place.guarding.good.rules?.default, 'accept', 'theirs stays');
  assert.deepEqual(of(place.guarding), ['app/shop/tcp-8080']);
});

test('apps do not lose each other’s ports', async (t) => {
  const config = await configured(t, '[8080]');
  const place = { config, state: liveState(), guarding: applied(config) };
  await carryOut('do', place);
  await carryOut('do', { ...place, app: 'blog', run: 'r-2' });
  await carryOut('undo', place);
  assert.deepEqual(of(place.guarding), []);
  assert.deepEqual(of(place.guarding, 'blog'), ['app/blog/tcp-90']);
});

test('where no firewall is in force yet nothing is opened, and it is told that it will be', async (t) => {
  const config = await configured(t, '[8080]');
  const place = { config, state: liveState(), guarding: guardingInMemory(null) };
  assert.match((await carryOut('do', place))?.join() ?? '', /not in force yet.*\/firewall apply web-1/);
  assert.deepEqual(place.guarding.applied, []);
  assert.deepEqual(await noted(config, place.state), ['app/shop/tcp-8080']);
});

test('a zone that is declared and not in force yet is refused with what to do', async (t) => {
  const declared = 'firewall: {edge: {hosts: [web-1], zones: {inner: {interfaces: [wg0]}}}}';
  const config = await configured(t, '[{port: 8080, zones: [inner]}]', declared);
  const bare = guardingInMemory(Firewall.parse({}));
  await assert.rejects(
    carryOut('do', { config, state: liveState(), guarding: bare }),
    (error) => error instanceof MusterError && error.code === 'firewall.unapplied',
  );
  const place = { config, state: liveState(), guarding: applied(config) };
  await carryOut('do', place);
  assert.deepEqual(of(place.guarding), ['app/shop/tcp-8080']);
});

test('an address set that was declared since comes with the rule that names it', async (t) => {
  const config = await configured(t, '[{port: 8080, from: ["@office"]}]');
  const place = { config, state: liveState(), guarding: guardingInMemory(Firewall.parse({})) };
  await carryOut('do', place);
  assert.deepEqual(place.guarding.good.rules?.sets, { office: ['192.0.2.0/24'] });
});

test('what the configuration has no more is neither opened nor part of the firewall', async (t) => {
  const state = liveState();
  const old = await configured(t, '[8080, 8081]');
  const guarding = applied(old);
  await carryOut('do', { config: old, state, guarding });
  assert.deepEqual(await noted(await configured(t, '[{port: 8081, from: [192.0.2.9]}]'), state), [
    'app/shop/tcp-8081',
  ]);
  assert.equal(
    await carryOut('do', { config: await configured(t, '[8080]', ''), state, guarding }),
    undefined,
  );
});

test('an app that was deployed before there was a firewall goes on as it was', async (t) => {
  const config = await configured(t, '[8080]');
  const state = liveState();
  assert.deepEqual(await noted(config, state), []);
  await state.set('generations/shop', 'web-1', { current: 'r-0', list: [] });
  assert.deepEqual(await noted(config, state), ['app/shop/tcp-8080']);
});

test('an app that was deployed before there was a firewall goes on as it was also after a deploy that failed', async (t) => {
  const config = await configured(t, '[8080]');
  const state = liveState();
  await state.set('generations/shop', 'web-1', { current: 'r-0', list: [] });
  const guarding = guardingInMemory(Firewall.parse({}));
  guarding.apply = () => Promise.reject(new MusterError('host.unreachable', { host: 'web-1' }));
  await assert.rejects(carryOut('do', { config, state, guarding }));
  await carryOut('undo', { config, state, guarding: applied(config) });
  assert.deepEqual(await noted(config, state), ['app/shop/tcp-8080']);
});

test('what locks Muster out is waited for until it took itself back', async (t) => {
  const config = await configured(t, '[8080]');
  const place = { config, state: liveState(), guarding: applied(config) };
  const { keep, revert } = place.guarding;
  place.guarding.keep = () => Promise.reject(new MusterError('host.unreachable', { host: 'web-1' }));
  await assert.rejects(carryOut('do', place));
  place.guarding.keep = keep;
  let tries = 0;
  place.guarding.revert = async (change) => {
    tries += 1;
    if (tries < 3) throw new MusterError('host.unreachable', { host: 'web-1' });
    return revert(change);
  };
  await carryOut('undo', place);
  assert.deepEqual([tries, of(place.guarding), place.guarding.waiting], [3, [], undefined]);
});

test('doors are those of hosts with a firewall, settled where a deploy would change nothing', async (t) => {
  const config = await configured(t, '[8080]');
  const state = liveState();
  const doors = () => doorsOf('shop', config.apps.shop!, ['web-1', 'web-2'], { config, state });
  const [door, ...rest] = await doors();
  assert.deepEqual([door?.host, door?.settled, rest], ['web-1', false, []]);
  assert.deepEqual(door?.open, ['tcp/22', 'tcp/8080']);
  await carryOut('do', { config, state, guarding: applied(config) });
  assert.equal((await doors())[0]?.settled, true);
});
