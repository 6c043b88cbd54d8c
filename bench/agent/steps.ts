/** A step that runs one program, through an agent in a process of its own, beside the same step on the machine itself; in turn. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentLink } from '../../src/adapters/icp/link.ts';
import { localShell } from '../../src/adapters/local/shell.ts';
import { openIdentity } from '../../src/identity.ts';
import { overShell, type Site, type Work } from '../../src/jobs/carry-out.ts';
import { guardedBy } from '../../src/jobs/guardian.ts';
import { inspectHost } from '../../src/jobs/host/inspect.ts';
import { overAgent } from '../../src/jobs/remote.ts';
import { type Area, percentile } from '../figure.ts';
import { startWorker } from './process.ts';

const WARM_UP = 20;
const QUIET = { line() {}, progress() {}, note() {} };

export const steps: Area = async function* ({ small }) {
  const rounds = small ? 5 : 500;
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const shell = localShell({ host: 'web' });
  const common = { tools: {}, loginTo: () => undefined, guarding: guardedBy('web', undefined) };
  const here = overShell({ shell, root: folder, ...common });
  const identity = await openIdentity(join(folder, 'keys'), 'muster');
  const agent = await startWorker(folder, identity.fingerprint);
  const { port, key } = agent;
  const link = new AgentLink(async () => ({ host: 'web', address: '127.0.0.1', port, key, identity }));
  const there = overAgent({ host: 'web', link, ...common });
  const [floor, measured]: [number[], number[]] = [[], []];
  try {
    for (let round = -WARM_UP; round < rounds; round += 1) {
      const base = await timed(here, round + WARM_UP);
      const taken = await timed(there, round + WARM_UP);
      if (round < 0) continue;
      floor.push(base);
      measured.push(taken);
    }
  } finally {
    await link.close();
    await shell.close();
    await agent.close();
    await rm(folder, { recursive: true });
  }
  const over = percentile(measured, 0.5) - percentile(floor, 0.5);
  yield {
    name: 'step over an agent, beyond the same step here, median',
    goal: '<= 3 ms',
    unit: 'ms',
    measured: over,
    peer: { name: 'link local', value: percentile(floor, 0.5) },
    ok: over <= 3,
  };
};

async function timed(site: Site, round: number): Promise<number> {
  const place = { run: `r-${round}`, origin: `r-${round}`, direction: 'do', stage: 0, index: 0 } as const;
  const job = { ...inspectHost({ host: 'web', needs: ['git'] }), ...place };
  const abort = new AbortController();
  const work: Work = { step: inspectHost, job, attempt: 1, again: false, cancelled: false, abort };
  const before = performance.now();
  await site.carryOut(work, QUIET);
  return performance.now() - before;
}
