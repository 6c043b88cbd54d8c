import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContainerState } from '../../../src/adapters/docker/container.ts';
import { LOOP, Patient, STEADY_MS } from '../../../src/jobs/deploy/health.ts';

const state = (more: Partial<ContainerState> = {}): ContainerState => ({
  id: 'c1',
  name: 'shop_web_1',
  service: 'web',
  image: 'shop',
  labels: {},
  mounts: [],
  status: 'running',
  healthOutput: '',
  exitCode: 0,
  error: '',
  restarts: 0,
  restarted: false,
  startedAt: '2026-01-01T00:00:00Z',
  tty: false,
  argv: [],
  ...more,
});
const judge = (more: Partial<ContainerState>) => new Patient().judge(state(more), 0);

describe('whether a container is well', () => {
  it('is what its healthcheck says, where it has one', () => {
    assert.equal(judge({ health: 'healthy' }).kind, 'well');
    assert.equal(judge({ health: 'starting' }).kind, 'waiting');
    assert.deepEqual(judge({ health: 'unhealthy', healthOutput: 'a\nno answer\n' }), {
      kind: 'ill',
      why: 'its healthcheck says: no answer',
    });
    assert.deepEqual(judge({ health: 'unhealthy', healthCode: 7 }), {
      kind: 'ill',
      why: 'its healthcheck ended with code 7',
    });
  });

  it('is that it has run for a while without a restart, where it has none', () => {
    const patient = new Patient();
    assert.equal(patient.judge(state(), 0).kind, 'waiting');
    assert.equal(patient.judge(state(), STEADY_MS - 1).kind, 'waiting');
    const again = state({ startedAt: '2026-01-01T00:00:02Z', restarts: 1 });
    assert.equal(patient.judge(again, STEADY_MS).kind, 'waiting');
    assert.equal(patient.judge(again, 2 * STEADY_MS).kind, 'well');
  });

  it('is that it ended with 0, where it is a job', () => {
    assert.equal(judge({ status: 'exited' }).kind, 'well');
    assert.deepEqual(judge({ status: 'exited', exitCode: 2 }), {
      kind: 'ill',
      why: 'it ended with code 2',
    });
  });

  it('is not decided while the engine is about to start it again, unless it does not', () => {
    const patient = new Patient();
    const down = state({ status: 'exited', exitCode: 1, restarted: true });
    assert.equal(patient.judge(down, 0).kind, 'waiting');
    assert.equal(patient.judge(down, 60_000).kind, 'ill');
  });

  it('is ill when it keeps restarting while it is watched; earlier restarts do not count', () => {
    const patient = new Patient();
    assert.equal(patient.judge(state({ restarts: 40, health: 'healthy' }), 0).kind, 'well');
    const loop = patient.judge(state({ status: 'restarting', restarts: 40 + LOOP, exitCode: 7 }), 1);
    assert.deepEqual(loop, { kind: 'ill', why: 'it keeps restarting (it ended with code 7)' });
  });

  it('is ill when the engine could not start it', () => {
    assert.deepEqual(judge({ status: 'created', error: 'no such device' }), {
      kind: 'ill',
      why: 'no such device',
    });
    assert.equal(judge({ status: 'created' }).kind, 'waiting');
  });
});
