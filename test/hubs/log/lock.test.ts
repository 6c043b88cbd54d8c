import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { lock } from '../../../src/hubs/log/lock.ts';
import { folderFor } from './stores.ts';

const LOCK = new URL('../../../src/hubs/log/lock.ts', import.meta.url).href;
/** Tries at a moment that all of them are told, and says how it went. */
const TRY = `
import { lock } from ${JSON.stringify(LOCK)};
process.stdin.once('data', () => {
  lock(process.argv[1]).then(() => console.log('has it'), ({ code }) => console.log(code));
  setInterval(() => {}, 1_000);
});
console.log('ready');
`;

describe('a folder', () => {
  test('that a dead process had is had by one of two that come at once, at most', async (t) => {
    const folder = await folderFor(t);
    // Of these numbers there is none, or it began at another time.
    await writeFile(join(folder, '4194300-1.lock'), '');
    await writeFile(join(folder, `${process.ppid}-1.lock`), '');
    const argv = ['--import', 'tsx', '--input-type=module', '--eval', TRY, folder];
    const all = Array.from({ length: 4 }, () =>
      spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    t.after(() => {
      for (const one of all) one.kill('SIGKILL');
    });
    await Promise.all(all.map(({ stdout }) => once(stdout, 'data')));
    const said = all.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim());
    for (const { stdin } of all) stdin.write('now\n');
    const outcomes = await Promise.all(said);
    const having = outcomes.filter((one) => one === 'has it').length;
    assert.ok(having <= 1, outcomes.join());
    assert.equal(outcomes.filter((one) => one === 'logs.taken').length, all.length - having);
  });

  test('is free once it was let go of, and nobody else has it before', async (t) => {
    const folder = await folderFor(t);
    const unlock = await lock(folder);
    await assert.rejects(lock(folder), { code: 'logs.taken' });
    await unlock();
    // As after the machine began anew, where the same number and time are this very process.
    const stat = (await readFile('/proc/self/stat', 'utf8')).split(') ')[1]?.split(' ')[19];
    await writeFile(join(folder, `${process.pid}-${stat}.lock`), '');
    await (await lock(folder))();
    assert.deepEqual(await readdir(folder), []);
  });
});
