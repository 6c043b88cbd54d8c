/** From the moment a container prints a line until whoever follows its log has it: a real engine, and the hub's gate in between. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HubClient } from '../../src/adapters/gate/client.ts';
import { localShell } from '../../src/adapters/local/shell.ts';
import { Inlet } from '../../src/hubs/log/inlet.ts';
import { Positions } from '../../src/hubs/log/positions.ts';
import { openLogStore } from '../../src/hubs/log/store.ts';
import { overShell } from '../../src/jobs/carry-out.ts';
import { guardedBy } from '../../src/jobs/guardian.ts';
import { Collector } from '../../src/jobs/logs/collector.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { logRoutes } from '../../src/wire/hub/log-routes.ts';
import { openLogDesk } from '../../src/wire/log-desk.ts';
import { startEngine } from '../../test/engine.ts';
import { openTestGate } from '../../test/gate.ts';
import { until } from '../../test/until.ts';
import { type Area, percentile } from '../figure.ts';

const MOST_MS = 100;

export const live: Area = async function* ({ small }) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-live-'));
  const engine = await startEngine();
  const log = createLog({ level: 'error', destination: 2, scrubber: new Scrubber() });
  const shell = localShell({ host: 'local' });
  const store = await openLogStore(join(folder, 'logs'), { size: 1e9, age: 1e9, fresh: 64e6, waiting: 8e6 });
  const positions = await Positions.open(folder);
  const tools = { docker: { socket: engine.socket } };
  const where = {
    shell,
    root: folder,
    tools,
    loginTo: () => undefined,
    guarding: guardedBy('local', undefined),
  };
  const collector = new Collector({
    inlet: new Inlet({ store, positions }),
    reach: async () => overShell(where),
    onTrouble: (_, what, text) => text && log.error({ what, text }, 'trouble'),
    log,
  });
  const gate = await openTestGate(logRoutes({ store, sinks: new Map(), troubles: new Map() }));
  const client = new HubClient({
    place: { address: gate.address, pins: [gate.identity.fingerprint] },
    identity: gate.manager,
  });
  const abort = new AbortController();
  try {
    // It prints what comes out of a pipe, as it comes; the time at which it was put in is the line.
    await engine.docker(
      ...[
        'run',
        '--detach',
        '--volume',
        `${folder}:/in`,
        'muster/base',
        'sh',
        '-c',
        'mkdir -p /in; busybox mkfifo /in/pipe; exec busybox cat /in/pipe',
      ],
    );
    const pipe = await until(() => open(join(folder, 'pipe'), 'r+').catch(() => undefined));
    collector.set(new Map([['local', { containers: true, journal: false, files: [] }]]));
    const times: number[] = [];
    const following = (async () => {
      for await (const { message } of openLogDesk(async () => client).follow({ host: 'local' }, abort.signal))
        times.push(performance.now() - Number(message));
    })();
    await until(async () => {
      await pipe.write(`${performance.now()}\n`);
      await sleep(50);
      return times.length > 0;
    });
    const [lines, from] = [small ? 20 : 1_000, times.length];
    for (let count = 0; count < lines; count += 1) {
      await pipe.write(`${performance.now()}\n`);
      await sleep(10);
    }
    await until(() => times.length >= from + lines);
    abort.abort();
    await following;
    await pipe.close();
    const measured = times.slice(from);
    for (const share of [0.5, 0.99]) {
      const value = percentile(measured, share);
      yield {
        ...{ name: `printed line -> live tail, p${share * 100}`, goal: `<= ${MOST_MS} ms`, unit: 'ms' },
        ...{ measured: value, ok: value <= MOST_MS },
      };
    }
  } finally {
    abort.abort();
    client.close();
    await gate.stop();
    await collector.close();
    await positions.close();
    await store.close();
    await shell.close();
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
