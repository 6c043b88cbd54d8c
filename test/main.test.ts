import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

const ROOT = new URL('../', import.meta.url).pathname;
const muster = (...words: string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'src/main.ts', ...words], { cwd: ROOT, encoding: 'utf8' });

describe('the command line', () => {
  test('tells its version', () => {
    const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    assert.equal(muster('--version').stdout, `${version}\n`);
  });

  test('says what is wrong with it, what was probably meant, and where help is', () => {
    const { status, stderr } = muster('chekc');
    assert.equal(status, 1);
    assert.equal(stderr, "error: unknown command 'chekc'\n(Did you mean check?)\nSee it with --help\n");
    assert.match(muster('say').stderr, /^error: missing required argument 'line'\nSee it with --help$/m);
  });
});
