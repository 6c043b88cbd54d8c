import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BootSettings } from '../../../src/config/boot.ts';
import { App, Host } from '../../../src/config/config.ts';
import { Machine } from '../../../src/config/machines.ts';
import { buildHosts, needsOf } from '../../../src/jobs/host/needs.ts';
import { behindStages, openStages } from '../../../src/jobs/plans/behind.ts';
import { buildBasePlan } from '../../../src/jobs/plans/build.ts';
import { preparePlan } from '../../../src/jobs/plans/prepare.ts';

const host = (...labels: string[]) => Host.parse({ link: 'local', labels });
const shop = App.parse({ repository: 'shop', hosts: ['web-1'] });

describe('what a host needs', () => {
  it('is all of it where it runs apps and nobody else builds images', () => {
    const config = { hosts: { 'web-1': host(), 'web-2': host() }, apps: { shop } };
    assert.deepEqual(needsOf(config, 'web-1'), ['git', 'engine', 'compose', 'builder', 'running', 'space']);
    assert.deepEqual(buildHosts(config), ['web-1']);
  });

  it('is no builder where another host builds images', () => {
    const config = { hosts: { 'web-1': host(), maker: host('build') }, apps: { shop } };
    assert.deepEqual(needsOf(config, 'web-1'), ['git', 'engine', 'compose', 'running', 'space']);
    assert.deepEqual(needsOf(config, 'maker'), ['engine', 'builder', 'running', 'space']);
    assert.deepEqual(buildHosts(config), ['maker']);
  });

  it('is what apps take where nothing is asked of it yet', () => {
    const config = { hosts: { 'web-1': host(), idle: host() }, apps: { shop } };
    assert.deepEqual(needsOf(config, 'idle'), ['git', 'engine', 'compose', 'running', 'space']);
  });

  it('is what machines are switched with from there, and what runs virtual ones', () => {
    const power = (settings: Record<string, unknown>) => Machine.parse({ power: settings });
    const login = { user: 'muster', password: 'env:BMC' };
    const config = {
      hosts: {
        genesis: host('build'),
        'big-1': host(),
        'big-2': Host.parse({ link: 'local', tools: { libvirt: {} } }),
      },
      apps: {},
      boot: BootSettings.parse({ host: 'genesis' }),
      machines: {
        'node-1': power({ kind: 'ipmi', address: '10.0.0.5', ...login }),
        'node-2': power({ kind: 'redfish', address: 'https://10.0.0.6', ...login }),
        'node-3': power({ kind: 'libvirt', on: 'big-1' }),
        'node-4': Machine.parse({}),
      },
    };
    assert.deepEqual(needsOf(config, 'genesis'), [
      'engine',
      'builder',
      'ipmi',
      'redfish',
      'dnsmasq',
      'ipxe',
      'emulator',
      'running',
      'space',
    ]);
    const bare = { ...config, hosts: { genesis: Host.parse({ link: 'local' }) }, machines: {} };
    assert.deepEqual(needsOf(bare, 'genesis'), ['builder', 'dnsmasq', 'ipxe', 'emulator', 'space']);
    assert.deepEqual(needsOf(config, 'big-1'), ['virtual']);
    assert.deepEqual(needsOf(config, 'big-2'), ['virtual']);
  });
});

describe('the plan of a preparation', () => {
  it('looks, installs, starts and looks again, with the host locked', () => {
    const plan = preparePlan({ host: 'web-1', needs: ['git', 'engine', 'running'] });
    assert.deepEqual(
      plan.stages.map(({ name, steps }) => [name, steps.map(({ step }) => step)]),
      [
        ['inspect', ['host.inspect']],
        ['install', ['host.install']],
        ['start', ['host.start']],
        ['check', ['host.check']],
      ],
    );
    assert.deepEqual(plan.locks, ['host/web-1']);
    assert.equal(plan.title, 'prepare web-1 (git, Docker engine)');
  });

  it('takes a host behind its network last, and tells the channels that want to know of nodes', () => {
    const where = { host: 'web-1', overlay: 'build', kind: 'wireguard' as const, by: 'reem' };
    const stages = behindStages(where);
    const plan = preparePlan({ host: 'web-1', needs: ['git'], behind: { overlay: 'build', stages } });
    assert.deepEqual(
      plan.stages.slice(-5).map(({ name, steps }) => [name, steps.map(({ step }) => step)]),
      [
        ['close', ['behind.close']],
        ['listen', ['host.listen']],
        ['prove', ['behind.prove']],
        ['settle', ['host.keeplistening']],
        ['keep', ['behind.keep']],
      ],
    );
    assert.deepEqual([plan.locks, plan.posts], [['host/web-1', 'overlay/build'], 'nodes']);
    assert.match(plan.done, /lets nobody in but by build/);
    const open = preparePlan({ host: 'web-1', needs: ['git'], behind: { stages: openStages(where) } });
    assert.deepEqual([open.locks, open.posts], [['host/web-1'], undefined]);
    assert.doesNotMatch(open.done, /nobody/);
  });

  it('starts no engine where none is needed', () => {
    const plan = preparePlan({ host: 'web-1', needs: ['git'] });
    assert.deepEqual(
      plan.stages.map(({ name }) => name),
      ['inspect', 'install', 'check'],
    );
  });
});

describe('the plan of a base image', () => {
  it('builds on all hosts at once, then imports', () => {
    const plan = buildBasePlan({ hosts: ['web-1', 'web-2'] });
    assert.deepEqual(
      plan.stages.map(({ steps }) => steps.map(({ step, host }) => `${step} ${host}`)),
      [
        ['build.root web-1', 'build.root web-2'],
        ['build.import web-1', 'build.import web-2'],
      ],
    );
    assert.deepEqual(plan.locks, ['image/base']);
    assert.equal(plan.done, 'muster/base is ready on web-1, web-2');
  });
});
