import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Plan, planHash } from '../../src/jobs/plan.ts';

const plan = (change: Partial<Plan> = {}, step: object = {}): Plan => ({
  title: 'shop on web-1',
  done: 'shop is live on web-1',
  locks: ['app/shop'],
  stages: [
    {
      name: 'start',
      steps: [
        {
          step: 'deploy.start',
          host: 'web-1',
          title: 'start shop',
          input: { host: 'web-1', commit: 'a' },
          ...step,
        },
      ],
    },
  ],
  next: '/logs shop',
  ...change,
});

test('a plan is the same however it is told', () => {
  const words = { title: 'shop palvelimella web-1', done: 'shop on käytössä', next: '/status' };
  assert.equal(planHash(plan(words, { title: 'käynnistä shop' })), planHash(plan()));
  assert.equal(planHash(plan({}, { input: { commit: 'a', host: 'web-1' } })), planHash(plan()));
});

test('a plan is another one where it does something else, elsewhere, or under another lock', () => {
  const others = [
    plan({ locks: [] }),
    plan({ stages: [] }),
    plan({}, { host: 'web-2' }),
    plan({}, { step: 'deploy.keep' }),
    plan({}, { input: { host: 'web-1', commit: 'b' } }),
  ];
  assert.equal(new Set([plan(), ...others].map(planHash)).size, 6);
});
