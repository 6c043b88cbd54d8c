import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Duration, humanDuration, humanSize, humanTime, parseDuration } from '../src/units.ts';

describe('durations and sizes', () => {
  test('are read as people write them', () => {
    const cases: [string, number | undefined][] = [
      ['90s', 90_000],
      ['5m', 300_000],
      ['1h30m', 5_400_000],
      ['250ms', 250],
      ['1.5s', 1_500],
      ['2d', 172_800_000],
      ['5', undefined],
      ['', undefined],
      ['-5s', undefined],
      ['5 s', undefined],
      ['s', undefined],
    ];
    for (const [text, ms] of cases) assert.equal(parseDuration(text), ms, text);
    assert.ok(!Duration.safeParse('soon').success);
  });

  test('are shown as people say them', () => {
    const durations: [number, string][] = [
      [120, '120 ms'],
      [41_000, '41 s'],
      [118_000, '1 min 58 s'],
      [3_600_000, '1 h'],
      [11_100_000, '3 h 5 min'],
      [90_000_000, '1 d 1 h'],
    ];
    for (const [ms, text] of durations) assert.equal(humanDuration(ms), text);
    const sizes: [number, string][] = [
      [812, '812 B'],
      [217_000_000, '217 MB'],
      [3_100_000_000, '3.1 GB'],
      [1_500, '1.5 kB'],
    ];
    for (const [bytes, text] of sizes) assert.equal(humanSize(bytes), text);
    assert.equal(humanTime('2026-11-22T01:00:00.000Z'), '2026-11-22 01:00 UTC');
    assert.equal(
      humanTime('2026-11-22T01:00:00.000Z', 'Europe/Helsinki'),
      '2026-11-22 03:00 Europe/Helsinki',
    );
  });
});
