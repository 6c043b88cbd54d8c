import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { describe, test } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { MusterError } from '../../../src/errors.ts';
import type { Observation } from '../../../src/hubs/health/monitor.ts';
import { overShell, type Site } from '../../../src/jobs/carry-out.ts';
import { asked } from '../../../src/jobs/health/asked.ts';
import { hostCheck, usualCheck } from '../../../src/jobs/health/host-checks.ts';
import { type HostProbe, lookAtHost } from '../../../src/jobs/health/look.ts';

describe('a look at a host', () => {
  const site = overShell({
    shell: localShell({ host: 'local' }),
    root: tmpdir(),
    tools: { docker: { socket: '/nonexistent/docker.sock' } },
    loginTo: () => undefined,
    guarding: {} as never,
  });
  const look = async (...probes: HostProbe[]) => {
    const { findings } = (await asked(
      site,
      lookAtHost,
      { host: 'local', probes },
      AbortSignal.timeout(60_000),
    )) as {
      findings: { status: string; detail: string }[];
    };
    return findings;
  };
  const times = { every: 1_000, within: 20_000, bad: 1, good: 1 };

  test('tells how full it is, how busy, and what its programs say', async () => {
    const [full, roomy, memory, load] = await look(
      { kind: 'disk', path: '/', warn: 0, alarm: 0 },
      { kind: 'disk', path: '/', warn: 100.1, alarm: 101 },
      { kind: 'memory', warn: 101, alarm: 102 },
      { kind: 'load', warn: 1e6, alarm: 1e7 },
    );
    assert.deepEqual(
      [full?.status, roomy?.status, memory?.status, load?.status],
      ['unhealthy', 'healthy', 'healthy', 'healthy'],
    );
    assert.match(full?.detail ?? '', /^\/ is \d+ % full, .* free$/);
    assert.match(memory?.detail ?? '', /^\d+ % of the memory is used/);
    const command = (...argv: string[]): HostProbe => ({ kind: 'command', argv, within: 5_000 });
    const said = await look(
      command('true'),
      command('false'),
      command('sh', '-c', 'echo queue is long; exit 2'),
      command('no-such-program-here'),
    );
    assert.deepEqual(
      said.map(({ status }) => status),
      ['healthy', 'degraded', 'unhealthy', 'unhealthy'],
    );
    assert.equal(said[2]?.detail, 'queue is long');
  });

  test('says of what cannot be measured that it is not known, and of a tool that it does not work', async () => {
    const [gone, engine, fine] = await look(
      { kind: 'disk', path: '/nonexistent/folder', warn: 1, alarm: 2 },
      { kind: 'adapter', adapter: 'docker' },
      { kind: 'load', warn: 1e6, alarm: 1e7 },
    );
    assert.deepEqual([gone?.status, engine?.status, fine?.status], ['unknown', 'unhealthy', 'healthy']);
  });

  test('becomes what is observed of the host, and its clock is held against this one', async () => {
    const seen: Observation[] = [];
    const parts = { reach: async () => site, observe: (one: Observation) => void seen.push(one), again() {} };
    await usualCheck('local', parts).run(AbortSignal.timeout(60_000));
    assert.deepEqual(
      seen.map(({ check }) => check),
      ['reach', 'disk', 'memory', 'load', 'time'],
    );
    assert.equal(seen.find(({ check }) => check === 'reach')?.status, 'healthy');
    assert.equal(seen.find(({ check }) => check === 'time')?.status, 'healthy');
    seen.length = 0;
    const wrong: Site = {
      carryOut: async () => ({ findings: [{ status: 'healthy', detail: '', clock: Date.now() - 60_000 }] }),
    };
    const probe: HostProbe = { kind: 'time', warn: 2_000, alarm: 30_000 };
    await hostCheck(
      { name: 'clock', host: 'local', probe, ...times },
      { ...parts, reach: async () => wrong },
    ).run(AbortSignal.timeout(60_000));
    assert.equal(seen[0]?.status, 'unhealthy');
    assert.match(seen[0]?.detail ?? '', /^its clock is wrong by (?:1 min|\d+ s)/);
  });

  test('says that a host cannot be reached once, and nothing of what was to be seen there', async () => {
    const seen: Observation[] = [];
    const reach = () =>
      Promise.reject(new MusterError('host.unreachable', { host: 'local', message: 'no route' }));
    const parts = { reach, observe: (one: Observation) => void seen.push(one), again() {} };
    await usualCheck('local', parts).run(AbortSignal.timeout(60_000));
    const probe: HostProbe = { kind: 'memory', warn: 1, alarm: 2 };
    await hostCheck({ name: 'memory', host: 'local', probe, ...times }, parts).run(
      AbortSignal.timeout(60_000),
    );
    assert.deepEqual(
      seen.map(({ check, status }) => `${check} ${status}`),
      ['reach unhealthy', 'memory unknown'],
    );
  });
});
