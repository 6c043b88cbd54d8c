import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicStatus, statusPage } from '../../../src/hubs/health/page.ts';
import type { Standing } from '../../../src/hubs/health/standing.ts';

const standing = (more: Partial<Standing> = {}): Standing => ({
  state: 'healthy',
  percent: 100,
  reasons: [],
  since: 0,
  chart: [-1, 100, 50, 0],
  changes: [],
  lines: [],
  ...more,
});

test('the public page tells of apps only, neither why nor where, and whatever they are called', () => {
  const secret = {
    component: 'app/shop/web@web-1',
    status: 'unhealthy' as const,
    detail: 'password=hunter2',
    since: 0,
  };
  const status = publicStatus(
    new Map([
      ['host/web-1', standing()],
      [
        'app/shop',
        standing({
          state: 'unhealthy',
          reasons: [secret],
          lines: ['hunter2'],
          uptime: { days: 30, share: 0.99951, watched: 1 },
        }),
      ],
      ['app/<img src=x onerror=alert(1)>"', standing()],
    ]),
    Date.parse('2026-11-22T10:00:00Z'),
  );
  const page = statusPage(status);
  for (const text of [page, JSON.stringify(status)]) assert.doesNotMatch(text, /hunter2|web-1/);
  assert.doesNotMatch(page, /<img|<script/);
  assert.match(page, /<b>shop<\/b> <span style="color:#cf222e">unhealthy<\/span>/);
  assert.match(page, /up 99\.951 % of the last 30 days/);
  assert.match(page, /As of 2026-11-22 10:00 UTC/);
  assert.deepEqual(
    status.apps.map(({ state }) => state),
    ['healthy', 'unhealthy'],
  );
});

test('the public page says that all is well only where something is known, and nothing is not', () => {
  const heading = (...states: Standing['state'][]) =>
    /<h1>(.*)<\/h1>/.exec(
      statusPage(publicStatus(new Map(states.map((state, at) => [`app/a${at}`, standing({ state })])), 0)),
    )?.[1];
  assert.equal(heading(), 'Nothing is known right now');
  assert.equal(heading('unknown'), 'Nothing is known right now');
  assert.equal(heading('healthy', 'unknown'), 'All is well');
  assert.equal(heading('healthy', 'degraded'), 'Something is not well');
});
