/** A file that is rotated again and again between two looks, by one way or the other, and a reader that is killed: each line once. */
import assert from 'node:assert/strict';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { files } from '../../../src/adapters/tail/files.ts';
import type { Place } from '../../../src/adapters/tail/place.ts';
import { FileTail } from '../../../src/adapters/tail/tail.ts';
import { seeded } from '../../seeded.ts';

/** How many rotated files stay: more than there are rotations between two looks, and few, so that numbers are given anew. */
const STAY = 12;
const TURNS = 24;

class Killed extends Error {}

describe('a file that is rotated in haste', () => {
  const shell = localShell({ host: 'box' });
  const reader = files.open({ shell, options: {} });
  const folder = mkdtempSync(join(tmpdir(), 'muster-rotated-'));
  after(async () => {
    await shell.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [way, seeds] of [
    // These lost or doubled lines: numbers of empty copies were given to others, and a copy that was just found was taken for gone.
    ['copied and cut off', [2, 3]],
    ['renamed', [Math.floor(Math.random() * 1e6)]],
  ] as const)
    for (const seed of seeds)
      it(`is taken whole and once where it is ${way} (seed ${seed})`, async () => {
        const { random, below } = seeded(seed);
        const path = join(folder, `${seed}-${way.length}.log`);
        let file = openSync(path, 'a');
        let count = 0;
        const write = (lines: number) => {
          for (let at = 0; at < lines; at += 1) {
            count += 1;
            writeSync(file, `the app says line ${count} of this file\n`);
          }
        };
        const rotate = () => {
          for (let number = STAY; number > 0; number -= 1)
            if (existsSync(`${path}.${number}`)) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
          if (way === 'renamed') {
            renameSync(path, `${path}.1`);
            // Whoever writes learns of it later.
            write(3);
            closeSync(file);
            file = openSync(path, 'a');
          } else {
            copyFileSync(path, `${path}.1`);
            truncateSync(path);
          }
        };
        let now = 0;
        let place: Place | undefined;
        const taken: number[] = [];
        let tail = new FileTail(path, reader, place, () => now);
        /** Takes what there is, or so many batches until it is killed; gives whether there is more. */
        const poll = async (batches = Number.POSITIVE_INFINITY): Promise<boolean> => {
          let left = batches;
          const [named] = await reader.look([path]);
          return tail.poll(named, async (batch) => {
            if (left <= 0) throw new Killed();
            left -= 1;
            taken.push(...batch.lines.map(({ text }) => Number(/line (\d+) of/.exec(text)?.[1])));
            place = batch.place;
          });
        };
        write(3);
        await poll();
        for (let turn = 1; turn <= TURNS; turn += 1) {
          for (let writes = below(4); writes > 0; writes -= 1) {
            write(below(8));
            if (random() < 0.6) rotate();
          }
          if (random() < 0.25) {
            await poll(below(3)).catch((error) => assert.ok(error instanceof Killed, error));
            tail = new FileTail(path, reader, place, () => now);
          } else await poll();
          if (random() < 0.3) now += 5_000;
          if (turn % 3 === 0) while (await poll());
        }
        write(5);
        for (let quiet = 0; quiet < 3; quiet += 1) {
          while (await poll());
          now += 5_000;
        }
        closeSync(file);
        assert.deepEqual(
          taken.sort((one, other) => one - other),
          Array.from({ length: count }, (_, at) => at + 1),
        );
      });
});
