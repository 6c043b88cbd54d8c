/** Which version is newer, held against dpkg itself. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { byDebianVersion } from '../src/debian-version.ts';

const VERSIONS = [
  '1.0',
  '1.0-0',
  '1.0-1',
  '1.0~rc1',
  '1.0~~',
  '1.0~',
  '1.0a',
  '1.0+b1',
  '1.00',
  '1.0.0',
  '1:0.9',
  '0:1.0',
  '01:1.0',
  '7.88.1-10+deb12u12',
  '7.88.1-10+deb12u9',
  '6.1.0-57',
  '6.1.162-1',
  '1:1.2.13.dfsg-1',
  '1.2.13.dfsg-1',
  '2.36-9+deb12u10',
  '2.36-9+deb12u10~bpo1',
  '20231013~deb12u1',
  '20231013',
  '3.0.17-1~deb12u2',
  '3.0.17-1~deb12u3',
  '1.0-1-1',
  '1-1.0-1',
  '0.0.99999999999999999999-1',
  '0.0.100000000000000000000-1',
  '1.2.3-z',
  '1.2.3-Z',
  '1.2.3-+',
  '1.2.3-.',
];

test('every two of these versions stand to each other as dpkg says', () => {
  const pairs = VERSIONS.flatMap((a, index) => VERSIONS.slice(index + 1).map((b) => [a, b] as const));
  // One shell for all: dpkg takes two versions at a time.
  const lines = pairs.map(
    ([a, b]) =>
      `if dpkg --compare-versions '${a}' lt '${b}'; then echo -1; elif dpkg --compare-versions '${a}' gt '${b}'; then echo 1; else echo 0; fi`,
  );
  const { stdout } = spawnSync('sh', ['-s'], { input: lines.join('\n'), encoding: 'utf8' });
  const said = stdout.trim().split('\n').map(Number);
  const isRight = (a: string, b: string, sign: number | undefined) =>
    Math.sign(byDebianVersion(a, b)) === sign && Math.sign(byDebianVersion(b, a)) === (sign ? -sign : 0);
  const wrong = pairs.filter(([a, b], index) => !isRight(a, b, said[index]));
  assert.equal(said.length, pairs.length);
  assert.deepEqual(wrong, []);
});
