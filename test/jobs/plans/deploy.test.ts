import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { App } from '../../../src/config/config.ts';
import { exposedBy } from '../../../src/config/host-firewall.ts';
import { deployPlan, logsPlan, rollbackPlan } from '../../../src/jobs/plans/deploy.ts';

const settings = App.parse({
  repository: '../shop',
  compose: 'deploy/compose.yaml',
  hosts: ['web-1', 'web-2'],
});
const commit = `3f9c1d2${'0'.repeat(33)}`;

describe('the plan of a deploy', () => {
  const plan = deployPlan({
    app: 'shop',
    settings,
    folder: '/etc/muster/config',
    ref: 'v1.4.2',
    commit,
    hosts: ['web-1', 'web-2'],
  });

  it('says what it is, what it locks and how to take it back', () => {
    assert.equal(plan.title, 'shop v1.4.2 (3f9c1d2) on web-1, web-2');
    assert.equal(plan.done, 'shop v1.4.2 (3f9c1d2) is live on web-1, web-2');
    assert.deepEqual(plan.locks, ['app/shop']);
    assert.equal(plan.undo, '/rollback shop');
    assert.equal(plan.next, '/logs shop');
  });

  it('says a commit in short where it is asked for by its whole name', () => {
    const parts = { app: 'shop', settings, folder: '/etc/muster/config', ref: commit, commit };
    assert.equal(deployPlan({ ...parts, hosts: ['web-1'] }).title, 'shop 3f9c1d2 on web-1');
  });

  it('goes stage by stage, on all hosts at once', () => {
    assert.deepEqual(
      plan.stages.map(({ name, steps }) => [name, ...steps.map(({ step, host }) => `${step} ${host}`)]),
      [
        ['fetch', 'deploy.fetch web-1', 'deploy.fetch web-2'],
        ['compose', 'deploy.compose web-1', 'deploy.compose web-2'],
        ['build', 'deploy.build web-1', 'deploy.build web-2'],
        ['start', 'deploy.start web-1', 'deploy.start web-2'],
        ['healthy', 'deploy.healthy web-1', 'deploy.healthy web-2'],
        ['keep', 'deploy.keep web-1', 'deploy.keep web-2'],
      ],
    );
  });

  it('has everything resolved', () => {
    const inputs = plan.stages.map(({ steps }) => steps[0]?.input);
    const release = { host: 'web-1', app: 'shop', ref: 'v1.4.2', commit };
    assert.deepEqual(inputs, [
      { ...release, repository: '/etc/muster/shop' },
      { ...release, compose: 'deploy/compose.yaml' },
      release,
      release,
      { ...release, within: 120_000 },
      { ...release, keep: 3 },
    ]);
  });
});

describe('what an app exposes', () => {
  const door = {
    host: 'web-1',
    rules: exposedBy('shop', [{ port: '8080', protocol: 'tcp', from: [], zones: [] }]),
    probes: [{ address: '192.0.2.1', port: 443 }],
    settled: false,
    open: ['tcp/8080'],
  };
  const parts = { app: 'shop', settings, folder: '/', ref: 'v1', commit, hosts: ['web-1', 'web-2'] };

  it('is opened after it is healthy, on hosts whose firewall Muster keeps', () => {
    const { stages } = deployPlan({ ...parts, doors: [door] });
    assert.deepEqual(stages.map(({ name }) => name).slice(-3), ['healthy', 'expose', 'keep']);
    const [step, ...rest] = stages.find(({ name }) => name === 'expose')?.steps ?? [];
    assert.deepEqual(
      [step?.step, step?.host, step?.title, rest],
      ['firewall.expose', 'web-1', 'open 8080 for shop on web-1', []],
    );
    const composed = stages.find(({ name }) => name === 'compose')?.steps.map(({ input }) => input.open);
    assert.deepEqual(composed, [['tcp/8080'], undefined]);
  });

  it('has no stage where it is open already, and closes where it exposes nothing any more', () => {
    const names = (plan: { stages: { name: string }[] }) => plan.stages.map(({ name }) => name);
    assert.ok(!names(deployPlan({ ...parts, doors: [{ ...door, settled: true }] })).includes('expose'));
    const back = [{ host: 'web-1', generation: 'r-7k2m9xq4tz', commit, ref: 'v0' }];
    const plan = rollbackPlan({ app: 'shop', settings, back, doors: [{ ...door, rules: [] }] });
    assert.deepEqual(names(plan), ['start', 'healthy', 'expose', 'keep']);
    assert.equal(plan.stages[2]?.steps[0]?.title, 'close what was open for shop on web-1');
  });
});

describe('the plan of a rollback', () => {
  it('starts, waits for and keeps the generation that each host had before', () => {
    const back = [{ host: 'web-1', generation: 'r-aa', commit, ref: 'main' }];
    const plan = rollbackPlan({ app: 'shop', settings, back });
    assert.equal(plan.title, 'shop back to main (3f9c1d2) on web-1');
    assert.deepEqual(plan.locks, ['app/shop']);
    assert.deepEqual(
      plan.stages.map(({ name, steps }) => [name, steps[0]?.input.generation]),
      [
        ['start', 'r-aa'],
        ['healthy', 'r-aa'],
        ['keep', 'r-aa'],
      ],
    );
  });
});

describe('the plan of a log', () => {
  it('locks nothing and reads on every host', () => {
    const plan = logsPlan({ app: 'shop', hosts: ['web-1', 'web-2'], grep: 'error', tail: 5, follow: true });
    assert.deepEqual(plan.locks, []);
    assert.deepEqual(
      plan.stages[0]?.steps.map((step) => step.input),
      ['web-1', 'web-2'].map((host) => ({ host, app: 'shop', follow: true, grep: 'error', tail: 5 })),
    );
  });
});
