import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContainerState } from '../../../src/adapters/docker/container.ts';
import type { Docker } from '../../../src/adapters/docker/docker.ts';
import { MusterError } from '../../../src/errors.ts';
import { Ill, settled } from '../../../src/jobs/deploy/watch.ts';

const container: ContainerState = {
  id: 'c1',
  name: 'shop_web_1',
  service: 'web',
  image: 'shop',
  labels: {},
  mounts: [],
  status: 'running',
  health: 'starting',
  healthOutput: '',
  exitCode: 0,
  error: '',
  restarts: 0,
  restarted: false,
  startedAt: '2026-01-01T00:00:00Z',
  tty: false,
  argv: [],
};
const lost = () => new MusterError('host.unreachable', { host: 'web', message: 'the connection was lost' });

/** An engine with one container, that answers each look with the next of these, and with the last one for ever. */
function engineOf(looks: (ContainerState['health'] | Error)[]) {
  const asked = { looks: 0, listens: 0 };
  const engine = {
    async events() {
      asked.listens += 1;
      // A stream that ends with the connection, as the first of these looks shows.
      return (async function* () {})();
    },
    async project() {
      const answer = looks[Math.min(asked.looks, looks.length - 1)];
      asked.looks += 1;
      if (answer instanceof Error) throw answer;
      return [container];
    },
    async inspect() {
      return { ...container, health: looks[Math.min(asked.looks, looks.length) - 1] };
    },
  };
  return { engine: engine as unknown as Docker, asked };
}

describe('the wait for health', () => {
  it('goes on over a connection that is lost in the middle of a look, and listens anew', async () => {
    const { engine, asked } = engineOf(['starting', lost(), 'starting', 'healthy']);
    assert.equal(await settled(engine, 'shop', AbortSignal.timeout(30_000)), true);
    assert.equal(asked.looks, 4);
    assert.equal(asked.listens, 4);
  });

  it('ends with the loss where the host does not come back', async () => {
    const { engine, asked } = engineOf(['starting', lost()]);
    await assert.rejects(settled(engine, 'shop', AbortSignal.timeout(30_000)), { code: 'host.unreachable' });
    assert.equal(asked.looks, 7);
  });

  it('ends with the loss, not with lateness, where the time is up meanwhile', async () => {
    const { engine } = engineOf(['starting', lost()]);
    await assert.rejects(settled(engine, 'shop', AbortSignal.timeout(2_500)), { code: 'host.unreachable' });
  });

  it('ends at once with what is ill, and with any other error', async () => {
    await assert.rejects(settled(engineOf(['unhealthy']).engine, 'shop', AbortSignal.timeout(30_000)), Ill);
    const { engine, asked } = engineOf([new MusterError('engine.down', { host: 'web' })]);
    await assert.rejects(settled(engine, 'shop', AbortSignal.timeout(30_000)), { code: 'engine.down' });
    assert.equal(asked.looks, 1);
  });
});
