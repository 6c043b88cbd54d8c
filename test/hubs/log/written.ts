/** Processes that write into a store and are killed, and what must be in it then. */
import { spawn } from 'node:child_process';
import type { LogStore } from '../../../src/hubs/log/log.ts';
import type { Printed } from '../../../src/lines.ts';
import { at } from './stores.ts';

const WRITER = new URL('writer.ts', import.meta.url).pathname;

/** What a stream says at a number; a trace now and then. */
export function lineAt(seq: number): Printed {
  const trace = seq % 50;
  const text =
    trace === 7 ? `ERROR failed ${seq}` : trace > 7 && trace < 12 ? `\tat a.b.C${seq}` : `line ${seq}`;
  return { seq, time: at(seq), text };
}

/** Lets a process write until it has acknowledged some lines more, and kills it; gives what it acknowledged last of each stream. */
export async function killedWriter(
  folder: string,
  { streams, fresh, more }: { streams: number; fresh: number; more: number },
): Promise<Map<string, number>> {
  const child = spawn(process.execPath, ['--import', 'tsx', WRITER, folder, `${streams}`, `${fresh}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<number | null>((resolve) => child.once('close', resolve));
  const acknowledged = new Map<string, number>();
  let [text, told] = ['', 0];
  for await (const chunk of child.stdout) {
    const told_ = (text + chunk).split('\n');
    text = told_.pop() ?? '';
    for (const line of told_) {
      const [stream = '', next] = line.split(' ');
      acknowledged.set(stream, Number(next));
    }
    told += told_.length;
    if (told >= more) child.kill('SIGKILL');
  }
  const code = await gone;
  if (code !== null) throw new Error(`The writer ended by itself with ${code}.`);
  return acknowledged;
}

/** How many lines are lost, how many are kept twice, and how many say something else than was sent. */
export async function judged(
  store: LogStore,
  acknowledged: ReadonlyMap<string, number>,
): Promise<{ lost: number; doubled: number; wrong: number; kept: number }> {
  const { streams } = await store.verify({});
  let [lost, doubled, wrong, kept] = [0, 0, 0, 0];
  for (const [index, next] of acknowledged) {
    const proof = streams.find(({ stream }) => stream === `stream-${index}`);
    lost += Math.max(0, next - 1 - (proof?.to ?? 0)) + ((proof?.from ?? 1) - 1);
    for (const [first, last] of proof?.gaps ?? []) lost += last - first + 1;
    doubled += proof?.doubled ?? 0;
    kept += proof?.kept ?? 0;
  }
  for await (const { seq, message, lines = 1 } of store.query({}).lines) {
    const texts = Array.from({ length: lines }, (_, at) => lineAt(seq + at).text);
    if (message !== texts.join('\n')) wrong += 1;
  }
  return { lost, doubled, wrong, kept };
}
