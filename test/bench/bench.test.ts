import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { drawFigure, type Figure, percentile } from '../../bench/figure.ts';
import { needs } from '../needs.ts';

const MAIN = new URL('../../bench/main.ts', import.meta.url).pathname;

describe('the benchmarks', {
  skip: needs([
    'redis-server',
    'ip',
    'nft',
    'iptables',
    'ufw',
    'ps',
    'dockerd',
    'busybox',
    'rsyslogd',
    'nginx',
    'curl',
    'root',
  ]),
}, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-bench-test-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const bench = async (...words: string[]) => {
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += String(chunk);
      });
    const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { exit, text };
  };

  for (const [area, least] of [
    ['spine', 10],
    ['chat', 5],
    ['agent', 18],
    ['hubs', 2],
    ['genesis', 4],
  ] as const) {
    test(`of the ${area} run at small size, each figure beside its peer or its goal`, async () => {
      const json = join(folder, `${area}.json`);
      const { exit, text } = await bench(area, '--small', '--json', json);
      assert.equal(exit, 0, text);
      const figures = JSON.parse(await readFile(json, 'utf8')) as Figure[];
      assert.ok(figures.length >= least, text);
      for (const { name, measured, goal, peer, ok } of figures) {
        // A difference of two may be below nothing on a busy machine.
        assert.ok(
          Number.isFinite(measured) && (measured >= 0 || /\bbeyond\b/.test(name)),
          `${name}: ${measured}`,
        );
        assert.ok(goal !== '', name);
        assert.ok(peer === undefined || peer.value > 0, name);
        // Times are not judged here; that nothing is lost, doubled or too fast is.
        if (goal === '0' && area !== 'spine') assert.ok(ok, `${name}: ${measured}`);
      }
      const lines = text.split('\n').filter((line) => / goal .* (ok|short)$/.test(line));
      assert.equal(lines.length, figures.length);
    });
  }

  test('refuse an area that does not exist', async () => {
    const { exit, text } = await bench('nowhere');
    assert.equal(exit, 2);
    assert.match(text, /There is no area nowhere\. Areas: spine, chat, agent, hubs, genesis/);
  });
});

describe('a figure', () => {
  test('says its goal, itself, its peer, their ratio and whether it falls short', () => {
    const line = drawFigure({
      name: 'x',
      goal: '<= 3 x y',
      unit: 'ms',
      measured: 4,
      peer: { name: 'y', value: 1 },
      ok: false,
    });
    assert.match(line, /^x +goal <= 3 x y +4\.0 ms +y 1\.0 ms +x4\.00 +short$/);
  });

  test('takes percentiles of what was measured', () => {
    const samples = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.equal(percentile(samples, 0.5), 51);
    assert.equal(percentile(samples, 0.99), 100);
  });
});
