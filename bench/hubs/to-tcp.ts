/** From a file to syslog over TCP: through the log hub, which keeps every line on the way, beside rsyslog, which passes it on. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localShell } from '../../src/adapters/local/shell.ts';
import { syslog } from '../../src/adapters/sinks/syslog.ts';
import { Inlet } from '../../src/hubs/log/inlet.ts';
import { Positions } from '../../src/hubs/log/positions.ts';
import { Pump } from '../../src/hubs/log/pump.ts';
import { openLogStore } from '../../src/hubs/log/store.ts';
import { overShell } from '../../src/jobs/carry-out.ts';
import { guardedBy } from '../../src/jobs/guardian.ts';
import { Collector } from '../../src/jobs/logs/collector.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import type { Area } from '../figure.ts';

const COUNTER = new URL('counter.mjs', import.meta.url).pathname;

export const toTcp: Area = async function* ({ small }) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-to-tcp-'));
  const counter = fork(COUNTER, { stdio: 'ignore' });
  try {
    const [{ port }] = (await once(counter, 'message')) as [{ port: number }];
    const lines = small ? 5_000 : 500_000;
    const path = join(folder, 'app.log');
    const text = Array.from(
      { length: lines },
      (_, at) =>
        `2026-01-01T00:00:00Z level=info request=${at} path=/api/v1/things/${at % 977} status=200 took=${at % 91}ms\n`,
    ).join('');
    await writeFile(path, text);
    const peer = await rsyslog(folder, path, port, () => reached(counter, lines));
    const measured = await muster(folder, path, port, () => reached(counter, lines));
    yield {
      ...{
        name: 'logs from a file to TCP, lines a second',
        goal: '>= a quarter of rsyslog',
        unit: '/s',
      },
      ...{
        measured: lines / measured,
        peer: { name: 'rsyslog', value: lines / peer },
        ok: measured <= 4 * peer,
      },
    };
  } finally {
    counter.kill();
    await rm(folder, { recursive: true, force: true });
  }
};

/** Seconds until the counter has so many, from now on. */
async function reached(counter: ChildProcess, lines: number): Promise<number> {
  const begun = performance.now();
  counter.send({ until: lines });
  await once(counter, 'message');
  return (performance.now() - begun) / 1_000;
}

async function muster(
  folder: string,
  path: string,
  port: number,
  measure: () => Promise<number>,
): Promise<number> {
  const log = createLog({ level: 'error', destination: 2, scrubber: new Scrubber() });
  const limits = { size: 1e10, age: 1e9, fresh: 64e6, waiting: 8e6 };
  const store = await openLogStore(join(folder, 'logs'), limits);
  const positions = await Positions.open(folder);
  const shell = localShell({ host: 'local' });
  const where = {
    shell,
    root: folder,
    tools: {},
    loginTo: () => undefined,
    guarding: guardedBy('local', undefined),
  };
  const collector = new Collector({
    inlet: new Inlet({ store, positions }),
    reach: async () => overShell(where),
    onTrouble: () => {},
    log,
  });
  const pump = new Pump({
    ...{ name: 'tcp', store, folder, level: 'trace' },
    outlet: syslog({ host: '127.0.0.1', port, tls: false }),
    onTrouble: (err) => err && log.error({ err }, 'syslog'),
    onRefused: () => {},
  });
  await pump.start();
  const measured = measure();
  const taking = { containers: false, journal: false, files: [{ name: 'app', paths: [path] }] };
  collector.set(new Map([['local', taking]]));
  try {
    return await measured;
  } finally {
    await collector.close();
    await pump.close();
    await positions.close();
    await store.close();
    await shell.close();
  }
}

async function rsyslog(
  folder: string,
  path: string,
  port: number,
  measure: () => Promise<number>,
): Promise<number> {
  const work = join(folder, 'rsyslog');
  await mkdir(work);
  const configuration = join(work, 'rsyslog.conf');
  await writeFile(
    configuration,
    [
      `global(workDirectory="${work}")`,
      'module(load="imfile")',
      `input(type="imfile" file="${path}" tag="app")`,
      `action(type="omfwd" target="127.0.0.1" port="${port}" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format")`,
      '',
    ].join('\n'),
  );
  const measured = measure();
  const daemon = spawn('rsyslogd', ['-n', '-f', configuration, '-i', join(work, 'pid')], { stdio: 'ignore' });
  try {
    return await measured;
  } finally {
    const over = once(daemon, 'exit');
    daemon.kill('SIGKILL');
    await over;
  }
}
