/** A file into the log store: every line numbered, on disk, its level read, packed and found again; by the processor time that takes. */
import { execFileSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FRESH, type LogLimits, type LogStore } from '../../src/hubs/log/log.ts';
import { openLogStore } from '../../src/hubs/log/store.ts';
import type { Printed } from '../../src/lines.ts';
import type { Area } from '../figure.ts';
import { writeSaid } from './said.ts';

/** As in a hub, and nothing ever leaves. */
export const LIMITS: LogLimits = { ...FRESH, size: 1e12, age: 1e12 };

export const ingest: Area = async function* ({ small }) {
  const count = small ? 20_000 : 2_000_000;
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  try {
    const path = join(folder, 'app.log');
    await writeSaid(path, count);
    const store = await openLogStore(join(folder, 'log'), LIMITS);
    const before = process.cpuUsage();
    await takeFile(store, path);
    const { user, system } = process.cpuUsage(before);
    const { streams } = await store.verify({});
    await store.close();
    const rate = count / ((user + system) / 1e6);
    yield {
      name: 'file to log store, lines per core',
      goal: '>= 100,000 /s',
      unit: '/s',
      measured: rate,
      peer: { name: 'gzip -1 of the file', value: count / gzipSeconds(path) },
      ok: rate >= 100_000,
    };
    const lost = count - (streams[0]?.kept ?? 0) + (streams[0]?.doubled ?? 0);
    yield { name: '  lines lost or doubled', goal: '0', unit: '', measured: lost, ok: lost === 0 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Takes all lines of a file, a chunk at a time. */
async function takeFile(store: LogStore, path: string): Promise<void> {
  const source = { app: 'shop', service: 'web', host: 'web-1', stream: 'file' };
  let [rest, seq] = ['', 1];
  const take = (texts: readonly string[]): Promise<number> => {
    const time = BigInt(Date.now()) * 1_000_000n;
    const lines: Printed[] = texts.map((text, index) => ({ seq: seq + index, time, text }));
    seq += lines.length;
    return store.take(source, lines);
  };
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1024 * 1024 })) {
    const texts = (rest + chunk).split('\n');
    rest = texts.pop() ?? '';
    await take(texts);
  }
  if (rest !== '') await take([rest]);
}

/** Processor time of gzip, s. */
function gzipSeconds(path: string): number {
  const script = 'TIMEFORMAT="%U %S"; { time gzip -1 -c "$1" >/dev/null; } 2>&1';
  const timed = execFileSync('bash', ['-c', script, 'bash', path], { encoding: 'utf8' });
  return Math.max(
    0.001,
    timed.split(' ').reduce((sum, one) => sum + Number(one), 0),
  );
}
