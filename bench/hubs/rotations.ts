/**
 * Files that are rotated while they are written to, by renaming and by copying and cutting off, and the hub that takes them killed in
 * between: every line is in the store once. What is written between the copy and the cut is gone for everybody, so nobody writes then.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLogStore } from '../../src/hubs/log/store.ts';
import { type Area, none } from '../figure.ts';
import { LIMITS } from './ingest.ts';

const KEEPER = new URL('rotations-keeper.ts', import.meta.url).pathname;
/** Lines between two rotations of a file; and how many rotated files stay. */
const [LINES, STAY] = [2_000, 12];
/** How long nothing may come until no more is waited for, ms. */
const PATIENCE = 20_000;

/** A program that writes a log file, as it is rotated by one of two ways. */
class Writer {
  readonly path: string;
  readonly #cuts: boolean;
  #file: number;
  count = 0;

  constructor(path: string, cuts: boolean) {
    this.path = path;
    this.#cuts = cuts;
    this.#file = openSync(path, 'a');
  }

  write(lines: number): void {
    let text = '';
    for (let at = 0; at < lines; at += 1) {
      this.count += 1;
      text += `${this.path.slice(-10)} says line ${this.count} of this file\n`;
    }
    writeSync(this.#file, text);
  }

  rotate(): void {
    for (let number = STAY; number > 0; number -= 1)
      if (existsSync(`${this.path}.${number}`))
        renameSync(`${this.path}.${number}`, `${this.path}.${number + 1}`);
    if (this.#cuts) {
      copyFileSync(this.path, `${this.path}.1`);
      truncateSync(this.path);
      return;
    }
    renameSync(this.path, `${this.path}.1`);
    // It learns of it a moment later, and what it writes until then is in the file that was put aside.
    this.write(10);
    closeSync(this.#file);
    this.#file = openSync(this.path, 'a');
  }
}

export const rotations: Area = async function* ({ small }) {
  const [rotated, kills] = small ? [6, 2] : [100, 20];
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  mkdirSync(join(folder, 'in'));
  const writers = ['renamed', 'cut-off'].map(
    (name) => new Writer(join(folder, `in/${name}.log`), name === 'cut-off'),
  );
  const kept = new Map<string, number>();
  let keeper: { child: ChildProcess; up: () => boolean; gone: Promise<unknown> } | undefined;
  const start = () => {
    const child = spawn(process.execPath, ['--import', 'tsx', KEEPER, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let [text, up] = ['', false];
    child.stdout.on('data', (chunk) => {
      const told = (text + chunk).split('\n');
      text = told.pop() ?? '';
      for (const line of told) {
        up = true;
        const at = line.lastIndexOf(' ');
        kept.set(line.slice(0, at), Number(line.slice(at + 1)));
      }
    });
    keeper = { child, up: () => up, gone: new Promise((resolve) => child.once('close', resolve)) };
  };
  const kill = async () => {
    keeper?.child.kill('SIGKILL');
    await keeper?.gone;
  };
  const behind = () =>
    writers.reduce((sum, { path, count }) => sum + count + 1 - (kept.get(`file/${path}`) ?? 1), 0);
  /** Until no more lines are to come than that; or nothing comes any more: what is lost is counted in the end. */
  const caughtUp = async (most: number) => {
    for (let [last, at] = [behind(), performance.now()]; !keeper?.up() || behind() > most; await sleep(20)) {
      if (behind() !== last) [last, at] = [behind(), performance.now()];
      if (keeper?.up() && performance.now() - at > PATIENCE) return;
    }
  };
  try {
    start();
    // What was put aside before a file is known at all is not taken.
    for (const writer of writers) writer.write(5);
    await caughtUp(0);
    let killed = 0;
    for (let turn = 1; turn <= rotated; turn += 1) {
      for (let part = 0; part < 10; part += 1) {
        for (const writer of writers) writer.write(LINES / 10);
        await sleep(Math.random() * 20);
      }
      for (const writer of writers) writer.rotate();
      // Somewhere on its way, be it while it starts; files stay long enough to be read after that.
      if (killed < (kills * turn) / rotated) {
        await sleep(Math.random() * 300);
        await kill();
        killed += 1;
        start();
      }
      if (small) await caughtUp(0);
      else if (turn % 4 === 0) await caughtUp(4 * LINES);
    }
    for (const writer of writers) writer.write(5);
    await caughtUp(0);
    await kill();
    const store = await openLogStore(join(folder, 'store'), LIMITS);
    let [lost, doubled, wrong] = [0, 0, 0];
    const { streams } = await store.verify({});
    for (const proof of streams) doubled += proof.doubled;
    for (const { path, count } of writers) {
      const times = new Uint8Array(count + 1);
      for await (const { message } of store.query({ stream: `file/${path}` }).lines) {
        const number = Number(/ says line (\d+) of this file$/.exec(message)?.[1]);
        if (number >= 1 && number <= count) times[number] = (times[number] as number) + 1;
        else wrong += 1;
      }
      for (const found of times.subarray(1)) {
        if (found === 0) lost += 1;
        else doubled += found - 1;
      }
    }
    await store.close();
    const all = writers.reduce((sum, { count }) => sum + count, 0);
    yield none(`lost of ${all} lines over 2 x ${rotated} file rotations, ${killed} kill -9`, lost);
    yield none('  kept twice', doubled);
    yield none('  other than they were written', wrong);
  } finally {
    await kill();
    await rm(folder, { recursive: true, force: true });
  }
};
