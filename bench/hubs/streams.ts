/** A thousand streams of a hundred apps at once: what the process that keeps them holds in memory, early and late. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Area } from '../figure.ts';

const KEEPER = new URL('streams-keeper.ts', import.meta.url).pathname;

export const streams: Area = async function* ({ small }) {
  const rounds = small ? 4 : 40;
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  try {
    const child = spawn(process.execPath, ['--import', 'tsx', KEEPER, folder, `${rounds}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    for await (const chunk of child.stdout) text += String(chunk);
    const { memory, wrong } = JSON.parse(text) as { memory: number[]; wrong: number };
    const highest = (from: number, to: number) => Math.max(...memory.slice(from, to));
    const [early, late] = [highest(0, rounds / 4), highest(rounds / 4, rounds)];
    yield {
      name: `memory with 1,000 streams, ${(rounds * 100_000).toLocaleString('en')} lines`,
      goal: '<= 1.25 x the first quarter',
      unit: 'MB',
      measured: late,
      peer: { name: 'first quarter', value: early },
      ok: late <= 1.25 * early,
    };
    yield { name: '  streams not whole', goal: '0', unit: '', measured: wrong, ok: wrong === 0 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
