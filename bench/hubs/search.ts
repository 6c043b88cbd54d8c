/** A text that is rare, looked for in a gigabyte of log, beside zgrep of the same lines in a file. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogStore } from '../../src/hubs/log/store.ts';
import { type Area, percentile } from '../figure.ts';
import { LIMITS } from './ingest.ts';
import { printed, said, writeSaid } from './said.ts';

export const search: Area = async function* ({ small }) {
  const bytes = small ? 2_000_000 : 1_000_000_000;
  const count = Math.ceil(bytes / (said(1_234_567).length + 1));
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  try {
    const path = join(folder, 'app.log');
    await writeSaid(path, count);
    execFileSync('gzip', [path]);
    const store = await openLogStore(join(folder, 'log'), LIMITS);
    const source = { app: 'shop', service: 'web', host: 'web-1', stream: 'file' };
    for (let seq = 1; seq <= count; seq += 10_000)
      await store.take(source, printed(seq, Math.min(10_000, count - seq + 1)));
    const [ours, theirs]: [number[], number[]] = [[], []];
    let wrong = 0;
    for (let round = 0; round < (small ? 1 : 3); round += 1) {
      const text = `ORDER ${/order (\w+)/.exec(said(Math.floor(count / (round + 2))))?.[1]} `;
      let start = performance.now();
      const peer = Number(
        execFileSync('zgrep', ['-i', '-c', '-F', '--', text, `${path}.gz`], {
          env: { ...process.env, LC_ALL: 'C' },
          encoding: 'utf8',
        }),
      );
      theirs.push(performance.now() - start);
      start = performance.now();
      let found = 0;
      for await (const _ of store.query({ app: 'shop', text }).lines) found += 1;
      ours.push(performance.now() - start);
      if (found !== peer || found === 0) wrong += 1;
    }
    await store.close();
    const [measured, value] = [percentile(ours, 0.5), percentile(theirs, 0.5)];
    yield {
      name: `search of ${bytes / 1e6} MB of log`,
      goal: '<= 2 x zgrep',
      unit: 'ms',
      measured,
      peer: { name: 'zgrep -i -F', value },
      ok: measured <= 2 * value,
    };
    yield { name: '  found other than zgrep', goal: '0', unit: '', measured: wrong, ok: wrong === 0 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
