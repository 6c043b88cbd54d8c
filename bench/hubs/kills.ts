/** The process that writes the log store is killed again and again, over many write-ahead files: nothing lost, nothing twice. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogStore } from '../../src/hubs/log/store.ts';
import { judged, killedWriter } from '../../test/hubs/log/written.ts';
import { type Area, none } from '../figure.ts';
import { LIMITS } from './ingest.ts';

export const kills: Area = async function* ({ small }) {
  const [times, rotations] = small ? [2, 3] : [20, 100];
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const acknowledged = new Map<string, number>();
  try {
    let [killed, files] = [0, 0];
    while (killed < times || files < rotations) {
      const more = 100 + Math.floor(Math.random() * (small ? 100 : 1_500));
      const told = await killedWriter(folder, { streams: 20, fresh: 100_000, more });
      for (const [stream, next] of told) acknowledged.set(stream, next);
      killed += 1;
      files = (await readdir(folder)).filter((name) => name.endsWith('.seg')).length;
    }
    const store = await openLogStore(folder, LIMITS);
    const { lost, doubled, wrong, kept } = await judged(store, acknowledged);
    await store.close();
    const of = `${killed} kills, ${files} rotations, ${kept} lines`;
    yield none(`lost over ${of}`, lost);
    yield none('  kept twice', doubled);
    yield none('  other than they were sent', wrong);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
