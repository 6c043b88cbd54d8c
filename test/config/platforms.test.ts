import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MusterError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { openPlatforms } from '../../src/main/platforms.ts';
import { Scrubber } from '../../src/secret.ts';
import { reading } from './folder.ts';

const telegram = (fields: string) => ({ 'a.yml': `platforms: {telegram: {token: "env:T", ${fields}}}\n` });

test('Telegram is polled unless the configuration gives it an address', async (t) => {
  const { config, problems } = await reading(t, { 'a.yml': 'platforms: {telegram: {token: "env:T"}}' });
  assert.deepEqual(problems, []);
  assert.deepEqual(config?.platforms.telegram, {
    token: 'env:T',
    apiRoot: 'https://api.telegram.org',
    mode: 'polling',
    port: 3_001,
    reactions: true,
  });
  const hook = await reading(t, telegram('mode: webhook, url: "https://muster.example:8443/x", port: 8080'));
  assert.deepEqual([hook.problems, hook.warnings], [[], []]);
  const own = 'mode: webhook, url: "http://10.0.0.2:3001/x", apiRoot: "http://10.0.0.1:8081"';
  assert.deepEqual(
    (await reading(t, telegram(own))).problems,
    [],
    'a Bot API server of one’s own takes http',
  );
});

test('a webhook is checked as Telegram would, and its settings are not for polling', async (t) => {
  for (const [fields, path, words] of [
    ['mode: webhook', 'url', 'is missing: the public https address that Telegram brings updates to'],
    ['mode: webhook, url: "http://muster.example/x"', 'url', 'must be https: Telegram takes no other'],
    [
      'mode: webhook, url: "https://muster.example:3001/x"',
      'url',
      'must be at port 443, 80, 88 or 8443: Telegram takes no other',
    ],
    ['url: "https://muster.example/x"', 'url', 'is for a webhook: add `mode: webhook`, or leave it out'],
    ['secret: "env:S"', 'secret', 'is for a webhook: add `mode: webhook`, or leave it out'],
    ['mode: push', 'mode', 'one of: polling, webhook'],
  ] as const) {
    const { problems } = await reading(t, telegram(fields));
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] as string, new RegExp(`platforms\\.telegram\\.${path} `));
    assert.ok(problems[0]?.endsWith(words), problems[0]);
  }
  const { warnings } = await reading(
    t,
    telegram('mode: webhook, url: "https://muster.example/x", secret: "in-clear-text"'),
  );
  assert.match(warnings.join('\n'), /platforms\.telegram\.secret/, 'a secret in clear text is warned of');
});

test('a secret that Telegram would refuse is refused before it is asked', async (t) => {
  const { config } = await reading(
    t,
    telegram('mode: webhook, url: "https://muster.example/x", secret: "env:S"'),
  );
  assert.ok(config);
  const scrubber = new Scrubber();
  const open = (S: string) =>
    openPlatforms(config, {
      environment: { T: '1:x', S },
      scrubber,
      log: createLog({ level: 'silent', scrubber }),
      commands: [],
    });
  await assert.rejects(
    open('a b'),
    (error) => error instanceof MusterError && error.code === 'config.letters',
  );
  const [platform] = await open('a_B-9');
  assert.equal(platform?.exclusive, false);
});
